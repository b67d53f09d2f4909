#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy 14 on core, plugins and app.

    tidy.py [--scope changed|all] [--jobs N] [--minutes M] [--report-only]

changed: the .cpp files that differ from origin/main (or, standing on it, from the first parent), and those that
include a header that differs. A changed .clang-tidy means all. Files that pass are remembered by the content of
everything they include from this repository, so a second run checks only what is new. Files not reached within
M minutes are named, not failed.
"""

import argparse
import concurrent.futures
import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

BUILD = Path("build/tidy")
PASSED = Path("build/tidy-passed.json")
TREES = ("core/", "plugins/", "app/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def changed_files():
    head, main = output_of("git", "rev-parse", "HEAD"), output_of("git", "rev-parse", "-q", "--verify", "origin/main")
    base = output_of("git", "merge-base", "HEAD", "origin/main") if main and main != head else ""
    if not base or base == head:
        base = output_of("git", "rev-parse", "-q", "--verify", "HEAD^1")
    if not base:
        return None
    return set(output_of("git", "diff", "--name-only", base).splitlines())


def included_files(path, seen):
    """Files of this repository that `path` includes, itself first, transitively."""
    if path in seen:
        return
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8", errors="replace")):
        for candidate in (path.parent / name, Path(name)):
            if candidate.is_file():
                included_files(candidate, seen)
                break


def prepare():
    """Compile commands, and the moc output and generated headers the sources include."""
    if not (BUILD / "build.ninja").is_file():
        subprocess.run(["cmake", "--preset", "tidy"], check=True, stdout=subprocess.DEVNULL)
    # As the build would run moc, but without first building what those targets link.
    for info in sorted(BUILD.glob("*/**/AutogenInfo.json")):
        subprocess.run(["cmake", "-E", "cmake_autogen", str(info), "Debug"], check=True, stdout=subprocess.DEVNULL)


def check(path):
    # Diagnostics go to stdout; stderr only counts what was suppressed in system headers.
    run = subprocess.run(["clang-tidy-14", "-p", str(BUILD), "--quiet", str(path)],
                         capture_output=True, text=True, check=False)
    return path, run.returncode, run.stdout.strip() or (run.stderr.strip() if run.returncode else "")


def remember(passed, keys):
    """Writes down what passed, at once: whole-tree runs are long and get interrupted. Drops outdated keys."""
    known, looked_at = set(keys.values()), {str(source) for source in keys}
    PASSED.write_text(json.dumps(sorted(key for key in passed if key in known or key.split(" ")[0] not in looked_at)),
                      encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scope", choices=("changed", "all"), default="changed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--report-only", action="store_true", help="findings do not fail")
    arguments = parser.parse_args()
    prepare()

    root = Path.cwd()
    database = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    sources = sorted({p for entry in database if (p := Path(entry["file"])).is_relative_to(root)
                      and str(p.relative_to(root)).startswith(TREES)})
    sources = [p.relative_to(root) for p in sources]
    changed = changed_files() if arguments.scope == "changed" else None
    if changed is not None and ".clang-tidy" in changed:
        changed = None
    passed = set(json.loads(PASSED.read_text(encoding="utf-8"))) if PASSED.is_file() else set()
    configuration = Path(".clang-tidy").read_bytes()

    work, keys = [], {}
    for source in sources:
        files = set()
        included_files(source, files)
        if changed is not None and not any(str(f) in changed for f in files):
            continue
        digest = hashlib.sha256(configuration)
        for file in sorted(files):
            digest.update(str(file).encode() + b"\0" + file.read_bytes())
        keys[source] = f"{source} {digest.hexdigest()}"
        if keys[source] not in passed:
            work.append(source)
    # A changed file itself tells more than one that includes it.
    work.sort(key=lambda p: (changed is not None and str(p) not in changed, str(p)))

    deadline = time.monotonic() + arguments.minutes * 60
    findings, skipped, checked = 0, [], 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        def checked_in_time(path):
            return check(path) if time.monotonic() < deadline else (path, None, "")
        for path, status, text in pool.map(checked_in_time, work):
            if status is None:
                skipped.append(path)
                continue
            checked += 1
            if status == 0 and not text:
                passed.add(keys[path])
                remember(passed, keys)
            else:
                findings += 1
                print(text, flush=True)
    if skipped:
        print(f"not reached in {arguments.minutes:g} minutes: " + " ".join(map(str, skipped)))
    print(f"-- {checked} of {len(work)} files checked ({len(keys) - len(work)} had passed before, {len(sources)} in all), "
          f"{findings} with findings{' (reported only)' if arguments.report_only else ''}, {len(skipped)} not reached")
    return 1 if findings and not arguments.report_only else 0


if __name__ == "__main__":
    sys.exit(main())

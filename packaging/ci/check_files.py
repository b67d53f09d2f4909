#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of single files that need no compiler.

    check_files.py [--rule RULE]... [FILE]...    tracked files when none is named; exit 1 upon a finding

Rules: spdx        source files name the licence of their folder in the first three lines
       text        LF line ends, no trailing blanks, one newline at the end
       size        nothing above 300 KiB, bundled samples 1 MiB
       structured  JSON and XML parse
"""

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

# Inputs of tests, byte exact whatever they look like; malformed ones included.
DATA = ("tests/golden/", "tests/fuzz/corpus/", "resources/samples/", "LICENSES/")
SOURCE_SUFFIXES = {".h", ".cpp", ".py", ".sh", ".cmake", ".go", ".pl"}
XML_SUFFIXES = {".xml", ".qrc", ".svg", ".ts"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | XML_SUFFIXES | {".json", ".yaml", ".txt", ".desktop", ".in", ".html", ".css", ".js"}
MAX_BYTES = 300 * 1024
MAX_SAMPLE_BYTES = 1024 * 1024


def is_source(path, content):
    return path.suffix in SOURCE_SUFFIXES or path.name == "CMakeLists.txt" or content.startswith(b"#!")


def check_spdx(path, content):
    if path.parts[0] in ("tests", "resources") and any(str(path).startswith(folder) for folder in DATA):
        return
    if not is_source(path, content):
        return
    licence = "GPL-3.0-or-later" if path.parts[0] == "app" else "Apache-2.0"
    head = content.split(b"\n", 3)[:3]
    if not any(line.endswith(f"SPDX-License-Identifier: {licence}".encode()) for line in head):
        yield 1, f"no 'SPDX-License-Identifier: {licence}' in the first three lines"


def check_text(path, content):
    if str(path).startswith(DATA) or not (path.suffix in TEXT_SUFFIXES or is_source(path, content)):
        return
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.endswith(b"\r"):
            yield number, "CRLF line end"
        elif line != line.rstrip():
            yield number, "trailing blanks"
    if content and not content.endswith(b"\n"):
        yield content.count(b"\n") + 1, "no newline at the end"
    if content.endswith(b"\n\n"):
        yield content.count(b"\n"), "blank lines at the end"


def check_size(path, content):
    if len(content) > (MAX_SAMPLE_BYTES if str(path).startswith("resources/samples/") else MAX_BYTES):
        yield 1, f"{len(content) // 1024} KiB; generate it, or compress it"


def check_structured(path, content):
    if str(path).startswith(("tests/golden/", "tests/fuzz/corpus/")):
        return
    try:
        if path.suffix == ".json":
            json.loads(content)
        elif path.suffix in XML_SUFFIXES:
            xml.fromstring(content)
    except (ValueError, xml.ParseError) as problem:
        yield getattr(problem, "lineno", None) or 1, f"does not parse: {problem}"


RULES = {"spdx": check_spdx, "text": check_text, "size": check_size, "structured": check_structured}


def tracked_files():
    listing = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True).stdout
    return [Path(name) for name in listing.decode().split("\0") if name]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rule", choices=RULES, action="append")
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    findings = 0
    for path in arguments.files or tracked_files():
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        for rule in arguments.rule or RULES:
            for line, problem in RULES[rule](path, content):
                print(f"{path}:{line}: [{rule}] {problem}")
                findings += 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

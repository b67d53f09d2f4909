#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures whole processes: Heaptoll and its peers on the same large files, turn and turn about.

    compare.py FOLDER [--heaptoll PATH] [--runs N] [--only TEXT] [--json FILE]
    compare.py --self-test

FOLDER is what make_large.sh filled. Prints a Markdown table: median wall time with its range, CPU time and the
largest resident set, as the kernel counts them for the process and its children, and the ratio to Heaptoll (above 1:
the peer takes longer). Absolute times move between machines and hours; quote ratios of one run. Each file is read once
beforehand, so that no program pays for the disk. Exit 1 if Heaptoll fails on a file.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ_STEP = 1 << 22

# file -> [(name, command)]; {file} and {heaptoll} are filled in. The first entry is ours.
CASES = {
    "heaptrack.python-churn.zst": [
        ("heaptoll top", ["{heaptoll}", "top", "{file}", "--limit", "20"]),
        ("heaptrack_print", ["heaptrack_print", "{file}"]),
        ("zstd -dc", ["zstd", "-dc", "{file}"]),
    ],
    "heaptrack.perl-orders.zst": [
        ("heaptoll top", ["{heaptoll}", "top", "{file}", "--limit", "20"]),
        ("heaptrack_print", ["heaptrack_print", "{file}"]),
        ("zstd -dc", ["zstd", "-dc", "{file}"]),
    ],
    "heap-paths.pb.gz": [
        ("heaptoll top", ["{heaptoll}", "top", "{file}", "--limit", "20"]),
        ("go tool pprof -top", ["go", "tool", "pprof", "-top", "-nodecount=20", "{file}"]),
    ],
    "focus.csv": [
        ("heaptoll cost", ["{heaptoll}", "cost", "{file}", "--by", "service"]),
    ],
}


@dataclass
class Run:
    wall: float
    cpu: float
    max_rss: int  # bytes
    status: int
    message: str = ""


@dataclass
class Program:
    name: str
    command: list
    runs: list = field(default_factory=list)

    @property
    def wall(self):
        return statistics.median(run.wall for run in self.runs)

    @property
    def failure(self):
        return next((run for run in self.runs if run.status != 0), None)


def measure(command, environment=None):
    """Runs a command once, its output thrown away. ru_maxrss is in KiB on Linux."""
    with open(os.devnull, "r+b") as null:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=null, stdout=null, stderr=subprocess.PIPE, env=environment)
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode,
               message.decode(errors="replace").strip()[-400:])


def warm(path):
    with path.open("rb", buffering=0) as stream:
        while stream.read(READ_STEP):
            pass


def compare(path, entries, heaptoll, runs, environment):
    programs = []
    for name, template in entries:
        command = [part.format(file=path, heaptoll=heaptoll) for part in template]
        if shutil.which(command[0]):
            programs.append(Program(name, command))
        else:
            print(f"{name}: {command[0]} is not installed, left out", file=sys.stderr)
    warm(path)
    for _ in range(runs):
        for program in programs:
            if not program.failure:
                program.runs.append(measure(program.command, environment))
    return programs


def resident(runs, floor):
    """A child starts as a copy of this script, so the kernel never reports less than that."""
    largest = max(run.max_rss for run in runs)
    return f"< {floor / 2**20:.0f}" if largest <= floor * 1.05 else f"{largest / 2**20:.0f}"


def print_table(results):
    floor = measure(["true"]).max_rss
    print("| input | MB | program | wall s | range | CPU s | max RSS MiB | MB/s | wall / heaptoll |")
    print("| --- | --: | --- | --: | --- | --: | --: | --: | --: |")
    for path, programs in results.items():
        megabytes = path.stat().st_size / 1e6
        for program in programs:
            row = [path.name, f"{megabytes:.1f}", program.name]
            if program.failure:
                row += [f"exit {program.failure.status}"] + ["-"] * 5
            else:
                walls = [run.wall for run in program.runs]
                ours = programs[0]
                row += [f"{program.wall:.2f}", f"{min(walls):.2f}..{max(walls):.2f}",
                        f"{statistics.median(run.cpu for run in program.runs):.2f}",
                        resident(program.runs, floor),
                        f"{megabytes / program.wall:.0f}",
                        "-" if ours.failure else f"{program.wall / ours.wall:.2f}"]
            print("| " + " | ".join(row) + " |")


def describe(results):
    return [{"input": path.name, "bytes": path.stat().st_size, "program": program.name,
             "wall": [run.wall for run in program.runs], "cpu": [run.cpu for run in program.runs],
             "maxRss": [run.max_rss for run in program.runs], "status": [run.status for run in program.runs]}
            for path, programs in results.items() for program in programs]


def self_test():
    """The clock and the kernel's accounting see what a known program does."""
    hungry = measure([sys.executable, "-c", "import time; block = bytes(64 << 20); time.sleep(0.2)"])
    # bytes() is lazily zeroed memory; writing is what makes it resident.
    greedy = measure([sys.executable, "-c", "block = bytearray(b'x') * (64 << 20)"])
    failing = measure([sys.executable, "-c", "import sys; sys.exit('reason')"])
    checks = {
        "wall covers the sleep": 0.2 <= hungry.wall < 30,
        "CPU does not": hungry.cpu < hungry.wall,
        "resident memory is counted in bytes": 64 << 20 <= greedy.max_rss < 512 << 20,
        "a failure is seen, with its words": failing.status == 1 and "reason" in failing.message,
    }
    for what, good in checks.items():
        print(("ok   " if good else "FAIL ") + what)
    return 0 if all(checks.values()) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--heaptoll", type=Path, default=ROOT / "build/release/bin/heaptoll")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="inputs whose name contains this")
    parser.add_argument("--json", type=Path, help="also write every single run there")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if arguments.folder is None:
        parser.error("FOLDER is missing")
    heaptoll = arguments.heaptoll.resolve()
    if not heaptoll.is_file():
        parser.error(f"{heaptoll} does not exist; build the release preset")

    importers = heaptoll.parents[1] / "lib/heaptoll/importers"
    environment = {"HEAPTOLL_PLUGIN_PATH": str(importers), **os.environ}
    results = {}
    for name, entries in CASES.items():
        path = arguments.folder / name
        if arguments.only not in name:
            continue
        if path.is_file():
            results[path] = compare(path, entries, heaptoll, arguments.runs, environment)
        else:
            print(f"{name}: not there, left out; see make_large.sh", file=sys.stderr)
    if not results:
        parser.error("nothing to measure")
    print_table(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(describe(results), indent=2) + "\n", encoding="utf-8")
    failures = [(path, programs[0].failure) for path, programs in results.items() if programs[0].failure]
    for path, failure in failures:
        print(f"heaptoll failed on {path.name}, exit {failure.status}: {failure.message}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

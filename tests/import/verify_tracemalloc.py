#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_tracemalloc.py HEAPTOLL: every snapshot of the shared data against this interpreter's own tracemalloc, run live:
all lines of statistics("lineno") in bytes and blocks, and all stacks of statistics("traceback") in bytes."""
import subprocess
import sys
import tracemalloc

from oracle_support import DATA, finish, heaptoll, need


def lines(path: str, metric: str) -> dict:
    document = heaptoll("top", path, "--metric", metric, "--by", "site", "--limit", "0")
    return {row["name"]: row["self"] for row in document["rows"] if row["self"]}


def stacks(path: str) -> dict:
    run = subprocess.run([sys.argv[1], "flame", path, "--format", "folded", "--metric", "live_bytes", "-q"],
                         capture_output=True, text=True, check=True)
    return {stack: int(value) for stack, value in (line.rsplit(" ", 1) for line in run.stdout.splitlines())}


def main() -> None:
    need(DATA / "generated" / "python")
    checked, wrong = 0, []
    for path in sorted((DATA / "generated" / "python").rglob("*.tracemalloc")):
        snapshot = tracemalloc.Snapshot.load(path)
        by_line = snapshot.statistics("lineno")
        theirs = {
            "live_bytes": {str(row.traceback): row.size for row in by_line if row.size},
            "live_objects": {str(row.traceback): row.count for row in by_line},
        }
        ours = {metric: lines(str(path), metric) for metric in theirs}
        theirs["stacks"] = {";".join(map(str, row.traceback)): row.size for row in snapshot.statistics("traceback")
                            if row.size}
        ours["stacks"] = stacks(str(path))
        for what, rows in theirs.items():
            checked += len(rows)
            names = set(rows) | set(ours[what])
            wrong += [f"{path.name} {what} {name}: {ours[what].get(name)} instead of {rows.get(name)}"
                      for name in sorted(names) if ours[what].get(name) != rows.get(name)]
    finish(checked, wrong, "rows of CPython")


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_heaptrack.py HEAPTOLL: `heaptoll inspect` against the totals heaptrack_print prints, run live: counts exactly,
bytes to the digits it shows (powers of 1000)."""
import os
import re
import shutil
import subprocess
import sys

from oracle_support import DATA, finish, heaptoll, need, skip

FACTORS = {"B": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def printed_totals(path: str) -> dict:
    text = subprocess.run(["heaptrack_print", "-l", "1", "-p", "0", "-a", "0", "-T", "0", path], capture_output=True,
                          text=True, check=True).stdout
    found = {}
    patterns = {"allocations": r"calls to allocation functions: (\d+)", "temporary": r"temporary memory allocations: (\d+)",
                "peakBytes": r"peak heap memory consumption: (\S+)", "leakedBytes": r"total memory leaked: (\S+)",
                "suppressedBytes": r"suppressed leaks: (\S+)", "peakRssBytes": r"peak RSS[^:]*: (\S+)"}
    for key, pattern in patterns.items():
        match = re.search(pattern, text)
        if match:
            found[key] = match.group(1)
    return found


def agrees(ours: int | None, theirs: str) -> bool:
    """theirs: "12", "380B", "11.33M": ours must round to the same digits."""
    if theirs.isdigit():
        return ours == int(theirs)
    factor = FACTORS[theirs[-1]]
    digits = theirs[:-1]
    decimals = len(digits.split(".")[1]) if "." in digits else 0
    return ours is not None and abs(ours / factor - float(digits)) <= 0.5 * 10**-decimals + 1e-9


def main() -> None:
    if os.environ.get("HEAPTOLL_TEST_ZSTD") == "0":
        skip("this build of heaptoll reads no zstd, and all recordings are zstd")
    if shutil.which("heaptrack_print") is None:
        skip("heaptrack_print is not installed")
    folder = DATA / "generated" / "native" / "heaptrack"
    need(folder)
    # Raw recordings have no functions yet: refused with the command that resolves them, which tst_heaptrack checks.
    files = sorted(path for path in folder.rglob("*.zst") if not path.name.endswith(".raw.zst"))
    checked, wrong = 0, []
    for path in files:
        document = heaptoll("inspect", str(path))
        summary = document["files"][0]["summary"]
        totals = printed_totals(str(path))
        if any(issue["code"] == "heaptrack.multiline_command" for issue in document["issues"]):
            # heaptrack_print takes the command's second line for a string, so its names are shifted and it suppresses
            # other stacks; leaked and suppressed together are the same.
            checked += 1
            sizes = [totals.pop(key) for key in ("leakedBytes", "suppressedBytes")]
            both = sum(float(size[:-1]) * FACTORS[size[-1]] for size in sizes)
            ours = summary["leakedBytes"] + summary["suppressedBytes"]
            if abs(ours - both) > 10:  # two numbers of two decimals of a thousand
                wrong.append(f"{path.name}: leaked and suppressed are {ours} instead of {both}")
        for key, theirs in totals.items():
            checked += 1
            if not agrees(summary[key], theirs):
                wrong.append(f"{path.name}: {key} is {summary[key]} instead of {theirs}")
    finish(checked, wrong, f"totals of {len(files)} recordings")


if __name__ == "__main__":
    sys.exit(main())

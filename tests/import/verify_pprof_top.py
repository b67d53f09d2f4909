#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_pprof_top.py HEAPTOLL: `heaptoll top --by function` against `go tool pprof -top`, run live, on every .pb.gz of
the shared data and every sample type: all functions, self and total, to the byte. Files that pprof refuses are left out,
and so are those whose samples pprof cannot symbolise the same way (no functions at all)."""
import re
import shutil
import subprocess
import sys

from oracle_support import DATA, finish, heaptoll, need, skip

ROW = re.compile(r"^\s*(-?[\d.]+)([A-Za-z]*)\s+\S+%?\s+\S+%\s+(-?[\d.]+)([A-Za-z]*)\s+\S+%\s+(.+)$")


def pprof_top(path: str, sample: str, unit: str) -> dict | None:
    command = ["go", "tool", "pprof", "-top", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0",
               f"-sample_index={sample}", "-symbolize=none"]
    if unit == "bytes":
        command.append("-unit=B")
    run = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return None
    rows: dict[str, tuple[int, int]] = {}
    for line in run.stdout.splitlines():
        match = ROW.match(line)
        if not match:
            continue
        flat, flat_unit, cum, cum_unit, name = match.groups()
        if flat_unit not in ("", "B") or cum_unit not in ("", "B"):
            return None  # pprof scaled the numbers: not exact
        name = re.sub(r" \((partial-)?inline\)$", "", name)
        rows[name] = (int(float(flat)), int(float(cum)))
    return rows


def heaptoll_top(path: str, sample: str) -> dict:
    document = heaptoll("top", path, "--metric", sample, "--by", "function", "--limit", "0")
    return {row["name"]: (row["self"], row["total"]) for row in document["rows"] if row["self"] or row["total"]}


def differences(ours: dict, theirs: dict) -> list[str]:
    theirs = {name: value for name, value in theirs.items() if value != (0, 0)}
    names = sorted(set(ours) | set(theirs))
    return [f"{name}: {ours.get(name)} instead of {theirs.get(name)}" for name in names if ours.get(name) != theirs.get(name)]


def main() -> None:
    if shutil.which("go") is None:
        skip("go is not installed")
    need(DATA / "generated" / "go")
    folders = [DATA / "generated" / "go", DATA / "thirdparty"]
    files = sorted(path for folder in folders if folder.exists() for path in folder.rglob("*.pb.gz"))
    checked, wrong = 0, []
    for path in files:
        shown = path.relative_to(DATA)
        try:
            inspected = heaptoll("inspect", str(path))["files"][0]
        except RuntimeError as error:
            print(f"not read: {shown}: {error}")
            continue
        for kind in inspected["summary"]["sampleTypes"]:
            theirs = pprof_top(str(path), kind["type"], kind["unit"])
            if theirs is None:
                continue
            checked += 1
            bad = differences(heaptoll_top(str(path), kind["type"]), theirs)
            if bad:
                wrong.append(f"{shown} {kind['type']}: {len(bad)} of {len(theirs)} functions differ, first {bad[0]}")
    finish(checked, wrong, f"tables of {len(files)} profiles")


if __name__ == "__main__":
    sys.exit(main())

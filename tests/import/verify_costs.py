#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_costs.py HEAPTOLL: `heaptoll cost --by service --grain day` against the exact truth.json of every generated bill:
each service on each day in each basis, and the number of rows, to the last digit. Bills of formats that have no importer
are named and left out."""
import gzip
import json
import sys
from decimal import Decimal

from oracle_support import DATA, finish, heaptoll, need

BASES = {"BilledCost": "billed", "EffectiveCost": "effective", "ListCost": "list", "ContractedCost": "contracted",
         "UnblendedCost": "billed", "NetUnblendedCost": "net", "AmortizedCost": "effective"}


def truth_of(folder) -> dict:
    with gzip.open(folder / "truth.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


def is_known(folder) -> bool:
    try:
        return any(file["kind"] == "cost" for file in heaptoll("inspect", *inputs(folder))["files"])
    except RuntimeError:
        return False


def inputs(folder) -> list[str]:
    return [str(path) for path in sorted(folder.iterdir()) if not path.name.startswith("truth")]


def compare(folder, truth: dict, measure: str) -> tuple[int, list[str]]:
    document = heaptoll("cost", *inputs(folder), "--by", "service", "--grain", "day", "--basis", BASES[measure])
    ours = {(group["keys"]["service"] or "", group["keys"]["day"]): group for group in document["groups"]}
    theirs = {(service, day): row for service, days in truth["by_service_day"].items() for day, row in days.items()}
    wrong = []
    for key in sorted(set(ours) | set(theirs)):
        mine = Decimal(ours[key]["cost"]) if key in ours and ours[key]["cost"] is not None else None
        right = Decimal(theirs[key][measure]) if key in theirs else None
        if mine != right:
            wrong.append(f"{folder.name} {measure} {key}: {mine} instead of {right}")
    total = Decimal(document["total"]) if document["total"] is not None else None
    if total != Decimal(truth["total"][measure]):
        wrong.append(f"{folder.name} {measure}: total {total} instead of {truth['total'][measure]}")
    return len(set(ours) | set(theirs)) + 1, wrong


def main() -> None:
    root = DATA / "generated" / "billing"
    need(root)
    checked, wrong = 0, []
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if not is_known(folder):
            print(f"no importer yet: {folder.name}")
            continue
        truth = truth_of(folder)
        for measure in truth["measures"]:
            if measure not in BASES:
                continue
            count, bad = compare(folder, truth, measure)
            checked += count
            wrong += bad
            print(f"{folder.name} {measure}: {count - len(bad)} of {count}")
    finish(checked, wrong, "sums per service and day")


if __name__ == "__main__":
    sys.exit(main())

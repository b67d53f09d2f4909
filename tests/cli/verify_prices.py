#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_prices.py HEAPTOLL: every way to find the price of memory, from a file to the money of a service a month."""
import json
import pathlib
import subprocess
import sys

PRICES = pathlib.Path(__file__).resolve().parent.parent / "golden" / "prices"
HOURS = 730  # of a month
DAYS = 2  # of each bill
wrong = 0


def heaptoll(*words: str) -> dict:
    run = subprocess.run([sys.argv[1], *words, "--format", "json", "-q"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"heaptoll {' '.join(words)}: exit {run.returncode}: {run.stderr.strip()[:300]}")
    return json.loads(run.stdout)


def check(what: str, got, expected) -> None:
    global wrong
    is_right = got == expected if not isinstance(expected, float) else abs(float(got or 0) - expected) < 1e-6 * expected
    wrong += not is_right
    print(f"{'ok  ' if is_right else 'FAIL'} {what}: {got}{'' if is_right else f', expected {expected}'}")


def memory_of_shop(*words: str) -> str | None:
    found = heaptoll("analyze", *words)
    return next((s["memoryPerMonth"] for s in found["services"] if s["service"] == "shop"), None)


def bill(name: str) -> str:
    return str(PRICES / name)


def main() -> int:
    card = ("--rate-card", bill("rate-card.json"))
    # 2 GiB all day at 0.005 per GiB-hour; the vCPU-hours beside them are no memory
    check("direct", memory_of_shop(bill("direct.csv")), 2 * 0.005 * HOURS)
    # 0.03 per vCPU-hour and 0.004 per GiB-hour made these prices; 12 GiB all day
    check("hedonic fit", memory_of_shop(bill("hedonic.csv")), 12 * 0.004 * HOURS)
    # one shape: 4 vCPU and 16 GiB at 0.192 an hour, split 9:1 and 20:1
    check("ratio of AWS", memory_of_shop(bill("ratio-aws.csv")), 0.192 * HOURS * 16 / (9 * 4 + 16))
    check("ratio of Azure", memory_of_shop(bill("ratio-azure.csv")), 0.192 * HOURS * 16 / (20 * 4 + 16))
    check("rate card", memory_of_shop(bill("usage.json"), *card), 2 * 0.004 * HOURS)
    check("a bill goes before a rate card", memory_of_shop(bill("direct.csv"), *card), 2 * 0.005 * HOURS)
    found = heaptoll("cost", bill("ratio-azure.csv"), "--basis", "list", "--by", "service")
    groups = {g["keys"]["service"]: g for g in found["groups"]}
    check("list price", groups["Virtual Machines"]["cost"], "10")
    check("a list cost of 0 beside money is unknown", groups["Bandwidth"]["cost"], None)
    counted = [i["count"] for i in found["issues"] if i["code"] == "focus.zero_list_cost"]
    check("... and counted", counted, [DAYS])
    found = heaptoll("cost", bill("ratio-azure.csv"), "--basis", "billed")
    check("billed", found["total"], "10.216")
    return 1 if wrong else 0


sys.exit(main())

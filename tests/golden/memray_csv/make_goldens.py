# SPDX-License-Identifier: Apache-2.0
"""make_goldens.py: tables in the form of `memray transform csv`, and NAME.folded with what their stacks add up to."""
import csv
import pathlib
import random

HERE = pathlib.Path(__file__).parent
FRAMES = [("main", "app.py", 90), ("step", "app.py", 10), ("put", "cache.py", 17), ("<listcomp>", "cache.py", 18),
          ("größe", "größe.py", 3), ("operator|", "op.cpp", 7), ("f(int; char)", "f.cpp", 0), ("loads", "/usr/lib/python3.11/json/__init__.py", 346)]
ALLOCATORS = ["MALLOC", "CALLOC", "MMAP", "PYMALLOC_MALLOC"]

rnd = random.Random(5)
sums = {}
with HERE.joinpath("peak.csv").open("w", newline="", encoding="utf-8") as stream:
    writer = csv.writer(stream)
    writer.writerow(["allocator", "num_allocations", "size", "tid", "thread_name", "stack_trace"])
    for number in range(80):
        stack = [rnd.choice(FRAMES) for _ in range(rnd.randrange(7))] if number else []
        size, count = rnd.randrange(1 << 24), rnd.randrange(1, 900)
        thread = rnd.choice([("1", "MainThread"), ("7f00", 'worker, "2"'), ("7f01", "")])
        writer.writerow([rnd.choice(ALLOCATORS), count, size, *thread, "|".join(f"{f};{m};{line}" for f, m, line in stack)])
        key = " > ".join(f"{f} {m}:{line}" for f, m, line in reversed(stack)) or "(no stack recorded)"
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + size, before[1] + count)
lines = sorted(f"{size}\t{count}\t{stack}" for stack, (size, count) in sums.items())
HERE.joinpath("peak.folded").write_text("\n".join(lines) + "\n", encoding="utf-8")

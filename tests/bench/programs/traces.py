# SPDX-License-Identifier: Apache-2.0
"""traces.py COUNT FILE: a tracemalloc snapshot of COUNT live blocks, 16 frames each, on nearly as many stacks."""
import random
import sys
import tracemalloc

rnd = random.Random(3)
keep = []


def a(depth):
    return leaf() if depth == 0 else (b, c, a)[rnd.randrange(3)](depth - 1)


def b(depth):
    return leaf() if depth == 0 else (a, c, b)[rnd.randrange(3)](depth - 1)


def c(depth):
    return leaf() if depth == 0 else (a, b, c)[rnd.randrange(3)](depth - 1)


def leaf():
    keep.append(bytes(rnd.randrange(50, 400)))


tracemalloc.start(16)
for i in range(int(sys.argv[1])):
    a(6 + i % 10)
tracemalloc.take_snapshot().dump(sys.argv[2])

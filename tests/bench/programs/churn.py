# SPDX-License-Identifier: Apache-2.0
"""Allocation churn for heaptrack: churn.py ROUNDS, under PYTHONMALLOC=malloc.

Random JSON documents are written, parsed, compressed and split, so that sizes and stacks vary. Every fiftieth
document is kept for ever (the leak); the last 200 token lists are kept in a cache that stays bounded.
"""

import collections
import json
import random
import re
import sys
import zlib

random_source = random.Random(9)
leaked = []
cache = collections.OrderedDict()


def document(number, depth=0):
    if depth == 4:
        keys = random_source.randrange(1, 8)
        return {f"k{i}": "v" * random_source.randrange(1, 300) for i in range(keys)}
    children = random_source.randrange(1, 3)
    return {"id": number, "sub": [document(number, depth + 1) for _ in range(children)],
            "weight": random_source.random()}


rounds = int(sys.argv[1])
for number in range(rounds):
    text = json.dumps(document(number))
    parsed = json.loads(text)
    zlib.compress(text.encode(), 1)
    cache[number] = re.split(r"[,:]", text)
    if len(cache) > 200:
        cache.popitem(last=False)
    if number % 50 == 0:
        leaked.append(parsed)
print(rounds, "rounds,", len(leaked), "documents kept")

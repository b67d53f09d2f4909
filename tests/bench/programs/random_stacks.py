# SPDX-License-Identifier: Apache-2.0
"""A heap profile with hardly a stack in common: random_stacks.py SAMPLES OUT.pb.gz.

Every sample has 40 frames over 30,000 locations: the outer twenty are one of 200 paths, the inner twenty are random.
Every fifth location has an inlined function. This is what readers that merge stacks find hardest.
"""

import gzip
import random
import sys

DEPTH = 40
PATHS = 200
LOCATIONS = 30_000
FUNCTIONS = LOCATIONS // 3
FILES = 997
TYPES = [("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, *parts):
    body = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def main():
    count = int(sys.argv[1])
    source = random.Random(1)
    strings = {"": 0}

    def text(value):
        return strings.setdefault(value, len(strings))

    def location(index):
        lines = [message(4, number(1, 1 + index % FUNCTIONS), number(2, index % 500 + 1))]
        if index % 5 == 0:  # the first line was inlined into the last
            lines.append(message(4, number(1, 1 + index * 7 % FUNCTIONS), number(2, index % 300 + 1)))
        return message(4, number(1, index), number(2, 1), number(3, 0x400000 + index * 16), *lines)

    def function(index):
        name = text(f"example.org/shop/package{index % 97}.(*Type{index % 311}).method{index}")
        file = text(f"/src/shop/package{index % 97}/file{index % FILES}.go")
        return message(5, number(1, index), number(2, name), number(3, name), number(4, file))

    ids = [varint(1 + index) for index in range(LOCATIONS)]
    paths = [b"".join(ids[(path * 131 + depth * 7919) % LOCATIONS] for depth in range(DEPTH // 2))
             for path in range(PATHS)]
    with gzip.open(sys.argv[2], "wb", 6) as out:
        for kind, unit in TYPES:
            out.write(message(1, number(1, text(kind)), number(2, text(unit))))
        for _ in range(count):
            stack = b"".join(source.choices(ids, k=DEPTH // 2)) + source.choice(paths)  # leaf first
            objects, size = source.randrange(1, 1000), source.choice((16, 32, 64, 128, 512, 4096))
            live = source.randrange(objects + 1)
            values = map(varint, (objects, objects * size, live, live * size))
            label = message(3, number(1, text("bytes")), number(3, size))
            out.write(message(2, message(1, stack), message(2, *values), label))
        out.write(message(3, number(1, 1), number(5, text("/bin/shop"))))
        for index in range(1, LOCATIONS + 1):
            out.write(location(index))
        for index in range(1, FUNCTIONS + 1):
            out.write(function(index))
        out.write(message(11, number(1, text("space")), number(2, text("bytes"))) + number(12, 524288))
        out.write(number(9, 1_700_000_000_000_000_000))
        for value in strings:
            out.write(message(6, value.encode()))


main()

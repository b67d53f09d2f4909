# SPDX-License-Identifier: Apache-2.0
"""make_goldens.py: flame graphs in the form of Pyroscope's render API, made from known stacks; NAME.folded lists them."""
import json
import pathlib
import random

HERE = pathlib.Path(__file__).parent
NAMES = ["main.main", "main.(*Cart).Add", "main.load", "net/http.(*conn).serve", "encoding/json.Marshal", "größe", "other"]


def stacks(seed, count):
    rnd = random.Random(seed)
    out = {}
    for _ in range(count):
        stack = tuple(["main.main"] + [rnd.choice(NAMES) for _ in range(rnd.randrange(9))])
        out[stack] = out.get(stack, 0) + rnd.randrange(1, 1 << 20)
    return out


def total(tree, side):
    return tree[1][side] + sum(total(child, side) for child in tree[0].values())


def bars(graphs):
    """Rows of bars: per side (offset, total, self), then the name; offsets count from the end of the bar before."""
    root = ({}, [0] * len(graphs))
    for side, graph in enumerate(graphs):
        for stack, value in graph.items():
            node = root
            for name in stack:
                node = node[0].setdefault(name, ({}, [0] * len(graphs)))
            node[1][side] += value
    names, levels, row = ["total"], [], [("total", root, [0] * len(graphs))]
    while row:
        level, below, ends = [], [], [0] * len(graphs)
        for name, node, starts in row:
            if name not in names:
                names.append(name)
            for side in range(len(graphs)):
                level += [starts[side] - ends[side], total(node, side), node[1][side]]
                ends[side] = starts[side] + total(node, side)
            level.append(names.index(name))
            inside = list(starts)
            for child_name, child in sorted(node[0].items()):
                below.append((child_name, child, list(inside)))
                inside = [start + total(child, side) for side, start in enumerate(inside)]
        levels.append(level)
        row = below
    return {"names": names, "levels": levels, "numTicks": sum(total(root, side) for side in range(len(graphs))), "maxSelf": 0}


def write(name, graphs, kind):
    profile = {"version": 1, "flamebearer": bars(graphs),
               "metadata": {"format": "single" if len(graphs) == 1 else "double", "spyName": "", "sampleRate": 100, "units": "bytes",
                            "name": f"memory:{kind}:bytes:space:bytes{{service_name=\"cart\"}}"},
               "timeline": {"startTime": 1_760_000_000, "samples": [5, 7, 9], "durationDelta": 15} if len(graphs) == 1 else None,
               "groups": None, "heatmap": None}
    HERE.joinpath(f"{name}.json").write_text(json.dumps(profile, ensure_ascii=False) + "\n", encoding="utf-8")
    for side, graph in enumerate(graphs):
        lines = sorted(f"{';'.join(stack)} {value}" for stack, value in graph.items())
        HERE.joinpath(f"{name}.{side}.folded").write_text("\n".join(lines) + "\n", encoding="utf-8")


write("inuse", [stacks(1, 60)], "inuse_space")
write("allocs", [stacks(2, 20)], "alloc_space")
write("comparison", [stacks(3, 30), stacks(4, 40)], "inuse_space")

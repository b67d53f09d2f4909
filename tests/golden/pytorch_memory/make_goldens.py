# SPDX-License-Identifier: Apache-2.0
"""make_goldens.py: snapshots as the docstring of torch.cuda.memory._snapshot() describes them, written without PyTorch."""
import pickle
import pathlib

HERE = pathlib.Path(__file__).parent


def frame(name, line, filename="train.py"):
    return {"name": name, "filename": filename, "line": line}


FORWARD = [frame("c10::cuda::alloc", 0, "??"), frame("forward", 42), frame("step", 10), frame("main", 90)]
CACHE = [frame("put", 17, "cache.py"), frame("step", 11), frame("main", 90)]
BLOCKS = [
    {"address": 0x7F0000000000, "size": 1 << 20, "requested_size": 1_000_000, "state": "active_allocated", "frames": FORWARD},
    {"address": 0x7F0000100000, "size": 512, "requested_size": 400, "state": "active_awaiting_free", "frames": FORWARD},
    {"address": 0x7F0000100200, "size": (1 << 20) - 512, "requested_size": 0, "state": "inactive", "frames": []},
]
MORE = [
    {"address": 0x7F8000000000, "size": 6 << 30, "requested_size": 6 << 30, "state": "active_allocated", "frames": CACHE},
    {"address": 0x7F8180000000, "size": 2048, "requested_size": 2000, "state": "active_allocated", "frames": []},
]


def segment(device, blocks, **more):
    return {"device": device, "address": blocks[0]["address"], "total_size": sum(block["size"] for block in blocks),
            "allocated_size": sum(block["size"] for block in blocks if block["state"] == "active_allocated"),
            "active_size": sum(block["size"] for block in blocks if block["state"] != "inactive"),
            "stream": 0, "segment_type": "large", "blocks": blocks, **more}


def event(action, size, frames, time, **more):
    return {"action": action, "addr": 0x7F0000000000, "size": size, "stream": 0, "time_us": time, "frames": frames, **more}


TRACES = [[event("alloc", 1 << 20, FORWARD, 1_760_000_000_000_000), event("alloc", 512, FORWARD, 1_760_000_000_000_100),
           event("free_requested", 512, [], 1_760_000_000_000_200), event("oom", 9 << 30, CACHE, 1_760_000_000_000_300)],
          [event("alloc", 6 << 30, CACHE, 1_760_000_000_000_050), event("snapshot", 0, [], 1_760_000_000_000_400)]]
SNAPSHOT = {"segments": [segment(0, BLOCKS), segment(1, MORE)], "device_traces": TRACES,
            "allocator_settings": {"expandable_segments": False, "garbage_collection_threshold": 0.0}, "external_annotations": []}
LEGACY = [{"device": 0, "address": 4096, "total_size": 3072, "allocated_size": 2048, "active_size": 2048, "segment_type": "small",
           "blocks": [{"size": 2048, "state": "active_allocated",
                       "history": [{"addr": 4096, "real_size": 2000, "frames": CACHE}]}, {"size": 1024, "state": "inactive"}]}]

for name, value in (("snapshot", SNAPSHOT), ("segments-only", {"segments": SNAPSHOT["segments"], "device_traces": []}),
                    ("legacy", LEGACY)):
    HERE.joinpath(f"{name}.pickle").write_bytes(pickle.dumps(value))
HERE.joinpath("snapshot-protocol2.pickle").write_bytes(pickle.dumps(SNAPSHOT, 2))

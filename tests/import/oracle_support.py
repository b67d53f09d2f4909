# SPDX-License-Identifier: Apache-2.0
"""What the oracle scripts share: where the data is, how heaptoll is run, how a result is told to ctest."""
import json
import os
import pathlib
import subprocess
import sys

SKIP = 77
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = pathlib.Path(os.environ.get("HEAPTOLL_TEST_DATA", SOURCE.parent / "shared" / "data"))


def skip(why: str) -> None:
    print(f"SKIP: {why}")
    sys.exit(SKIP)


def need(*paths: pathlib.Path) -> None:
    for path in paths:
        if not path.exists():
            skip(f"{path.name} is absent beside the checkout")


def heaptoll(*words: str) -> dict:
    """JSON of a command; raises with what it said when it fails."""
    run = subprocess.run([sys.argv[1], *words, "--format", "json", "-q"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"heaptoll {' '.join(words)}: exit {run.returncode}: {run.stderr.strip()[:300]}")
    return json.loads(run.stdout)


def finish(checked: int, wrong: list[str], what: str) -> None:
    for line in wrong[:40]:
        print(line)
    print(f"{checked - len(wrong)} of {checked} {what} agree")
    if checked == 0:
        skip("nothing to compare")
    sys.exit(1 if wrong else 0)

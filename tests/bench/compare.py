#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures whole processes: Heaptoll and its peers on the same large files, turn and turn about.

    compare.py FOLDER [--heaptoll PATH] [--runs N] [--peer-runs N] [--only TEXT] [--json FILE] [--strict]
    compare.py --self-test

FOLDER is what make_large.sh filled. Prints three Markdown tables: the runs (wall time as median, smallest and largest,
processor time, largest resident set, as the kernel counts them for the process and its children, and the ratio to
Heaptoll: above 1 the peer takes longer), the time from SIGINT to the end of Heaptoll, and the goals with what was
measured. Absolute times move between machines and hours; quote ratios of one run. Each file is read once beforehand, so
that no program pays for the disk. Files and peers that are not there are named as skipped. Exit 1 if Heaptoll fails on a
file, or with --strict if a goal is missed or could not be measured.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ_STEP = 1 << 22
CANCEL_SHARES = (0.2, 0.5, 0.8)  # of the median wall time: while reading, and while adding up
CLEAN_EXITS = (130, 0)  # interrupted; or done before it took notice

GOAL_HEAPTRACK = 6.0  # times heaptrack_print
GOAL_PPROF = 15.0  # times go tool pprof -top
GOAL_JEMALLOC = 30.0  # times jeprof
GOAL_MASSIF = 5.0  # times ms_print
GOAL_TRACEMALLOC = 8.0  # times CPython's own load() and statistics()
GOAL_FOCUS_MB_S = 200.0  # 10^6 bytes of text a second
GOAL_MAX_RSS = 1536 << 20  # bytes
GOAL_CANCEL_S = 0.5

DUCKDB = """import sys, duckdb
source = "read_csv('" + sys.argv[1].replace("'", "''") + "')"
if sys.argv[2] == "load":
    duckdb.sql("create table costs as select * from " + source)
    source = "costs"
print(duckdb.sql("select ServiceName, sum(BilledCost) from " + source + " group by all order by 2 desc").fetchall())
"""
TOP = ["{heaptoll}", "top", "{file}", "--limit", "20", "--quiet"]
HEAPTRACK = {"heaptrack_print": ["heaptrack_print", "{file}"], "zstd -dc": ["zstd", "-dc", "{file}"]}
JEPROF = {"jeprof --text": ["jeprof", "--text", "{program}", "{file}"]}
PPROF = {"go tool pprof -top": ["go", "tool", "pprof", "-top", "-nodecount=20", "{file}"]}


TRACEMALLOC = """import sys, tracemalloc
for row in tracemalloc.Snapshot.load(sys.argv[1]).statistics(sys.argv[2])[:20]:
    print(row)
"""


@dataclass
class Case:
    title: str
    files: list  # names it may have: of make_large.sh first
    ours: list
    peers: dict
    rival: str = ""  # the peer of the goal
    goal: float = 0  # times faster than the rival
    text_rate: float = 0  # MB/s


CASES = [
    Case("heaptrack, python", ["heaptrack.python-churn.zst"], TOP, HEAPTRACK, "heaptrack_print", GOAL_HEAPTRACK),
    Case("heaptrack, perl", ["heaptrack.perl-orders.zst", "heaptrack.perl-loop.zst"], TOP, HEAPTRACK,
         "heaptrack_print", GOAL_HEAPTRACK),
    Case("pprof, 1 M blocks", ["heap-paths.pb.gz", "heap-1M.pb.gz"], TOP, PPROF, "go tool pprof -top", GOAL_PPROF),
    Case("pprof, random stacks", ["random.pb.gz"], TOP, PPROF, "go tool pprof -top", GOAL_PPROF),
    Case("jemalloc, 170,000 stacks", ["jemalloc.many-stacks.heap"], TOP, JEPROF, "jeprof --text", GOAL_JEMALLOC),
    Case("Massif", ["big.massif.out"], TOP, {"ms_print": ["ms_print", "{file}"]}, "ms_print", GOAL_MASSIF),
    Case("tracemalloc", ["big.tracemalloc"], TOP,
         {"CPython, lines": ["python3", "-c", TRACEMALLOC, "{file}", "lineno"],
          "CPython, stacks": ["python3", "-c", TRACEMALLOC, "{file}", "traceback"]}, "CPython, lines", GOAL_TRACEMALLOC),
    Case("FOCUS", ["focus.csv"], ["{heaptoll}", "cost", "{file}", "--by", "service", "--quiet"],
         {"DuckDB, two columns": ["{duckdb}", "-c", DUCKDB, "{file}", "scan"],
          "DuckDB, all columns": ["{duckdb}", "-c", DUCKDB, "{file}", "load"]}, text_rate=GOAL_FOCUS_MB_S),
]


@dataclass
class Run:
    wall: float
    cpu: float
    max_rss: int  # bytes
    status: int
    message: str = ""


@dataclass
class Program:
    name: str
    command: list
    runs: list = field(default_factory=list)
    skipped: str = ""  # why it was not run

    @property
    def wall(self):
        return statistics.median(run.wall for run in self.runs)

    @property
    def failure(self):
        return next((run for run in self.runs if run.status != 0), None)

    @property
    def is_measured(self):
        return bool(self.runs) and not self.failure


@dataclass
class Result:
    case: Case
    path: Path
    programs: list
    cancels: list = field(default_factory=list)  # (seconds after the start, seconds to the end, exit code)

    @property
    def ours(self):
        return self.programs[0]

    @property
    def rival(self):
        return next((program for program in self.programs if program.name == self.case.rival), None)


def measure(command, environment=None):
    """Runs a command once, its output thrown away. ru_maxrss is in KiB on Linux."""
    with open(os.devnull, "r+b") as null:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=null, stdout=null, stderr=subprocess.PIPE, env=environment)
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode,
               message.decode(errors="replace").strip()[-400:])


def interrupt(command, after, environment=None):
    """Seconds from SIGINT to the end of the process, and its exit code; None when it ended before."""
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, env=environment)
        try:
            process.wait(after)
            return None
        except subprocess.TimeoutExpired:
            begin = time.perf_counter()
            process.send_signal(signal.SIGINT)
            process.wait()
            return time.perf_counter() - begin, process.returncode


def warm(path):
    with path.open("rb", buffering=0) as stream:
        while stream.read(READ_STEP):
            pass


def has_duckdb(python):
    return subprocess.run([python, "-c", "import duckdb"], capture_output=True, check=False).returncode == 0


def make_program(name, template, path, tools):
    command = [part if part in (DUCKDB, TRACEMALLOC)
               else part.format(file=path, program=path.with_name("many_stacks"), **tools) for part in template]
    program = Program(name, command)
    if template[0] == "{duckdb}":
        if not has_duckdb(command[0]):
            program.skipped = f"{command[0]} has no module duckdb (--duckdb-python PATH)"
    elif not shutil.which(command[0]):
        program.skipped = f"{command[0]} is not installed"
    return program


def compare(case, path, tools, arguments, environment):
    programs = [make_program("heaptoll " + case.ours[1], case.ours, path, tools)]
    programs += [make_program(name, template, path, tools) for name, template in case.peers.items()]
    warm(path)
    for turn in range(max(arguments.runs, arguments.peer_runs)):
        for program in programs:
            turns = arguments.runs if program is programs[0] else arguments.peer_runs
            if turn < turns and not program.skipped and not program.failure:
                program.runs.append(measure(program.command, environment))
                print(f"{path.name}: {program.name}: {program.runs[-1].wall:.2f} s", file=sys.stderr, flush=True)
    for program in programs[1:]:
        if not program.runs and not program.skipped:
            program.skipped = "--peer-runs 0"
    result = Result(case, path, programs)
    if result.ours.is_measured:
        for share in CANCEL_SHARES:
            after = share * result.ours.wall
            ended = interrupt(result.ours.command, after, environment)
            if ended:
                result.cancels.append((after, *ended))
    return result


def resident(runs, floor):
    """A child starts as a copy of this script, so the kernel never reports less than that."""
    largest = max(run.max_rss for run in runs)
    return f"< {floor / 2**20:.0f}" if largest <= floor * 1.05 else f"{largest / 2**20:.0f}"


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def print_runs(results):
    floor = measure(["true"]).max_rss
    row("input", "MB", "program", "runs", "wall s", "range", "CPU s", "max RSS MiB", "MB/s", "wall / heaptoll")
    row("---", "--:", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
    for result in results:
        megabytes = result.path.stat().st_size / 1e6
        for program in result.programs:
            start = [result.path.name, f"{megabytes:.1f}", program.name]
            if program.skipped:
                row(*start, "skipped: " + program.skipped, *["—"] * 6)
            elif program.failure:
                row(*start, f"exit {program.failure.status}", *["—"] * 6)
            else:
                walls = [run.wall for run in program.runs]
                row(*start, str(len(walls)), f"{program.wall:.2f}", f"{min(walls):.2f}..{max(walls):.2f}",
                    f"{statistics.median(run.cpu for run in program.runs):.2f}", resident(program.runs, floor),
                    f"{megabytes / program.wall:.0f}",
                    f"{program.wall / result.ours.wall:.2f}" if result.ours.is_measured else "—")


def print_cancels(results):
    row("input", "SIGINT after s", "exit after s", "exit code")
    row("---", "--:", "--:", "--:")
    for result in results:
        for after, seconds, status in result.cancels:
            row(result.path.name, f"{after:.2f}", f"{seconds:.3f}", str(status))


def goals(result):
    """(goal, wanted, measured, met) of one input; measured and met are None when it could not be measured."""
    case, ours, rival = result.case, result.ours, result.rival
    if case.goal:
        ratio = rival.wall / ours.wall if ours.is_measured and rival and rival.is_measured else None
        yield f"faster than {case.rival}", f">= {case.goal:.0f} x", ratio and f"{ratio:.1f} x", ratio and ratio >= case.goal
    if case.text_rate:
        rate = result.path.stat().st_size / 1e6 / ours.wall if ours.is_measured else None
        yield "text", f">= {case.text_rate:.0f} MB/s", rate and f"{rate:.0f} MB/s", rate and rate >= case.text_rate
    rss = max(run.max_rss for run in ours.runs) if ours.is_measured else None
    yield ("memory", f"<= {GOAL_MAX_RSS / 2**20:.0f} MiB", rss and f"{rss / 2**20:.0f} MiB",
           rss and rss <= GOAL_MAX_RSS)
    slowest = max((seconds for _, seconds, _ in result.cancels), default=None)
    clean = all(status in CLEAN_EXITS for _, _, status in result.cancels)
    yield ("cancelling", f"<= {GOAL_CANCEL_S} s",
           slowest and f"{slowest:.3f} s" + ("" if clean else ", other exit codes"),
           slowest and clean and slowest <= GOAL_CANCEL_S)


def print_goals(results):
    """Returns whether all goals are met."""
    good = True
    row("input", "goal", "wanted", "measured", "met")
    row("---", "---", "--:", "--:", "---")
    for result in results:
        for goal, wanted, measured, met in goals(result):
            row(result.path.name, goal, wanted, measured or "—", "not measured" if met is None else "yes" if met else "NO")
            good = good and bool(met)
    return good


def describe(results):
    return [{"input": result.path.name, "bytes": result.path.stat().st_size, "program": program.name,
             "skipped": program.skipped, "wall": [run.wall for run in program.runs],
             "cpu": [run.cpu for run in program.runs], "maxRss": [run.max_rss for run in program.runs],
             "status": [run.status for run in program.runs],
             "cancels": result.cancels if program is result.ours else []}
            for result in results for program in result.programs]


def self_test():
    """The clock and the kernel's accounting see what a known program does."""
    hungry = measure([sys.executable, "-c", "import time; block = bytes(64 << 20); time.sleep(0.2)"])
    # bytes() is lazily zeroed memory; writing is what makes it resident.
    greedy = measure([sys.executable, "-c", "block = bytearray(b'x') * (64 << 20)"])
    failing = measure([sys.executable, "-c", "import sys; sys.exit('reason')"])
    stubborn = interrupt([sys.executable, "-c", "import signal, sys, time\n"
                          "signal.signal(signal.SIGINT, lambda *_: (time.sleep(0.3), sys.exit(130)))\n"
                          "while True: time.sleep(1)"], 1.5)
    ours, rival = Program("heaptoll top", [], [Run(2.0, 2.0, 2 << 30, 0)]), Program("peer", [], [Run(11.0, 1, 1, 0)])
    judged = {goal: met for goal, _, _, met in goals(
        Result(Case("", [], [], {}, "peer", 6.0), Path(__file__), [ours, rival], [(1.0, 0.2, 130), (1.0, 0.7, 0)]))}
    absent = {goal: met for goal, _, _, met in goals(
        Result(Case("", [], [], {}, "peer", 6.0), Path(__file__), [ours, Program("peer", [], skipped="not there")]))}
    checks = {
        "wall covers the sleep": 0.2 <= hungry.wall < 30,
        "CPU does not": hungry.cpu < hungry.wall,
        "resident memory is counted in bytes": 64 << 20 <= greedy.max_rss < 512 << 20,
        "a failure is seen, with its words": failing.status == 1 and "reason" in failing.message,
        "the end after SIGINT is timed": stubborn is not None and 0.3 <= stubborn[0] < 30 and stubborn[1] == 130,
        "what ended before is no cancelling": interrupt([sys.executable, "-c", ""], 30) is None,
        "missed goals are missed": list(judged.values()) == [False, False, False],
        "dying of the signal is no clean end": not dict((goal, met) for goal, _, _, met in goals(
            Result(Case("", [], [], {}), Path(__file__), [ours], [(1.0, 0.1, -2)])))["cancelling"],
        "a peer that is not there meets no goal": absent["faster than peer"] is None and absent["cancelling"] is None,
    }
    for what, good in checks.items():
        print(("ok   " if good else "FAIL ") + what)
    return 0 if all(checks.values()) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--heaptoll", type=Path, default=ROOT / "build/release/bin/heaptoll")
    parser.add_argument("--duckdb-python", default=sys.executable, help="an interpreter that has the module duckdb")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer-runs", type=int, default=3, help="peers take a minute each; they run in the first turns")
    parser.add_argument("--only", default="", help="inputs whose name contains this")
    parser.add_argument("--json", type=Path, help="also write every single run there")
    parser.add_argument("--strict", action="store_true", help="exit 1 unless every goal was measured and met")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if not arguments.self_test and arguments.folder is None:
        parser.error("FOLDER is missing")
    if not arguments.self_test and not arguments.heaptoll.is_file():
        parser.error(f"{arguments.heaptoll} does not exist; build the release preset")
    if arguments.runs < 1 or arguments.peer_runs < 0:
        parser.error("at least one run is needed")
    return arguments


def main():
    arguments = parse_arguments()
    if arguments.self_test:
        return self_test()
    heaptoll = arguments.heaptoll.resolve()
    environment = {"HEAPTOLL_PLUGIN_PATH": str(heaptoll.parents[1] / "lib/heaptoll/importers"), **os.environ}
    tools = {"heaptoll": heaptoll, "duckdb": arguments.duckdb_python}
    results = []
    for case in CASES:
        path = next((arguments.folder / name for name in case.files if (arguments.folder / name).is_file()), None)
        if path is None:
            print(f"skipped: {case.title}: {case.files[0]} is not in {arguments.folder}; see make_large.sh\n")
        elif arguments.only in path.name:
            results.append(compare(case, path, tools, arguments, environment))
    if not results:
        print("nothing to measure", file=sys.stderr)
        return 2
    print_runs(results)
    print()
    print_cancels(results)
    print()
    good = print_goals(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(describe(results), indent=2) + "\n", encoding="utf-8")
    failures = [result for result in results if result.ours.failure]
    for result in failures:
        failure = result.ours.failure
        print(f"heaptoll failed on {result.path.name}, exit {failure.status}: {failure.message}", file=sys.stderr)
    return 1 if failures or (arguments.strict and not good) else 0


if __name__ == "__main__":
    sys.exit(main())

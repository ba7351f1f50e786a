"""The command: `python -m benchmarks` and `gradstudio bench` take the same words."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import peers
from benchmarks.paired import FULL, QUICK
from benchmarks.report import markdown, terminal
from benchmarks.results_file import write_rest
from benchmarks.suite import measure_all
from benchmarks.workloads import chosen


def run(
    json_file: str | None = None,
    only: str = "",
    peer_names: str | None = None,
    quick: bool = False,
    write_results: bool = False,
    small: bool = False,
) -> None:
    """Measure and print. Raises ValueError, in one line, for a workload or peer that does not exist.

    only, peer_names: words with commas between them. small: the tests' data.
    """
    workloads = chosen(_words(only))
    here, missing = peers.found(None if peer_names is None else _words(peer_names))
    results = measure_all(workloads, here, missing, QUICK if quick else FULL, _say, small)
    if json_file is not None:
        text = json.dumps(results, indent=1)
        if json_file == "-":
            print(text)
        else:
            Path(json_file).write_text(text + "\n", encoding="utf-8")
    if json_file != "-":
        print(terminal(results))
    if write_results:
        write_rest(markdown(results), kept=("The picture",))


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Parse, run; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the tape beside other libraries and hand-written NumPy."
    )
    parser.add_argument("--json", metavar="OUT", help="write all results to this file, - for here")
    parser.add_argument("--only", default="", metavar="NAMES", help="workloads: w01,w04-f32")
    parser.add_argument("--peers", default=None, metavar="NAMES", help="torch,tensorflow,jax,autograd, or none")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--write-results", action="store_true", help="write benchmarks/RESULTS.md")
    parser.add_argument("--small", action="store_true", help="the tests' data: tries the suite, measures nothing")
    given = parser.parse_args(arguments)
    try:
        run(given.json, given.only, given.peers, given.quick, given.write_results, given.small)
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    return 0

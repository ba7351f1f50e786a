"""`python -m benchmarks.picture`: measure the picture at several sizes, print a table, and write it down."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.picture.report import markdown, terminal
from benchmarks.picture.tapes import TAPES
from benchmarks.results_file import write_part

SIZES = (300, 1_000, 3_000, 10_000, 100_000)
_SECONDS = 900


def main(arguments: list[str]) -> int:
    """Parse, measure; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.picture", description=__doc__)
    parser.add_argument("--json", metavar="OUT", help="write all numbers to this file, - for here")
    parser.add_argument("--only", default=",".join(TAPES), metavar="NAMES", help="tapes: mlp,rnn,chain,fan,skip")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), metavar="OPS", help="300,1000")
    parser.add_argument("--write-results", action="store_true", help="write the part of benchmarks/RESULTS.md")
    parser.add_argument("--one", nargs=2, metavar=("TAPE", "OPS"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        from benchmarks.picture.measure import measure

        print(json.dumps(measure(given.one[0], int(given.one[1]))))
        return 0
    names, sizes = given.only.split(","), [int(word) for word in given.sizes.split(",")]
    unknown = [name for name in names if name not in TAPES]
    if unknown:
        print(f"benchmarks.picture: there is no tape {unknown[0]!r}: use {', '.join(TAPES)}", file=sys.stderr)
        return 2
    found = [_measured(name, ops) for ops in sizes for name in names]
    if given.json == "-":
        print(json.dumps(found, indent=1))
        return 0
    if given.json:
        Path(given.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(terminal(found))
    if given.write_results:
        write_part("The picture", markdown(found))
    return 0


def _measured(name: str, ops: int) -> dict[str, Any]:
    """What a process of its own measures; an "error" in its place if it fails."""
    print(f"{name} {ops:,}", file=sys.stderr, flush=True)
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, "-m", "benchmarks.picture", "--one", name, str(ops)]
    try:
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        return {"tape": name, "ops": ops, "error": f"not done within {_SECONDS} s"}
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        return {"tape": name, "ops": ops, "error": last[0][:200]}
    measured: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return measured


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

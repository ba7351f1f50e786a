"""The corpus of hostile, broken and honest files through the real command, watched from outside.

    python -m benchmarks.safety [--only WORD] [--kind attack] [--jobs 2] [--through run|check|export|report|open]

Every case stands in a folder of its own with secrets beside it and at home. What is judged: files written, secrets
read, time, memory of all processes together, processes left over, death by a signal, output without end, words of a
traceback, and the verdict with its one line. Works on Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 25.0  # seconds after which a case is ended from here
HANG, BROKEN_TAKES = 20.0, 5.0
RESIDENT = 4 << 30
FLOOD = 64 << 20  # bytes of output that nobody wants
WAYS = {
    "run": ["run", "--json", "-"], "check": ["check"], "export": ["export", "--to", "@TO@.svg"],
    "report": ["report", "--to", "@TO@.html"], "open": ["open"],
}  # fmt: skip
_TRACEBACK = re.compile(rb'Traceback \(most recent|File "/[^"]*\.py", line|Fatal Python error|Segmentation fault')


@dataclass
class Outcome:
    """What one case came to."""

    name: str
    kind: str
    verdict: str = ""
    seconds: float = 0.0
    peak: int = 0
    unsafe: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    second_choice: bool = False
    line: str = ""


def corpus() -> tuple[Any, Any]:
    """The cases, and what puts one into a folder; they lie with the tests."""
    sys.path.insert(0, str(ROOT / "tests" / "safety"))
    cases = importlib.import_module("cases")
    return cases.CASES, cases.place


def attempt(case: Any, place: Any, way: str, seconds: float | None) -> Outcome:
    """Run one case through the command and judge it."""
    outcome = Outcome(case.name, case.kind)
    root = Path(tempfile.mkdtemp(prefix="safety-"))
    try:
        where = place(case, root / "files")
        before = _snapshot(root / "files")
        streams = root / "out.bin", root / "err.bin"
        status = _watched(_command(where, way, seconds, root), where, streams, outcome)
        out, err = (stream.read_bytes() for stream in streams)
        _judge_files(before, _snapshot(root / "files"), where, outcome)
        written = root / "to.svg" if way == "export" else root / "to.html" if way == "report" else None
        made = written.read_bytes() if written is not None and written.exists() else b""
        _judge_output(case, where, out + err + made, err, status, outcome)
        if way == "run":
            _judge_verdict(case, status, out, err, outcome)
        elif made:
            _judge_export(made, outcome)
        outcome.unsafe += [] if status in (0, 1, 2) or outcome.unsafe else [f"exit status {status}"]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return outcome


def _command(where: Any, way: str, seconds: float | None, root: Path) -> list[str]:
    words = [word.replace("@TO@", str(root / "to")) for word in WAYS[way]]
    limit = ["--seconds", str(seconds)] if seconds is not None and way in ("run", "export", "report") else []
    return [sys.executable, "-P", "-m", "gradstudio", *words, *limit, str(where.file)]


def _watched(command: list[str], where: Any, streams: tuple[Path, Path], outcome: Outcome) -> int:
    environment = {
        "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(where.home), "TMPDIR": str(where.temporary),
        "GRADSTUDIO_CONFIG": str(where.home / "state"), "GRADSTUDIO_STATE": str(where.home / "state"),
        "LC_ALL": "C.UTF-8", "SECRET_TOKEN": where.token, "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    start = time.monotonic()
    with streams[0].open("wb") as out, streams[1].open("wb") as err:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=where.file.parent,
            start_new_session=True, preexec_fn=_limits,
        )  # fmt: skip
        while child.poll() is None:
            outcome.peak = max(outcome.peak, sum(_resident(pid) for pid in _session(child.pid)))
            size = sum(stream.stat().st_size for stream in streams)
            seconds = time.monotonic() - start
            ends = seconds > LONGEST, outcome.peak > 2 * RESIDENT, size > FLOOD
            if any(ends):
                outcome.unsafe.append(f"ended from outside after {seconds:.0f} s, {size >> 20} MiB of output")
                break
            time.sleep(0.03)
        outcome.seconds = time.monotonic() - start
        if child.poll() is None:
            _end(child.pid)
        status = child.wait()
    _judge_rest(child.pid, status, outcome)
    return status


def _judge_rest(pid: int, status: int, outcome: Outcome) -> None:
    if status < 0 and not outcome.unsafe:
        outcome.unsafe.append(f"died by {signal.Signals(-status).name}")
    left = _session(pid)
    patience = time.monotonic() + 1.0
    while left and time.monotonic() < patience:
        time.sleep(0.05)
        left = _session(pid)
    if left:
        outcome.unsafe.append(f"{len(left)} processes left over")
        _end(pid)
    if outcome.peak > RESIDENT:
        outcome.unsafe.append(f"held {outcome.peak / 2**30:.1f} GiB")
    if outcome.seconds > HANG:
        outcome.unsafe.append(f"took {outcome.seconds:.0f} s")


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _session(leader: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208  (many times a second)
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == leader and fields[0] != "Z":
                    found.append(int(entry))
    return found


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _end(leader: int) -> None:
    for pid in _session(leader):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


# judging


def _snapshot(root: Path) -> dict[str, str]:
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            size = path.stat().st_size
            body = hashlib.sha256(path.read_bytes()).hexdigest() if size < 64 << 20 else ""
            found[name] = f"{size} {path.stat().st_mtime_ns} {body}"
        else:
            found[name] = "other"
    return found


def _judge_files(before: dict[str, str], after: dict[str, str], where: Any, outcome: Outcome) -> None:
    for name in before.keys() | after.keys():
        if before.get(name) == after.get(name) or name.startswith("home/state"):
            continue
        if name.startswith("out/work/gradstudio-output") or name in ("out/work", "home", "tmp"):
            continue  # where `open` says that it writes
        what = "wrote" if name not in before else "removed" if name not in after else "changed"
        outcome.unsafe.append(f"{what} {name}")


def _judge_output(case: Any, where: Any, everything: bytes, err: bytes, status: int, outcome: Outcome) -> None:
    if where.token.encode() in everything or str(int(where.token[:6], 16)).encode() in everything:
        outcome.unsafe.append("told a secret")
    if b"root:x:0:0" in everything:
        outcome.unsafe.append("told /etc/passwd")
    if "imitated" not in case.name and _TRACEBACK.search(everything):
        outcome.wrong.append("a traceback")
    if len(everything) > FLOOD:
        outcome.unsafe.append(f"{len(everything) >> 20} MiB of output")
    if len(err) > (3 << 20):
        outcome.wrong.append(f"{len(err) >> 20} MiB on the error stream")


def _judge_export(made: bytes, outcome: Outcome) -> None:
    text = made.decode("utf-8", "replace")
    if any(word in text for word in ("<script>alert", "<img src=file", "<img src=x")):
        outcome.unsafe.append("wrote markup of the file into the output")
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        outcome.wrong.append("control characters in the output")


def _judge_verdict(case: Any, status: int, out: bytes, err: bytes, outcome: Outcome) -> None:
    result: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        result = json.loads(out, parse_constant=lambda word: f"bad {word}")
    starts = (f"{case.file}:".encode(), b"gradstudio: ")
    lines = [line for line in err.split(b"\n") if line.startswith(starts)]
    said = [line.decode("utf-8", "replace") for line in lines if b": warning: " not in line and b": note: " not in line]
    outcome.line = said[0][:300] if said else ""
    outcome.verdict = result.get("status", "") or ("refused" if status == 2 and said else "nothing")
    outcome.second_choice = outcome.verdict != case.expects[0]
    judging = importlib.import_module("judging")
    outcome.wrong += judging.deviations(case, outcome.verdict, said, result.get("values", {}), status != 2)
    if (outcome.verdict == "ok") != (status == 0):
        outcome.wrong.append(f"{outcome.verdict} with exit status {status}")
    if case.kind == "honest" and any("trust" in str(p).lower() for p in result.get("problems", ())):
        outcome.wrong.append("asked for trust")
    if case.kind == "broken" and outcome.seconds > BROKEN_TAKES:
        outcome.wrong.append(f"took {outcome.seconds:.1f} s")


# the command


def main(arguments: list[str]) -> int:
    """Run the corpus; the exit status is 0 only if nothing was unsafe and no verdict wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.safety", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", default="", help="cases with this word in their name")
    parser.add_argument("--kind", default="", help="attack, broken or honest")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--through", default="run", choices=sorted(WAYS))
    parser.add_argument("--seconds", type=float, default=None, help="the run's limit [default: the command's own]")
    parser.add_argument("--quick", action="store_true", help="leave out what runs into the clock")
    parser.add_argument("--every", type=int, default=1, help="only every n-th case")
    parser.add_argument("--json", default="", metavar="OUT", help="write every outcome to this file")
    chosen = parser.parse_args(arguments)
    cases, place = corpus()
    cases = [case for case in cases if chosen.only in case.name and chosen.kind in case.kind]
    cases = [case for case in cases if not (chosen.quick and case.is_slow)][:: chosen.every]
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(chosen.jobs) as pool:
        waiting = [pool.submit(attempt, case, place, chosen.through, chosen.seconds) for case in cases]
        for done in as_completed(waiting):
            outcome = done.result()
            outcomes.append(outcome)
            for what in (*(f"UNSAFE {u}" for u in outcome.unsafe), *(f"wrong  {w}" for w in outcome.wrong)):
                print(f"{outcome.kind:7} {outcome.name:60.60} {what}   [{outcome.line[:110]}]", flush=True)
    if chosen.json:
        Path(chosen.json).write_text(json.dumps([vars(o) for o in outcomes], indent=1), encoding="utf-8")
    print(_totals(outcomes))
    return 1 if any(o.unsafe or o.wrong for o in outcomes) else 0


def _totals(outcomes: list[Outcome]) -> str:
    lines = [""]
    for kind in ("attack", "broken", "honest"):
        some = [o for o in outcomes if o.kind == kind]
        if some:
            verdicts = ", ".join(
                f"{count} {verdict}" for verdict, count in Counter(o.verdict for o in some).most_common()
            )
            lines.append(
                f"{kind:7} {len(some):5} cases, {sum(bool(o.unsafe) for o in some)} unsafe, "
                f"{sum(bool(o.wrong) for o in some)} with a wrong verdict or line ({verdicts}); slowest "
                f"{max(o.seconds for o in some):.1f} s, largest {max(o.peak for o in some) / 2**30:.2f} GiB, "
                f"{sum(o.second_choice for o in some)} second choices"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What is left when the program is killed while somebody types or saves.

Run: python -m benchmarks.kills [--editing N] [--saving N] [--windows N] [--json OUT]. Each kill is a process of its own
that types (10 to 20 changes a second) or saves without pause, ended by SIGKILL at a random moment. Afterwards the file
must be whole, with the old or the new bytes, and what can be recovered must be what had been typed at most two seconds
before. Windows are the real one, without a display, with keys pressed in it. POSIX only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.typist import TEXT, edit_for_ever, save_for_ever
from gradstudio.studio.recovery.offers import find

ALLOWED = 2.0
"""Seconds of typing that may be lost."""

_AT_ONCE = 4
_CHILDREN = {"editing": (edit_for_ever, 4.0), "saving": (save_for_ever, 0.8)}


@dataclass
class Killed:
    """What was left of one process."""

    kind: str
    seed: int
    typed: int  # texts that were noted
    lost: float  # seconds of typing that cannot be recovered
    is_whole: bool  # whether the file has old or new bytes
    halves: int  # temporary files left beside it
    why: str = ""  # what is wrong; "" for nothing

    @property
    def is_good(self) -> bool:
        return not self.why and self.is_whole and self.lost <= ALLOWED


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind, usual in (("editing", 20), ("saving", 20), ("windows", 0)):
        words.add_argument(f"--{kind}", type=int, default=usual)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--json", default="")
    given = words.parse_args()
    found: list[Killed] = []
    for kind in ("editing", "saving"):
        seeds = range(given.seed, given.seed + getattr(given, kind))
        for start in range(0, len(seeds), _AT_ONCE):
            found += _kill_some(kind, seeds[start : start + _AT_ONCE])
    found += [_kill_window(given.seed + k) for k in range(given.windows)]
    for kind in ("editing", "saving", "windows"):
        some = [each for each in found if each.kind == kind]
        if some:
            print(_in_words(kind, some))
    for each in found:
        if not each.is_good:
            print(f"{each.kind} {each.seed}: {each.why or f'lost {each.lost:.2f} s'}")
    if given.json:
        Path(given.json).write_text(json.dumps([asdict(each) for each in found], indent=1))
    return 0 if all(each.is_good for each in found) else 1


def _in_words(kind: str, some: list[Killed]) -> str:
    lost = sorted(each.lost for each in some)
    return (
        f"{kind}: {len(some)} kills, {sum(each.is_good for each in some)} good; "
        f"{sum(each.is_whole for each in some)} files whole; {sum(each.typed for each in some):,} texts; "
        f"lost at most {lost[-1]:.2f} s, median {lost[len(lost) // 2]:.2f} s; "
        f"{sum(each.halves for each in some)} temporary files left"
    )


def _kill_some(kind: str, seeds: range) -> list[Killed]:
    """Processes beside each other, each forked off this one, which has no threads yet."""
    act, longest = _CHILDREN[kind]
    running = []
    for seed in seeds:
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        (folder / "a.grad").write_text(TEXT)
        pid = os.fork()
        if not pid:
            try:
                act(folder, seed)
            finally:
                os._exit(1)
        moment = time.monotonic() + random.Random(seed + 1).uniform(0.05, longest)
        running.append((seed, folder, pid, moment))
    ended = {}
    for seed, _, pid, moment in sorted(running, key=lambda each: each[3]):
        time.sleep(max(0.0, moment - time.monotonic()))
        ended[seed] = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            ended[seed] = 0.0
    return [_look(kind, seed, folder, ended[seed]) for seed, folder, _, _ in running]


def _kill_window(seed: int) -> Killed:
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    (folder / "a.grad").write_text(TEXT)
    command = [sys.executable, "-m", "benchmarks.typing_window", str(folder), str(seed)]
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "GRADSTUDIO_STATE": str(folder / "state"),
        "GRADSTUDIO_CONFIG": str(folder / "config"),
    }
    program = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (folder / "log").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(random.Random(seed).uniform(0.1, 5.0))
    moment = time.monotonic()
    program.kill()
    program.wait()
    return _look("windows", seed, folder, moment)


def _look(kind: str, seed: int, folder: Path, moment: float) -> Killed:
    """What is left in a folder of a process that was killed at a moment (0 if it had ended by itself)."""
    log = folder / "log"
    rows = [row.split() for row in log.read_text().splitlines()] if log.exists() else []
    texts = [(float(at), hash) for at, of, hash in rows if of == "text"]
    files = [hash for _, of, hash in rows if of == "file"]
    data = (folder / "a.grad").read_bytes()
    is_whole = _hash(data) in [_hash(TEXT.encode()), *files][-2:]
    halves = len([path for path in folder.iterdir() if path.name.startswith(".a.grad")])
    found = find(folder / "state" / "recovery")
    why = "" if moment else "it ended by itself"
    if found.aside or len(found.offers) > 1:
        why = f"{len(found.offers)} offers, {len(found.aside)} unreadable"
    has = found.offers[0].recovered.text.encode("utf-8", "surrogatepass") if found.offers else data
    for offer in found.offers:
        offer.withdraw()
    if not why and _hash(has) not in [_hash(TEXT.encode()), _hash(b""), *(hash for _, hash in texts)]:
        why = "a text that nobody typed"
    if not why:
        shutil.rmtree(folder)
    return Killed(kind, seed, len(texts), _lost(texts, _hash(has), moment), is_whole, halves, why)


def _lost(texts: list[tuple[float, str]], has: str, moment: float) -> float:
    """Seconds from the first change that is not in what was recovered to the end."""
    for number in range(len(texts) - 1, -1, -1):
        if texts[number][1] == has:
            return moment - texts[number + 1][0] if number + 1 < len(texts) else 0.0
    return moment - texts[0][0] if texts else 0.0


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main())

"""What a long day costs the window's side, and how soon it works again when a worker falls.

python -m benchmarks.endurance --runs 2000    # memory after 1 %, 10 % and all of the runs; twenty times each fault
python -m benchmarks.endurance --window 100000 --seconds 900    # the same of the window, for so long at most
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gradstudio.worker import start
from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Limits, Reply
from gradstudio.worker.process import Process

PROGRAM = (
    "x = 2.0\nv = [1.0, 2.0, 3.0]\nfor i in range(10):\n    x = tanh(x) * {}.0\ny = sum(v * v) * x\nprint('done')\n"
)
GOOD = "x = 2.0\ny = x * x\n"

_HOSTILE = """\
import sys; sys.path += {paths!r}
import ctypes, mmap, os, signal, threading, time
import gradstudio.worker.child as child
from gradstudio.worker.messages import *
honest = child.Runner.run
def run(self, request):
    if request.text.startswith("#!"):
        exec(request.text, dict(globals(), channel=self._channel, number=request.run))
    else:
        honest(self, request)
child.Runner.run = run
sys.exit(child.main(sys.argv[1:]))
"""
"""A worker that executes what begins with "#!" as Python, as if a program had got out."""

_SAY = "channel._write.write({}); channel._write.flush(); time.sleep(60)"
INSIDE = {
    "says what is no message": _SAY.format("b'\\x05' + bytes(7) + b'\\xc1abcd'"),
    "floods printed text": "while True: channel.send(Printed(number, 'x'))",
    "floods values": "while True: channel.send(Value(number, 0, -1, None))",
    "announces an endless message": _SAY.format("b'\\xff' * 8"),
    "crashes": "ctypes.string_at(0)",
    "leaves": "os._exit(0)",
    "grows past its memory": "held = []\nwhile True: held.append(bytearray(1 << 26))",
    "starts threads": "while True: threading.Thread(target=time.sleep, args=(60,)).start()",
    "stops itself": "signal.raise_signal(signal.SIGSTOP)",
}
OUTSIDE = {
    "killed while it runs": ("while True:\n    pass\n", signal.SIGKILL),
    "stopped while it runs": ("while True:\n    pass\n", signal.SIGSTOP),
    "killed while idle": ("", signal.SIGKILL),
    "stopped while idle": ("", signal.SIGSTOP),
}


class Window:
    """A client, and waiting for it; it keeps no message but the last end of a run."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._last: Finished | None = None
        self.client = Client(self._hear, Limits(seconds=20))

    def _hear(self, message: Reply) -> None:
        if isinstance(message, Finished):
            with self._news:
                self._last = message
                self._news.notify_all()

    def end(self, run: int) -> Finished:
        with self._news:
            assert self._news.wait_for(lambda: self._last is not None and self._last.run >= run, 60)
            assert self._last is not None
            return self._last

    def worker(self) -> Process:
        worker = self.client._pair.worker
        assert worker is not None
        return worker

    def settle(self) -> None:
        """Wait until worker and spare are ready."""
        pair = self.client._pair
        until(lambda: pair.worker is not None and pair.spare is not None and pair.spare.ready.is_set())


def until(condition: Callable[[], object]) -> None:
    pause = threading.Event()
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        pause.wait(0.005)


def held() -> str:
    """What this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    folders = len(list(Path(tempfile.gettempdir()).glob("gradstudio-*")))
    children = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return (
        f"{pages * os.sysconf('SC_PAGESIZE') / 2**20:8.1f} MiB  {threading.active_count():3} threads  "
        f"{len(list(Path('/proc/self/fd').iterdir())):3} files  {folders:3} folders  {len(children):2} children"
    )


def soak(runs: int) -> None:
    """Every third run only renews the one before, every hundredth is superseded, every thousandth is fetched from."""
    window = Window()
    window.settle()
    print(f"{0:8} runs  {held()}")
    marks = {max(1, runs // 100), max(1, runs // 10), runs // 2, runs}
    for number in range(1, runs + 1):
        if number % 100 == 0:
            window.client.run("while True:\n    pass\n")
        run = window.client.run(PROGRAM.format(number // 3 % 7 + 1) + f"z = {number}\n" * (number % 3 == 0))
        window.end(run)
        if number % 1000 == 0:
            window.client.fetch(0)
        if number in marks:
            print(f"{number:8} runs  {held()}", flush=True)
    window.client.close()
    print(f"   closed       {held()}")


def faults(times: int) -> None:
    """From the fault (for those from inside, from sending it) to the end of a good run after it."""
    start._START = _HOSTILE
    window = Window()
    table: dict[str, list[float]] = {}
    complaints: dict[str, str] = {}
    for _ in range(times):
        for name, code in INSIDE.items():
            window.settle()
            bad = window.client.run("#!\n" + code)
            found = window.end(bad)
            complaints[name] = found.problems[0].message
            since = time.monotonic()
            good = window.end(window.client.run(GOOD))
            assert good.status == "ok", (name, good.problems)
            table.setdefault(name, []).append(time.monotonic() - since)
        for name, (text, sign) in OUTSIDE.items():
            window.settle()
            if text:
                window.client.run(text)
                until(lambda: window.client._has_started)
            since = time.monotonic()
            victim = window.worker()
            os.kill(victim.pid, sign)
            until(lambda victim=victim: victim.vitals().state in ("T", "Z", ""))
            if text:
                complaints[name] = window.end(window.client._number).problems[0].message
            good = window.end(window.client.run(GOOD))
            assert good.status == "ok", (name, good.problems)
            table.setdefault(name, []).append(time.monotonic() - since)
    print(f"{'a worker ...':28} {'median':>8} {'worst':>8}  seconds to the next good result")
    for name, took in table.items():
        print(f"{name:28} {statistics.median(took):8.3f} {max(took):8.3f}  {complaints.get(name, '')[:90]}")
    print(held())
    window.client.close()


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m benchmarks.endurance", description=__doc__)
    words.add_argument("--runs", type=int, default=2000)
    words.add_argument("--faults", type=int, default=20, help="how often each fault (0: none)")
    words.add_argument("--window", type=int, default=0, help="runs in the real window, and nothing else")
    words.add_argument("--seconds", type=float, default=36000.0, help="how long they may take")
    said = words.parse_args()
    if sys.platform != "linux":
        sys.exit("this reads /proc")
    if said.window:
        from benchmarks.endurance_window import soak_window  # with Qt

        soak_window(said.window, said.seconds)
        return
    if said.runs:
        soak(said.runs)
    if said.faults:
        faults(said.faults)


if __name__ == "__main__":
    main()

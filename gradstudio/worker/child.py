"""The worker's own program: reads requests from one pipe, answers on another, and never touches anything else.

Started by start.py with main()'s arguments: role "run" executes programs without rights, role "draw" computes graphs
and layouts of large traces with our own code only, role "full" runs one program that a person has allowed full Python.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
import traceback
from collections import Counter
from io import FileIO
from typing import Any

import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.worker import drawer
from gradstudio.worker.channel import Channel, Printer
from gradstudio.worker.drawer import Drawer
from gradstudio.worker.lockdown import follow
from gradstudio.worker.messages import (
    Draw,
    Fetch,
    Finished,
    Printed,
    Ready,
    Renewed,
    Run,
    Started,
    Value,
)
from gradstudio.worker.shelf import Shelf
from gradstudio.worker.weight import PROBLEMS
from gradstudio.worker.whereabouts import Whereabouts

_RECURSION = 1000
_WARM = """\
x = 2.0
z = erf(x) + sum([1.0, 2.0])
for i in range(2):
    z = z * x
print(f"{z:.3f}", ones((2, 2)))
"""
"""Run once before the rights are dropped, so that everything a program needs is loaded."""
_VALUE = 64 << 20  # bytes of an array that the window is sent whole
_STACK = 256 << 20  # bytes; address space only, used as far as a program's calls go
_RECORD = 300  # bytes, about, of a record without its value
_ROOM = 384 << 20  # and what the C library sets aside for threads, used or not


class Runner:
    """Runs programs one after the other and remembers the last one's arrays."""

    def __init__(self, channel: Channel, whereabouts: Whereabouts) -> None:
        self._channel = channel
        self._shelf = Shelf(channel.ask)
        self._whereabouts = whereabouts
        self._recorder: Any = None
        self._run = -1
        self._last: tuple[Run, Any, str] | None = None  # a good run, what repeats it, and what it printed

    def run(self, request: Run) -> None:
        """Run one program and send how it ended."""
        is_done = False
        with contextlib.suppress(MemoryError):  # what is kept for it may take too much: then all is run anew
            is_done = self._repeated(request)
        if not is_done:
            self._execute(request)

    def _repeated(self, request: Run) -> bool:
        """Answer with the last program's run on another input, if the request is no more than that."""
        if self._last is None or request.want_values:
            return False
        before, repeat, printed = self._last
        if (before.limits.ops, before.limits.steps) != (request.limits.ops, request.limits.steps):
            return False
        start = time.perf_counter()
        gc.disable()
        try:
            found = repeat.again(request.text)
        finally:
            gc.enable()
        if found is None or not self._shelf.is_as_it_was(request.run):
            return False
        self._run = request.run
        if printed:
            self._channel.send(Printed(request.run, printed))
        seconds = time.perf_counter() - start
        return self._channel.send(
            Renewed(request.run, found.span, found.values, found.flows, seconds), request.limits.reply
        )

    def _execute(self, request: Run) -> None:
        """Execute a program and send Finished, whatever comes of it."""
        self._recorder = self._last = None
        start = time.perf_counter()
        gc.disable()
        self._whereabouts.start()
        try:
            self._tell(request, start)
        except MemoryError as error:
            span = self._place_of(error, request)
            self._recorder = None
            traceback.clear_frames(error.__traceback__)
            said = f"needs more memory than the limit of {request.limits.memory / 2**30:.3g} GiB"
            self._give_up(request, start, "memory", said, span)
        except Exception as error:  # ours: what the program did wrong is in its problems
            said = f"what the run gave cannot be shown ({type(error).__name__})"
            self._give_up(request, start, "error", said, self._place_of(error, request))
        finally:
            self._whereabouts.stop()
            gc.enable()
        if done_records(self._recorder) > 20_000:
            gc.collect()

    def _tell(self, request: Run, start: float) -> None:
        """Execute a program and send what came of it."""
        from gradstudio.language.plain_values import PlainValues

        limits = request.limits
        printer = Printer(self._channel, request.run, limits.printed)
        done = self._perform(request, printer)
        seconds = time.perf_counter() - start
        printer.flush()
        self._recorder, self._run = done.recorder, request.run
        trace = done.recorder.trace() if done.recorder is not None else None
        values: dict[str, object] = {}
        gradients: tuple[dict[str, object], ...] = ()
        if request.want_values:
            plain = PlainValues()
            values = plain.of(done.variables)
            if done.recorder is not None:
                gradients = tuple(plain.gradients(row) for row in done.recorder.gradients())
            done.problems += plain.note()
        problems = _told(done.problems)
        if self._channel.send(
            Finished(request.run, done.status, trace, problems, values, gradients, seconds), limits.reply
        ):
            self._keep(request, done, trace, printer)
        else:
            said = "what it recorded is too large to be shown"
            self._give_up(request, start, "limit", said, _heaviest(done.recorder))

    def _give_up(self, request: Run, start: float, kind: str, message: str, span: Span) -> None:
        """Send the end of a run of which there is nothing else to be said."""
        status = "error" if kind == "error" else "limited"
        problem = Problem("error", kind, message, span)
        self._channel.send(Finished(request.run, status, None, (problem,), seconds=time.perf_counter() - start))

    def _place_of(self, error: BaseException, request: Run) -> Span:
        """Where the program was when an error came up that it did not raise; else what was the most to tell of."""
        from gradstudio.language.diagnostics import place
        from gradstudio.language.program import FILENAME

        lines = request.text.split("\n")
        cause: BaseException | None = error
        try:
            while cause is not None:
                span = place(cause.__traceback__, FILENAME, lines)
                if span[0]:
                    return span
                cause = cause.__context__
            span = _heaviest(self._recorder)
        except MemoryError:
            span = NO_SPAN
        line = self._whereabouts.line
        return span if span[0] or not 0 < line <= len(lines) else (line, 0, line, len(lines[line - 1]))

    def _perform(self, request: Run, printer: Printer) -> Any:
        """Check the program, fetch its data and execute it; gives its Run."""
        from gradstudio.language.program import Run as Done
        from gradstudio.language.program import execute, prepare

        ready, limits = prepare(request.text), request.limits
        if isinstance(ready, Done):
            return ready
        data, problems = self._shelf.fetch(request.run, ready.names)
        if problems:
            return Done("limited" if problems[0].kind == "memory" else "error", [*problems, *ready.notes])
        if request.check_only:
            return Done("ok", list(ready.notes))
        return execute(ready, data, printer, limits.ops, limits.steps, limits.memory)

    def _keep(self, request: Run, done: Any, trace: Any, printer: Printer) -> None:
        """Keep what a good run needs to be repeated on another input."""
        from gradstudio.language.repeat import Repeat

        if done.status != "ok" or done.recorder is None or trace is None or done.problems:
            return
        with contextlib.suppress(MemoryError):
            self._last = (request, Repeat(request.text, done.recorder, done.witness, trace), printer.text())

    def fetch(self, request: Fetch) -> None:
        """Send a whole array of the last run."""
        array = None
        if self._recorder is not None and request.run == self._run:
            with contextlib.suppress(MemoryError):
                if request.sweep < 0:
                    array = self._recorder.value(request.record)
                else:
                    array = self._recorder.cotangent(request.sweep, request.record)
        try:
            is_sent = self._channel.send(Value(request.run, request.record, request.sweep, array), _VALUE)
        except (MemoryError, TypeError, ValueError):  # nothing that can be sent
            is_sent = False
        if not is_sent:
            self._channel.send(Value(request.run, request.record, request.sweep, None))


def done_records(recorder: Any) -> int:
    """How many records the last run left behind."""
    return 0 if recorder is None else len(recorder.tensors)


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """As many problems as a window takes, and how many more there were."""
    if len(problems) <= PROBLEMS:
        return tuple(problems)
    kept = sorted(problems, key=lambda problem: problem.severity != "error")[: PROBLEMS - 1]
    return (*kept, Problem("info", "more", f"and {len(problems) - len(kept):,} more problems"))


def _heaviest(recorder: Any) -> Span:
    """The place of which a run recorded most."""
    if not done_records(recorder):
        return NO_SPAN
    weights: Counter[Span] = Counter()
    for t, span in zip(recorder.tensors, recorder.spans, strict=False):
        weights[span] += _RECORD + getattr(t.value, "nbytes", 0)
    return recorder.characters(weights.most_common(1)[0][0])  # type: ignore[no-any-return]


def _touch() -> None:
    """Use once what NumPy and Python load late: after the rights are gone, nothing can be loaded any more."""
    import encodings.idna
    import unicodedata

    from gradstudio.language.plain_values import PlainValues
    from gradstudio.language.program import run_program
    from gradstudio.language.repeat import Repeat

    for name in ("linalg", "fft", "random"):
        getattr(np, name)
    a = np.linspace(1.0, 2.0, 9).reshape(3, 3)
    for method in (
        "sum",
        "mean",
        "std",
        "var",
        "max",
        "min",
        "prod",
        "any",
        "all",
        "cumsum",
        "argsort",
        "round",
        "trace",
    ):
        getattr(a, method)()
    a.clip(1.0, 1.5), a.take([0]), a.repeat(2), np.linalg.svd(a), np.linalg.inv(a @ a.T + np.eye(3)), str(a), repr(a)
    (
        np.fft.fft(a),
        np.random.default_rng(0).normal(size=3),
        np.median(a),
        np.percentile(a, 30),
        np.polyfit([1, 2, 3], a[0], 1),
    )
    np.einsum("ij,jk", a, a), np.unique(a), np.array2string(a)
    try:
        from scipy import special

        special.erf(0.5)
    except ImportError:
        pass
    done = run_program(_WARM, {}, lambda text: None)
    assert done.recorder is not None
    PlainValues().of(done.variables)
    Repeat(_WARM, done.recorder, done.witness, done.recorder.trace()).again(_WARM.replace("2.0\n", "3.0\n"))
    run_program("y = 1 / 0\n", {}, lambda text: None)
    traceback.format_exc()
    unicodedata.normalize("NFKC", "é")
    del encodings.idna


def _prepare(role: str, memory: int, seconds: float) -> tuple[str, ...]:
    """Load everything, then drop the rights: of this thread, the only one so far, and so of all that it starts."""
    import warnings

    from gradstudio.worker.lockdown import drop_rights

    np.seterr(all="ignore")
    warnings.simplefilter("ignore")
    if role == "run":
        _touch()
    else:
        drawer.load_late()
    gc.collect()
    gc.freeze()
    return drop_rights(memory + _STACK + _ROOM, seconds)


def _serve(role: str, channel: Channel, whereabouts: Whereabouts, layers: tuple[str, ...]) -> None:
    np.seterr(all="ignore")  # each thread has its own
    if role == "run":
        sys.setrecursionlimit(_RECURSION)
        whereabouts.begin()
    channel.send(Ready(layers))
    _answer(role, channel, Runner(channel, whereabouts), Drawer(channel))


def _answer(role: str, channel: Channel, runner: Runner, draws: Drawer) -> None:
    """Do what is asked for, until the window goes away."""
    while (request := channel.receive()) is not None:
        if isinstance(request, Run) and role != "draw":
            channel.send(Started(request.run))
            runner.run(request)
        elif isinstance(request, Fetch) and role != "draw":
            runner.fetch(request)
        elif isinstance(request, Draw) and role == "draw":
            draws.draw(request)


def main(arguments: list[str]) -> int:
    """ROLE READ-HANDLE WRITE-HANDLE NOTES-HANDLE MEMORY SECONDS PARENT (FOLDER FILE: "full"): until the window goes."""
    role, (read, write, notes), memory = arguments[0], map(int, arguments[1:4]), int(arguments[4])
    seconds, parent = float(arguments[5]), int(arguments[6])
    if role != "full":  # that one ends what it started, too
        follow(parent)
    if sys.platform == "win32":
        import msvcrt

        binary = os.O_BINARY
        read, write = msvcrt.open_osfhandle(read, os.O_RDONLY | binary), msvcrt.open_osfhandle(write, binary)
        notes = msvcrt.open_osfhandle(notes, os.O_RDWR | binary)
    channel = Channel(os.fdopen(read, "rb"), os.fdopen(write, "wb"))
    whereabouts = Whereabouts(FileIO(notes, "r+"))
    if role == "full":
        from gradstudio.worker.full_child import begin

        _answer(role, channel, begin(channel, whereabouts, parent, *arguments[7:]), Drawer(channel))
        return 0
    layers = _prepare(role, memory, seconds)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(role, channel, whereabouts, layers))
    thread.start()
    thread.join()
    return 0

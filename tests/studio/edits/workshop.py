"""A session without a window and without a worker process: texts run on the spot, so that many edits take no time."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from data_beside import read_data

from gradstudio.engine.trace import Kind
from gradstudio.graph.build import build
from gradstudio.language.program import run_program
from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.program import program_of
from gradstudio.studio.outcome import View
from gradstudio.studio.runs import Runs
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings
from gradstudio.worker.drawing import arrange
from gradstudio.worker.messages import Drawn, Finished, Limits, Reply

COLUMNS = (
    "ids", "record", "kind", "title", "label", "shape", "line", "group", "is_target", "is_source", "edge_source",
    "edge_target", "edge_slot", "edge_backward", "chip_node", "chip_slot", "chip_text",
)  # fmt: skip


class Worker:
    """Runs and draws while it is asked."""

    layers = ("test",)

    def __init__(self, listener: Callable[[Reply], None]) -> None:
        self._listener = listener
        self._runs = self._drawings = 0

    def run(self, text: str, folder: Path | None, limits: Limits, **_: object) -> int:
        self._runs += 1
        data, _ = read_data(text, folder)
        done = run_program(text, data, lambda _: None, steps=200_000)
        trace = done.recorder.trace() if done.recorder is not None else None
        self._listener(Finished(self._runs, done.status, trace, tuple(done.problems)))
        return self._runs

    def draw(self, trace, text, sweep, folds, options, before):  # type: ignore[no-untyped-def]
        self._drawings += 1
        if trace is not None:
            self._whole = build(trace, text, sweep)
        self._listener(Drawn(self._drawings, self._whole, *arrange(self._whole, folds, options, before)))
        return self._drawings

    def fetch(self, record: int, sweep: int = -1) -> None:
        pass

    def stop_drawing(self) -> None:
        pass

    def stop(self) -> bool:
        return True

    def close(self) -> None:
        pass


class Workshop:
    """A document that is edited from both sides."""

    def __init__(self, path: Path) -> None:
        self._news = threading.Condition()
        self.runs = Runs(Worker, self._post)
        self.session = Session(Settings(), self.runs)
        self.session.text_wanted.connect(self._on_text_wanted)
        with self._news:
            self.session.open(path)
        self.wait()

    @property
    def text(self) -> str:
        return self.session.document.text

    @property
    def view(self) -> View | None:
        return self.runs.view

    @property
    def building(self) -> Building:
        return self.session.building

    def _post(self, what: Callable[[], None]) -> None:
        with self._news:
            what()
            self._news.notify_all()

    def _on_text_wanted(self, text: str) -> None:
        if text != self.text:
            self.session.edit(text)

    def do(self, what: Callable[[], object]) -> bool:
        """Change something and wait for the run; whether it was a good one."""
        with self._news:
            what()
        return self.wait()

    def wait(self) -> bool:
        """Until the run of the present text is over and drawn."""

        def is_done() -> bool:
            outcome, view = self.runs.outcome, self.runs.view
            if not self.text.strip():
                return True
            if outcome is None or outcome.text != self.text:
                return False
            trace = outcome.finished.trace
            if outcome.finished.status != "ok" or trace is None or not len(trace.records.op):
                return True
            return view is not None and view.text == self.text

        with self._news:
            assert self._news.wait_for(is_done, 10), f"no picture of\n{self.text}"
            return self.runs.outcome is not None and self.runs.outcome.finished.status == "ok"

    def check(self) -> None:
        """The text is a program, and the picture that of the text."""
        program_of(self.text)
        view, outcome = self.view, self.runs.outcome
        if view is None or outcome is None or view.text != self.text:
            return
        run = run_program(self.text, read_data(self.text, self.session.document.folder)[0], lambda _: None)
        assert run.recorder is not None
        fresh = build(run.recorder.trace(), self.text, view.sweep)
        for column in COLUMNS:
            shown, wanted = getattr(view.whole, column), getattr(fresh, column)
            assert np.array_equal(shown, wanted), f"{column} differs in\n{self.text}"


class Hand:
    """Chance edits of a picture, or of its text."""

    def __init__(self, workshop: Workshop, seed: int) -> None:
        self._shop = workshop
        self._chance = random.Random(seed)
        self.done: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.whys: list[str] = []

    def canvas(self) -> Edit | None:
        """An edit of the picture; None where nothing could be done to it."""
        view = self._shop.view
        if self._shop.building.why_not:
            return None
        if view is None:
            return self._shop.building.add("leaf:data")
        words = "add add connect connect connect connect disconnect delete rename duplicate argument value between leaf"
        ways = f"{words} stop loop extract inline gradient".split()
        if len(view.graph.ids) > 12:
            ways += ["delete"] * 6
        elif len(view.graph.ids) < 8:
            ways = [way for way in ways if way != "delete"]
        for _ in range(40):
            way = self._chance.choice(ways)
            try:
                edit = getattr(self, f"_{way}")(self._shop.building, view)
            except Refused as error:
                self.whys.append(str(error))
                self.refused[way] = self.refused.get(way, 0) + 1
                continue
            if edit is not None and edit.text != self._shop.text:
                self.done[way] = self.done.get(way, 0) + 1
                return edit
        return None

    def _node(self, view: View) -> int:
        return self._chance.randrange(len(view.graph.ids))

    def _nodes(self, view: View) -> tuple[int, ...]:
        return tuple({self._node(view) for _ in range(self._chance.choice([1, 1, 1, 2, 3]))})

    def _op(self) -> str:
        return self._chance.choice(
            ["tanh", "sigmoid", "exp", "add", "multiply", "subtract", "maximum", "negative", "sum", "mean", "square",
             "greater", "concatenate", "stack", "mse", "clip", "matmul", "softplus", "where", "transpose"]
        )  # fmt: skip

    def _add(self, b: Building, view: View) -> Edit:
        sources = tuple(self._node(view) for _ in range(self._chance.randint(0, 2)))
        return b.add(self._op(), sources)

    def _connect(self, b: Building, view: View) -> Edit | None:
        source, node = self._node(view), self._node(view)
        ports = b.ports(node)
        if not ports:
            return None
        slot = self._chance.choice(ports).slot
        fit = b.fit(source, node, slot)
        if fit.ok or fit.loops or fit.why:
            return b.connect(source, node, slot)
        return b.connect(source, node, slot, self._chance.choice(fit.cures)) if fit.cures else None

    def _disconnect(self, b: Building, view: View) -> Edit | None:
        node = self._node(view)
        ports = b.ports(node)
        return b.disconnect(node, self._chance.choice(ports).slot) if ports else None

    def _delete(self, b: Building, view: View) -> Edit:
        nodes = self._nodes(view)
        b.consequences(nodes)
        return b.delete(nodes)

    def _rename(self, b: Building, view: View) -> Edit:
        return b.rename(self._node(view), f"{self._chance.choice('abcdxyzß')}{self._chance.randint(1, 99)}")

    def _duplicate(self, b: Building, view: View) -> Edit:
        return b.duplicate(self._nodes(view))

    def _argument(self, b: Building, view: View) -> Edit | None:
        node = self._node(view)
        ports = b.ports(node)
        words = self._chance.choice(["0.5", "-2.0", "1.5e-3", "[1.0, 2.0]", "...", "2.0 - 0.5"])
        return b.set_argument(node, self._chance.choice(ports).slot, words) if ports else None

    def _value(self, b: Building, view: View) -> Edit:
        leaves = np.flatnonzero(view.graph.kind != Kind.OP).tolist() or [0]
        node = self._chance.choice(leaves)
        return b.set_value(node, b.value_text(node).replace("1", "2") or "0.25")

    def _between(self, b: Building, view: View) -> Edit | None:
        edges = len(view.graph.edge_source)
        return b.add_between(self._op(), self._chance.randrange(edges)) if edges else None

    def _leaf(self, b: Building, view: View) -> Edit:
        return b.add(self._chance.choice(["leaf:number", "leaf:parameter", "leaf:data", "leaf:vector"]))

    def _stop(self, b: Building, view: View) -> Edit:
        return b.stop_gradient(self._node(view))

    def _loop(self, b: Building, view: View) -> Edit | None:
        if self._shop.text.count("for ") > 3:
            return None
        return b.loop(self._nodes(view), 2)

    def _extract(self, b: Building, view: View) -> Edit | None:
        if self._shop.text.count("def ") > 4:
            return None
        return b.extract(self._nodes(view), f"part{self._chance.randint(1, 999)}")

    def _inline(self, b: Building, view: View) -> Edit:
        return b.inline(self._node(view))

    def _gradient(self, b: Building, view: View) -> Edit:
        return b.gradient(self._node(view), self._nodes(view))

    def typed(self) -> str:
        """Another text, as somebody types it; a program again."""
        text = self._shop.text
        lines = text.split("\n")
        for _ in range(20):
            at = self._chance.randrange(len(lines))
            line = lines[at]
            new = self._chance.choice([self._number, self._comment, self._blank, self._spaces, self._line])(line)
            typed = "\n".join([*lines[:at], *new, *lines[at + 1 :]])
            if typed != text and _is_program(typed):
                return typed
        return f"{text}\n# more" if text else "x = 0.5\n"

    def _number(self, line: str) -> list[str]:
        return [re.sub(r"(?<![\w.])\d\.\d+", lambda _: f"{self._chance.random():.2f}", line)]

    def _comment(self, line: str) -> list[str]:
        if "#" in line:
            return [line[: line.index("#")].rstrip()]
        return [f"{line}  # {self._chance.choice(['größer', 'naïve', 'x'])}" if line.strip() else line]

    def _blank(self, line: str) -> list[str]:
        if line.strip() and self._shop.text.count("\n") > 32:
            return [line]
        return [line, ""] if line.strip() else []

    def _spaces(self, line: str) -> list[str]:
        return [line.replace(" * ", "*") if " * " in line else line.replace(", ", " ,  ")]

    def _line(self, line: str) -> list[str]:
        found = re.match(r"([ \t]*)([^\W\d]\w*) = ", line)
        if found is None or self._shop.text.count("\n") > 32:
            return [line]
        return [line, f"{found[1]}{found[2]}_{self._chance.randint(1, 99)} = {found[2]} * 2.0"]


def _is_program(text: str) -> bool:
    try:
        program_of(text)
    except Refused:
        return False
    return True

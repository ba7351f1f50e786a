"""From an edit on the canvas to the painted picture, over text and run: programs of 300 ops, in a real window.

Run: python -m benchmarks.canvas_edit [EDITS]; without a display it runs offscreen. Prints milliseconds: of the edit
alone (the text's change worked out), and of the whole round trip.
"""

from __future__ import annotations

import random
import sys
import time

from benchmarks.painted import Measured, in_words
from benchmarks.picture.tapes import TAPES
from gradstudio.engine.trace import Kind
from gradstudio.graph.fold_state import open_all
from gradstudio.graph.model import Graph
from gradstudio.studio.arrangement import Arrangement, written
from gradstudio.studio.building import Building
from gradstudio.studio.edits.edit import Edit, Refused

OPS = 300


def main() -> None:
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    measured = Measured()
    for name in ("chain", "skip"):
        text = written(TAPES[name](OPS), Arrangement(open_all()))
        measured.window.editor.replace_all(text)
        measured.until(lambda text=text: measured.shows(text), 30)  # type: ignore[misc]
        draw = random.Random(1)
        alone, whole = [], []
        while len(whole) < edits:
            measured.rest()
            began = time.perf_counter()
            edit = _some_edit(measured.session.building, measured.window.view.graph, draw)
            if edit is None:
                continue
            alone.append(time.perf_counter() - began)
            whole.append(alone[-1] + measured.seconds(lambda edit=edit: _applied(measured, edit)))  # type: ignore[misc]
        print(f"{name}, {OPS} ops, {edits} edits: the edit alone {in_words(alone)}; round trip {in_words(whole)}")
    measured.close()


def _some_edit(building: Building, graph: Graph, draw: random.Random) -> Edit | None:
    """One of the edits that people make most, at a place drawn by lot; None where it cannot be."""
    ops = [node for node in range(len(graph.ids)) if graph.kind[node] == Kind.OP and graph.fold[node] < 0]
    node, other = draw.choice(ops), draw.choice(ops)
    kind = draw.choice(("add", "connect", "rename"))
    try:
        if kind == "add":
            return building.add(draw.choice(("sigmoid", "tanh", "multiply")), (node,))
        if kind == "rename":
            return building.rename(node, f"renamed{draw.randrange(10**6)}")
        return building.connect(min(node, other), max(node, other), 0)
    except Refused:
        return None


def _applied(measured: Measured, edit: Edit) -> str:
    measured.session.apply(edit)
    return edit.text


if __name__ == "__main__":
    main()

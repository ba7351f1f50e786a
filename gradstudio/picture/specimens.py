"""Specimens: nodes in any state, made by hand as a trace, a graph and a layout, without running a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstudio.engine.summary import summarise
from gradstudio.engine.trace import NO_SPAN, Kind, Records, Scope, Sweep, Trace
from gradstudio.graph.model import FAMILIES, Fold, Frame, Graph, Group
from gradstudio.layout.model import Layout, Routes
from gradstudio.picture.anatomy import sizes

BLOCKED = object()
"""In place of a gradient: it arrives here and is stopped."""
NOT_RUN = object()
"""In place of a value: it was not computed."""


@dataclass(frozen=True)
class Cell:
    """One node. gradient None: it received none."""

    title: str
    label: str
    family: str
    value: Any
    gradient: Any = None
    kind: Kind = Kind.OP
    target: bool = False
    chip: str = ""
    line: int = 13
    symbol: str = ""
    folds: str = ""  # "stack" | "group": a box of this kind, with the title
    passes: tuple[float, ...] = ()  # of a stack: the gradient of each pass; the box shows the one that is its own
    ops: int = 5  # how many it hides
    uses: int = 1  # how many edges the one to the next cell stands for


@dataclass(frozen=True)
class Specimens:
    """What build_picture needs, and the number of each cell by its title."""

    trace: Trace
    graph: Graph
    layout: Layout

    def node(self, title: str) -> int:
        return self.graph.title.index(title)


def specimens(
    cells: tuple[Cell, ...],
    with_sweep: bool = True,
    columns: int = 6,
    pitch: tuple[float, float] = (256.0, 120.0),
    frame: tuple[str, str] | None = None,
    wired: bool = True,
) -> Specimens:
    """The cells in rows of `columns`, `pitch` apart, joined in a chain to the right where wired.

    frame: title and stack ("" for a group) of a frame around them all.
    """
    n = len(cells)
    has = [i for i, c in enumerate(cells) if c.gradient is not None]
    blocked = [i for i in has if cells[i].gradient is BLOCKED]
    source = np.array([i for i in range(n - 1) if (i + 1) % columns and wired], np.int32)
    flows = np.array([k for k, i in enumerate(source.tolist()) if i in has and i + 1 in has], np.int64)
    backward = np.full(len(source), -1, np.int32)
    backward[flows] = np.arange(len(flows))
    passes = [(i, g) for i, c in enumerate(cells) for g in c.passes]  # records of their own, after the cells'
    sweep = _sweep(cells, has, blocked, source[flows] + 1, passes)
    written = [0.0 if c.value is NOT_RUN else c.value for c in cells]
    values = summarise([*written, *(0.0 for _ in passes)], signed=False)
    trace = Trace(_records(n + len(passes), values), (Scope(-1, "file", "", 0, 0),), (sweep,) if with_sweep else ())
    shapes = [np.shape(value) for value in written]
    chips = [i for i, c in enumerate(cells) if c.chip]
    folds, fold = _folds(cells, passes)
    graph = Graph(
        sweep=0 if with_sweep else -1,
        ids=tuple(f"cell-{i}" for i in range(n)),
        record=np.array([-1 if c.value is NOT_RUN else i for i, c in enumerate(cells)], np.int32),
        kind=np.array([c.kind for c in cells], np.uint8),
        family=np.array([FAMILIES.index(c.family) for c in cells], np.uint8),
        title=tuple(c.title for c in cells),
        label=tuple(c.label for c in cells),
        symbol=tuple(c.symbol for c in cells),
        shape=tuple(f"[{','.join(map(str, s))}]" if s else "" for s in shapes),
        line=np.array([c.line for c in cells], np.int32),
        group=np.full(n, 0 if frame else -1, np.int32),
        is_target=np.array([c.target for c in cells]),
        is_source=np.array([c.kind in (Kind.PARAMETER, Kind.INPUT) for c in cells]),
        edge_source=source,
        edge_target=source + 1,
        edge_slot=np.zeros(len(source), np.int32),
        edge_elements=np.array([np.size(written[i]) for i in source], np.int64),
        edge_backward=backward if with_sweep else np.full(len(source), -1, np.int32),
        chip_node=np.array(chips, np.int32),
        chip_slot=np.ones(len(chips), np.int32),
        chip_text=tuple(cells[i].chip for i in chips),
        groups=(Group("cells", -1, "call", frame[0], 0),) if frame else (),
        edge_count=np.array([cells[i].uses for i in source], np.int32),
        fold=fold,
        folds=folds,
        frames=(Frame("cells", 0, frame[0], frame[1], 37 if frame[1] else 0, 60 if frame[1] else 0),) if frame else (),
        hidden_record=np.arange(n, n + len(passes), dtype=np.int32),
        hidden_node=np.array([i for i, _ in passes], np.int32),
        whole_nodes=n,
        whole_edges=len(source),
    )
    return Specimens(trace, graph, _layout(graph, columns, pitch))


def _folds(cells: tuple[Cell, ...], passes: list[tuple[int, float]]) -> tuple[tuple[Fold, ...], np.ndarray]:
    """The boxes that hide nodes, and which cell is which of them."""
    folds: list[Fold] = []
    numbers, at = np.full(len(cells), -1, np.int32), len(cells)
    for i, c in enumerate(cells):
        if not c.folds:
            continue
        numbers[i] = len(folds)
        count = max(len(c.passes), 1)
        record = np.arange(at, at + count, dtype=np.int32) if c.passes else np.array([i], np.int32)
        at += len(c.passes)
        size = np.sqrt(np.mean(np.square(c.gradient))) if c.passes else 0.0
        chosen = int(np.argmin(np.abs(np.array(c.passes or [0.0]) - size)))
        groups = np.arange(count, dtype=np.int32)
        folds.append(Fold(f"box-{i}", c.folds, c.title, c.line, c.line + 2, c.ops, 2, groups, 1, count, chosen, record))
    return tuple(folds), numbers


def _sweep(
    cells: tuple[Cell, ...], has: list[int], blocked: list[int], edges: np.ndarray, passes: list[tuple[int, float]]
) -> Sweep:
    gradients = [1.0 if cells[i].gradient is BLOCKED else cells[i].gradient for i in has]
    flat = [
        np.ravel(np.asarray(cells[i].gradient, float)) if i not in blocked else np.ones(1) for i in edges - 1
    ]  # all that arrives
    sources = tuple(i for i, c in enumerate(cells) if c.kind in (Kind.PARAMETER, Kind.INPUT))
    with np.errstate(all="ignore"):
        rms = np.array([np.sqrt(np.mean(f**2)) if f.size else 0.0 for f in flat])
        sign = [int((f >= 0).all()) - int((f <= 0).all()) if f.size else 0 for f in flat]
    own = np.arange(len(cells), len(cells) + len(passes))
    return Sweep(
        target=tuple(i for i, c in enumerate(cells) if c.target),
        sources=sources,
        target_names=tuple(c.title for c in cells if c.target),
        source_names=tuple(cells[i].title for i in sources),
        connected=(True,) * len(sources),
        span=NO_SPAN,
        scope=0,
        position=len(cells),
        automatic=True,
        record=np.concatenate([has, own]).astype(np.int32),
        cotangents=summarise([*gradients, *(g for _, g in passes)], signed=True),
        blocked=np.array(blocked, np.int32),
        edge_record=edges.astype(np.int32),
        edge_slot=np.zeros(len(edges), np.int32),
        edge_share=np.geomspace(1.0, 1e-3, len(edges)) if len(edges) else np.zeros(0),
        edge_sign=np.array(sign, np.int8),
        edge_rms=rms,
    )


def _records(n: int, values: Any) -> Records:
    none = np.full(n, -1, np.int32)
    return Records(
        ops=("",), strings=(), op=np.zeros(n, np.int32), kind=np.zeros(n, np.uint8), name=none, params=none,
        span=np.zeros((n, 4), np.int32), scope=np.zeros(n, np.int32), tracked=np.ones(n, np.uint8), sweep=none,
        input_start=np.zeros(n + 1, np.int64), input_record=np.zeros(0, np.int32), input_text=np.zeros(0, np.int32),
        values=values, seconds=np.zeros(n, np.float32),
    )  # fmt: skip


def _layout(graph: Graph, columns: int, pitch: tuple[float, float]) -> Layout:
    size = sizes(graph)
    number = np.arange(len(size))
    top = 44.0 if graph.frames else 28.0
    place = np.stack([28 + number % columns * pitch[0], top + number // columns * pitch[1]], axis=1)
    boxes = np.concatenate([place, size], axis=1)
    here, there = boxes[graph.edge_source], boxes[graph.edge_target]
    ahead = np.stack([here[:, :2] + here[:, 2:] * (1, 0) + (0, 52), there[:, :2] + (0, 52)], axis=1)
    back = (ahead[:, ::-1] + (0, 24))[graph.edge_backward >= 0]
    back_counts = np.where(graph.edge_backward >= 0, 2, 0)
    low, high = boxes[:, :2].min(axis=0) - (16, 40), (boxes[:, :2] + boxes[:, 2:]).max(axis=0) + 16
    return Layout(
        boxes=boxes,
        forward=Routes(np.arange(len(ahead) + 1) * 2, ahead.reshape(-1, 2)),
        backward=Routes(np.concatenate([[0], np.cumsum(back_counts)]), back.reshape(-1, 2)),
        lanes=(),
        bounds=(0.0, 0.0, 28.0 + columns * pitch[0], float(high[1]) - 16 + 28),
        cells=np.stack([0 * number, number % columns, number // columns], axis=1).astype(np.int32),
        columns=columns,
        direction="right",
        frames=np.array([[*low, *(high - low)]]) if graph.frames else np.zeros((0, 4)),
        chips=np.zeros(0, np.int32),
    )

"""A node sheet made by hand: one node in every state and of every kind, without running any program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstudio.engine.summary import summarise
from gradstudio.engine.trace import NO_SPAN, Kind, Records, Scope, Sweep, Trace
from gradstudio.graph.model import FAMILIES, Graph
from gradstudio.layout.model import Layout, Routes
from gradstudio.picture.anatomy import sizes

_WAVE = np.sin(np.arange(48) * 1.7) * 0.004
_BROKEN = np.array([1.0, np.nan, -2.0, np.inf, 0.0, 3.0])
_ZEROS = np.zeros((4, 5, 6, 7, 8))
_ONE_NAN = np.where(np.arange(1_000_000) == 5, np.nan, 1.0)
_POLES = np.where(np.arange(200_000) % 3, np.inf, 1.0)
BLOCKED = object()
"""In place of a gradient: it arrives here and is stopped."""


@dataclass(frozen=True)
class Cell:
    """One node of the sheet. gradient None: it received none."""

    title: str
    label: str
    family: str
    value: Any
    gradient: Any = None
    kind: Kind = Kind.OP
    target: bool = False
    chip: str = ""
    line: int = 13


CELLS = (
    Cell("f", "tanh", "elementary", _WAVE, _WAVE * 0.7, line=7),
    Cell("decay", "times 0.02", "arithmetic", 0.03734, 0.02),
    Cell("h", "relu", "network", 0.0, 0.0, line=9),
    Cell("acc", "mean", "reduction", 0.885, None, line=16),
    Cell("k", "stop_gradient", "control", 1.25, BLOCKED, line=8),
    Cell("h0", "tanh", "elementary", 0.214, 7.055e-10, line=6),
    Cell("s1", "multiply", "arithmetic", 1.1, 1.378e4, line=6),
    Cell("r", "sqrt", "elementary", 0.0, np.nan, line=9),
    Cell("q", "log", "elementary", -np.inf, np.inf, line=5),
    Cell("q2", "log", "elementary", -np.inf, -np.inf, line=5),
    Cell("w", "parameter", "leaf", np.array([-0.5, 0.2, 0.25]), np.array([0.03, -0.04, 0.02]), Kind.PARAMETER),
    Cell("b", "parameter", "leaf", 0.316, -0.0142, Kind.PARAMETER, line=5),
    Cell("X", "data", "leaf", np.cos(np.arange(600.0)).reshape(200, 3), None, Kind.DATA, line=3),
    Cell("x", "input", "leaf", 3.0, 6.0, Kind.INPUT, line=1),
    Cell("scaled", "multiply", "arithmetic", 0.03734, 1.0, chip="0.02"),
    Cell("loss", "add", "arithmetic", 0.4215, 1.0, target=True, line=14),
    Cell("M", "matmul", "linalg", np.outer(_WAVE[:6], _WAVE[:6]), np.full((6, 6), 2.5e-4), line=10),
    Cell("mixed", "gather", "shape", _BROKEN, _BROKEN, line=1234),
    Cell("poles", "divide", "arithmetic", np.array([np.inf, 1.0, -np.inf, 2.0]), np.array([np.inf, 1.0, 2.0, 3.0])),
    Cell("none_at_all", "softmax_cross_entropy_with_logits", "loss", _ZEROS, _ZEROS),
    Cell("flags", "greater", "control", np.array([True, False, True])),
    Cell("n", "count_nonzero", "reduction", 1234567890123),
    Cell("nothing", "reshape", "shape", np.zeros((0, 3)), np.zeros((0, 3))),
    Cell("a_name_that_is_far_too_long_for_any_node", "times 123456789.123", "arithmetic", -1.2345e-150, -9.87654e-5),
    Cell("dw", "gradient", "leaf", np.array([1.0, 2.0]), None, Kind.GRADIENT),
    Cell("out_w", "parameter", "leaf", 2.0, 1.0, Kind.PARAMETER, target=True),
)  # fmt: skip
"""Every state and kind, in the range of the signed scale."""

EXTREMES = (
    Cell("tiny_array", "exp", "elementary", np.full(3, 1e-12), np.full(3, 1e-12)),
    Cell("huge_array", "exp", "elementary", np.full(3, 1e12), np.full(3, -1e12)),
    Cell("edge", "multiply", "arithmetic", 1e300, -1e300),
    Cell("least", "multiply", "arithmetic", -5e-324, 5e-324),
    Cell("half", "greater", "control", np.arange(100_000) % 2 > 0),
    Cell("one_nan", "exp", "elementary", _ONE_NAN, _ONE_NAN),
    Cell("many", "exp", "elementary", _POLES, _POLES),
)  # fmt: skip
"""What is hard to write in a small place."""


@dataclass(frozen=True)
class Sheet:
    """What build_picture needs, and the number of each cell by its title."""

    trace: Trace
    graph: Graph
    layout: Layout

    def node(self, title: str) -> int:
        return self.graph.title.index(title)


def make_sheet(cells: tuple[Cell, ...] = CELLS, with_sweep: bool = True, columns: int = 6) -> Sheet:
    """The sheet, its nodes in rows and joined in a chain to the right."""
    n = len(cells)
    has = [i for i, c in enumerate(cells) if c.gradient is not None]
    blocked = [i for i in has if cells[i].gradient is BLOCKED]
    source = np.array([i for i in range(n - 1) if (i + 1) % columns], np.int32)
    flows = np.array([i for i, k in enumerate(source) if int(k) in has and int(k) + 1 in has], np.int64)
    backward = np.full(len(source), -1, np.int32)
    backward[flows] = np.arange(len(flows))
    sweep = _sweep(cells, has, blocked, source[flows] + 1)
    values = summarise([c.value for c in cells], signed=False)
    trace = Trace(_records(n, values), (Scope(-1, "file", "", 0, 0),), (sweep,) if with_sweep else ())
    shapes = [np.shape(c.value) for c in cells]
    chips = [i for i, c in enumerate(cells) if c.chip]
    graph = Graph(
        sweep=0 if with_sweep else -1,
        ids=tuple(f"cell-{i}" for i in range(n)),
        record=np.arange(n, dtype=np.int32),
        kind=np.array([c.kind for c in cells], np.uint8),
        family=np.array([FAMILIES.index(c.family) for c in cells], np.uint8),
        title=tuple(c.title for c in cells),
        label=tuple(c.label for c in cells),
        symbol=("",) * n,
        shape=tuple(f"[{','.join(map(str, s))}]" if s else "" for s in shapes),
        line=np.array([c.line for c in cells], np.int32),
        group=np.full(n, -1, np.int32),
        is_target=np.array([c.target for c in cells]),
        is_source=np.array([c.kind in (Kind.PARAMETER, Kind.INPUT) for c in cells]),
        edge_source=source,
        edge_target=source + 1,
        edge_slot=np.zeros(len(source), np.int32),
        edge_elements=np.array([np.size(cells[i].value) for i in source], np.int64),
        edge_backward=backward if with_sweep else np.full(len(source), -1, np.int32),
        chip_node=np.array(chips, np.int32),
        chip_slot=np.ones(len(chips), np.int32),
        chip_text=tuple(cells[i].chip for i in chips),
        groups=(),
        edge_count=np.ones(len(source), np.int32),
        fold=np.full(n, -1, np.int32),
        folds=(),
        frames=(),
        hidden_record=np.zeros(0, np.int32),
        hidden_node=np.zeros(0, np.int32),
        whole_nodes=n,
        whole_edges=len(source),
    )
    return Sheet(trace, graph, _layout(graph, trace, columns))


def _sweep(cells: tuple[Cell, ...], has: list[int], blocked: list[int], edges: np.ndarray) -> Sweep:
    gradients = [1.0 if cells[i].gradient is BLOCKED else cells[i].gradient for i in has]
    flat = [np.ravel(np.asarray(cells[i].gradient, float)) if i not in blocked else np.ones(1) for i in edges]
    sources = tuple(i for i, c in enumerate(cells) if c.kind in (Kind.PARAMETER, Kind.INPUT))
    with np.errstate(all="ignore"):
        rms = np.array([np.sqrt(np.mean(f**2)) if f.size else 0.0 for f in flat])
        sign = [int((f >= 0).all()) - int((f <= 0).all()) if f.size else 0 for f in flat]
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
        record=np.array(has, np.int32),
        cotangents=summarise(gradients, signed=True),
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


def _layout(graph: Graph, trace: Trace, columns: int) -> Layout:
    wide = sizes(graph)[:, 0]
    number = np.arange(len(wide))
    boxes = np.stack([28 + number % columns * 256, 28 + number // columns * 120, wide, 0 * wide + 88], axis=1)
    here, there = boxes[graph.edge_source], boxes[graph.edge_target]
    ahead = np.stack([here[:, :2] + here[:, 2:] * (1, 0) + (0, 52), there[:, :2] + (0, 52)], axis=1)
    back = (ahead[:, ::-1] + (0, 24))[graph.edge_backward >= 0]
    back_counts = np.where(graph.edge_backward >= 0, 2, 0)
    height = 28 + float(boxes[:, 1].max() + 88)
    return Layout(
        boxes=boxes,
        forward=Routes(np.arange(len(ahead) + 1) * 2, ahead.reshape(-1, 2)),
        backward=Routes(np.concatenate([[0], np.cumsum(back_counts)]), back.reshape(-1, 2)),
        lanes=(),
        bounds=(0.0, 0.0, 28.0 + columns * 256.0, height),
        cells=np.stack([0 * number, number % columns, number // columns], axis=1).astype(np.int32),
        columns=columns,
        direction="right",
        frames=np.zeros((0, 4)),
        chips=np.zeros(0, np.int32),
    )

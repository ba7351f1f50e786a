"""The nodes of a view as rows: what tables, reports and the JSON graph say of each."""

from __future__ import annotations

from dataclasses import dataclass

from gradstudio.engine.trace import Kind, Summaries
from gradstudio.export.base import Job
from gradstudio.graph.model import Graph
from gradstudio.graph.query import scope

ELEMENTS = 40
"""Arrays of at most so many elements are written out: that is how many a summary keeps."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A value or cotangent in numbers; statistics cover the finite elements, None where there are none."""

    shape: tuple[int, ...]
    dtype: str
    elements: tuple[float, ...]  # in C order, if there are at most ELEMENTS; float32 precision for arrays
    mean: float | None
    minimum: float | None
    maximum: float | None
    rms: float | None
    zero: int
    infinite: int
    nan: int

    def __str__(self) -> str:
        """ "3", "[[8, 8], [8, 8]]", "mean 0.42, from -2.86 to 4.63", "not run"."""
        if not self.dtype:
            return "not run"
        if not self.shape and self.elements:
            return number(self.elements[0])
        if 0 < len(self.elements) <= 6:
            return _nested(self.elements, self.shape)
        bad = [f"{n:,} {word}" for n, word in ((self.nan, "NaN"), (self.infinite, "infinite")) if n]
        if self.mean is None or self.minimum is None or self.maximum is None:
            return ", ".join(bad) or "empty"
        if self.minimum == self.maximum:
            return ", ".join([f"{number(self.minimum)} everywhere", *bad])
        return ", ".join([f"mean {number(self.mean)}, from {number(self.minimum)} to {number(self.maximum)}", *bad])


@dataclass(frozen=True, slots=True)
class Row:
    """One node."""

    id: str
    name: str
    label: str  # "matmul", "sum axis 1", "parameter"
    op: str  # "" for leaves
    kind: str  # "op", "parameter", "input", "data", "gradient"
    line: int  # 0 if unknown
    scope: str  # "pass 12 of for step in range(40)", "" at the top
    value: Numbers
    gradient: Numbers | None  # None: no cotangent reaches the node
    is_target: bool
    is_source: bool


def rows(job: Job, graph: Graph) -> list[Row]:
    """One row for each node of the job's whole graph, or each box of its folded one, in the order of computation."""
    trace = job.trace
    records = trace.records
    sweep = trace.sweeps[job.sweep] if 0 <= job.sweep < len(trace.sweeps) else None
    position = {int(record): i for i, record in enumerate(sweep.record)} if sweep is not None else {}
    found = []
    for node in range(len(graph.ids)):
        record = int(graph.record[node])
        at = position.get(record)
        found.append(
            Row(
                id=graph.ids[node],
                name=graph.title[node],
                label=graph.label[node],
                op=records.ops[records.op[record]],
                kind=Kind(int(graph.kind[node])).name.lower(),
                line=int(graph.line[node]),
                scope=scope(graph, node),
                value=numbers(records.values, record),
                gradient=numbers(sweep.cotangents, at) if sweep is not None and at is not None else None,
                is_target=bool(graph.is_target[node]),
                is_source=bool(graph.is_source[node]),
            )
        )
    return found


def numbers(summaries: Summaries, row: int) -> Numbers:
    """One row of summaries."""
    shape = tuple(int(n) for n in summaries.shapes[summaries.shape[row]])
    elements: tuple[float, ...] = ()
    size = int(summaries.size[row])
    if size == 1:
        elements = (float(summaries.mean[row]),)
    elif size <= ELEMENTS:
        first, last = int(summaries.thumbnail_start[row]), int(summaries.thumbnail_start[row + 1])
        elements = tuple(float(x) for x in summaries.thumbnail[first:last]) if last - first == size else ()
    is_bare = size == 0 or size == int(summaries.nan[row]) + int(summaries.infinite[row])
    return Numbers(
        shape=shape,
        dtype=summaries.dtypes[summaries.dtype[row]],
        elements=elements,
        mean=None if is_bare else float(summaries.mean[row]),
        minimum=None if is_bare else float(summaries.minimum[row]),
        maximum=None if is_bare else float(summaries.maximum[row]),
        rms=None if is_bare else float(summaries.rms[row]),
        zero=int(summaries.zero[row]),
        infinite=int(summaries.infinite[row]),
        nan=int(summaries.nan[row]),
    )


def _nested(elements: tuple[float, ...], shape: tuple[int, ...]) -> str:
    """Elements in C order as brackets in brackets."""
    texts = [number(x) for x in elements]
    for size in reversed(shape):
        texts = ["[" + ", ".join(texts[i : i + size]) + "]" for i in range(0, len(texts), size)]
    return texts[0]


def number(x: float) -> str:
    """Six significant digits, "NaN", "infinity", "-infinity"."""
    if x != x:
        return "NaN"
    if x in (float("inf"), float("-inf")):
        return "infinity" if x > 0 else "-infinity"
    return f"{x:.6g}"

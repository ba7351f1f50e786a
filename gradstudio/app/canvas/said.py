"""What the hover card and a screen reader say of a node, a folded box or an edge."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradstudio.app.facts import why
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Summaries, Trace
from gradstudio.graph.model import Fold, Graph
from gradstudio.graph.neighbours import Neighbours
from gradstudio.graph.shares import shares
from gradstudio.picture.badges import hidden_words
from gradstudio.picture.fonts import plain
from gradstudio.picture.numbers import gradient_text, number, value_text, whole
from gradstudio.picture.states import State, states

_NOT_RUN = "not run: there is no value yet"
_LONGEST = 56  # characters of a sentence about an op
_HEAD = ("", "min", "mean", "max", "rms", "zeros")
_MOST_PARTS = 3  # consumers whose share is said


@dataclass(frozen=True, slots=True)
class Said:
    """A title, rows of name and text, a table of the numbers of arrays (its head first; empty for scalars), and one
    more sentence ("" for none)."""

    title: str
    rows: tuple[tuple[str, str], ...]
    note: str = ""
    table: tuple[tuple[str, ...], ...] = ()


def of_node(graph: Graph, trace: Trace, neighbours: Neighbours, node: int, beside: int = -1) -> Said:
    """A node or a box. beside: a node that it is compared with, -1 for none."""
    if states(graph, trace)[node] == State.NOT_RUN:
        return Said(plain(graph.title[node]), (("op", _place(graph, node)),), _NOT_RUN)
    record, row, state = int(graph.record[node]), *_gradient(graph, trace, node)
    fold = fold_of(graph, node)
    values = trace.records.values
    rows = [("op", _place(graph, node)), ("does", _does(trace, record))]
    if fold is not None:
        rows = [("holds", fold_words(fold)), ("lines", f"{fold.line} to {fold.end_line}")]
    rows += [("shape", f"{graph.shape[node] or 'scalar'} {values.dtypes[values.dtype[record]]}")]
    table = [("value", *_numbers(values, record))]
    if len(table[0]) == 1:
        rows += [("value", value_text(values, record))]
    if row >= 0 and state != State.BLOCKED:
        cotangents = trace.sweeps[graph.sweep].cotangents
        table += [("gradient", *_numbers(cotangents, row))]
        if len(table[1]) == 1:
            rows += [("gradient", gradient_text(cotangents, row))]
        rows += [("over passes", _over_passes(fold, trace, graph.sweep) if fold is not None else "")]
        rows += [("share", _shares(graph, trace, neighbours, node))]
    hidden = int(graph.cut_off[node]) if len(graph.cut_off) else 0
    rows += [("hidden", f"{hidden:,} of its edges lead to hidden nodes" if hidden else "")]
    if beside >= 0:
        rows += [(f"to {plain(graph.title[beside], 16)}", _ratios(graph, trace, node, beside))]
    table = [entry for entry in table if len(entry) > 1]
    return Said(
        plain(graph.title[node]),
        tuple(entry for entry in rows if entry[1]),
        why(state),
        (_HEAD, *table) if table else (),
    )


def of_edge(graph: Graph, trace: Trace, edge: int, is_chip: bool = False) -> Said:
    """An edge: whose value goes where, and what comes back. is_chip: it is drawn as a reference to its source."""
    source, target = int(graph.edge_source[edge]), int(graph.edge_target[edge])
    title = f"{plain(graph.title[source], 32)} → {plain(graph.title[target], 32)}"
    rows = [("refers to", f"{plain(graph.title[source])}, {_place(graph, source)}")] if is_chip else []
    rows += [("carries", f"{graph.shape[source] or 'scalar'}, input {int(graph.edge_slot[edge]) + 1}")]
    if graph.edge_count[edge] > 1:
        rows += [("bundles", f"{int(graph.edge_count[edge]):,} edges")]
    back = int(graph.edge_backward[edge])
    if graph.sweep < 0 or back < 0:
        return Said(title, tuple(rows), "nothing flows back here" if graph.sweep >= 0 else "")
    sweep = trace.sweeps[graph.sweep]
    product, sign = float(sweep.edge_rms[back]), int(sweep.edge_sign[back])
    row, _ = _gradient(graph, trace, target)
    is_single = graph.shape[source] == "" and graph.shape[target] == ""
    signed = product * sign if is_single and sign else product
    rms = "" if is_single else " rms"
    if row >= 0:
        c = sweep.cotangents
        arriving = float(c.mean[row]) if is_single else float(c.rms[row])
        if arriving and math.isfinite(arriving):
            rows += [("local derivative" if is_single else "gain", number(signed / arriving, sign=is_single))]
    stack, bundled = _stack_at(graph, edge), int(graph.edge_count[edge])
    of_pass = f", {stack.unit} {stack.first + stack.chosen}" if stack is not None and bundled > 1 else ""
    rows += [("product", number(signed, sign=is_single) + rms + of_pass)]
    share = 100 * float(shares(graph, sweep)[edge])
    words = f"{share:.1f} %" if not 0 < share < 0.05 else "less than 0.1 %"
    rows += [("share", f"{words} of what reaches {plain(graph.title[source], 24)}")]
    if bundled > 1:
        rows += [("", f"all {_units(stack)} together" if stack is not None else f"all {bundled:,} edges together")]
    return Said(title, tuple(rows))


def _stack_at(graph: Graph, edge: int) -> Fold | None:
    """The stack at one end of an edge, of two the one that the value comes from."""
    ends = (fold_of(graph, int(node)) for node in (graph.edge_source[edge], graph.edge_target[edge]))
    return next((fold for fold in ends if fold is not None and fold.kind == "stack"), None)


def _units(stack: Fold) -> str:
    """ "60 passes"."""
    return f"{len(stack.groups)} {'passes' if stack.unit == 'pass' else f'{stack.unit}s'}"


def edge_words(graph: Graph, trace: Trace, edge: int, is_chip: bool = False) -> str:
    """An edge for those who hear the screen: its ends, what it carries, what comes back."""
    source, target = plain(graph.title[int(graph.edge_source[edge])]), plain(graph.title[int(graph.edge_target[edge])])
    head = f"{target} refers to {source}" if is_chip else f"edge from {source} to {target}"
    said = of_edge(graph, trace, edge)
    return ", ".join(
        [head, *(f"{name} {text}".strip() for name, text in said.rows), *([said.note] if said.note else [])]
    )


def fold_of(graph: Graph, node: int) -> Fold | None:
    """What a box hides, None for a node."""
    row = int(graph.fold[node])
    return graph.folds[row] if row >= 0 else None


def fold_words(fold: Fold) -> str:
    """ "closed group of 12 ops" or "stack of 60 passes, pass 37 shown"."""
    if fold.kind == "stack":
        return f"stack of {_units(fold)}, {fold.unit} {fold.first + fold.chosen} shown"
    inside = f", {fold.parameters} {'parameter' if fold.parameters == 1 else 'parameters'}" if fold.parameters else ""
    return f"closed group of {fold.ops} {'op' if fold.ops == 1 else 'ops'}{inside}"


def in_words(graph: Graph, trace: Trace, node: int) -> str:
    """A node for those who hear the screen: name, op, line, value, gradient."""
    if states(graph, trace)[node] == State.NOT_RUN:
        return f"{plain(graph.title[node])}, {_place(graph, node)}, {_NOT_RUN}"
    fold = fold_of(graph, node)
    row, state = _gradient(graph, trace, node)
    parts = [plain(graph.title[node]), fold_words(fold) if fold is not None else "", _place(graph, node)]
    parts.append(f"value {value_text(trace.records.values, int(graph.record[node]))}")
    if row >= 0 and state != State.BLOCKED:
        parts.append(f"gradient {gradient_text(trace.sweeps[graph.sweep].cotangents, row)}")
    if why(state):
        parts.append(why(state))
    if len(graph.cut_off) and graph.cut_off[node]:
        parts.append(hidden_words(int(graph.cut_off[node])))
    return ", ".join(part for part in parts if part)


def _gradient(graph: Graph, trace: Trace, node: int) -> tuple[int, State]:
    """The row of a node's cotangent, -1 for none, and what is known of it."""
    state = State(int(states(graph, trace)[node]))
    if not 0 <= graph.sweep < len(trace.sweeps):
        return -1, state
    known, record = trace.sweeps[graph.sweep].record, int(graph.record[node])
    at = int(np.searchsorted(known, record))
    return (at if at < len(known) and known[at] == record else -1), state


def _place(graph: Graph, node: int) -> str:
    return plain(graph.label[node]) + (f", line {graph.line[node]}" if graph.line[node] > 0 else "")


def _does(trace: Trace, record: int) -> str:
    """What an op computes, in a few words."""
    row = TABLE.get(trace.records.ops[int(trace.records.op[record])])
    if row is None:
        return ""
    sentence = row.doc.split("\n", 1)[0].split("; ", 1)[0].split(". ", 1)[0].rstrip(".")
    return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1].rstrip() + "…"


def _numbers(s: Summaries, row: int) -> tuple[str, ...]:
    """Five numbers of an array; none of a scalar, nor where no element is finite."""
    if s.shapes[s.shape.item(row)] == () or not s.size[row] or math.isnan(float(s.minimum[row])):
        return ()
    four = tuple(number(float(column[row])) for column in (s.minimum, s.mean, s.maximum, s.rms))
    for word, count in (("NaN", int(s.nan[row])), ("∞", int(s.infinite[row]))):
        if count:
            return (*four, f"{whole(count)} {word}")
    return (*four, whole(int(s.zero[row])))


def _size(s: Summaries, row: int) -> float:
    return float(abs(s.mean[row]) if s.size[row] == 1 else s.rms[row])


def _over_passes(fold: Fold, trace: Trace, sweep: int) -> str:
    """From the smallest to the largest gradient of a stack's passes."""
    if fold.kind != "stack":
        return ""
    known, c = trace.sweeps[sweep].record, trace.sweeps[sweep].cotangents
    at = np.minimum(np.searchsorted(known, fold.record), len(known) - 1)
    rows = at[known[at] == fold.record]
    sizes = np.where(c.size[rows] == 1, np.abs(c.mean[rows]), c.rms[rows])
    sizes = sizes[np.isfinite(sizes)]
    return f"|gradient| {number(float(sizes.min()))} to {number(float(sizes.max()))}" if len(sizes) else ""


def _shares(graph: Graph, trace: Trace, neighbours: Neighbours, node: int) -> str:
    """How much of a node's gradient comes from which consumer, largest first."""
    edges = neighbours.edges_from(node)
    edges = edges[graph.edge_backward[edges] >= 0]
    who, part = np.unique(graph.edge_target[edges], return_inverse=True)
    if len(who) < 2:
        return ""
    share = np.bincount(part.reshape(-1), shares(graph, trace.sweeps[graph.sweep])[edges])
    order = np.argsort(-share, kind="stable")
    parts = [f"{plain(graph.title[who[k]], 20)} {100 * float(share[k]):.0f} %" for k in order[:_MOST_PARTS].tolist()]
    more = len(who) - _MOST_PARTS
    return "from " + ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")


def _ratios(graph: Graph, trace: Trace, node: int, beside: int) -> str:
    """Value and gradient of one node as multiples of another's."""
    v = trace.records.values
    parts = [_ratio("value", _size(v, int(graph.record[node])), _size(v, int(graph.record[beside])))]
    row, other = _gradient(graph, trace, node)[0], _gradient(graph, trace, beside)[0]
    if row >= 0 and other >= 0:
        c = trace.sweeps[graph.sweep].cotangents
        parts.append(_ratio("gradient", _size(c, row), _size(c, other)))
    return ", ".join(part for part in parts if part)


def _ratio(name: str, one: float, other: float) -> str:
    return f"|{name}| × {number(one / other)}" if other and math.isfinite(one / other) else ""

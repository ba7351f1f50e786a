"""Freezing: from what a ledger has kept to the columns of a trace, all rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter_ns
from typing import Any

import numpy as np

from gradstudio.engine.batching import Batched, whole
from gradstudio.engine.ledger import Ledger
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.summary import summarise
from gradstudio.engine.sweeplog import SweepLog
from gradstudio.engine.tensor import ALONE, Tensor
from gradstudio.engine.trace import Kind, Records, Summaries
from gradstudio.engine.why import Cut
from gradstudio.engine.written import literal, parameters, sendable

_SAMPLE = 16
"""How many numbers of a run an op on floats is timed with."""


@contextmanager
def numbered(tensors: list[Tensor]) -> Iterator[Callable[[Any], int]]:
    """Inside the block the number of each of these tensors is in its `g`, and what is yielded reads it, -1 for others.

    Nothing else finds a number as fast. Not to be used inside a sweep; those of other threads are waited for.
    """
    with ACTIVE.sweeping:
        assert not ACTIVE.depth
        try:
            for number, t in enumerate(tensors):
                t.g = number
            yield _number
        finally:
            for t in tensors:
                t.g = None


def _number(t: Any) -> int:
    return -1 if t.g is None else t.g


class Ends:
    """Which records each record was made of: columns `start` and `record` of a trace, and its constants.

    To be made inside numbered(), whose function `number` is. plain: the records that were not entered singly.
    """

    def __init__(self, ledger: Ledger, logs: list[SweepLog], number: Callable[[Any], int]) -> None:
        ledger.gather()
        firsts, seconds = ledger.firsts, ledger.seconds
        n = len(firsts)
        pairs = np.empty((n, 2), np.int32)
        pairs[:, 0] = np.fromiter([x.g if type(x) is Tensor else -1 for x in firsts], np.int32, n)
        pairs[:, 1] = np.fromiter(
            [-1 if type(y) is float else y.g if type(y) is Tensor else -2 if y is ALONE else -1 for y in seconds],
            np.int32,
            n,
        )
        single = list(ledger.given)
        others = [*ledger.leaves, *single]
        is_plain = np.ones(n, bool)
        is_plain[others] = False
        self.plain = np.flatnonzero(is_plain)
        is_input = pairs != -2
        is_input[others] = False
        counts = np.add(is_input[:, 0], is_input[:, 1], dtype=np.int64)
        lengths = np.array([len(op.ends) for op in ledger.given.values()], np.int64)
        counts[single] = lengths
        self.start = np.zeros(n + 1, np.int64)
        np.cumsum(counts, out=self.start[1:])
        flat = np.flatnonzero(is_input)
        found = pairs.reshape(-1)[flat]
        # Places of constants in that column, and the constants; their order does not depend on which way an op took.
        self.record, self.places = found, np.flatnonzero(found < 0)
        self.constants = [(seconds if at & 1 else firsts)[at >> 1] for at in flat[self.places].tolist()]
        if single:
            self.record = np.full(int(self.start[-1]), -1, np.int32)
            plain = self.start[flat >> 1] + (flat & 1)
            self.record[plain] = found
            ends = [number(x) if type(x) is Tensor else -1 for op in ledger.given.values() for x in op.ends]
            rest = np.arange(len(ends)) + np.repeat(self.start[single] - (np.cumsum(lengths) - lengths), lengths)
            self.record[rest] = ends
            applied = [x for op in ledger.given.values() for x in op.applied]
            constants = self.constants + [x for x, record in zip(applied, ends, strict=True) if record < 0]
            places = np.concatenate([plain[self.places], rest[self.record[rest] < 0]])
            order = np.argsort(places, kind="stable")
            self.places = places[order]
            self.constants = [constants[at] for at in order.tolist()]
        for log in logs:
            log.settle(pairs, number)


def constant_texts(ends: Ends, text: Callable[[str], int]) -> np.ndarray:
    """Column input_text of a trace (int32): the number that text() gives to each constant as it is written, else -1."""
    texts = np.full(len(ends.record), -1, np.int32)
    ids = list(map(id, ends.constants))  # many passes share a number in the program's code
    written = {
        key: -1 if x is None else text(literal(x)) for key, x in dict(zip(ids, ends.constants, strict=True)).items()
    }
    texts[ends.places] = [written[key] for key in ids]
    return texts


def summaries(tensors: list[Tensor]) -> Summaries:
    """What there is to say of each value."""
    values = [t.value for t in tensors]
    kinds = set(map(type, values))
    if kinds == {float}:
        return summarise(np.fromiter(values, np.float64, len(values)), signed=False)
    return summarise([whole(value) for value in values] if Batched in kinds else values, signed=False)


def seconds_of(ledger: Ledger, ends: Ends, ops: np.ndarray) -> np.ndarray:
    """Column seconds of a trace (float32). ops: its column op.

    Where an op on floats was not timed, because that takes longer than the op, it gets the mean time that the op takes
    on a sample of the run's own numbers.
    """
    found = np.zeros(len(ledger.tensors))
    found[ends.plain] = -1
    found[ledger.timed] = ledger.nanoseconds
    rest = np.flatnonzero(found < 0)
    kinds = ops[rest]
    means = np.zeros(int(ops.max(initial=0)) + 1)
    for op in np.flatnonzero(np.bincount(kinds)).tolist():
        records = rest[kinds == op]
        means[op] = _nanoseconds(ledger, records[:: max(1, len(records) // _SAMPLE)][:_SAMPLE].tolist())
    found[rest] = means[kinds]
    return found.astype(np.float32) * np.float32(1e-9)


def _nanoseconds(ledger: Ledger, records: list[int]) -> float:
    """The mean time of one op on floats over some records."""
    row: Any = ledger.tensors[records[0]].op
    columns = [ledger.firsts] if ledger.seconds[records[0]] is ALONE else [ledger.firsts, ledger.seconds]
    given = [[x.value if type(x := column[record]) is Tensor else x for record in records] for column in columns]
    begun = perf_counter_ns()
    list(map(row.scalar, *given))
    return max((perf_counter_ns() - begun) / len(records), 1.0)


def frozen_records(
    ledger: Ledger,
    ends: Ends,
    names: dict[int, str],
    kinds: dict[int, Kind],
) -> Records:
    """The columns of records. names: of some records; kinds: of those that no op made."""
    tensors = ledger.tensors
    n = len(tensors)
    strings: dict[str, int] = {}
    ops: dict[str, int] = {"": 0}

    def text(s: str) -> int:
        return strings.setdefault(s, len(strings)) if s else -1

    kind = np.full(n, int(Kind.OP), np.uint8)
    kind[list(kinds)] = list(kinds.values())
    name = np.full(n, -1, np.int32)
    name[list(names)] = list(map(text, names.values()))
    rows: defaultdict[Any, int] = defaultdict(count().__next__)  # row -> its number among those of the run
    found = np.fromiter([rows[t.op] for t in tensors], np.int32, n)
    op = np.array([0 if row is None else ops.setdefault(row.name, len(ops)) for row in rows], np.int32)[found]
    params = np.full(n, -1, np.int32)
    tracked = np.ones(n, np.uint8)
    for record in (*ledger.leaves, *ledger.given):
        token = tensors[record].token
        tracked[record] = token is not None and type(token) is not Cut
    for record, given in ledger.given.items():
        if given.params:
            params[record] = text(parameters(given.params))
    return Records(
        op=op,
        kind=kind,
        name=name,
        params=params,
        span=ledger.places.all_in_characters(ledger.places.spans(ledger.codes, ledger.instructions)),
        scope=ledger.in_scopes.column(n),
        tracked=tracked,
        sweep=ledger.in_sweeps.column(n),
        input_start=ends.start,
        input_record=ends.record,
        input_text=constant_texts(ends, text),
        values=summaries(tensors),
        seconds=seconds_of(ledger, ends, op),
        ops=tuple(ops),
        strings=tuple(map(sendable, strings)),
    )

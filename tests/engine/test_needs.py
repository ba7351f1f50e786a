"""Of what a row says that its rules do not read, the elements change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_every_op import CASES, arguments, call, numbers, slots

from gradstudio.engine.primitive import TABLE, Primitive, Sample
from gradstudio.engine.structure import flatten


def poisoned(x: Any) -> Any:
    """Other elements in the same shape and dtype, which no result survives."""
    if x is None:
        return None
    value = np.array(x)
    bad = {"f": np.nan, "c": complex(np.nan, np.nan), "b": True, "u": 99}.get(value.dtype.kind, -99)
    spoilt = ~value if value.dtype.kind == "b" else np.full_like(value, bad)
    return float(spoilt) if type(x) is float else int(spoilt) if type(x) is int else spoilt


def is_read(row: Primitive, slot: int, which: int) -> bool:
    inputs = (row.reads[slot] if isinstance(row.vjps, tuple) else row.reads[0]).inputs
    return inputs[min(which, len(inputs) - 1)]


def is_answer_read(row: Primitive, slot: int) -> bool:
    return (row.reads[slot] if isinstance(row.vjps, tuple) else row.reads[0]).answer


@pytest.mark.parametrize(("row", "sample"), [c for c in CASES if not c.values[0].composite])
def test_rules_give_the_same_whatever_stands_in_what_they_do_not_read(row: Primitive, sample: Sample) -> None:
    given = [x if x is None or type(x) in (int, float) else np.asarray(x) for x in arguments(row, sample)]
    bound, params = row.bind((given,) if row.variadic else tuple(given), dict(sample.params))
    (answer,) = [np.asarray(y) for y in call(row, given, sample)]
    for slot in slots(row, sample):
        rule = row.vjp(slot)
        assert rule is not None
        g = numbers(answer.shape, answer.dtype)
        with np.errstate(all="ignore"):
            expected = rule(g, answer, *bound, **params)
            found = rule(
                g,
                answer if is_answer_read(row, slot) else poisoned(answer),
                *[x if is_read(row, slot, i) else poisoned(x) for i, x in enumerate(bound)],
                **params,
            )
        for a, b in zip(flatten([expected]), flatten([found]), strict=True):
            if a is None:
                assert b is None
            else:
                dense = [y.dense() if hasattr(y, "dense") else y for y in (a, b)]
                np.testing.assert_array_equal(*dense, err_msg=f"{row.name}, input {slot}")


def test_the_needs_of_a_row_are_those_of_its_rules_together() -> None:
    for row in TABLE.values():
        assert row.needs.answer == any(reads.answer for reads in row.reads)
        for i, needed in enumerate(row.needs.inputs):
            assert needed == any(reads.inputs[i] for reads in row.reads if reads.inputs), row.name


@pytest.mark.parametrize(
    ("name", "answer", "inputs"),
    [
        ("add", False, (False, False)),
        ("multiply", False, (True, True)),
        ("tanh", True, (False,)),
        ("exp", True, (False,)),
        ("sin", False, (True,)),
        ("sum", False, (False,)),
        ("reshape", False, (False,)),
        ("getitem", False, (False, True)),
        ("concatenate", False, (False,)),
        ("where", False, (True, False, False)),
    ],
)
def test_common_ops_keep_no_more_than_they_must(name: str, answer: bool, inputs: tuple[bool, ...]) -> None:
    assert TABLE[name].needs == (answer, inputs)

"""Every op of the table in a plan, at its samples, with first and second derivatives; and what plans know of ops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import same

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.plan.ufuncs import EXPRESSIONS, NEW, UFUNCS
from gradstudio.engine.primitive import TABLE, Primitive, Sample
from gradstudio.engine.structure import flatten

ROWS = [row for row in TABLE.values() if row.samples]
ONE_BY_ONE = frozenset(["custom_call"])  # what it calls belongs to one run


def inputs(row: Primitive, sample: Sample, factor: float) -> list[Any]:
    """The inputs of a sample as tensors, floating ones a little changed; Python's whole numbers stay."""
    found = []
    for x in sample.inputs[0] if row.variadic else sample.inputs:
        if isinstance(x, np.ndarray | float | complex):
            array = np.asarray(x)
            x = gs.constant(array * factor if array.dtype.kind in "fc" else array)
        found.append(x)
    return found


def call(row: Primitive, values: list[Any], sample: Sample) -> Any:
    return row(values, **sample.params) if row.variadic else row(*values, **sample.params)


def everything(row: Primitive, sample: Sample, values: list[Any]) -> Any:
    """Results, and their first and second derivatives."""
    sources = [x for x in values if isinstance(x, gs.Tensor) and x.dtype.kind in "fc"]
    with gs.GradientTape() as outer:
        outer.watch(sources)
        with gs.GradientTape() as inner:
            inner.watch(sources)
            found = call(row, values, sample)
        results = [y for y in flatten(found) if isinstance(y, gs.Tensor)]
        first = inner.gradient(results, sources)
        first = [g.dense() if isinstance(g, gs.IndexedSlices) else g for g in first]
    there = [g for g in first if g is not None]
    return found, first, outer.gradient(there, sources) if there else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_op_and_its_derivatives_in_a_plan(row: Primitive) -> None:
    for sample in row.samples:
        compiled = compile(lambda values, sample=sample: everything(row, sample, values))
        with np.errstate(all="ignore"):
            for factor in (1.0, 0.97, 1.0):
                values = inputs(row, sample, factor)
                same(compiled(values), everything(row, sample, values), 1e-9)
        assert compiled.reasons == []
        assert row.name in ONE_BY_ONE or compiled.replays >= 1


NUMBERS = {
    "f": [np.array([-1.5, -0.0, 0.0, 0.3, 2.0, np.inf, np.nan]), np.array([0.5, 2.0, -1.0, 0.0, -0.0, 1.0, 3.0])],
    "F": [np.array([-1.5 + 1j, 0.3 - 2j, 0.0]), np.array([0.5j, 2.0, -1.0 + 0.5j])],
    "i": [np.array([-3, 0, 2, 7]), np.array([2, 5, 3, 1])],
    "b": [np.array([True, False, True]), np.array([True, True, False])],
}


@pytest.mark.parametrize("name", UFUNCS)
def test_a_ufunc_is_all_that_a_row_calls(name: str) -> None:
    row, ufunc = TABLE[name], UFUNCS[name]
    for kind, dtypes in {"f": "fde", "F": "FD", "i": "lbB", "b": "?"}.items():
        for code in dtypes:
            values = [v.astype(code) for v in NUMBERS[kind][: len(row.inputs)]]
            ready = [values[i] if type(i) is int else float(i) if "." in str(i) else int(i) for i in ufunc.operands]
            with np.errstate(all="ignore"):
                try:
                    want = row.forward(np, *values)
                except TypeError:
                    with pytest.raises(TypeError):
                        ufunc.ufunc(*ready)
                    continue
                got = ufunc.ufunc(*ready)
                np.testing.assert_array_equal(got, want)
                assert got.dtype == want.dtype
                out = np.empty_like(want)
                assert ufunc.ufunc(*ready, out=out) is out
                np.testing.assert_array_equal(out, want)


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if TABLE[name].scalar is not None])
def test_an_expression_is_the_scalar_form_of_a_row(name: str) -> None:
    row = TABLE[name]
    for numbers in ((0.5, 2.0, -1.5), (-3.0, -3.0, 0.25), (1e-3, 7.0, 2.0)):
        given: tuple[Any, ...] = numbers[: len(row.inputs)]
        if name == "where":
            given = (numbers[0] > 0, *numbers[1:])
        got = eval(EXPRESSIONS[name].format(*[f"({x!r})" for x in given]))
        assert row.scalar is not None
        assert got == row.scalar(*given)


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_result_that_is_new_shares_no_memory(name: str) -> None:
    row = TABLE[name]
    assert not row.composite
    for sample in row.samples:
        values: list[Any] = [np.asarray(x) if isinstance(x, float) else x for x in flatten(list(sample.inputs))]
        values += [None] * (len(row.inputs) - len(values) if row.optional else 0)
        with np.errstate(all="ignore"):
            found = row.forward(np, *values, **sample.params)
        for x in values:
            assert not isinstance(x, np.ndarray) or not np.shares_memory(found, x)

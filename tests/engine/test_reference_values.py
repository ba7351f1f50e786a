"""Values recorded from TensorFlow 2.21, JAX 0.10 and PyTorch 2.13 (float64): results, gradients, Hessians.

Each case is a call as a TensorFlow user writes it, its inputs, the cotangent and what the source gave; "hand" where
all of them are wrong or have no such op.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradstudio as tf

HERE = Path(__file__).parent / "reference"
FIRST = json.loads((HERE / "ops.json").read_text())
SECOND = json.loads((HERE / "second.json").read_text())


def array(value: Any, dtype: str = "float64") -> np.ndarray:
    if isinstance(value, dict):
        return (np.array(value["re"], float) + 1j * np.array(value["im"], float)).astype(dtype)
    return np.array(value, dtype)


def flat(found: Any) -> list[Any]:
    return [part for y in found for part in flat(y)] if isinstance(found, list | tuple) else [found]


def agree(got: Any, want: np.ndarray, what: str) -> None:
    have = np.asarray(got)
    assert have.shape == want.shape, what
    assert np.iscomplexobj(have) == np.iscomplexobj(want), what
    np.testing.assert_allclose(have, want, rtol=1e-6, atol=1e-9, err_msg=what)


@pytest.mark.parametrize("case", FIRST, ids=lambda case: case["id"])
@pytest.mark.filterwarnings("ignore")
def test_results_and_gradients_are_those_that_were_recorded(case: dict[str, Any]) -> None:
    inputs = [tf.constant(array(x, d)) for x, d in zip(case["inputs"], case["dtypes"], strict=True)]
    sources = [x for x in inputs if x.dtype.kind in "fc"]
    function = eval(case["call"], {"tf": tf})
    with np.errstate(all="ignore"), tf.GradientTape() as tape:
        tape.watch(sources)
        results = [tf.convert_to_tensor(y) for y in flat(function(*inputs))]
    many = case["outputs"] > 1
    wanted, cotangents = (case["out"], case["cotangent"]) if many else ([case["out"]], [case["cotangent"]])
    for y, want, dtype in zip(results, wanted, case["out_dtypes"], strict=True):
        agree(y, array(want, dtype), "result")
    seeds = [(y, array(u, str(y.dtype))) for y, u in zip(results, cotangents, strict=True) if u is not None]
    found = tape.gradient(
        [y for y, _ in seeds], inputs, output_gradients=[tf.constant(u) for _, u in seeds] if seeds else None
    )
    for i, (got, want) in enumerate(zip(found, case["vjp"], strict=True)):
        if want is None or i in case.get("none_ok", ()):
            assert got is None or want is not None or not np.any(np.asarray(got)), f"input {i}"
        if want is not None and got is not None:
            agree(got, array(want, case["dtypes"][i]), f"input {i}")
        elif want is not None:
            assert not np.any(array(want, case["dtypes"][i])), f"input {i}: None"


@pytest.mark.parametrize("case", SECOND, ids=lambda case: case["id"])
def test_hessians_and_hessian_vector_products_are_those_that_were_recorded(case: dict[str, Any]) -> None:
    inputs = [tf.constant(array(x)) for x in case["inputs"]]
    function = eval(case["call"], {"tf": tf})
    with np.errstate(all="ignore"), tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            y = function(*inputs)
        first = inner.gradient(y, inputs)
    agree(y, array(case["value"]), "value")
    if "hessian" in case:
        found = outer.jacobian(first[0], inputs[0], unconnected_gradients="zero")
        agree(found, array(case["hessian"]), "Hessian")
        return
    directions = [tf.constant(array(v)) for v in case["v"]]
    reached = [(g, v) for g, v in zip(first, directions, strict=True) if g is not None]
    found = outer.gradient(
        [g for g, _ in reached], inputs, output_gradients=[v for _, v in reached], unconnected_gradients="zero"
    )
    for i, (got, want) in enumerate(zip(found, case["hvp"], strict=True)):
        agree(got, array(want), f"input {i}")

"""What would come of an op on given inputs, and what is said of inputs that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.structure import flatten
from gradstudio.language import results as results_module
from gradstudio.language.candidates import Cure, Known, candidate, first_slot, fits_for, wanted
from gradstudio.language.results import MisfitError, results


def k(*shape: int, dtype: str = "float64") -> Known:
    return Known(shape, dtype)


FITS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...], str]] = [
    ("sigmoid", (k(200),), {}, (200,), "float64"),
    ("tanh", (k(5, 7, dtype="float32"),), {}, (5, 7), "float32"),
    ("add", (k(200), 2.0), {}, (200,), "float64"),
    ("multiply", (k(4, 1), k(3)), {}, (4, 3), "float64"),
    ("divide", (k(3, dtype="int64"), k(3, dtype="int64")), {}, (3,), "float64"),
    ("power", (k(3), 2), {}, (3,), "float64"),
    ("matmul", (k(200, 3), k(3)), {}, (200,), "float64"),
    ("matmul", (k(200, 3), k(3, 4)), {}, (200, 4), "float64"),
    ("matmul", (k(1000, 784), k(784, 300)), {}, (1000, 300), "float64"),
    ("matmul", (k(32, 1000, 784), k(784, 300)), {}, (32, 1000, 300), "float64"),
    ("dot", (k(100_000), k(100_000)), {}, (), "float64"),
    ("outer", (k(100_000), k(50_000)), {}, (100_000, 50_000), "float64"),
    ("sum", (k(10**6, 10),), {"axis": 0}, (10,), "float64"),
    ("mean", (k(200, 3),), {"axis": 1, "keepdims": True}, (200, 1), "float64"),
    ("max", (k(200, 3),), {}, (), "float64"),
    ("argmax", (k(200, 3),), {"axis": 1}, (200,), "int64"),
    ("greater", (k(200), 0.0), {}, (200,), "bool"),
    ("mse", (k(200), k(200)), {}, (), "float64"),
    ("softmax_cross_entropy", (k(64, 10), k(64, 10)), {}, (64,), "float64"),
    ("sparse_softmax_cross_entropy", (k(64, dtype="int64"), k(64, 10)), {}, (64,), "float64"),
    ("softmax", (k(64, 10),), {}, (64, 10), "float64"),
    ("cumsum", (k(300),), {}, (300,), "float64"),
    ("reshape", (k(20, 10),), {"shape": (5, -1)}, (5, 40), "float64"),
    ("reshape", (k(1000, 1000),), {"shape": (100, 10_000)}, (100, 10_000), "float64"),
    ("ravel", (k(3000, 4000),), {}, (12_000_000,), "float64"),
    ("transpose", (k(3000, 4000),), {}, (4000, 3000), "float64"),
    ("expand_dims", (k(3000, 4000),), {"axis": 1}, (3000, 1, 4000), "float64"),
    ("squeeze", (k(3000, 1, 4000),), {}, (3000, 4000), "float64"),
    ("broadcast_to", (k(3),), {"shape": (200_000, 3)}, (200_000, 3), "float64"),
    ("concatenate", (k(300_000, 4), k(500_000, 4)), {}, (800_000, 4), "float64"),
    ("stack", (k(7), k(7), k(7)), {"axis": 1}, (7, 3), "float64"),
    ("getitem", (k(30_000, 4),), {"key": (slice(None), 0)}, (30_000,), "float64"),
    ("getitem", (k(30_000, 4),), {"key": slice(5, 25)}, (20, 4), "float64"),
    ("getitem", (k(4, 3),), {"key": (..., None)}, (4, 3, 1), "float64"),
    ("gather", (k(1000, 64), k(32, 7, dtype="int64")), {}, (32, 7, 64), "float64"),
    ("one_hot", (k(64, dtype="int64"),), {"depth": 10}, (64, 10), "float64"),
    ("diag", (k(100_000),), {}, (100_000, 100_000), "float64"),
    ("conv2d", (k(32, 28, 28, 3), k(3, 3, 3, 8)), {}, (32, 26, 26, 8), "float64"),
    ("conv2d", (k(2, 9, 9, 3), k(3, 3, 3, 8)), {"strides": 2, "padding": "SAME"}, (2, 5, 5, 8), "float64"),
    ("max_pool2d", (k(1, 12, 12, 2),), {"ksize": 2}, (1, 6, 6, 2), "float64"),
    ("inv", (k(64, 64),), {}, (64, 64), "float64"),
    ("cholesky", (k(3, 3),), {}, (3, 3), "float64"),
    ("solve", (k(50, 50), k(50)), {}, (50,), "float64"),
    ("det", (k(10, 5, 5),), {}, (10,), "float64"),
    ("fft", (k(16),), {}, (16,), "complex128"),
    ("rfft", (k(200),), {}, (101,), "complex128"),
    ("einsum", (k(200, 3), k(3, 5)), {"equation": "ij,jk->ik"}, (200, 5), "float64"),
    ("cast", (k(7, dtype="int64"),), {"dtype": "float32"}, (7,), "float32"),
    ("where", (k(5, dtype="bool"), k(5), 0.0), {}, (5,), "float64"),
    ("pad", (k(6, 6),), {"pad_width": ((1, 1), (2, 2))}, (8, 10), "float64"),
    ("diff", (k(5000),), {}, (4999,), "float64"),
    ("glu", (k(3, 64),), {}, (3, 32), "float64"),
]


@pytest.mark.parametrize(("op", "inputs", "params", "shape", "dtype"), FITS)
def test_the_result_of_a_fit_is_foreseen(
    op: str, inputs: tuple[Any, ...], params: dict[str, Any], shape: tuple[int, ...], dtype: str
) -> None:
    fit = candidate(op, inputs, params)
    assert fit.ok, fit.words
    assert (fit.shape, fit.dtype) == (shape, dtype)


def test_several_results_are_counted() -> None:
    fit = candidate("svd", (k(3000, 4000),))
    assert (fit.count, fit.shape) == (3, (3000,)) or (fit.count, fit.shape) == (3, (3000, 3000))
    assert candidate("divmod", (k(7), 2.0)).count == 2


@pytest.mark.parametrize("op", list(TABLE))
def test_what_is_foreseen_of_every_sample_is_what_comes(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = TABLE[op]
    for small in (False, True):
        if small:  # everything from smaller shapes, even where shapes are as small as these
            monkeypatch.setattr(results_module, "_AT_ONCE", 0)
            monkeypatch.setattr(results_module, "_KEPT", 1)
        for sample in row.samples:
            inputs = sample.inputs[0] if row.variadic and len(sample.inputs) == 1 else sample.inputs
            if not isinstance(inputs, list | tuple) or any(isinstance(x, list | tuple) for x in inputs):
                continue
            with np.errstate(all="ignore"):
                found = flatten(row(*sample.inputs, **sample.params))
            real = tuple([Known(tuple(np.shape(y)), np.asarray(y).dtype.name) for y in found])
            given = tuple([_known(x) for x in inputs])
            try:
                foreseen = results(row, given, sample.params)
            except MisfitError:
                assert small, f"{op} takes {given} with {sample.params}"  # 4 channels are no small number of channels
                continue
            assert foreseen in (None, real), f"{op} of {given} with {sample.params}"


def _known(x: Any) -> Any:
    if x is None or (isinstance(x, int | float | complex) and not isinstance(x, bool)):
        return x
    array = np.asarray(x)
    return Known(array.shape, array.dtype.name)


@pytest.mark.parametrize(
    ("op", "inputs"),
    [
        ("boolean_mask", (k(10), k(10, dtype="bool"))),
        ("argwhere", (k(10),)),
        ("segment_sum", (k(10), k(10, dtype="int64"))),
        ("unstack", (k(1_000_000),)),
    ],
)
def test_what_depends_on_values_or_is_too_much_is_not_foreseen(op: str, inputs: tuple[Known, ...]) -> None:
    fit = candidate(op, inputs)
    assert (fit.ok, fit.shape) == (True, None)


@pytest.mark.parametrize(
    ("op", "inputs", "words"),
    [
        ("matmul", (k(200, 3), k(4)), "[200,3] and [4]: 3 and 4 do not match"),
        ("matmul", (k(6, 2), k()), "[6,2] and [ ]: matmul takes no scalar, multiply does"),
        ("add", (k(200, 3), k(200)), "[200,3] and [200]: 3 and 200 do not match"),
        ("add", (k(300_000, 3), k(200_000, 3)), "[300000,3] and [200000,3]: 300000 and 200000 do not match"),
        ("mse", (k(5), k(4)), "[5] and [4]: 5 and 4 do not match"),
        (
            "cholesky",
            (k(4000, 3000),),
            "[4000,3000]: it needs square matrices in the last two axes, not 4000 by 3000 ones",
        ),
    ],
)
def test_a_misfit_names_the_shapes(op: str, inputs: tuple[Known, ...], words: str) -> None:
    fit = candidate(op, inputs)
    assert not fit.ok
    assert fit.words == words
    assert "\n" not in fit.words


def test_a_parameter_that_does_not_fit_is_said_in_the_ops_words() -> None:
    fit = candidate("sum", (k(3),), {"axis": 5})
    assert not fit.ok
    assert "axis 5" in fit.words


@pytest.mark.parametrize(
    ("op", "inputs", "words", "template", "slot", "gives"),
    [
        ("matmul", (k(200, 3), k(200)), "transpose X", "gs.transpose({})", 0, (3,)),
        ("matmul", (k(200, 3), k(5, 200)), "swap X and w", "{1}, {0}", -1, (5, 3)),
        ("add", (k(200, 3), k(200)), "expand w to [200,1]", "gs.expand_dims({}, axis=1)", 1, (200, 3)),
        ("add", (k(3, 2), k(6)), "reshape w to [3,2]", "gs.reshape({}, (3, 2))", 1, (3, 2)),
        ("conv2d", (k(28, 28, 3), k(3, 3, 3, 8)), "expand X to [1,28,28,3]", "gs.expand_dims({}, axis=0)", 0, None),
    ],
)
def test_a_misfit_comes_with_cures_that_work(
    op: str, inputs: tuple[Known, ...], words: str, template: str, slot: int, gives: tuple[int, ...] | None
) -> None:
    cures = {cure.words: cure for cure in candidate(op, inputs, names=("X", "w")).cures}
    cure = cures[words]
    assert (cure.template, cure.slot) == (template, slot)
    assert gives is None or cure.gives == gives


def test_every_cure_that_is_named_runs() -> None:
    import gradstudio as gs

    for op, shapes in (("matmul", [(4, 3), (4, 3)]), ("add", [(4, 3), (4,)]), ("mse", [(2, 3), (6,)])):
        fit = candidate(op, [k(*shape) for shape in shapes])
        assert fit.cures
        for cure in fit.cures:
            written = [f"np.ones({shape})" for shape in shapes]
            if cure.slot < 0:
                call = f"gs.{op}({cure.template.format(*written)})"
            else:
                written[cure.slot] = cure.template.format(written[cure.slot])
                call = f"gs.{op}({', '.join(written)})"
            assert eval(call, {"gs": gs, "np": np}).shape == cure.gives, call


def test_no_cure_is_named_where_none_is_known() -> None:
    assert candidate("matmul", (k(200, 3), k(4))).cures == ()
    assert candidate("sigmoid", (k(3),)).cures == ()


@pytest.mark.parametrize(
    ("op", "inputs", "words"),
    [
        ("sigmoid", (k(200),), ""),
        ("sign", (k(200),), "slope 0"),
        ("argmax", (k(200),), "slope 0"),
        ("floor", (k(200),), "slope 0"),
        ("softmax", (k(200),), ""),
        ("relu", (k(200),), ""),
        ("sigmoid", (k(3, dtype="int64"),), "integers get no gradient"),
        ("sum", (k(3, dtype="bool"),), "booleans get no gradient"),
        ("gather", (k(5), k(3, dtype="int64")), ""),
        ("add", (k(200, 3), k(3)), "[3] to [200,3]"),
        ("mse", (k(200, 1), k(200)), "[200,1] to [200,200], [200] to [200,200]"),
        ("mse", (None, k(200)), "the first input is open"),
        ("mse", (k(200),), "needs labels"),
        ("reshape", (k(200),), "needs shape"),
    ],
)
def test_of_a_fit_is_said_what_is_worth_knowing(op: str, inputs: tuple[Any, ...], words: str) -> None:
    fit = candidate(op, inputs)
    assert (fit.ok, fit.words) == (True, words)


def test_integers_and_a_broadcast_of_both_sides_come_with_cures() -> None:
    assert candidate("tanh", (k(3, dtype="int64"),), names=("n",)).cures == (
        Cure("cast n to float64: a gradient needs floats", "gs.cast({}, 'float64')", 0, (3,)),
    )
    assert candidate("matmul", (k(3, 3), k(3, 3))).cures == ()
    templates = [cure.template for cure in candidate("mse", (k(200, 1), k(200))).cures]
    assert templates == ["gs.reshape({}, (200,))", "gs.reshape({}, (200, 1))"]


def test_the_palette_says_what_becomes_of_a_value() -> None:
    said = fits_for(k(200), ["sigmoid", "sigmoid_cross_entropy", "sign", "cholesky", "sum", "add", "top_k", "reshape"])
    assert said == {
        "sigmoid": "[200]",
        "sigmoid_cross_entropy": "needs labels",
        "sign": "slope 0",
        "cholesky": "does not fit",
        "sum": "[ ]",
        "add": "needs a second input",
        "top_k": "[1], [1]",
        "reshape": "needs shape",
    }


@pytest.mark.parametrize("known", [k(), k(200), k(200, 3), k(10**6), k(32, 28, 28, 3), k(7, dtype="int64")])
def test_the_palette_has_words_for_every_op(known: Known) -> None:
    said = fits_for(known, TABLE)
    assert list(said) == list(TABLE)
    assert all(said.values())


def test_a_value_goes_where_it_is_meant() -> None:
    assert first_slot("sigmoid_cross_entropy") == 1
    assert first_slot("mse") == 0


def test_an_open_input_wants_what_the_others_allow() -> None:
    assert wanted("mse", (None, k(200)), 0) == k(200)
    assert wanted("matmul", (k(200, 3), None), 1) == k(3)
    assert wanted("sparse_softmax_cross_entropy", (None, k(64, 10)), 0) == k(64, dtype="int64")
    assert wanted("mse", (None, None), 0) is None


def test_other_names_of_an_op_will_do_and_unknown_ones_are_told() -> None:
    assert candidate("nn.sigmoid", (k(3),)).shape == (3,)
    with pytest.raises(KeyError):
        candidate("nonsense", (k(3),))

"""Machine code: every row against the row itself, and whole programs against eager runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agreement import agrees, recorded, same, t
from test_plan_every_op import everything, inputs

import gradstudio as gs
from gradstudio.engine.plan.backends import native
from gradstudio.engine.plan.passes import improve
from gradstudio.engine.primitive import TABLE

pytest.importorskip("llvmlite", reason="machine code needs numba's compiler")

from gradstudio.engine.plan.backends.native.knowing import WIDEST, can_run
from gradstudio.engine.plan.backends.native.moving import FOLDS, MOVES
from gradstudio.engine.plan.backends.native.rows import ROWS

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 30.0, -30.0, 800.0, -800.0, 1e308, 5e-324, 1e-310, np.inf, -np.inf, np.nan]
FIRST, SECOND = (axis.ravel() for axis in np.meshgrid(SPECIAL, SPECIAL))
COMMON = np.random.default_rng(3).normal(0.0, 3.0, (2, 400))
ROUNDING = 2e-15
"""How far a row may be from NumPy's: its approximations are right to two or three units in the last place."""
WORSE = {"ndtr": 1e-13, "erfc": 1e-13, "log_sigmoid": 1e-14, "logaddexp": 1e-13}
"""Where the result is next to 0, and NumPy's and SciPy's are no better."""


def run(program: Any, *given: Any) -> tuple[Any, ...]:
    """The raw results of a program in machine code."""
    assert can_run(program)
    found: tuple[Any, ...] = native.NATIVE.build(program).plan(*given)
    return found


def _applied(name: str) -> Callable[[Any, Any], Any]:
    """A function of two values that applies a row."""
    row = TABLE[name]
    if name == "where":
        return lambda x, y: row(TABLE["greater"](x, 0.0), x, y)
    if name == "clip":
        return lambda x, y: row(x, y, 2.0)
    return (lambda x, y: row(x, y)) if len(ROWS[name].takes) == 2 else lambda x, y: row(x)


def _given(name: str, x: Any, y: Any) -> list[Any]:
    return [x, y] if name in ("where", "clip") or len(ROWS[name].takes) == 2 else [x]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(("x", "y"), [(FIRST, SECOND), tuple(COMMON)], ids=["special", "common"])
def test_a_row_computes_on_vectors_what_numpy_does(name: str, x: np.ndarray, y: np.ndarray) -> None:
    f = _applied(name)
    with np.errstate(all="ignore"):
        want = f(gs.constant(x), gs.constant(y)).numpy()
        (got,) = run(recorded(f, gs.constant(x), gs.constant(y)), *_given(name, x, y))
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=WORSE.get(name, ROUNDING), atol=5e-324)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_computes_on_numbers_what_python_does(name: str) -> None:
    f = _applied(name)
    with np.errstate(all="ignore"):
        program = recorded(f, t(0.5), t(0.25))
    plan = native.NATIVE.build(program).plan
    xs, ys = [*SPECIAL, *COMMON[0][:40]], [*SPECIAL[::-1], *COMMON[1][:40]]
    with np.errstate(all="ignore"):
        for a, b in zip(xs, ys, strict=True):
            (got,) = plan(*[float(v) for v in _given(name, a, b)])
            want = f(t(float(a)), t(float(b)))
            assert type(got) is (float if want.dtype == np.float64 else np.bool_)
            np.testing.assert_allclose(got, want.item(), rtol=WORSE.get(name, ROUNDING), atol=5e-324)


def test_signs_of_zeros_are_kept() -> None:
    for f in (gs.sin, gs.tanh, gs.negative, gs.sqrt, lambda x: x * 2.0, gs.floor):
        for x in (np.float64(-0.0), np.full(11, -0.0)):
            program = recorded(f, gs.constant(x))
            want = f(gs.constant(x)).numpy()
            assert np.array_equal(np.signbit(run(program, x)[0]), np.signbit(want))


@pytest.mark.parametrize("angle", [0.78, 0.79, 3.0, -1e3, 9.9e5, 1.1e6, -1e15, 1e300])
def test_angles_of_any_size(angle: float) -> None:
    angles = np.linspace(angle, angle * 1.001, 13)
    for f in (gs.sin, gs.cos):
        want = f(gs.constant(angles)).numpy()
        (got,) = run(recorded(f, gs.constant(angles)), angles)
        np.testing.assert_allclose(got, want, rtol=1e-14, atol=5e-16)
        (one,) = run(recorded(f, gs.constant(angle)), angle)
        np.testing.assert_allclose(one, want[0], rtol=1e-14, atol=5e-16)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 15, 16, 17, 40, 64, 100, WIDEST])
def test_vectors_of_every_length(size: int) -> None:
    def f(x: Any, y: Any) -> Any:
        z = gs.tanh(x) * y - 2.0 * x
        return z, gs.sum(z * x), gs.exp(z[:1])

    x, y = gs.constant(COMMON.ravel()[:size]), gs.constant(np.linspace(-1.0, 1.0, size))
    program = recorded(f, x, y)
    for got, want in zip(run(program, x.value, y.value), f(x, y), strict=True):
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-14, atol=1e-15 * size)
    improve(program)
    for got, want in zip(run(program, x.value, y.value), f(x, y), strict=True):
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-14, atol=1e-15 * size)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: gs.reshape(x, (4, 3)) * 2.0,
        lambda x: gs.transpose(x) + 1.0,
        lambda x: x[1] - x[:, :1],
        lambda x: x[::-1, 1:3] * x[0, 1:3],
        lambda x: x[2, 3] * x[0],
        lambda x: x[np.array([2, 0, 2])] * 3.0,
        lambda x: gs.concatenate([x[0], x[:, 1], [1.0, 2.0]]),
        lambda x: gs.stack([x[0, 0], 2.0, x[1, 1] * x[2, 2]]),
        lambda x: gs.sum(x, axis=0) * gs.sum(x, axis=1, keepdims=True),
        lambda x: gs.sum(x, axis=(0, 1)) + gs.mean(x),
        lambda x: gs.max(x, axis=1) - gs.min(x, axis=(0, 1)),
        lambda x: gs.prod(x, axis=0, keepdims=True) * gs.max(x),
        lambda x: gs.max(gs.sqrt(x), axis=0) + gs.min(gs.sqrt(x), axis=1, keepdims=True),
        lambda x: x @ gs.transpose(x),
        lambda x: x @ x[0],
        lambda x: x[:, 0] @ x,
        lambda x: x[0] @ x[1],
        lambda x: gs.tile(x, (3, 10)) @ gs.tile(gs.transpose(x), (10, 3)) * 0.1,
        lambda x: gs.tile(x, (1, 10)) @ gs.tile(x[0], 10),
        lambda x: gs.where(x > 0.0, x, -x)[0],
        lambda x: (x > 0.1)[1],
        lambda x: gs.flip(x, axis=1) + gs.roll(x, 1, axis=0),
        lambda x: gs.tile(x[0], 2) - gs.repeat(x[0], 2),
        lambda x: gs.tril(x) + gs.broadcast_to(x[0, 0], (3, 4)),
        lambda x: gs.logical_and(x > 0.0, x < 1.0) * 2.5,
        lambda x: x * np.arange(4),
        lambda x: gs.expand_dims(gs.squeeze(x[:, :1]), 0) * x[0, 0],
        lambda x: x,
        lambda x: gs.clip(x, None, 0.5) - gs.clip(x, x[0], None) * gs.clip(x[0, 0], 0.0, 0.1),
        lambda x: gs.cast(x > 0.0, gs.float64) * x + gs.cast(x[0, 0] > 0.0, gs.float64),
        lambda x: gs.stop_gradient(x) * gs.ones_like(x),
        lambda x: (x[0, 0] > 0.5, gs.logical_not(x[0, 0] > 0.5)),
    ],
)
def test_elements_are_moved_summed_and_multiplied(f: Any) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    with np.errstate(invalid="ignore"):  # the root of a negative number is NaN, which stays
        program, wanted = recorded(f, gs.constant(x)), f(gs.constant(x))
    improve(program)
    for got, want in zip(run(program, x), wanted if type(wanted) is tuple else [wanted], strict=True):
        assert (np.shape(got), np.asarray(got).dtype) == (want.shape, want.dtype)
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-14, atol=1e-15)


SIMPLE = [*ROWS, *sorted(MOVES), *sorted(FOLDS), "mean", "matmul", "dot", "cast"]


@pytest.mark.parametrize("name", SIMPLE)
def test_an_op_and_its_derivatives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in test_plan_every_op.py, but where machine code is the rule, however short the program is."""
    monkeypatch.setattr(native, "FEWEST_STEPS", 1)
    row = TABLE[name]
    for sample in row.samples:
        compiled = gs.compile(lambda values, sample=sample: everything(row, sample, values))
        with np.errstate(all="ignore"):
            for factor in (1.0, 0.97, 1.0):
                values = inputs(row, sample, factor)
                same(compiled(values), everything(row, sample, values), 1e-9)
        assert compiled.reasons == []


def _mixed(x: Any, w: Any) -> Any:
    y = x
    for k in range(40):
        a, b = y[:2], gs.reshape(y[1:], (1, 2))
        y = gs.concatenate([gs.sin(a) * w, gs.sum(b * a, axis=0)[k % 2 :][:1]]) + 0.1 * gs.stack([w, y[0], y[2]])
    return gs.sum(gs.where(y > 0.0, y, y * 0.5) @ gs.ones((3, 2)))


def test_gradients_pass_through_moves() -> None:
    compiled = agrees(
        gs.value_and_grad(_mixed, (0, 1)), (t(0.1, 0.5, -2.0), t(0.9)), (t(1.0, -1.5, 0.3), t(-0.4)), tolerance=1e-11
    )
    assert compiled.sources[0].startswith("machine code")


def _chain(x: Any, w: Any) -> Any:
    y = x
    for _ in range(80):
        y = gs.sin(y) * w + y / (1.0 + y * y)
    return gs.sum(y)


@pytest.mark.parametrize("start", [t(0.7), t(0.1, 0.5, -2.0)])
def test_long_programs_of_numbers_and_short_vectors_run_on_it(start: Any) -> None:
    compiled = agrees(gs.value_and_grad(_chain, (0, 1)), (start, t(0.9)), (start * 2.0, t(0.3)), (start * -1.0, t(1.1)))
    assert compiled.sources[0].startswith("machine code")


def test_random_programs_agree() -> None:
    generator = np.random.default_rng(5)
    unary = [gs.sin, gs.cos, gs.tanh, gs.exp, gs.square, gs.abs, gs.sigmoid, gs.relu, gs.negative]
    binary = [gs.add, gs.subtract, gs.multiply, gs.maximum, gs.minimum, gs.hypot]
    for size in (1, 9, 9, 30, 9):
        choices = generator.integers(0, 1000, (300, 3)).tolist()

        def f(x: Any, y: Any, choices: Any = choices) -> Any:
            values = [x, y]
            for k, a, b in choices:
                p, q = values[-1 - a % min(6, len(values))], values[-1 - b % min(6, len(values))]
                op = k % (len(unary) + len(binary))
                made = unary[op](p) if op < len(unary) else binary[op - len(unary)](p, q)
                values.append(gs.tanh(made) if k % 3 else made * 0.5 + p * 0.1)
            return gs.sum(values[-1])

        a, b = t(*generator.normal(size=size)), t(*generator.normal(size=size))
        compiled = agrees(gs.grad(f, (0, 1)), (a, b), (b, a), tolerance=1e-9)
        assert compiled.sources[0].startswith("machine code")


def _counted(x: Any) -> Any:
    """A loop that ends where its values say."""
    y = x
    for _ in range(60):
        y = y * 0.9 + gs.sin(y) * 0.01
        if y < 0.5:
            break
    scale = float(gs.floor(x * 0.0)) + int(x / 100.0) + 1
    return y * scale, y > 0.25


def test_what_python_reads_is_checked() -> None:
    compiled = agrees(_counted, (t(40.0),), (t(40.5),), (t(700.0),), (t(41.0),), plans=None)
    assert all(source.startswith("machine code") for source in compiled.sources)
    assert len(compiled.sources) == 3
    assert compiled.replays == 2


@pytest.mark.parametrize("truth", [gs.constant(True), gs.constant([True, False, True]), np.array([False, True, True])])
@pytest.mark.parametrize("x", [0.5, np.float64(0.5), t(0.5), t(0.1, 0.2, -0.3), np.array([0.1, -0.2, 0.3])[::-1]])
def test_arguments_of_every_kind(truth: Any, x: Any) -> None:
    def f(truth: Any, x: Any) -> Any:
        y = x
        for _ in range(60):
            y = gs.where(truth, gs.sin(y) * x, y * 0.5) + x
        return y

    assert agrees(f, (truth, x)).sources[0].startswith("machine code")


def test_variables_are_read_and_assigned() -> None:
    def stepper() -> tuple[Any, Any]:
        v = gs.Variable([0.5, -1.0])
        return v, lambda x: _stepped(v, x)

    def _stepped(v: Any, x: Any) -> Any:
        for _ in range(30):
            v.assign_sub(0.1 * (gs.sin(v) - x))
        return gs.sum(v)

    (v, f), (w, g) = stepper(), stepper()
    compiled = gs.compile(f)
    for x in (t(0.3), t(0.2), t(-0.4)):
        same(compiled(x), g(x))
        same(v.read(), w.read())
    assert compiled.replays == 2
    assert compiled.sources[0].startswith("machine code")


def test_results_and_arguments_are_memory_of_their_own() -> None:
    f = gs.compile(lambda x: (_chain(x, t(0.5)) * x, x[:2]))
    x = t(0.1, 0.5, -2.0)
    first, part = f(x)
    first, part = f(x)
    assert f.sources[0].startswith("machine code")
    kept, kept_part = first.numpy().copy(), part.numpy().copy()
    f(x * 3.0)
    same((first, part), (gs.constant(kept), gs.constant(kept_part)))


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: gs.cumsum(x), np.ones(4)),
        (lambda x: x * 2.0, np.ones(WIDEST + 1)),
        (lambda x: x * 2.0, np.ones(4, np.float32)),
        (lambda x: gs.cast(x, gs.float32), np.ones(4)),
        (lambda x: x * (2.0 if x > 0.0 else 3.0), np.float32(1.0)),
        (lambda x: gs.sum(x > 0.0), np.ones(4)),
        (lambda x: gs.put_at(x, np.array([0, 0, 1, 1]), key=("idx",), shape=(2,)), np.ones(4)),
        (lambda x: x[np.array([True, False, True, True])], np.ones(4)),
        (lambda x: gs.matmul(x, x, transpose_a=True), np.ones((2, 2))),
        (lambda x: x * 1j, np.ones(4)),
        (lambda x: x * float(str(x.numpy()[0])), np.ones(4)),
    ],
)
def test_what_it_does_not_know_it_leaves_to_others(f: Any, x: Any) -> None:
    assert not can_run(recorded(f, gs.constant(x)))


def test_short_programs_are_not_worth_it() -> None:
    program = recorded(lambda x: gs.sin(x) * 2.0, t(0.5))
    improve(program)
    assert can_run(program)
    assert not native.suits(program)


def test_it_can_be_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    program = recorded(lambda x: _chain(x, t(0.5)), t(0.5, 1.0))
    assert native.suits(program)
    monkeypatch.setenv(native.SWITCH, "0")
    assert not native.suits(program)

"""Variables, random numbers, memory, errors, threads: what a plan must not get wrong besides numbers."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from agreement import agrees, same, t

import gradstudio as gs
from gradstudio import compile
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.state import ACTIVE
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.variable import Variable

A, C = np.array([0.5, -1.25, 2.0]), np.array([1.1, 0.2, -0.4])


def test_variables_have_their_present_value() -> None:
    w = gs.Variable([1.0, 2.0, 3.0])
    compiled = compile(lambda x: gs.sum(w * x) + w.shape[0])
    for k in range(4):
        w.assign([1.0 * k, 2.0, 3.0])
        assert compiled(t(*A)).item() == gs.sum(w * t(*A)).item() + 3
    assert len(compiled.sources) == 1


def test_variables_among_the_arguments() -> None:
    def slope(v: Any) -> Any:
        with gs.GradientTape() as tape:
            y = gs.sum(v * v)
        return tape.gradient(y, v)

    a, b = gs.Variable([1.0, 2.0]), gs.Variable([3.0, 4.0])
    compiled = compile(slope)
    for _ in range(2):
        same(compiled(a), slope(a))
        same(compiled(b), slope(b))
        a.assign_add([1.0, 1.0])


def test_a_variable_that_is_no_longer_trainable() -> None:
    w = gs.Variable(2.0)

    def slope() -> Any:
        with gs.GradientTape() as tape:
            y = w * w
        return tape.gradient(y, w)

    compiled = compile(slope)
    assert [compiled().item(), compiled().item()] == [4.0, 4.0]
    w.trainable = False
    assert compiled() is None
    assert compiled() is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_training_step(dtype: Any) -> None:
    def made() -> Any:
        w, b, steps = gs.Variable(A.astype(dtype)), gs.Variable(dtype(0.5)), gs.Variable(0)

        def step(x: Any) -> Any:
            with gs.GradientTape() as tape:
                loss = gs.mean((gs.sum(w * x) + b) ** 2)
            g = tape.gradient(loss, [w, b])
            w.assign_sub(0.1 * g[0])
            b.assign(b - 0.1 * g[1])
            steps.assign_add(1)
            return loss, w * 2.0, steps

        return step, (w, b, steps)

    (plain, plain_state), (step, state) = made(), made()
    compiled = compile(step)
    for k in range(6):
        x = t(*(C * (k + 1)), dtype=dtype)
        want, got = plain(x), compiled(x)
        same(got[:2], want[:2], 1e-10)
        assert got[2] is state[2]
        same([v.numpy() for v in state], [v.numpy() for v in plain_state], 1e-10)
    assert len(compiled.sources) == 1


def test_results_keep_the_values_of_their_call() -> None:
    w = gs.Variable(np.arange(100_000.0))

    @compile
    def step(x: Any) -> Any:
        w.assign_add(x * np.ones(100_000))
        return w * 1.0, w + 0.5

    kept = [step(t(float(k))) for k in range(5)]
    start = np.arange(100_000.0)
    for k, (a, b) in enumerate(kept):
        start = start + k
        assert np.array_equal(a.numpy(), start)
        assert np.array_equal(b.numpy(), start + 0.5)


def test_assigning_fails_as_it_does_without_a_plan() -> None:
    w = gs.Variable([1.0, 2.0, 3.0])
    compiled = compile(lambda x: w.assign(x))
    compiled(t(*A))
    with pytest.raises(ValueError, match="assign"):
        compiled(t(1.0, 2.0))
    assert w.numpy().tolist() == A.tolist()


def test_an_error_after_an_assignment_leaves_the_one_that_was_made() -> None:
    w = gs.Variable(1.0)

    @compile
    def f(x: Any, fail: bool) -> Any:
        w.assign_add(x)
        if fail:
            raise KeyError("now")
        return w * 2.0

    assert f(t(1.0), False).item() == 4.0
    with pytest.raises(KeyError):
        f(t(1.0), True)
    assert w.item() == 3.0  # once


def test_some_places_of_a_variable() -> None:
    w = gs.Variable([1.0, 2.0, 3.0])
    compiled = compile(lambda x: w.scatter_nd_add([[1]], [x]) * 2.0)
    for k in (1.0, 2.0):
        compiled(t(k))
    assert w.numpy().tolist() == [1.0, 5.0, 3.0]
    assert compiled.sources == []


def test_variables_made_inside() -> None:
    def f(x: Any) -> Any:
        v = gs.Variable(1.0)
        for _ in range(3):
            with gs.GradientTape() as tape:
                y = (v - x) ** 2
            v.assign_sub(0.25 * tape.gradient(y, v))
        return v * 1.0

    agrees(f, (t(3.0),), (t(5.0),))


def test_a_variable_made_at_the_first_call_is_kept_by_the_program() -> None:
    class Layer:
        w: Any = None

        def __call__(self, x: Any) -> Any:
            if self.w is None:
                self.w = gs.Variable(2.0)
            return self.w * x

    layer = Layer()
    compiled = compile(layer)
    assert [compiled(t(1.0)).item(), compiled(t(2.0)).item()] == [2.0, 4.0]
    layer.w.assign(10.0)
    assert [compiled(t(1.0)).item(), compiled(t(2.0)).item()] == [10.0, 20.0]
    assert len(compiled.sources) == 1


def test_random_numbers_are_new_in_every_call() -> None:
    compiled = compile(lambda x: x + gs.random.normal((3,)))
    gs.random.set_seed(4)
    got = [compiled(t(*A)).tolist() for _ in range(3)]
    gs.random.set_seed(4)
    assert got == [(t(*A) + gs.random.normal((3,))).tolist() for _ in range(3)]
    assert "random" in compiled.reasons[0]


def test_random_numbers_with_a_seed_are_the_same_in_every_call() -> None:
    agrees(lambda x: x * gs.random.normal((3,), seed=5) + gs.nn.dropout(x, 0.5, seed=2), (t(*A),), (t(*C),))


def test_a_failed_recording_draws_nothing() -> None:
    def f(x: Any) -> Any:
        noise = gs.random.normal(())
        if isinstance(x, Tensor):
            raise RuntimeError("numbers only")
        return noise * x

    compiled = compile(f)
    gs.random.set_seed(1)
    got = [compiled(2.0).item(), compiled(2.0).item()]
    gs.random.set_seed(1)
    assert got == [2.0 * gs.random.normal(()).item() for _ in range(2)]
    assert "RuntimeError" in compiled.reasons[0]


def test_results_do_not_share_memory_with_arguments_or_each_other() -> None:
    def f(x: Any) -> Any:
        return x, gs.reshape(x, (3, 1)), x[1:], x.T, x * 1.0, gs.broadcast_to(x, (2, 3))

    compiled = compile(f)
    compiled(A.copy())
    x = A.copy()
    found = compiled(x)
    before = [y.numpy() for y in found]
    x[:] = 7.0
    compiled(x)
    for y, was in zip(found, before, strict=True):
        assert np.array_equal(y.numpy(), was)
        assert not np.shares_memory(y.value, x)


@pytest.mark.parametrize("size", [3, 200_000])
def test_results_are_not_overwritten_by_later_calls(size: int) -> None:
    def f(x: Any) -> Any:
        y = gs.sin(x) + 1.0
        z = y * 2.0
        return y, z, z[1:], gs.reshape(z * y, (-1, 1)), gs.sum(z), (z + y).T

    compiled = compile(f)
    kept = [(k, compiled(np.full(size, 0.1 * k))) for k in range(5)]
    for k, found in kept:
        same(found, f(gs.constant(np.full(size, 0.1 * k))))


def test_views_of_results_keep_their_values() -> None:
    compiled = compile(lambda x: x * 2.0)
    views = []
    for k in range(5):
        views.append((k, compiled(np.full(200_000, float(k))).value[::2]))
    assert all((view == 2.0 * k).all() for k, view in views)


def test_constants_of_a_plan_cannot_be_changed() -> None:
    noise = np.array([1.0, 2.0, 3.0])
    compiled = compile(lambda x: (x + noise, gs.constant(noise)))
    compiled(t(*A))
    noise[:] = 0.0
    np.asarray(compiled(t(*A))[1])[0] = 5.0
    found = compiled(t(*A))
    assert found[0].tolist() == (A + np.array([1.0, 2.0, 3.0])).tolist()
    assert found[1].tolist() == [1.0, 2.0, 3.0]


def test_errors_are_those_of_the_function() -> None:
    def f(x: Any, y: Any) -> Any:
        return x @ y

    compiled = compile(f)
    with pytest.raises(ValueError, match="matmul"):
        compiled(np.ones((2, 3)), np.ones((2, 3)))
    assert compiled(np.ones((2, 3)), np.ones((3, 2))).shape == (2, 2)
    inverse = compile(gs.linalg.inv)
    inverse(np.eye(2))
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        inverse(np.zeros((2, 2)))
    assert inverse(np.eye(2) * 2.0).tolist() == [[0.5, 0.0], [0.0, 0.5]]


def test_nothing_of_a_recording_stays_behind() -> None:
    before = {name: Tensor.__dict__[name] for name in ("_plain", "__bool__", "__str__", "__repr__", "__format__")}
    slot = Variable.__dict__["_current"]

    def fails(x: Any) -> Any:
        with gs.GradientTape():
            raise KeyError

    with pytest.raises(KeyError):
        compile(fails)(t(1.0))
    compile(lambda x: x * 2.0)(t(1.0))
    assert (ACTIVE.tapes, ACTIVE.recorder, ACTIVE.levels) == ([], None, [])
    assert {name: Tensor.__dict__[name] for name in before} == before
    assert Variable.__dict__["_current"] is slot


def test_an_inspecting_run_sees_every_op() -> None:
    compiled = compile(lambda x: gs.sin(x) * 2.0)
    compiled(t(1.0))
    compiled(t(1.0))
    with Recorder("<none>", "") as recorder:
        compiled(t(1.0))
    assert {"sin", "multiply"} <= set(recorder.trace().records.ops)


def test_arguments_that_no_plan_takes() -> None:
    rows = gs.IndexedSlices([[1.0]], [0], [2, 1])
    compiled = compile(lambda x, y: gs.sum(gs.convert_to_tensor(y)) * x)
    assert compiled(t(2.0), rows).item() == 2.0
    compiled = compile(lambda x, s: x * len(s))
    assert [compiled(t(2.0), {1, 2}).item(), compiled(t(2.0), {1}).item()] == [4.0, 2.0]


def test_objects_among_the_arguments_count_by_what_they_are() -> None:
    class Odd:
        """Compares as arrays do."""

        __hash__ = object.__hash__

        def __init__(self, scale: float) -> None:
            self.scale = scale

        def __eq__(self, other: object) -> Any:
            return np.array([True, False])

    first, second = Odd(2.0), Odd(3.0)
    compiled = compile(lambda x, odd: x * odd.scale)
    assert [compiled(t(1.0), odd).item() for odd in (first, second, first, second)] == [2.0, 3.0, 2.0, 3.0]
    assert compiled.replays == 2
    words = compile(lambda x, words: x * len(words))
    assert [words(t(2.0), np.array(["a", "b"])).item() for _ in range(2)] == [4.0, 4.0]


def test_results_that_no_plan_gives() -> None:
    class Box:
        def __init__(self, x: Any) -> None:
            self.x = x

    compiled = compile(lambda x: Box(x * 2.0))
    assert [compiled(t(1.0)).x.item(), compiled(t(2.0)).x.item()] == [2.0, 4.0]
    assert "Box" in compiled.reasons[0]
    gives_pull = compile(lambda x: gs.vjp(gs.sin, x))
    for k in (0.5, 1.5):
        _, pull = gives_pull(t(k))
        assert pull(1.0)[0].item() == pytest.approx(np.cos(k))


def test_several_threads_call_one_function() -> None:
    compiled = compile(gs.value_and_grad(lambda x: gs.sum(gs.sin(x) * x)))
    compiled(A)
    wrong: list[Any] = []

    def work(k: int) -> None:
        for i in range(50):
            x = A * k + i
            value, slope = compiled(x)
            if abs(value.item() - float(np.sum(np.sin(x) * x))) > 1e-9:
                wrong.append((k, i))
            if not np.allclose(slope.numpy(), np.sin(x) + x * np.cos(x)):
                wrong.append((k, i))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_long_chain_is_planned_and_a_longer_one_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any, n: int) -> Any:
        with gs.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(n):
                y = gs.sin(y * 0.99 + 0.1)
        return y, tape.gradient(y, x)

    agrees(f, (t(0.5), 3000), (t(0.75), 3000))
    monkeypatch.setattr("gradstudio.engine.plan.transcript.MOST_STEPS", 1000)
    compiled = agrees(f, (t(0.5), 3000), (t(0.75), 3000), plans=None)
    assert "more than" in compiled.reasons[0]


def test_an_error_of_the_program_does_not_end_its_plans() -> None:
    @compile
    def root(x: Any) -> Any:
        if x < 0.0:
            raise ValueError("no root")
        return gs.sqrt(x) * 1.0

    for _ in range(2):
        with pytest.raises(ValueError, match="no root"):
            root(t(-1.0))
    assert [root(t(4.0)).item(), root(t(9.0)).item()] == [2.0, 3.0]
    assert (root.replays, root.reasons) == (1, [])
    with pytest.raises(ValueError, match="no root"):
        root(t(-1.0))

"""What a program can get hold of: every object it finds, everything those let it read or give when called."""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import Enum
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
import pytest

from gradstudio.engine.compatible import TensorArray, TensorSpec
from gradstudio.engine.explaining import Explanation
from gradstudio.engine.forward import ForwardAccumulator
from gradstudio.engine.module import Module
from gradstudio.engine.opening import Open
from gradstudio.engine.plan import Compiled
from gradstudio.engine.primitive import Primitive, Spelling
from gradstudio.engine.slices import IndexedSlices
from gradstudio.engine.subgradients import Choice
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Reference, Tensor
from gradstudio.engine.variable import Variable
from gradstudio.language import attributes
from gradstudio.language.attributes import readable
from gradstudio.language.facade import Facade, gradstudio_facade, math_facade, numpy_facade
from gradstudio.language.iterators import CHAINED
from gradstudio.language.numpy_facade import Brackets
from gradstudio.language.plain_values import PlainValues
from gradstudio.language.program import run_program
from gradstudio.language.pure import closed_builtins
from gradstudio.language.sizes import Room

VALUES = """
import gradstudio as gs
import numpy as np
t = gs.constant([[2.0, 1.0], [1.0, 3.0]])
n = gs.constant(3)
v = gs.Variable([1.0, 2.0], name="v")
a = np.array([[1.0, 2.0], [3.0, 4.0]])
s = a[0, 0]
whole = np.arange(3)
with gs.GradientTape(persistent=True) as tape:
    y = gs.sum(gs.floor(v) * t)
    z = gs.sum(gs.gather(v, [0, 1]) * 2.0)
g = tape.gradient(z, v)
watched = tape.watched_variables()
why = gs.explain(tape, y, v)
with gs.autodiff.ForwardAccumulator(n * 1.0, gs.constant(1.0)) as pushing:
    pass
slices = gs.IndexedSlices(t, [0, 1], (2, 2))
shape, reference, spec, places = t.shape, v.ref(), gs.TensorSpec((2,)), gs.TensorArray(size=1).write(0, 1.0)
factors, errors, kinds = np.linalg.svd(a), [ValueError("x"), gs.errors.InvalidArgumentError("y")], np.float32
info, whole_info, dtype = np.finfo(np.float64), np.iinfo(np.int8), a.dtype
rng, old, module = np.random.default_rng(1), np.random.RandomState(1), gs.Module("m")
state, choices, brackets = gs.random.state(), gs.CHOICES, np.s_[1:, ...]
compiled, decorated = gs.compile(lambda x: x * 2.0), gs.function(lambda x: x)
own = gs.custom_gradient(lambda x: (x, lambda g: g))
pair, pull = gs.vjp(lambda x: x * 2.0, t)
derived = [gs.grad(gs.sin), gs.jacrev(gs.sin), gs.vmap(gs.sin), gs.checkpoint(gs.sin), gs.hessian(gs.sin)]
blocks = [gs.name_scope("a"), gs.device("cpu"), gs.subgradients(abs=1.0), gs.random.replay(state), np.errstate()]
lazy = [map(gs.sin, [1.0]), iter([1]), {1: 2}.items(), zip([1], [2]), (i for i in [1]), np.ndindex(2), a.flat]
plain = [True, 1, 1.5, 2j, "text", None, slice(1), range(3), {1}, frozenset([1]), {"k": [1]}, lambda x: x, a.sum]
def f(x, k=[1]):
    return f
try:
    np.zeros((2, 2)) @ np.zeros(3)
except ValueError as error:
    caught = error
"""

CALLABLE = (FunctionType, BuiltinFunctionType, MethodType, Primitive, Spelling, Compiled)
KINDS = (
    bool, int, float, complex, str, type(None), slice, range, list, tuple, dict, set, frozenset, np.ndarray, np.generic,
    np.dtype, np.finfo, np.iinfo, Tensor, Variable, GradientTape, IndexedSlices, Reference, TensorArray, TensorSpec,
    Explanation, ForwardAccumulator, Choice, Open, Module, Facade, Brackets, Enum, BaseException, type(Ellipsis),
)  # fmt: skip
"""What a program may hold."""
SHUT = (
    "partial generator map zip list_iterator dict_items flatiter ndindex nullcontext mappingproxy "
    "_GeneratorContextManager"
).split()
"""Kinds that are fine because nothing of them can be read."""
TYPES = frozenset(
    [bool, int, float, complex, str, list, tuple, dict, set, frozenset, slice, range, enumerate, filter, map, zip,
     reversed, Tensor, Variable, GradientTape, IndexedSlices, TensorArray, TensorSpec, Explanation, ForwardAccumulator,
     Module, np.finfo, np.iinfo, type(gradstudio_facade(len).member("TensorShape"))]
)  # fmt: skip
HARMLESS_CALLS = frozenset(
    "shape numpy item tolist get_shape ref deref read_value value copy keys values items sum mean watched_variables "
    "as_list num_elements size stack bit_length conjugate state executing_eagerly default_rng".split()
)


def roots() -> Iterator[tuple[str, Any]]:
    for facade in (gradstudio_facade(lambda name: None, Room()), numpy_facade(), math_facade(True), math_facade(False)):
        yield repr(facade), facade
    yield from closed_builtins(lambda text: None).items()
    done = run_program(VALUES, {}, lambda text: None)
    assert done.status == "ok", done.problems
    yield from done.variables.items()


@cache
def reached() -> dict[int, tuple[str, Any]]:
    """Everything, by id, with the way to it."""
    found: dict[int, tuple[str, Any]] = {}
    waiting = list(roots())
    seen = set()
    while waiting:
        path, thing = waiting.pop()
        # A value gives ever new ones of its kind (a.T.T.T): one way by the names is enough of each.
        way = type(thing), path.rpartition(".")[2]
        if id(thing) in found or (path.count(".") > 2 and way in seen and type(thing) is not Facade):
            continue
        found[id(thing)] = path, thing
        seen.add(way)
        if type(thing) is Facade:
            waiting += [(f"{path}.{name}", thing.member(name)) for name in thing.names()]
        elif isinstance(thing, list | tuple | set | frozenset):
            waiting += [(f"{path}[]", item) for item in thing]
        elif isinstance(thing, dict):
            waiting += [(f"{path}[]", item) for pair in thing.items() for item in pair]
        elif not isinstance(thing, (*CALLABLE, type)):  # of those nothing can be read: see the test below
            for name in (*dir(thing), "__class__", "__self__", "__globals__"):
                try:
                    got = readable(thing, name)
                except (AttributeError, IndexError, TypeError, ValueError):
                    continue
                waiting.append((f"{path}.{name}", got))
                if name in HARMLESS_CALLS and callable(got):
                    try:
                        waiting.append((f"{path}.{name}()", got()))
                    except (TypeError, ValueError):
                        continue
    return found


def test_a_program_reaches_nothing_but_numbers_and_functions_it_may_call() -> None:
    everything = reached()
    strange = [
        path
        for path, thing in everything.values()
        if not isinstance(thing, (*KINDS, *CALLABLE)) and type(thing).__name__ not in SHUT and not _is_listed(thing)
    ]

    assert strange == []
    assert len(everything) > 1000


def _is_listed(thing: Any) -> bool:
    if not isinstance(thing, type):
        return False
    is_number = issubclass(thing, BaseException | np.number | np.bool_ | tuple) or thing is np.inexact
    return is_number or thing in TYPES or thing in CHAINED.values()


def test_nothing_can_be_read_of_functions_types_and_blocks() -> None:
    for thing in {type(thing): thing for _, thing in reached().values()}.values():
        if isinstance(thing, (*CALLABLE, type)) or type(thing).__name__ in SHUT:
            for name in dir(thing):
                with pytest.raises(AttributeError):
                    readable(thing, name)


def test_no_kind_lets_a_name_with_an_underscore_be_read() -> None:
    assert not [name for names in attributes._READABLE.values() for name in names if name[0] == "_" or name[-1] == "_"]


def test_what_every_run_shares_cannot_be_changed() -> None:
    first, second = ({path: thing for path, thing in _members(facade())} for facade in (_all, _all))
    shared = [path for path, thing in first.items() if second[path] is thing]
    mutable = [path for path in shared if isinstance(first[path], list | dict | set | np.ndarray | np.random.Generator)]

    assert mutable == []
    assert len(shared) > 500
    for path in shared:
        defaults = getattr(first[path], "__defaults__", None) or ()
        assert not any(isinstance(value, list | dict | set | np.ndarray) for value in defaults), path


def _all() -> list[Facade]:
    return [gradstudio_facade(len, Room()), numpy_facade(), math_facade(True)]


def _members(facades: list[Facade]) -> Iterator[tuple[str, Any]]:
    waiting = [(repr(facade), facade) for facade in facades]
    while waiting:
        path, facade = waiting.pop()
        for name in facade.names():
            thing = facade.member(name)
            yield f"{path}.{name}", thing
            if type(thing) is Facade:
                waiting.append((f"{path}.{name}", thing))


def test_a_facade_cannot_be_changed() -> None:
    facade = math_facade(False)
    with pytest.raises(AttributeError, match="cannot be changed"):
        facade.pi = 3.0  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del facade._members
    assert facade.member("pi") == math.pi


PROBE = """
import gradstudio as gs
import numpy as np
v = gs.Variable([0.0, 2.0])
with gs.GradientTape() as t:
    y = gs.sum(gs.abs(v) * gs.maximum(v, v) + gs.sin(v))
g = t.gradient(y, v).tolist()
drawn = [np.random.rand(2).tolist(), gs.random.normal((2,)).tolist(), np.random.default_rng().random(2).tolist()]
state = [gs.config.functions_run_eagerly(), (v * 1.0).device, np.pi, np.euler_gamma, gs.CHOICES["abs"].value]
"""
MESSES = [
    "np.random.seed(5)\ngs.random.set_seed(7)\nx = np.random.rand(3)\ngs.config.run_functions_eagerly(True)\n",
    "gs.no_gradient('sin')\n",
    "with gs.subgradients(abs=1.0, maximum=0.5):\n    while True:\n        x = 1\n",
    "t = gs.GradientTape()\nwith t:\n    with gs.device('cpu'):\n        x = 1 / 0\n",
    "def f(n):\n    with gs.subgradients(abs=-1.0):\n        return f(n + 1)\nf(0)\n",
    "with gs.random.replay(gs.random.state()):\n    with gs.name_scope('a'):\n        x = np.ones(10**12)\n",
    "a = np.array([np.pi])\na[0] = 3.0\nb = gs.constant(a).numpy()\nb[0] = 4.0\nc = np.broadcast_to(a, (2, 1))\n",
    "gs.CHOICES['abs'] = 1.0\n",
    "gs.map_fn(lambda v: v.gone, np.ones(3))\n",
    "gs.grad(lambda v: gs.vmap(lambda u: u.gone)(v))(np.ones(3))\n",
]


def probed() -> dict[str, object]:
    done = run_program(PROBE, {}, lambda text: None)
    assert done.status == "ok", done.problems
    return PlainValues().of({name: done.variables[name] for name in ("g", "drawn", "state")}) | {
        "s": str(done.variables["state"])
    }


@pytest.mark.parametrize("mess", MESSES)
def test_a_run_leaves_nothing_for_the_next(mess: str) -> None:
    before = probed()
    run_program(f"import gradstudio as gs\nimport numpy as np\n{mess}", {}, lambda text: None, steps=10_000)

    assert probed() == before

"""numpy as a program sees it: pure maths on plain numbers, whose size is asked before anything is allocated."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from gradstudio.language import numpy_names as names
from gradstudio.language import rules
from gradstudio.language.frozen import Facade
from gradstudio.language.guarded_errors import WithheldTypeError
from gradstudio.language.plain_numbers import FLOAT, KINDS, PLAIN, SINGLE, check_dtype, check_input, check_result
from gradstudio.language.rules import Rule, ask
from gradstudio.language.sizes import Room, dims_of, shape_from, whole

_UNKNOWN = rules.SMALL + 1
"""The size of what one look does not tell."""
_NEVER = frozenset(["out", "signature", "sig", "like", "subok", "extobj"])
"""Keywords that no function takes: where to write, and how C code is chosen."""


def numpy_facade(room: Room | None = None) -> Facade:
    """numpy: nothing that reads, writes, reaches other modules or keeps something for the next run."""
    room = room or Room()
    return Facade("np", {**_numpy_functions(room), "random": _numpy_random(room)}, _withheld(np))


@cache
def _withheld(owner: Any) -> Mapping[str, str]:
    """Why a program does not have what NumPy has: for every name of one of its modules or kinds of generators."""
    others = dict.fromkeys(dir(owner), names.OTHER)
    return MappingProxyType({**others, **names.WITHHELD})


@cache
def _numpy_functions(room: Room) -> Mapping[str, Any]:
    """What is the same in every run."""
    load_late()
    members: dict[str, Any] = {name: _member(np, "np", name, room) for name in names.NUMPY if hasattr(np, name)}
    members.update({name: getattr(np, name) for name in names.TYPES})
    members["True_"], members["False_"] = np.True_, np.False_
    linalg = {name: _member(np.linalg, "np.linalg", name, room) for name in names.LINALG}
    linalg["LinAlgError"] = np.linalg.LinAlgError
    members["linalg"] = Facade(
        "np.linalg", linalg, {**_withheld(np.linalg), **dict.fromkeys(("linalg", "lapack_lite"), names.OTHER)}
    )
    members["fft"] = Facade(
        "np.fft", {name: _member(np.fft, "np.fft", name, room) for name in names.FFT}, _withheld(np.fft)
    )
    members["dtype"], members["errstate"] = _dtype, _errstate
    members["ndindex"], members["ndenumerate"] = _ndindex, _ndenumerate
    for name in ("mgrid", "ogrid", "r_", "c_", "s_", "index_exp"):
        members[name] = Brackets(name, getattr(np, name), room)
    return MappingProxyType(members)


@cache
def load_late() -> None:
    """Do once what NumPy's C code loads something for.

    It would load it with the builtins of whoever asks first, and those of a program cannot import anything.
    """
    a: Any = np.ones(2)
    whole: Any = np.arange(2)
    str(a), repr(a), f"{a}", f"{a[0]}", str(a[0]), divmod(a, 2.0), a @ a, a.dtype.name, str(a.dtype), pow(a[0], 2)
    for method in "sum mean std var min max prod any all round cumsum argsort conj".split():
        getattr(a, method)()
    a.clip(0.0, 1.0), whole.mean(), whole / 2, np.array([1j]).mean()
    wrong: tuple[Callable[[], Any], ...] = (
        lambda: a @ np.ones(3),
        lambda: a + np.ones(3),
        lambda: a.sum(axis=5),
        lambda: a + "a",
        lambda: whole & a,
        lambda: whole.__iadd__(a),
        lambda: a[5],
        lambda: a[0.5],
        lambda: a[:, 0],
        lambda: np.empty(1 << 60),
        lambda: bool(a),
        lambda: a.reshape(3),
    )
    for call in wrong:
        with suppress(Exception):
            call()


def _member(module: Any, title: str, name: str, room: Room) -> Any:
    found = getattr(module, name)
    if not callable(found):
        return found
    key = name if module is np else f"{title.removeprefix('np.')}.{name}"
    rule = rules.NUMPY.get(key)
    if rule is None and isinstance(found, np.ufunc) and found.nin > 1:
        rule = rules.ELEMENTWISE
    most = found.nin if isinstance(found, np.ufunc) else sys.maxsize
    return guarded(found, f"{title}.{name}", rule, room, most, name == "einsum")


def guarded(
    found: Callable[..., Any], title: str, rule: Rule | None, room: Room, most: int = sys.maxsize, text: bool = False
) -> Callable[..., Any]:
    """A function of NumPy that accepts and gives only plain numbers, and of a size that fits.

    rule: what it needs; most: how many positional arguments it takes; text: its first one is text.
    """

    is_quick = rule in rules.QUICK

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > most:
            raise WithheldTypeError(f"{title}: out= is not available; assign the result")
        size = 1
        for value in args[1:] if text and args and type(args[0]) is str else args:
            kind = type(value)
            if kind is np.ndarray:
                if value.dtype is not FLOAT and value.dtype.kind not in KINDS:
                    check_input(value, title)
                size *= value.size or _UNKNOWN  # its other axes may be long
            elif kind not in SINGLE:
                size *= _UNKNOWN
                if kind not in PLAIN:
                    check_input(value, title)
        if kwargs:
            _check_keywords(kwargs, title)
        if rule is not None and (kwargs or not is_quick or size > rules.SMALL):
            ask(rule, room, title, args, kwargs)
        result = found(*args, **kwargs)
        if type(result) is np.ndarray:
            if result.dtype is not FLOAT and result.dtype.kind not in KINDS:
                check_result(result, title)
        elif type(result) not in PLAIN:
            check_result(result, title)
        return result

    call.__name__ = call.__qualname__ = title.rpartition(".")[2]
    call.__doc__ = found.__doc__
    return call


def checked(found: Callable[..., Any], name: str, /, *args: Any, **kwargs: Any) -> Any:
    """A method of an array, called: it accepts and gives only plain numbers."""
    if args or kwargs:
        title = f"array.{name}"
        for value in args:
            if type(value) not in PLAIN:
                check_input(value, title)
        _check_keywords(kwargs, title)
    result = found(*args, **kwargs)
    if type(result) is np.ndarray and result.dtype.char not in KINDS:
        check_result(result, f"array.{name}")
    return result


def asked(found: Callable[..., Any], name: str, rule: Rule, owner: Any, /, *args: Any, **kwargs: Any) -> Any:
    """The same for a method that may need much: of an array `owner`."""
    ask(rule, Room(), f"array.{name}", (owner, *args), kwargs)
    return checked(found, name, *args, **kwargs)


def _check_keywords(kwargs: dict[str, Any], title: str) -> None:
    for key, value in kwargs.items():
        if key in _NEVER and (value is not None or key != "out"):
            what = "out= is not available; assign the result" if key == "out" else f"{key}= is not available"
            raise WithheldTypeError(f"{title}: {what}")
        if key == "dtype":
            check_dtype(value, title)
        else:
            check_input(value, title)


def _dtype(kind: Any) -> np.dtype[Any]:
    """The dtype of a kind of plain numbers: "float32", np.float32, float."""
    check_dtype(kind, "np.dtype")
    found: np.dtype[Any] = np.dtype(kind)
    return found


def _errstate(**choices: Any) -> Any:
    """Divisions by zero and the like never stop a run or print anything: "ignore" is how it is anyway.

    Raises TypeError for what would be otherwise: errors, calls.
    """
    for name, value in choices.items():
        if name not in ("all", "divide", "over", "under", "invalid") or value not in ("ignore", "warn", None):
            raise WithheldTypeError(
                f"np.errstate: {name}={value!r:.40} is not available; such errors are always ignored here"
            )
    return nullcontext()


def _ndindex(*shape: Any) -> Any:
    """All indices of an array of this shape, one after the other."""
    return iter(np.ndindex(*shape_from(shape[0] if len(shape) == 1 else shape)))


def _ndenumerate(array: Any) -> Any:
    """Indices and elements of an array."""
    check_input(array, "np.ndenumerate")
    return iter(np.ndenumerate(np.asarray(array)))


class Brackets:
    """What is written with brackets: np.mgrid[0:5, 0:5], np.r_[a, 1.0], np.s_[:, 0]."""

    __slots__ = ("_real", "_room", "_title")

    def __init__(self, name: str, real: Any, room: Room) -> None:
        self._title = f"np.{name}"
        self._real = real
        self._room = room

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        sizes = []
        for part in parts:
            if isinstance(part, str):
                raise WithheldTypeError(f"{self._title}: text between the brackets is not available")
            if isinstance(part, slice):
                for end in (part.start, part.stop, part.step):
                    check_input(end, self._title)
                sizes.append(_steps(part))
            else:
                check_input(part, self._title)
        if self._title not in ("np.s_", "np.index_exp"):
            self._room.hold((len(parts), *sizes) if self._title == "np.mgrid" else (sum(sizes),))
        result = self._real[key]
        if self._title not in ("np.s_", "np.index_exp"):
            check_result(result, self._title)
        return result

    def __repr__(self) -> str:
        return f"<{self._title}>"


def _steps(part: slice) -> int:
    """How many numbers start:stop:step gives; with an imaginary step that many."""
    start, stop, step = part.start or 0, part.stop or 0, 1 if part.step is None else part.step
    if isinstance(step, complex):
        return int(abs(step))
    return max(0, math.ceil((stop - start) / step)) if step else 0


# random numbers


def _numpy_random(room: Room) -> Facade:
    """np.random: the same numbers as NumPy's after the same seed; a program that sets none has seed 0."""

    @cache
    def stream() -> np.random.RandomState:
        return np.random.RandomState(0)  # late: it takes a while, and most programs need none

    members = _drawing(stream, "np.random", np.random.RandomState, names.LEGACY, room)

    def seed(seed: Any = 0) -> None:
        check_input(seed, "np.random.seed")
        stream().seed(0 if seed is None else seed)

    def default_rng(seed: Any = 0) -> Any:
        if isinstance(seed, Facade):
            return seed
        check_input(seed, "np.random.default_rng")
        own = np.random.default_rng(0 if seed is None else seed)
        drawing = _drawing(lambda: own, "generator", np.random.Generator, names.GENERATOR, room)
        return Facade("generator", drawing, _withheld(np.random.Generator))

    def random_state(seed: Any = 0) -> Facade:
        check_input(seed, "np.random.RandomState")
        own = np.random.RandomState(0 if seed is None else seed)
        drawing = _drawing(lambda: own, "random state", np.random.RandomState, names.LEGACY, room)
        return Facade("random state", drawing, _withheld(np.random.RandomState))

    members.update(seed=seed, default_rng=default_rng, RandomState=random_state)
    return Facade("np.random", members, _withheld(np.random))


def _drawing(source: Callable[[], Any], title: str, kind: type, allowed: tuple[str, ...], room: Room) -> dict[str, Any]:
    members = {name: _drawn(source, title, name, room) for name in allowed if hasattr(kind, name)}
    if kind is np.random.RandomState:
        members["rand"] = lambda *shape: members["random_sample"](shape or None)
        members["randn"] = lambda *shape: members["standard_normal"](shape or None)
    return members


def _drawn(source: Callable[[], Any], title: str, name: str, room: Room) -> Callable[..., Any]:
    place = names.SIZE_AT.get(name)
    title = f"{title}.{name}"

    def call(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if type(value) not in PLAIN and not (name == "shuffle" and type(value) is list):
                check_input(value, title)
        if kwargs:
            _check_keywords(kwargs, title)
        if name == "multivariate_normal":
            ask(rules.NUMPY["linalg.svd"], room, title, args[1:2], {})
        if place is not None:
            size = kwargs.get("size", args[place] if len(args) > place else None)
            dims = () if size is None else shape_from(size)
            room.hold((*dims, *_each(name, args)))
        if args and type(args[0]) is int and (place is None or not kwargs.get("replace", True)):
            room.hold((whole(args[0]),))  # all of them are made and put into another order
        result = getattr(source(), name)(*args, **kwargs)
        if type(result) not in PLAIN:
            check_result(result, title)
        return result

    call.__name__ = call.__qualname__ = name
    return call


def _each(name: str, args: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape of a single draw of what draws several numbers."""
    return dims_of(args[0])[:1] if name in ("multivariate_normal", "dirichlet") and args else ()

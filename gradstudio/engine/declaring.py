"""How a module of ops declares its rows: primitives with gradient rules, and composites made of other ops."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from gradstudio.engine.primitive import Calling, Needs, Primitive, Rule, Sample, _dispatch, enter, op

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NONE = Needs(False, ())
Declare = Callable[[Callable[..., Any]], Primitive]


def category(family: str, batch: str | Callable[..., Any] = "", jvp: str | None = None) -> Callable[..., Declare]:
    """The decorator with which a module of ops declares its primitives, all of one family."""

    def primitive(
        vjps: tuple[Rule | None, ...] | Rule = (),
        *,
        aliases: tuple[str, ...] = (),
        variadic: bool = False,
        optional: int = 0,
        differentiable: bool = True,
        symbol: str = "",
        latex: str = "",
        samples: tuple[Sample, ...] = (),
        renamed: Mapping[str, str] = _NOTHING,
        scalar: Callable[..., Any] | None = None,
        arrays: Callable[..., Any] | None = None,
        batch: str | Callable[..., Any] = batch,
        jvp: str | Callable[..., Any] | None = jvp,
        calling: Calling | None = None,
        spellings: Mapping[str, Callable[..., Any]] = _NOTHING,
        listed: bool = True,
    ) -> Declare:
        """Declare the function below as an op.

        vjps: one gradient rule for each input, None where no gradient passes; a variadic op (one list of arrays) has
        one rule that gets the number of the input first. jvp: how tangents pass forward (KINDS in forward.py): "same"
        as cotangents where the Jacobian is symmetric (the default of element-by-element ops), "linear", "multilinear",
        a function of its own, or "" to transpose the vjp rule. aliases: other names, "nn.relu" for a dotted one.
        spellings: other names with a signature of their own. renamed: argument names of TensorFlow or NumPy that
        differ. optional: how many of the last inputs may be None. scalar: the same on Python floats, for speed. arrays:
        the same on NumPy's arrays, without parameters. batch: how it treats many values at once: a rule, or the name of
        one in batching.py. samples: where the generic tests try it. calling: how it is called, if in a way of its own.
        listed: False for what rules use among themselves.
        """

        def declare(forward: Callable[..., Any]) -> Primitive:
            name, inputs, params = _read(forward, 1, variadic)
            if differentiable and isinstance(vjps, tuple) and len(vjps) != len(inputs):
                raise TypeError(f"op {name!r} has {len(inputs)} inputs but {len(vjps)} gradient rules")
            reads = _reads(vjps, len(inputs))
            row = Primitive(
                name=name,
                family=family,
                forward=forward,
                vjps=vjps,
                jvp=jvp if jvp is not None else "same" if batch == "elementwise" else "",
                aliases=aliases,
                inputs=inputs,
                optional=optional,
                params=params,
                variadic=variadic,
                composite=False,
                differentiable=differentiable,
                flows=differentiable and not (isinstance(vjps, tuple) and not any(vjps)),
                symbol=symbol,
                latex=latex,
                samples=samples,
                arity=-1 if variadic or optional or calling else len(inputs),
                renamed=renamed,
                scalar=scalar,
                arrays=arrays,
                batch=batch,
                spellings=spellings,
                calling=calling,
                reads=reads,
                needs=_all(reads),
            )
            enter(row, calling.in_rules(row) if calling and calling.in_rules else _in_rules(row), listed)
            return row

        return declare

    return primitive


def composites(family: str) -> Callable[..., Declare]:
    """The decorator with which a module declares functions made of ops; each is one group in the picture."""

    def composite(
        *,
        aliases: tuple[str, ...] = (),
        variadic: bool = False,
        optional: int = 0,
        symbol: str = "",
        latex: str = "",
        samples: tuple[Sample, ...] = (),
        renamed: Mapping[str, str] = _NOTHING,
        spellings: Mapping[str, Callable[..., Any]] = _NOTHING,
        calling: Calling | None = None,
        differentiable: bool = True,
    ) -> Declare:
        """Declare the function below, written over `op` (no xp), as an op without rules of its own.

        Its inputs are positional (the last `optional` ones may be None), its parameters keyword-only; it may give one
        value or a tuple or list of them. The other words are those of a primitive.
        """

        def declare(forward: Callable[..., Any]) -> Primitive:
            name, inputs, params = _read(forward, 0, variadic)
            row = Primitive(
                name=name,
                family=family,
                forward=forward,
                vjps=(),
                jvp="",
                aliases=aliases,
                inputs=inputs,
                optional=optional,
                params=params,
                variadic=variadic,
                composite=True,
                differentiable=differentiable,
                flows=differentiable,
                symbol=symbol,
                latex=latex,
                samples=samples,
                arity=-1 if variadic or optional else len(inputs),
                renamed=renamed,
                scalar=None,
                arrays=None,
                batch="",
                spellings=spellings,
                calling=calling,
                reads=(),
                needs=_NONE,
            )

            def in_rules(*args: Any, **params: Any) -> Any:
                return forward(*args[0], **params) if variadic else forward(*args, **params)

            enter(row, in_rules, True)
            return row

        return declare

    return composite


def _read(forward: Any, skip: int, variadic: bool) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Name, inputs and parameters of a declaration."""
    name = forward.__name__.rstrip("_")
    if not forward.__doc__:
        raise TypeError(f"op {name!r} has no docstring")
    code = forward.__code__  # inspect.signature() would take half of the time that importing all ops takes
    first, more = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    inputs = code.co_varnames[skip:first]
    if variadic and code.co_flags & inspect.CO_VARARGS:
        inputs = (*inputs, code.co_varnames[more])
    defaults = forward.__kwdefaults__ or _NOTHING
    return name, inputs, {p: defaults.get(p, inspect.Parameter.empty) for p in code.co_varnames[first:more]}


def _reads(vjps: tuple[Rule | None, ...] | Rule, count: int) -> tuple[Needs, ...]:
    """What the rules read of their arguments (g, ans, *inputs): those whose names begin with no underscore."""
    if not isinstance(vjps, tuple):
        return (_read_by(vjps, 2, count),)  # the number of the input comes first
    return tuple([_NONE if rule is None else _read_by(rule, 1, count) for rule in vjps])


def _read_by(rule: Any, ans: int, count: int) -> Needs:
    code = rule.__code__
    names = list(code.co_varnames[ans : min(ans + 1 + count, code.co_argcount)])
    if code.co_flags & inspect.CO_VARARGS:
        names.append(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
    return Needs(names[0][0] != "_", tuple([name[0] != "_" for name in names[1:]]))


def _all(reads: tuple[Needs, ...]) -> Needs:
    """What at least one of the rules reads."""
    by_input = zip_longest(*[needs.inputs for needs in reads], fillvalue=False)
    return Needs(any(needs.answer for needs in reads), tuple([any(found) for found in by_input]))


def _in_rules(row: Primitive) -> Callable[..., Any]:
    """The function op.<name>; quick.py gives some a shorter way."""
    if row.variadic:
        return lambda values, **params: _dispatch[1](row, tuple(values), params)
    return lambda *args, **params: _dispatch[1](row, args, params)


__all__ = ["Sample", "category", "composites", "op"]

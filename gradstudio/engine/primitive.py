"""One declaration per op: name, forward function, gradient rules, aliases, samples. Everything else reads this row.

A primitive's function takes the array namespace first, then its inputs (positional), then its parameters
(keyword-only). Its rules are written over `op`: given raw arrays they compute at full speed, given tensors they are
recorded, which yields every order of derivative from one rule.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

Rule = Callable[..., Any]
"""vjp(g, ans, *inputs, **params) -> cotangent of one input, before unbroadcasting."""

_SAME_AS_FIRST = (
    "a",
    "x",
    "input",
    "input_tensor",
    "tensor",
    "value",
    "features",
    "logits",
    "array",
    "params",
    "t",
    "x1",
    "matrix",
    "y_true",
    "labels",
)
_SAME_AS_SECOND = ("b", "y", "x2", "indices", "rhs", "y_pred")


@dataclass(frozen=True, slots=True)
class Sample:
    """Inputs and parameters at which the generic tests try an op; smooth=False skips the difference check."""

    inputs: tuple[Any, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    smooth: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """An op: what it computes and how cotangents pass through it."""

    name: str
    family: str  # one of gradstudio.graph.model.FAMILIES
    forward: Callable[..., Any]  # forward(xp, *inputs, **params)
    vjps: tuple[Rule | None, ...] | Rule  # one per input (None: no gradient, by decision), or one rule(argnum, ...)
    aliases: tuple[str, ...]
    inputs: tuple[str, ...]
    params: Mapping[str, Any]  # name -> default (inspect.Parameter.empty if required)
    variadic: bool  # takes one list of arrays, e.g. concatenate
    differentiable: bool  # False: integer or boolean results, never on a tape's path
    symbol: str
    latex: str
    samples: tuple[Sample, ...]
    doc: str
    arity: int  # how many inputs a plain call has; -1 for a variadic op
    renamed: Mapping[str, str]  # argument names of TensorFlow or NumPy that differ: "perm" -> "axes"
    batch: str  # how it treats a leading batch axis: a rule of batching.py; "": one value after the other
    scalar: Callable[..., Any] | None  # the same on Python floats; an ArithmeticError or ValueError asks for forward

    def vjp(self, slot: int) -> Rule | None:
        """The rule for input number `slot`, or None where no gradient passes."""
        if not isinstance(self.vjps, tuple):
            rule = self.vjps
            return lambda g, ans, *inputs, **params: rule(slot, g, ans, *inputs, **params)
        return self.vjps[slot] if slot < len(self.vjps) else None

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Split a call into inputs and parameters; accept NumPy's and TensorFlow's argument names.

        Raises TypeError naming the op and its signature.
        """
        if self.variadic and args and isinstance(args[0], str):
            # einsum(equation, *arrays): the parameter comes first and the arrays are not in a list.
            args, kwargs = (list(args[1:]),), {**kwargs, next(iter(self.params)): args[0]}
        count = 1 if self.variadic else len(self.inputs)
        inputs = list(args[:count])
        params: dict[str, Any] = {}
        for name, value in zip(self.params, args[count:], strict=False):
            params[name] = value
        if len(args) > count + len(self.params):
            raise TypeError(f"{self.name}() takes at most {count + len(self.params)} arguments: {self.signature}")
        for key, value in kwargs.items():
            name = self.renamed.get(key, key)
            slot = self._slot(name)
            if name in self.params:
                if name in params:
                    raise TypeError(f"{self.name}() got {name!r} twice: {self.signature}")
                params[name] = value
            elif slot is not None and slot == len(inputs):
                inputs.append(value)
            elif slot is not None and slot > len(inputs):
                inputs += [_MISSING] * (slot - len(inputs)) + [value]
            elif slot is not None and inputs[slot] is _MISSING:
                inputs[slot] = value
            elif name == "name" or (name in ("out", "dtype") and value is None):
                continue  # TensorFlow's name= and NumPy's out=None change nothing here
            else:
                raise TypeError(f"{self.name}() has no argument {name!r}: {self.signature}")
        if len(inputs) < count or any(value is _MISSING for value in inputs):
            raise TypeError(f"{self.name}() needs {count} input{'s' * (count > 1)}: {self.signature}")
        for name, default in self.params.items():
            if default is inspect.Parameter.empty and name not in params:
                raise TypeError(f"{self.name}() needs {name}=: {self.signature}")
        if type(params.get("axis")) is list:
            params["axis"] = tuple(params["axis"])
        if self.variadic:
            inputs = list(inputs[0])
        return tuple(inputs), params

    def _slot(self, name: str) -> int | None:
        if name in self.inputs:
            return self.inputs.index(name)
        if name in _SAME_AS_FIRST and not self.variadic:
            return 0
        if name == "values" and self.variadic:
            return 0
        if name in _SAME_AS_SECOND and len(self.inputs) > 1:
            return 1
        return None

    @property
    def signature(self) -> str:
        """E.g. "sum(x, axis=None, keepdims=False)"."""
        parts = list(self.inputs)
        for name, default in self.params.items():
            parts.append(name if default is inspect.Parameter.empty else f"{name}={default!r}")
        return f"{self.name}({', '.join(parts)})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply to numbers, arrays, tensors or variables; the result is a Tensor."""
        if not kwargs and len(args) == self.arity and not self.params:
            return _dispatch[0](self, args, kwargs)
        inputs, params = self.bind(args, kwargs)
        return _dispatch[0](self, inputs, params)

    def __repr__(self) -> str:
        return f"<op {self.signature}>"


class _Missing:
    """Marks an input that a keyword has yet to fill."""


_MISSING = _Missing()


class Ops:
    """Attribute view of TABLE for rules: op.cos(x) is raw on raw arrays and recorded on tensors."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"no op is called {name!r}")


op = Ops()
_table: dict[str, Primitive] = {}
_names: dict[str, Primitive] = {}
TABLE: Mapping[str, Primitive] = MappingProxyType(_table)
"""Canonical name -> primitive. The only list of ops there is."""
NAMES: Mapping[str, Primitive] = MappingProxyType(_names)
"""Canonical names and aliases ("reduce_sum", "nn.relu") -> primitive."""
_dispatch: list[Callable[..., Any]] = []  # filled by dispatch.py: [apply, call from a rule]


def _in_rules(row: Primitive) -> Callable[..., Any]:
    """The function op.<name>: Python floats take the short way, everything else goes through dispatch."""
    scalar, arity, forward = row.scalar, row.arity, row.forward
    ndarray = np.ndarray

    def one(x: Any) -> Any:
        if type(x) is float:
            try:
                return scalar(x)  # type: ignore[misc]
            except (ArithmeticError, ValueError):
                pass
        elif type(x) is ndarray:
            return forward(np, x)
        return _dispatch[1](row, (x,), {})

    def two(x: Any, y: Any) -> Any:
        if (type(x) is float or type(x) is int) and (type(y) is float or type(y) is int):
            try:
                return scalar(x, y)  # type: ignore[misc]
            except (ArithmeticError, ValueError):
                pass
        elif type(x) is ndarray and (type(y) is ndarray or type(y) is float or type(y) is int):
            return forward(np, x, y)
        return _dispatch[1](row, (x, y), {})

    def three(condition: Any, x: Any, y: Any) -> Any:
        if type(condition) is bool and type(x) is float and type(y) is float:
            return scalar(condition, x, y)  # type: ignore[misc]
        return _dispatch[1](row, (condition, x, y), {})

    if scalar is not None and arity == 3:
        return three
    if scalar is not None and arity == 1 and not row.params:
        return one
    if scalar is not None and arity == 2 and not row.params:
        return two
    return lambda *args, **params: _dispatch[1](row, args, params)


def category(family: str, batch: str = "") -> Callable[..., Callable[[Callable[..., Any]], Primitive]]:
    """The decorator with which a module of ops declares its primitives, all of one family."""

    def primitive(
        vjps: tuple[Rule | None, ...] | Rule = (),
        *,
        aliases: tuple[str, ...] = (),
        variadic: bool = False,
        differentiable: bool = True,
        symbol: str = "",
        latex: str = "",
        samples: tuple[Sample, ...] = (),
        renamed: Mapping[str, str] = MappingProxyType({}),
        scalar: Callable[..., Any] | None = None,
        batch: str = batch,
    ) -> Callable[[Callable[..., Any]], Primitive]:
        """Declare the function below as an op.

        vjps: one gradient rule for each input, None where no gradient passes; a variadic op (one list of arrays) has
        one rule that gets the number of the input first. aliases: other names, "nn.relu" for a dotted one. renamed:
        argument names of TensorFlow or NumPy that differ. scalar: the same on Python floats, for speed. batch: how it
        treats many cotangents at once (RULES in batching.py). samples: where the generic tests try it.
        """

        def declare(forward: Callable[..., Any]) -> Primitive:
            name = forward.__name__.rstrip("_")
            parameters = list(inspect.signature(forward).parameters.values())[1:]
            inputs = tuple(p.name for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY)
            params = {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
            if differentiable and isinstance(vjps, tuple) and len(vjps) != len(inputs):
                raise TypeError(f"op {name!r} has {len(inputs)} inputs but {len(vjps)} gradient rules")
            doc = inspect.getdoc(forward)
            if not doc:
                raise TypeError(f"op {name!r} has no docstring")
            row = Primitive(
                name=name,
                family=family,
                forward=forward,
                vjps=vjps,
                aliases=aliases,
                inputs=inputs,
                params=params,
                variadic=variadic,
                differentiable=differentiable,
                symbol=symbol,
                latex=latex,
                samples=samples,
                doc=doc,
                arity=-1 if variadic else len(inputs),
                renamed=renamed,
                scalar=scalar,
                batch=batch,
            )
            for key in (name, *aliases):
                if key in _names:
                    raise TypeError(f"two ops are called {key!r}")
                _names[key] = row
            _table[name] = row
            setattr(op, name, _in_rules(row))
            return row

        return declare

    return primitive

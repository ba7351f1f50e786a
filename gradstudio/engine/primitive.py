"""The table of ops: one row per op says its name, forward function, gradient rules, other names and samples.

A primitive's function takes the array namespace first, then its inputs (positional), then its parameters
(keyword-only). Its rules are written over `op`: given raw arrays they compute at full speed, given tensors they are
recorded, which yields every order of derivative from one rule. A composite is a function written over `op` itself.
Rows are declared with declaring.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

Rule = Callable[..., Any]
"""vjp(g, ans, *inputs, **params) -> cotangent of one input, before unbroadcasting.

Of an argument whose name begins with an underscore a rule looks at shape and dtype at most, never at its elements.
"""


class Needs(NamedTuple):
    """Whose elements a gradient rule reads, as the names of its arguments say."""

    answer: bool
    inputs: tuple[bool, ...]  # where there are more inputs, the last entry holds for them too


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
    "data",
)
_SAME_AS_SECOND = ("b", "y", "x2", "indices", "rhs", "y_pred", "segment_ids")


@dataclass(frozen=True, slots=True)
class Sample:
    """Inputs and parameters at which the generic tests try an op; smooth=False skips the difference check."""

    inputs: tuple[Any, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    smooth: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Calling:
    """A way of its own to call an op: with a key, with arrays one by one."""

    bind: Callable[..., tuple[tuple[Any, ...], dict[str, Any]]]  # (row, args, kwargs) -> inputs and parameters
    signature: Callable[[Primitive], str]
    in_rules: Callable[[Primitive], Callable[..., Any]] | None = None  # what op.<name> is; None: as for other ops


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """An op: what it computes and how cotangents pass through it."""

    name: str
    family: str  # one of gradstudio.graph.model.FAMILIES
    forward: Callable[..., Any]  # forward(xp, *inputs, **params); a composite's has no xp
    vjps: tuple[Rule | None, ...] | Rule  # one per input (None: no gradient, by decision), or one rule(argnum, ...)
    jvp: str | Callable[..., Any]  # how tangents pass forward: see forward.py
    aliases: tuple[str, ...]
    inputs: tuple[str, ...]
    optional: int  # how many of the last inputs may be left out (None)
    params: Mapping[str, Any]  # name -> default (inspect.Parameter.empty if required)
    variadic: bool  # takes one list of arrays, e.g. concatenate
    composite: bool  # made of other ops; its rules are theirs
    differentiable: bool  # False: integer or boolean results, never on a tape's path
    flows: bool  # whether a gradient passes through any input
    symbol: str
    latex: str
    samples: tuple[Sample, ...]
    arity: int  # how many inputs a plain call has; -1 for a variadic op or one with optional inputs
    renamed: Mapping[str, str]  # argument names of TensorFlow or NumPy that differ: "perm" -> "axes"
    batch: str | Callable[..., Any]  # how it treats a leading batch axis: see batching.py; "": one after the other
    scalar: Callable[..., Any] | None  # the same on Python floats; an ArithmeticError or ValueError asks for forward
    arrays: Callable[..., Any] | None  # the same on NumPy's arrays, where forward asks more than that needs
    spellings: Mapping[str, Callable[..., Any]]  # names under which it is called with another signature
    calling: Calling | None
    reads: tuple[Needs, ...]  # what the rule of each input reads; one entry where one rule serves all inputs
    needs: Needs  # what any of them reads: nothing else has to be kept for the way back
    short: Callable[..., Any] | None = None  # the quick way of a call without parameters: see quick.py
    rules_on_floats: Any = field(init=False)  # the rules, calling other ops directly: see raw_rules.py
    rules_on_arrays: Any = field(init=False)
    needs_params: bool = field(init=False)  # whether a call must name a parameter

    def __post_init__(self) -> None:
        needs = any(default is inspect.Parameter.empty for default in self.params.values())
        object.__setattr__(self, "needs_params", needs)
        self.have(self.vjps)

    def have(self, rules: Any, on_floats: Any = None, on_arrays: Any = None) -> None:
        """Replace the rules, and what they are on values of one kind."""
        object.__setattr__(self, "vjps", rules)
        object.__setattr__(self, "rules_on_floats", on_floats or rules)
        object.__setattr__(self, "rules_on_arrays", on_arrays or rules)

    @property
    def doc(self) -> str:
        """What it does."""
        return inspect.cleandoc(self.forward.__doc__ or "")

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
        return self.bind_plainly(args, kwargs) if self.calling is None else self.calling.bind(self, args, kwargs)

    def bind_plainly(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same for an op without a way of its own."""
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
        if self.optional:
            inputs += [_MISSING] * (count - len(inputs))
            first = count - self.optional
            inputs[first:] = [None if value is _MISSING else value for value in inputs[first:]]
        if len(inputs) < count or any(value is _MISSING for value in inputs):
            needed = count - self.optional
            raise TypeError(f"{self.name}() needs {needed} input{'s' * (needed > 1)}: {self.signature}")
        for name, default in self.params.items():
            if default is inspect.Parameter.empty and name not in params:
                raise TypeError(f"{self.name}() needs {name}=: {self.signature}")
        waits = False
        for name, value in params.items():
            if type(value) not in _PLAIN_PARAMS and name != "key":
                params[name] = _plain_param(value)
                waits = waits or is_open(params[name])
        if self.variadic:
            inputs = [inputs[0]] if is_open(inputs[0]) else list(inputs[0])
        if waits:
            raise OpenParameterError(tuple(inputs), params)
        return tuple(inputs), params

    def _slot(self, name: str) -> int | None:
        if name in self.inputs:
            return self.inputs.index(name)
        if name in _SAME_AS_FIRST and not self.variadic:
            return 0
        if name in ("values", "arrays", "inputs") and self.variadic:
            return 0
        if name in _SAME_AS_SECOND and len(self.inputs) > 1:
            return 1
        return None

    @property
    def signature(self) -> str:
        """E.g. "sum(x, axis=None, keepdims=False)"."""
        return self.plain_signature if self.calling is None else self.calling.signature(self)

    @property
    def plain_signature(self) -> str:
        """The same for an op without a way of its own."""
        required = len(self.inputs) - self.optional
        parts = [name if i < required else f"{name}=None" for i, name in enumerate(self.inputs)]
        for name, default in self.params.items():
            parts.append(name if default is inspect.Parameter.empty else f"{name}={default!r}")
        return f"{self.name}({', '.join(parts)})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply to numbers, arrays, tensors or variables; the result is a Tensor, or several for some composites."""
        if len(args) == self.arity:
            if not kwargs and self.short is not None:
                return self.short(*args)
            params = self.params
            for key, value in kwargs.items():
                if key not in params or type(value) not in _PLAIN_PARAMS:
                    break
            else:
                if len(kwargs) == len(params) or not self.needs_params:
                    return _dispatch[0](self, args, kwargs)
        try:
            inputs, params = self.bind(args, kwargs)
        except OpenParameterError as found:
            return _dispatch[2](self, found.inputs, found.params)
        return _dispatch[0](self, inputs, params)

    def __repr__(self) -> str:
        return f"<op {self.signature}>"


class Spelling:
    """Another name of an op, called with the signature that NumPy or TensorFlow gives it there."""

    def __init__(self, name: str, row: Primitive, call: Callable[..., Any]) -> None:
        self.name = self.__name__ = name
        self.row = row
        self.call = call
        self.__doc__ = call.__doc__ or row.forward.__doc__

    @property
    def signature(self) -> str:
        """E.g. "linalg.svd(tensor, full_matrices=False, compute_uv=True)"."""
        parameters = [p for p in inspect.signature(self.call).parameters.values() if p.name != "name"]
        plain = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
        return f"{self.name}{inspect.Signature(plain)}"

    @property
    def doc(self) -> str:
        """What it does."""
        return inspect.getdoc(self.call) or self.row.doc

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the op."""
        return self.call(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<op {self.signature}>"


class _Missing:
    """Marks an input that a keyword has yet to fill."""


_MISSING = _Missing()
_PLAIN_PARAMS = frozenset([int, float, bool, str, type(None), tuple])


class OpenParameterError(Exception):
    """A parameter of a call is `...` (or waits for one); the call is bound otherwise."""

    def __init__(self, inputs: tuple[Any, ...], params: dict[str, Any]) -> None:
        super().__init__("a parameter is open")
        self.inputs = inputs
        self.params = params


def is_open(value: Any) -> bool:
    """Whether a value is `...`, or waits for one: see opening.py."""
    return value is Ellipsis or getattr(type(value), "is_open", False)


def _plain_param(value: Any) -> Any:
    """A parameter without lists and tensors: axes and shapes may come as integer tensors."""
    if is_open(value):
        return value
    if type(value) is list:
        return tuple(_plain_param(v) for v in value)
    if (hasattr(value, "numpy") or isinstance(value, np.ndarray)) and value.dtype.kind in "iub":
        value = np.asarray(value)
        return value.item() if not value.ndim else tuple(value.tolist())
    return value


class Ops:
    """Attribute view of TABLE for rules: op.cos(x) is raw on raw arrays and recorded on tensors."""

    if TYPE_CHECKING:  # at run time it would slow down every op that a rule names

        def __getattr__(self, name: str) -> Callable[..., Any]: ...


op = Ops()
_table: dict[str, Primitive] = {}
_names: dict[str, Primitive | Spelling] = {}
TABLE: Mapping[str, Primitive] = MappingProxyType(_table)
"""Canonical name -> primitive. The only list of ops there is."""
NAMES: Mapping[str, Primitive | Spelling] = MappingProxyType(_names)
"""Canonical names, aliases ("reduce_sum", "nn.relu") and spellings ("linalg.svd") -> what is called."""
_dispatch: list[Callable[..., Any]] = []  # filled by dispatch.py: [apply, call from a rule, wait]


def enter(row: Primitive, in_rules: Callable[..., Any], listed: bool) -> None:
    """Add a row to the table. Raises TypeError for a name that is taken."""
    setattr(op, row.name, in_rules)
    if not listed:
        return
    for key in (row.name, *row.aliases, *row.spellings):
        if key in _names:
            raise TypeError(f"two ops are called {key!r}")
        _names[key] = Spelling(key, row, row.spellings[key]) if key in row.spellings else row
    _table[row.name] = row


def silence(row: Primitive) -> None:
    """No gradient passes through a row any more, until restore()."""
    _silenced.setdefault(row, ((row.vjps, row.rules_on_floats, row.rules_on_arrays), row.flows))
    row.have((None,) * len(row.inputs))
    object.__setattr__(row, "flows", False)


def restore() -> None:
    """Every row has the rules it was declared with."""
    for row, (rules, flows) in _silenced.items():
        row.have(*rules)
        object.__setattr__(row, "flows", flows)
    _silenced.clear()


_silenced: dict[Primitive, tuple[tuple[Any, ...], bool]] = {}


def raw_call(row: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """An op as rules call it, with all inputs in one tuple: raw on raw values, recorded on tensors."""
    return _dispatch[1](row, inputs, params)

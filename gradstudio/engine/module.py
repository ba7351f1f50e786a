"""Module: an object that finds the variables among its attributes, as tf.Module does."""

from __future__ import annotations

from typing import Any

from gradstudio.engine.variable import Variable


class Module:
    """A base class for layers and models. name: shown nowhere but kept, as TensorFlow does; the class's by default.

    Example:
        >>> class Line(gs.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.slope, self.fixed = gs.Variable(2.0), gs.Variable(1.0, trainable=False)
        ...     def __call__(self, x):
        ...         return self.slope * x + self.fixed
        >>> line = Line()
        >>> line(3.0).item(), line.name, len(line.variables), len(line.trainable_variables)
        (7.0, 'line', 2, 1)
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or type(self).__name__.lower()

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every Variable in the attributes, in lists, tuples and dicts there, and in modules among them, each once.

        Attributes count in the order of their names.
        """
        return tuple(x for x in _held(self) if isinstance(x, Variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of `variables` that are trainable: the usual sources of gradient()."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """Every module among the attributes, at any depth."""
        return tuple(x for x in _held(self) if isinstance(x, Module))


def _held(module: Module) -> list[Any]:
    """Variables and modules below a module, each once, attributes in the order of their names."""
    found: dict[int, Any] = {}
    waiting: list[Any] = [vars(module)]
    while waiting:
        x = waiting.pop()
        if isinstance(x, Variable | Module) and id(x) not in found:
            found[id(x)] = x
            if isinstance(x, Module):
                waiting.append(vars(x))
        elif isinstance(x, dict):
            waiting.extend(x[key] for key in sorted(x, key=str, reverse=True))
        elif isinstance(x, list | tuple):
            waiting.extend(reversed(x))
    found.pop(id(module), None)
    return list(found.values())

"""GradientTape: records what is done to the tensors it watches, and differentiates it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from types import TracebackType
from typing import Any

import numpy as np

from gradstudio.engine import shapes
from gradstudio.engine.backward import gradients_of, walk
from gradstudio.engine.batching import Batched
from gradstudio.engine.dispatch import joined
from gradstudio.engine.jacobian import batch_jacobian_rows, jacobian_rows
from gradstudio.engine.primitive import op
from gradstudio.engine.state import ACTIVE, Joint, Token, follows
from gradstudio.engine.structure import flatten, rebuild
from gradstudio.engine.targets import (
    Asked,
    UnconnectedGradients,
    cannot_watch,
    check_source,
    seeds_of,
    single_target_of,
    target_of,
    wants_zeros,
    zeros_of,
)
from gradstudio.engine.tensor import Tensor, leaf, raw
from gradstudio.engine.variable import Variable
from gradstudio.engine.why import NOWHERE, Crumbs, place


class GradientTape:
    """Record operations for automatic differentiation, with the interface of TensorFlow's tape.

    persistent: gradient() may be called more than once. watch_accessed_variables: trainable variables are watched
    when they are read. Use it in `with`: it records what is computed inside. Raises ValueError if it is active.

    Example:
        >>> x = gs.Variable(3.0)
        >>> with gs.GradientTape() as outer:
        ...     with gs.GradientTape() as inner:
        ...         y = x**3
        ...     slope = inner.gradient(y, x)
        >>> slope.item(), outer.gradient(slope, x).item()
        (27.0, 18.0)
    """

    records = True  # a ForwardAccumulator stands among the active tapes too, and only listens

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.thread = 0
        self._opened = NOWHERE
        self._persistent = persistent
        self._automatic = watch_accessed_variables
        self._active = False
        self._begin()

    def _begin(self) -> None:
        """The state of a new tape."""
        self._spent = NOWHERE  # where it was used up
        self._nodes: list[Tensor] = []
        self._token = Token(self._nodes.append)
        self._marked: list[Tensor] = []  # what it follows without having recorded it
        self._rest: list[Tensor] = []  # what a tape that is used up never reached
        self._reads: dict[Variable, list[Tensor]] = {}
        self._crumbs = Crumbs()
        self._asked = Asked({}, {})

    def __enter__(self) -> GradientTape:
        if self._active:
            raise ValueError("this tape is already recording: leave its `with` block before entering it again")
        if self._spent is not NOWHERE:
            self._drop()  # a tape that was used up starts afresh
            self._begin()
        self._active = True
        self.thread = get_ident()
        self._opened = place()
        self._token.state = "recording"
        ACTIVE.hold(self._token)
        ACTIVE.insert(len(ACTIVE.tapes), self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active = False
        self._token.state = "closed"
        if self in ACTIVE.tapes:
            ACTIVE.remove(self)

    def watch(self, tensor: Any) -> None:
        """Follow tensors and Variables, nested or not; whole numbers only warn. Raises ValueError for anything else.

        Example:
            >>> x = gs.constant(3.0)
            >>> with gs.GradientTape() as tape:
            ...     tape.watch(x)
            ...     y = x * x
            >>> tape.gradient(y, x).item()
            6.0
        """
        for x in flatten(tensor):
            if isinstance(x, Variable):
                self._follow(x, x._current)
            elif isinstance(x, Tensor):
                if x.dtype.kind not in "fc":
                    warnings.warn(
                        f"watching a {x.dtype} tensor has no effect: only floating and complex tensors have a "
                        "gradient; convert it with gs.cast(x, gs.float64)",
                        stacklevel=2,
                    )
                self._mark(x)
                self._crumbs.watched.setdefault(id(x), place())
            else:
                raise cannot_watch(x)

    def _mark(self, x: Tensor) -> None:
        if x.dtype.kind in "fc":
            x.token = joined(x.token, self._token)
            self._marked.append(x)
        if ACTIVE.recorder is not None:
            ACTIVE.recorder.watched(x)

    def _follow(self, variable: Variable, current: Tensor) -> None:
        reads = self._reads.setdefault(variable, [])
        if not reads or reads[-1] is not current:
            reads.append(current)
            self._mark(current)

    def _accessed(self, variable: Variable, current: Tensor) -> None:
        if variable in self._reads or (self._automatic and variable.trainable):
            self._follow(variable, current)

    def note(self, t: Tensor) -> None:
        """An op on something followed has run: the node joins the tape."""
        self._nodes.append(t)
        if not t.op.flows:  # type: ignore[union-attr]
            self.wall(t, t.inputs)

    def wall(self, t: Tensor, inputs: tuple[Any, ...]) -> None:
        """A recorded op passes no gradient on: keep where that was."""
        self._crumbs.wall(t, inputs)

    def lost(self, t: Tensor, kind: str, how: str) -> None:
        """A value leaves for NumPy or a Variable; kept if this tape follows it."""
        if follows(t.token, self._token):
            self._crumbs.exit(t, kind, how)

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables the tape follows, each once, in the order in which they were made.

        Example:
            >>> b, w = gs.Variable(1.0, name="b"), gs.Variable(2.0, name="w")
            >>> with gs.GradientTape() as tape:
            ...     y = w * 3.0 + b
            >>> [v.name for v in tape.watched_variables()]
            ['b', 'w']
        """
        return tuple(sorted(self._reads, key=lambda variable: variable.number))

    def reset(self) -> None:
        """Forget everything, as if the tape were new. Raises ValueError outside its `with` block.

        Example:
            >>> x = gs.Variable(3.0)
            >>> with gs.GradientTape() as tape:
            ...     y = x * x
            ...     tape.reset()
            >>> tape.watched_variables()
            ()
        """
        if not self._active:
            raise ValueError("reset() works only while the tape records: call it inside its `with` block")
        self._drop()
        self._begin()
        ACTIVE.hold(self._token)
        ACTIVE.refresh()

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Pause this tape inside the block; other tapes go on. Raises RuntimeError outside the tape's own block.

        Example:
            >>> x = gs.Variable(3.0)
            >>> with gs.GradientTape() as tape:
            ...     with tape.stop_recording():
            ...         size = x * x
            ...     y = size * x
            >>> tape.gradient(y, x).item()
            9.0
        """
        if self not in ACTIVE.tapes:
            raise RuntimeError("stop_recording() works only while the tape records: call it inside its `with` block")
        position = ACTIVE.remove(self)
        self._token.state = "stopped"
        try:
            yield
        finally:
            if self._active:
                self._token.state = "recording"
                ACTIVE.insert(position, self)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """Derivative of target with respect to each source, in the nesting of sources.

        target: tensor or nesting of tensors; several elements are summed. output_gradients: cotangent of each target
        (ones where None). unconnected_gradients: "none" gives None, "zero" gives zeros where a source has no path to
        the target. Each result has the shape and dtype of its source; whole numbers get None. Raises RuntimeError for
        a tape never entered or, not persistent, used twice, TypeError for no tensors, ValueError for bad cotangents.

        Example:
            >>> x, b = gs.Variable([1.0, 2.0]), gs.Variable(0.0)
            >>> with gs.GradientTape() as tape:
            ...     y = x * x
            >>> found = tape.gradient(y, [x, b], output_gradients=gs.constant([1.0, 10.0]))
            >>> found[0].tolist(), found[1]
            ([2.0, 40.0], None)
        """
        zero = wants_zeros(unconnected_gradients)
        targets = [target_of(x) for x in flatten(target)]
        wanted = flatten(sources)
        for x in wanted:
            check_source(x)
        seeds = seeds_of(targets, output_gradients)
        position = self._pause()
        try:
            recorder = ACTIVE.recorder
            if recorder is None:
                results = self._sweep(seeds, wanted, not self._persistent)
            else:
                log = recorder.begin(targets, [self._values_of(x) for x in wanted], seeds)
                results = []
                try:
                    results = self._sweep(seeds, wanted, not self._persistent, log)
                finally:
                    recorder.end(log, results)
        finally:
            self._resume(position)
        if not self._persistent:
            connected = {id(x): g is not None for x, g in zip(wanted, results, strict=True)}
            self._asked = Asked({id(t): None for t in targets}, connected)
        if zero:
            results = [zeros_of(x.shape, x.dtype, x) if g is None else g for g, x in zip(results, wanted, strict=True)]
        return rebuild(sources, iter(results).__next__)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Derivative of every element of target with respect to every element of each source.

        The shape of each result is target.shape + source.shape; the nesting is that of sources. unconnected_gradients
        and errors are as in gradient(), for one target. The last two arguments are TensorFlow's and change nothing.

        Example:
            >>> x = gs.Variable([1.0, 2.0])
            >>> with gs.GradientTape() as tape:
            ...     y = x * x
            >>> tape.jacobian(y, x).tolist()
            [[2.0, 0.0], [0.0, 4.0]]
        """
        zero = wants_zeros(unconnected_gradients)
        t = single_target_of(target)
        wanted = flatten(sources)
        for x in wanted:
            check_source(x)
        position = self._pause()
        try:
            results = jacobian_rows(self._sweep, t, wanted, not self._persistent, self._largest())
        finally:
            self._resume(position)
        if zero:
            results = [
                zeros_of(t.shape + x.shape, x.dtype, x) if g is None else g
                for g, x in zip(results, wanted, strict=True)
            ]
        return rebuild(sources, iter(results).__next__)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Tensor:
        """The Jacobian of each item of a batch: shape (b, *target.shape[1:], *source.shape[1:]).

        Item i of the target must depend on item i of the source only. Zeros where nothing connects them. Raises
        ValueError unless both have at least two axes and the same first one.

        Example:
            >>> x = gs.Variable([[1.0, 2.0], [3.0, 4.0]])
            >>> with gs.GradientTape() as tape:
            ...     y = x * x
            >>> tape.batch_jacobian(y, x).tolist()
            [[[2.0, 0.0], [0.0, 4.0]], [[6.0, 0.0], [0.0, 8.0]]]
        """
        wants_zeros(unconnected_gradients)
        check_source(source)
        t, shape = target_of(target), source.shape
        if len(t.shape) < 2 or len(shape) < 2 or t.shape[0] != shape[0]:
            raise ValueError(
                f"batch_jacobian: target {shapes.text(t.shape)} and source {shapes.text(shape)} need at least "
                "two axes, the first of the same length (the batch)"
            )
        position = self._pause()
        try:
            found = batch_jacobian_rows(self._sweep, t, source, not self._persistent, self._largest())
        finally:
            self._resume(position)
        return zeros_of(t.shape + shape[1:], source.dtype, t) if found is None else found

    def _pause(self) -> int:
        """Before everything that differentiates: a tape that is not persistent is spent, and pauses meanwhile.

        Gives its place among the active tapes, -1 if it does not pause. Raises RuntimeError if there is nothing to ask.
        """
        if self._opened is NOWHERE:
            raise RuntimeError("this tape has recorded nothing: compute the target inside its `with` block")
        if self._spent is not NOWHERE:
            raise RuntimeError(
                "A non-persistent GradientTape can compute only one set of gradients (or jacobians): "
                f"line {self._spent.line} used it; create it with GradientTape(persistent=True) to ask more than once"
            )
        if self._persistent:
            return -1
        self._spent = place()
        return ACTIVE.remove(self) if self._active and self in ACTIVE.tapes else -1

    def _resume(self, position: int) -> None:
        """After _pause()."""
        if not self._persistent:
            ACTIVE.let_go(self._token)
        if position >= 0:
            ACTIVE.insert(position, self)

    def _largest(self) -> int:
        """How many elements the largest recorded value has."""
        return max([1 if type(node.value) is float else node.value.size for node in self._nodes], default=1)

    def _values_of(self, source: Any) -> list[Tensor]:
        """The tensors whose cotangents make up the gradient of a source: a variable has one for each value read."""
        return list(self._reads.get(source, [source._current])) if isinstance(source, Variable) else [source]

    def _sweep(self, seeds: list[tuple[Tensor, Any]], wanted: list[Any], release: bool, log: Any = None) -> list[Any]:
        """One backward pass from (target, cotangent) seeds: the gradient of each source, None where there is none."""
        if release and ACTIVE.recorder is not None:
            ACTIVE.recorder.gather()
        leaves = [self._values_of(x) for x in wanted]
        flat = [t for group in leaves for t in group]
        recorded = bool(ACTIVE.here)
        if recorded:
            seeds = [(t, leaf(g) if not isinstance(g, Tensor) else g) for t, g in seeds]
        else:
            seeds = [(t, g if isinstance(g, Batched) else raw(g)) for t, g in seeds]
        seeds = [(t, g if t.dtype.kind == "f" else op.conj(g)) for t, g in seeds]
        if log is not None:
            log.started(seeds, recorded)
        with ACTIVE.sweeping, np.errstate(all="ignore"):
            found = walk(self._nodes, self._marked, self._token, seeds, flat, release, recorded, log, self._rest)
            return gradients_of(wanted, leaves, found)

    def _drop(self) -> None:
        self._token.state = "gone"
        ACTIVE.let_go(self._token)
        if ACTIVE.recorder is not None:
            ACTIVE.recorder.gather()
        # Links from node to node go one by one, so that a chain of any depth is freed without recursion.
        for nodes in (self._nodes, self._rest):
            while nodes:
                node = nodes.pop()
                held = node.token
                if held is self._token or (type(held) is Joint and held.is_gone):
                    node.forget()

    def __del__(self) -> None:
        if hasattr(self, "_rest"):  # the constructor may have failed
            self._drop()

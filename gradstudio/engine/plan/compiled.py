"""Compiled: a function that writes down what it does once and then replays it; which plan fits a call, and when none.

A call runs the function itself whenever somebody wants to hear of every op: a tape, batch, accumulator or recorder.
"""

from __future__ import annotations

import functools
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from gradstudio.engine import primitive, subgradients
from gradstudio.engine.plan.arguments import Arguments, UnplannableError, read
from gradstudio.engine.plan.backends import Missed
from gradstudio.engine.plan.binding import Bind, binder
from gradstudio.engine.plan.constants import same_value
from gradstudio.engine.plan.making import Ready, make
from gradstudio.engine.plan.weak import WeakNumberError
from gradstudio.engine.state import ACTIVE

MOST_KEYS = 16
"""For how many kinds of arguments a function keeps plans; the kind that was not used for longest goes first."""
MOST_VARIANTS = 16
"""How many ways through Python's conditions have a plan, for one kind of arguments."""
PATIENCE = 8
"""So many more recordings than replays show that plans do not fit."""
LONG = 250_000
"""A recording of so many steps counts twice, of twice as many or more three times: it takes many seconds."""

_recording = Lock()
"""One run is recorded at a time: it listens to the whole engine."""


class _Entry:
    """The plans for one kind of arguments, the last used first."""

    __slots__ = ("bind", "credit", "doubt", "ready", "reason", "settings")

    def __init__(self, settings: tuple[Any, ...] = ()) -> None:
        self.settings = settings
        self.bind: Bind | None = None  # takes the inputs of such calls; made with their first plan
        self.ready: list[Ready] = []
        self.reason = ""  # why such calls run as they are
        self.doubt = ""  # the same, if it turns out that they do run
        self.credit = PATIENCE


class Compiled:
    """A function that replays what it did when its arguments were last of this kind. gs.compile() makes one.

    replays: how many calls were replayed. python_function: the function itself.
    """

    def __init__(self, f: Callable[..., Any], jit: bool = True) -> None:
        functools.update_wrapper(self, f)
        self._jit = jit
        self.replays = 0
        self.python_function = self._f = f
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._last = _Entry()
        self._floats = True  # whether Python floats among the arguments are inputs of plans
        self._credit = 2 * PATIENCE
        self._is_told = False

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _somebody_listens() or not ACTIVE.plans:
            return self._f(*args, **kwargs)
        entry, found = self._last, None
        values = entry.bind(args, kwargs) if entry.bind is not None and entry.settings == _settings() else None
        if values is None:
            try:
                found = read(args, kwargs, self._floats)
                entry = self._entry(found)
            except (UnplannableError, TypeError):  # an argument that is neither an input nor has a hash
                return self._f(*args, **kwargs)
            values = found.values
        if not entry.reason:
            result = self._replayed(values, entry)
            if result is _NEW:
                result = self._recorded(args, kwargs, found or read(args, kwargs, self._floats), entry)
            if result is not _NONE:
                return result
        result = self._f(*args, **kwargs)
        entry.reason = entry.reason or entry.doubt
        return result

    def _entry(self, found: Arguments) -> _Entry:
        """The plans for such arguments. Whatever else a run depends on is part of the key."""
        settings = _settings()
        key = (found.key, settings)
        with self._lock:
            known = self._entries.pop(key, None)
            entry = self._entries[key] = _Entry(settings) if known is None else known  # the last in the table
            while len(self._entries) > MOST_KEYS:
                self._entries.popitem(last=False)
            self._last = entry
            return entry

    def _replayed(self, values: list[Any], entry: _Entry) -> Any:
        """The results of the plan that fits; _NEW: none does; _NONE: the call has to run as it is."""
        ready = None
        for candidate in entry.ready:
            if not candidate.trainable or candidate.fits():
                ready = candidate
                break
        while ready is not None:
            if not ready.lock.acquire(blocking=False):
                return _NONE
            try:
                result = ready.run(values)
            except Exception:  # an error, which the function raises itself, or a number that is for NumPy to say
                return _NONE
            finally:
                ready.lock.release()
            if type(result) is not Missed:
                if ready is not entry.ready[0]:
                    entry.ready = [ready, *[r for r in entry.ready if r is not ready]]
                if entry.credit < PATIENCE:
                    entry.credit += 1
                if self._credit < 2 * PATIENCE:
                    self._credit += 1
                self.replays += 1
                return result
            ready = _other(entry, ready, result)
        return _NEW

    def _recorded(self, args: tuple[Any, ...], kwargs: dict[str, Any], found: Arguments, entry: _Entry) -> Any:
        """The results of a run that is written down; _NONE: it has to run again as it is, and has changed nothing."""
        if self._credit <= 0 or not _recording.acquire(blocking=False):
            return _NONE
        try:
            made = make(self._f, args, kwargs, found, self._jit)
        except WeakNumberError:
            self._floats = False
            entry.reason = "a Python float meets float32, which it would widen if it were an input"
            return _NONE
        except Exception as error:
            entry.doubt = f"with tensors for its arguments it raises {type(error).__name__}: {error}"
            return _NONE
        finally:
            _recording.release()
        cost = 1 + min(made.steps // LONG, 2)
        self._credit -= cost
        entry.credit -= cost
        entry.reason = made.reason
        if made.ready is not None:
            if entry.bind is None:
                entry.bind = binder(args, kwargs, found.floats)
            entry.ready = [made.ready, *entry.ready[: MOST_VARIANTS - 1]]
        if entry.credit <= 0:
            entry.ready = []
            entry.reason = entry.reason or "what Python reads of its values is other in every call"
        if self._credit <= 0 or (entry.credit <= 0 and not made.reason):
            self._give_up()
        return made.result

    def _give_up(self) -> None:
        """Say once that recording does not pay."""
        if not self._is_told:
            self._is_told = True
            name = getattr(self._f, "__qualname__", "a compiled function")
            warnings.warn(
                f"{name} is recorded again and again, because its arguments or what Python reads of its values "
                "differ in every call: it runs without plans from now on",
                RuntimeWarning,
                stacklevel=4,
            )

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> Compiled:
        """TensorFlow's name for the function for some kinds of arguments; here it is the same for all."""
        return self

    @property
    def sources(self) -> list[str]:
        """The Python source of every plan, the last used first."""
        with self._lock:
            return [ready.built.source for entry in reversed(self._entries.values()) for ready in entry.ready]

    @property
    def reasons(self) -> list[str]:
        """Why calls of some kinds run as they are."""
        with self._lock:
            return [entry.reason for entry in self._entries.values() if entry.reason]


_NEW, _NONE = object(), object()


def _settings() -> tuple[Any, ...]:
    """What a run depends on besides its arguments."""
    return (*primitive._silenced, *subgradients._chosen.values())


def _somebody_listens() -> bool:
    return bool(
        ACTIVE.recorder is not None or ACTIVE.levels or ACTIVE.backend is not None or (ACTIVE.tapes and ACTIVE.here)
    )


def _other(entry: _Entry, ready: Ready, missed: Missed) -> Ready | None:
    """Another plan that went the same way up to a guard, and there saw what was seen now."""
    n = missed.number
    if n < 0:
        return None
    for other in entry.ready:
        if other is ready or not other.fits() or len(other.guards) <= n:
            continue
        pairs = zip(other.guards[:n], ready.guards[:n], strict=True)
        if same_value(other.guards[n], missed.seen) and all(same_value(a, b) for a, b in pairs):
            return other
    return None

"""compile(): a function that writes down what it does once and then replays it."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from gradstudio.engine import primitive, subgradients
from gradstudio.engine.plan.arguments import Arguments, UnplannableError, read
from gradstudio.engine.plan.backends import Missed
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

_recording = Lock()
"""One run is recorded at a time: it listens to the whole engine."""


class _Entry:
    """The plans for one kind of arguments, the last used first."""

    __slots__ = ("credit", "doubt", "ready", "reason")

    def __init__(self) -> None:
        self.ready: list[Ready] = []
        self.reason = ""  # why such calls run as they are
        self.doubt = ""  # the same, if it turns out that they do run
        self.credit = PATIENCE


class Compiled:
    """A function that replays what it did when its arguments were last of this kind. compile() makes one.

    replays: how many calls were replayed.
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        functools.update_wrapper(self, f)
        self.replays = 0
        self._f = f
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._last: tuple[int, Hashable, _Entry] = (0, None, _Entry())  # hash of a key, the key, its plans
        self._floats = True  # whether Python floats among the arguments are inputs of plans
        self._credit = 2 * PATIENCE

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if ACTIVE.recorder is not None or ACTIVE.levels or ACTIVE.backend is not None or (ACTIVE.tapes and ACTIVE.here):
            return self._f(*args, **kwargs)  # somebody wants to hear of every op
        try:
            found = read(args, kwargs, self._floats)
            entry = self._entry(found)
        except (UnplannableError, TypeError):  # an argument that is neither an input nor has a hash
            return self._f(*args, **kwargs)
        if not entry.reason:
            result = self._replayed(found, entry)
            if result is _NEW:
                result = self._recorded(args, kwargs, found, entry)
            if result is not _NONE:
                return result
        result = self._f(*args, **kwargs)
        entry.reason = entry.reason or entry.doubt
        return result

    def _entry(self, found: Arguments) -> _Entry:
        """The plans for such arguments. Whatever else a run depends on is part of the key."""
        key = (found.key, *primitive._silenced, *subgradients._chosen.values())
        number = hash(key)
        same, last, entry = self._last
        if same == number and last == key:
            return entry
        with self._lock:
            known = self._entries.pop(key, None)
            entry = self._entries[key] = _Entry() if known is None else known  # the last in the table
            while len(self._entries) > MOST_KEYS:
                self._entries.popitem(last=False)
            self._last = (number, key, entry)
            return entry

    def _replayed(self, found: Arguments, entry: _Entry) -> Any:
        """The results of the plan that fits; _NEW: none does; _NONE: the call has to run as it is."""
        ready: Ready | None = next((r for r in entry.ready if r.fits()), None)
        while ready is not None:
            if not ready.lock.acquire(blocking=False):
                return _NONE
            try:
                result = ready.run(found.values)
            except Exception:  # an error, which the function raises itself, or a number that is for NumPy to say
                return _NONE
            finally:
                ready.lock.release()
            if type(result) is not Missed:
                if ready is not entry.ready[0]:
                    entry.ready = [ready, *[r for r in entry.ready if r is not ready]]
                entry.credit = min(entry.credit + 1, PATIENCE)
                self._credit = min(self._credit + 1, 2 * PATIENCE)
                self.replays += 1
                return result
            ready = _other(entry, ready, result)
        return _NEW

    def _recorded(self, args: tuple[Any, ...], kwargs: dict[str, Any], found: Arguments, entry: _Entry) -> Any:
        """The results of a run that is written down; _NONE: it has to run again as it is, and has changed nothing."""
        if self._credit <= 0 or not _recording.acquire(blocking=False):
            return _NONE
        try:
            made = make(self._f, args, kwargs, found)
        except WeakNumberError:
            self._floats = False
            entry.reason = "a Python float meets float32, which it would widen if it were an input"
            return _NONE
        except Exception as error:
            entry.doubt = f"with tensors for its arguments it raises {type(error).__name__}: {error}"
            return _NONE
        finally:
            _recording.release()
        self._credit -= 1
        entry.credit -= 1
        entry.reason = made.reason
        if made.ready is not None:
            entry.ready = [made.ready, *entry.ready[: MOST_VARIANTS - 1]]
        if entry.credit <= 0:
            entry.ready = []
            entry.reason = entry.reason or "what Python reads of its values is other in every call"
        return made.result

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


def compile(f: Callable[..., Any]) -> Compiled:
    """A function that computes what f computes, many times as fast: it records what f does once and then replays it.

    f: any function of tensors, arrays and numbers, nested or not, also one that uses tapes. What it does with them is
    written down at the first call and becomes a plan, which later calls run without Python's ops and without a tape.
    A plan fits calls with the same nesting, shapes and dtypes; other arguments (whole numbers, strings, objects)
    belong to it by their values. Other calls are recorded in turn. Results are tensors, also for plain numbers.

    What Python reads of a tensor (if, float(), numpy(), print) is checked in every call: where it differs, the call is
    recorded anew, so that each way through the conditions has a plan. Variables have their present value, and are
    assigned to when the call is over. Everything else of the outside is as it was at the recording: numbers, lists and
    arrays that f does not get as arguments. Effects on the outside (a list that grows) happen only then. A plan keeps
    the memory that it computes in; results are new in every call.

    A call runs as it is, with the same results, where no plan can do its work: it draws from a random stream without
    a seed, gives back what holds tensors out of sight, runs more than 100,000 ops, or a tape, vmap or an inspecting
    run follows it from outside. `reasons` tells why, `sources` shows the plans. NumPy's warnings are given only by
    calls that are no replays; errors are those of f. Threads may call it together.

    Example:
        >>> slope = gs.compile(gs.grad(lambda x, w: gs.sum(gs.tanh(w * x))))
        >>> w = gs.constant([1.0, 2.0])
        >>> [round(slope(x, w).item(), 6) for x in (0.5, 1.0, 0.0)]
        [1.626396, 0.561276, 3.0]
        >>> slope.replays, len(slope.sources)
        (2, 1)
    """
    return Compiled(f)

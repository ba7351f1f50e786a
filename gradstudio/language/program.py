"""Running a checked program under a recorder: the whole of what the worker does with a text."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any

import numpy as np

from gradstudio.engine.loading import tensors
from gradstudio.engine.mending import mend
from gradstudio.engine.opening import Open, Waiting
from gradstudio.engine.primitive import restore
from gradstudio.engine.problem import Problem
from gradstudio.engine.random import random
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.state import ACTIVE, follows
from gradstudio.engine.subgradients import as_declared
from gradstudio.engine.tape import GradientTape
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.trace import NO_SPAN
from gradstudio.engine.variable import Variable
from gradstudio.engine.witness import Witness, watched
from gradstudio.language.blanks import open_problems
from gradstudio.language.check import check, syntax_problem
from gradstudio.language.data import Data, Names, names_in, objections
from gradstudio.language.diagnostics import explain, place
from gradstudio.language.facade import Facade, gradstudio_facade, math_facade, numpy_facade
from gradstudio.language.guarded_errors import WithheldFileError
from gradstudio.language.guards import Guards
from gradstudio.language.header import read_header
from gradstudio.language.limits import LimitReached
from gradstudio.language.parsing import too_deep
from gradstudio.language.pure import closed_builtins
from gradstudio.language.rewrite import rewrite
from gradstudio.language.shown import message_of, visible
from gradstudio.language.sizes import Room
from gradstudio.language.traits import asks_for_gradient, changed_in_place, has_tape, imports_anything, imports_library
from gradstudio.language.tree import walk

FILENAME = "<program>"
_STATUS = {"refused": "refused", "limit": "limited", "memory": "limited"}
"""How a run ends by the kind of its problem; by any other it is in error."""


PYTHONS_KINDS = frozenset(["bool", "complex", "range", "slice"])
"""Names of ops that stay Python's own in every program, as they are kinds there: isinstance(x, bool), dtype=complex."""


@dataclass(slots=True)
class Run:
    """A finished run: status "ok", "refused", "limited" or "error", what it recorded and what it defined.

    A run that open inputs kept from being whole, or ended, is "ok", with a warning for each of them.
    """

    status: str
    problems: list[Problem]
    recorder: Recorder | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    witness: Witness = field(default_factory=Witness)  # what the program saw of its values


@dataclass(slots=True)
class Prepared:
    """A checked and compiled program that only waits for its data."""

    text: str
    code: CodeType
    dtype: Any
    notes: tuple[Problem, ...]
    names: Names  # of the data files
    formula: bool  # it has no tape of its own
    is_bare: bool
    has_import: bool
    asks: bool  # for a gradient


def run_program(
    text: str,
    data: Data,
    write: Callable[[str], None],
    ops: int = 200_000,
    steps: int = 50_000_000,
    memory: int = 1 << 30,
) -> Run:
    """Check, compile and run a program. write receives what it prints. Never raises for anything the program does."""
    ready = prepare(text)
    return ready if isinstance(ready, Run) else execute(ready, data, write, ops, steps, memory)


def prepare(text: str) -> Prepared | Run:
    """Check and compile a program; a Run is the end of one that cannot run. Never raises."""
    header, notes = read_header(text)
    tree, problems = check(text)
    if tree is None:
        kind = problems[0].kind
        return Run("refused" if kind in ("refused", "limit") else "error", [*problems, *notes])
    nodes = walk(tree)
    names = names_in(nodes, text)
    objected = objections(names)
    if objected:
        return Run("refused", [*objected, *notes])
    formula = not has_tape(nodes)
    is_bare, has_import, asks = not imports_library(nodes), imports_anything(nodes), asks_for_gradient(nodes)
    try:
        guarded = rewrite(tree, text, formula, changed_in_place(nodes))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(guarded, FILENAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        return Run("error", [syntax_problem(error, text), *notes])
    except (RecursionError, MemoryError):
        return Run("refused", [too_deep(text), *notes])
    except (ValueError, TypeError) as error:
        return Run("error", [Problem("error", "syntax", visible(str(error))), *notes])
    return Prepared(text, code, np.dtype(header.precision), notes, names, formula, is_bare, has_import, asks)


def execute(
    ready: Prepared,
    data: Data,
    write: Callable[[str], None],
    ops: int = 200_000,
    steps: int = 50_000_000,
    memory: int = 1 << 30,
) -> Run:
    """Run a prepared program with the arrays of its data files. Never raises for anything the program does."""
    text, code, asks = ready.text, ready.code, ready.asks
    recorder = Recorder(FILENAME, text, ops, LimitReached)
    tape = GradientTape(persistent=True) if ready.formula else None
    scope, guards = _scope(
        recorder, data, write, steps, tape, ready.dtype, ready.is_bare, not ready.has_import, Room(memory)
    )
    run = Run("ok", list(ready.notes), recorder)
    return carry_out(run, recorder, tape, scope, guards, text, memory, asks, lambda: exec(code, scope))


def carry_out(
    run: Run,
    recorder: Recorder,
    tape: GradientTape | None,
    scope: dict[str, Any],
    guards: Guards,
    text: str,
    memory: int,
    asks: bool,
    perform: Callable[[], None],
) -> Run:
    """Let `perform` execute a program in its scope under the recorder, differentiate what it did not, and say how it
    went. tape: that of a formula. asks: whether the program asks for gradients itself."""
    before = dict(scope)
    ACTIVE.clear()
    restore()
    as_declared()
    random.set_seed(0)
    Guards.present = guards
    try:
        with recorder, watched(run.witness), _warnings_into(run.problems, text):
            if tape is not None:
                with tape:
                    perform()
            else:
                perform()
            run.variables = _own(scope, before)
            _record_unread(recorder)
            if guards.blanks or recorder.waiting:
                run.problems += open_problems(recorder, guards.blanks, None, NO_SPAN)
            elif tape is not None:
                _differentiate(recorder, tape, guards, run)
            elif not asks:
                _differentiate_last_tape(recorder, run)
    except Waiting as ended:
        run.variables = _own(scope, before)
        _record_unread(recorder)
        span = place(ended.__traceback__, FILENAME, text.split("\n"))
        run.problems += open_problems(recorder, guards.blanks, ended, span)
    except MemoryError as error:
        # What it holds leaves no room for anything that is still to be done.
        run.recorder, run.status = None, "limited"
        recorder.tensors.clear()
        scope.clear()
        run.problems.insert(0, explain(error, FILENAME, text, (), memory))
    except BaseException as error:
        mend(recorder)
        run.variables = _own(scope, before)
        names = [name for name in (*scope, *scope["__builtins__"]) if not name.startswith("_gs")]
        problem = explain(error, FILENAME, text, names, memory)
        if isinstance(error, LimitReached):
            problem = replace(problem, message=f"{problem.message}{guards.where()}")
        run.problems.insert(0, problem)
        run.status = _STATUS.get(problem.kind, "error")
        if problem.kind == "memory":
            run.variables, run.recorder = {}, None
            scope.clear()
    finally:
        Guards.present = None
        ACTIVE.clear()
        recorder.leave(0)
    return run


def _record_unread(recorder: Recorder) -> None:
    """Named variables whose value was never read become records as well: they are there, though nothing uses them."""
    owners = recorder._variable_of
    read = {owners[id(t)] for t in recorder.tensors if id(t) in owners}
    for key, (variable, _) in recorder._variables.items():
        if key not in read and key in recorder._array_names and len(recorder.tensors) < recorder.limit_ops:
            recorder.meet(variable._held)


def _scope(
    recorder: Recorder,
    data: Data,
    write: Callable[[str], None],
    steps: int,
    tape: GradientTape | None,
    dtype: Any,
    is_bare: bool,
    lists: bool,
    room: Room,
) -> tuple[dict[str, Any], Guards]:
    """The names a program starts with."""

    def load(name: str) -> Any:
        if not isinstance(name, str) or name not in data:
            raise WithheldFileError(
                f'{str(name)[:80]!r} was not read: name a file beside the program in the call, gs.load("name.npz")'
            )
        return tensors(data[name])

    gs = gradstudio_facade(load, room)
    modules: dict[str, Facade] = {"gs": gs, "np": numpy_facade(room), "math": math_facade(tape is not None)}
    guards = Guards(recorder, modules, steps, tape, dtype if dtype != np.float64 else None, lists, room)
    builtins = closed_builtins(write)
    scope: dict[str, Any] = {"__builtins__": builtins, "__name__": "__main__", **guards.names(), **modules, "tf": gs}
    for name in gs.names():
        # An op that shares its name with a Python function is the op for tensors, the function for everything else;
        # but only where the program could not run without the studio anyway, so that the same file means the same.
        if name in builtins:
            if is_bare and name not in PYTHONS_KINDS:
                scope[name] = either(builtins[name], gs.member(name))
        elif name not in scope:
            scope[name] = gs.member(name)
    return scope, guards


def either(plain: Callable[..., Any], op: Callable[..., Any]) -> Callable[..., Any]:
    """The op for a tensor or array, Python's own function for anything else."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], Tensor | Variable | np.ndarray | Open):
            return op(*args, **kwargs)
        return plain(*args, **kwargs)

    call.__wrapped__ = plain  # type: ignore[attr-defined]
    return call


@contextmanager
def _warnings_into(problems: list[Problem], text: str) -> Iterator[None]:
    """What the library warns of while a program runs becomes a problem with its line, each once."""
    lines = text.split("\n")
    seen: set[tuple[str, int]] = set()

    def note(
        message: Warning | str, category: type[Warning], filename: str, line: int, file: Any = None, source: Any = None
    ) -> None:
        first = str(message).splitlines()[0][:300] if str(message) else category.__name__
        if filename != FILENAME or (first, line) in seen or len(seen) >= 20:
            return
        seen.add((first, line))
        content = lines[line - 1] if 0 < line <= len(lines) else ""
        span = (line, len(content) - len(content.lstrip()), line, len(content.rstrip()))
        problems.append(Problem("warn", "warning", first, span))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", category=UserWarning)
        warnings.showwarning = note  # type: ignore[assignment]
        yield


def _own(scope: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Variables the program made at its top level."""
    return {k: v for k, v in scope.items() if not k.startswith("_") and (k not in before or v is not before[k])}


def _differentiate(recorder: Recorder, tape: GradientTape, guards: Guards, run: Run) -> None:
    """The gradient a formula did not ask for: its last floating result against all its inputs."""
    sources: list[Any] = [*guards.inputs, *tape.watched_variables()]
    target = _last_result(recorder, run, tape)
    if sources and target is not None:
        _sweep(recorder, tape, target, sources, run)
    elif guards.whole_numbers and not sources:
        name = guards.whole_numbers[0]
        value = run.variables.get(name, 1)
        hint = f"write {name} = {value}.0 to get its gradient" if type(value) is int and abs(value) < 10**15 else ""
        run.problems.append(Problem("info", "none", f"`{name}` is an integer, which has no gradient", hint=hint))


def _differentiate_last_tape(recorder: Recorder, run: Run) -> None:
    """The gradient that a program with a tape did not ask for: the last result on it against all it watches."""
    for tape in reversed([v for v in run.variables.values() if isinstance(v, GradientTape)]):
        target = _last_result(recorder, run, tape)
        read = {id(value) for values in tape._reads.values() for value in values}
        watched = [
            t
            for t in recorder.tensors
            if t.op is None and _is_on(t, tape) and id(t) not in read and t.dtype.kind == "f"
        ]
        sources = [*watched, *tape.watched_variables()]
        if target is not None and sources and not tape._active:
            _sweep(recorder, tape, target, sources, run)
            return


def _last_result(recorder: Recorder, run: Run, tape: GradientTape) -> Tensor | None:
    results = [
        v
        for v in run.variables.values()
        if isinstance(v, Tensor) and v.dtype.kind == "f" and v.op is not None and _is_on(v, tape)
    ]
    return max(results, key=recorder.number_of, default=None)


def _is_on(t: Tensor, tape: GradientTape) -> bool:
    return follows(t.token, tape._token)


def _sweep(recorder: Recorder, tape: GradientTape, target: Tensor, sources: list[Any], run: Run) -> None:
    # The program itself ran to its end: a gradient that nobody asked for must not turn that into an error.
    recorder.automatic = True
    try:
        tape.gradient(target, sources)
    except Exception as error:
        first = next(iter(message_of(error).splitlines()), type(error).__name__)[:300]
        run.problems.append(Problem("warn", "none", f"no automatic gradient: {first}"))
    finally:
        recorder.automatic = False

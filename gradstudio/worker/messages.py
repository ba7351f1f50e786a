"""What window and worker say to each other: tagged structs, never pickles.

Every message carries the number of the run (or drawing) it belongs to; client code drops replies to older ones.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Flow, Summaries, Trace
from gradstudio.graph.fold_state import FoldState
from gradstudio.graph.model import Graph
from gradstudio.layout.model import Before, Layout, Options


class Limits(msgspec.Struct, frozen=True):
    """What one run may use. Settings may lower these; a file never raises them."""

    seconds: float = 10.0
    memory: int = 1 << 30  # bytes over what the idle worker uses
    ops: int = 200_000
    steps: int = 50_000_000  # loop passes and calls
    printed: int = 1 << 20  # characters
    reply: int = 64 << 20  # bytes of one message


class Run(msgspec.Struct, frozen=True, tag=True):
    """Check, compile and run a program. Before it runs, the worker asks for the data files that it names."""

    run: int
    text: str
    limits: Limits = Limits()
    want_values: bool = False  # send Finished.values (the command line does, the window need not)
    check_only: bool = False  # check the program and read its data, but do not run it


class Data(msgspec.Struct, frozen=True, tag=True):
    """The answer to Wanted: the bytes of data files, which only the worker looks into."""

    run: int
    files: dict[str, bytes] = {}
    refusals: dict[str, str] = {}  # why others were not read, one line each
    kept: tuple[str, ...] = ()  # files that are as the worker has them


class Fetch(msgspec.Struct, frozen=True, tag=True):
    """Ask for a whole array of the last run: the value of a record, or its cotangent in a sweep."""

    run: int
    record: int
    sweep: int = -1  # -1: the value


class Draw(msgspec.Struct, frozen=True, tag=True):
    """Ask the drawing process for the graph and layout of one view of a trace."""

    run: int
    trace: Trace | None  # None: the whole graph of the last Draw, arranged in another way
    text: str
    sweep: int  # -1: all records
    folds: FoldState = FoldState()
    options: Options = Options()
    before: Before | None = None


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The process has imported everything, dropped its rights and waits."""

    layers: tuple[str, ...] = ()  # which isolation is active, e.g. ("limits",)


class Wanted(msgspec.Struct, frozen=True, tag=True):
    """The program of a run names these data files; the answer is Data."""

    run: int
    names: tuple[str, ...]
    held: dict[str, bytes] = {}  # SHA-256 of the files that the worker still has, by name


class Started(msgspec.Struct, frozen=True, tag=True):
    """A run has been read: the sign of life that the window waits for."""

    run: int


class Printed(msgspec.Struct, frozen=True, tag=True):
    """Text the program printed, in order, as it happens."""

    run: int
    text: str


class Finished(msgspec.Struct, frozen=True, tag=True):
    """The end of a run, whatever it was. The trace is there whenever anything was recorded, also after an error."""

    run: int
    status: str  # "ok" | "refused" | "limited" | "error" | "died"
    trace: Trace | None = None
    problems: tuple[Problem, ...] = ()
    values: dict[str, Any] = {}  # top-level numbers, and tensors or lists of them as nested lists
    gradients: tuple[dict[str, Any], ...] = ()  # per sweep: source name -> number, nested list or None (want_values)
    seconds: float = 0.0  # of checking and running the program; making the trace of it is not among them


class Renewed(msgspec.Struct, frozen=True, tag=True):
    """The end of a run that made the same ops as the last run of this worker, from other values.

    Only what differs is sent; process.py makes a Finished of it.
    """

    run: int
    span: np.ndarray  # int32 (n, 4)
    values: Summaries
    flows: tuple[Flow, ...]  # one per sweep
    seconds: float = 0.0


class Value(msgspec.Struct, frozen=True, tag=True):
    """The answer to Fetch; array is None if there is no such value."""

    run: int
    record: int
    sweep: int
    array: np.ndarray | None


class Drawn(msgspec.Struct, frozen=True, tag=True):
    """The answer to Draw."""

    run: int
    whole: Graph | None  # None where Draw brought no trace, or it came with the coarse picture: the window has it
    graph: Graph
    layout: Layout
    is_coarse: bool = False  # without lines; the same picture with them follows


class NotDrawn(msgspec.Struct, frozen=True, tag=True):
    """The drawing process ended twice over the same picture; nothing more will come for this Draw."""

    run: int


Request = Run | Data | Fetch | Draw
Reply = Ready | Started | Wanted | Printed | Finished | Renewed | Value | Drawn | NotDrawn

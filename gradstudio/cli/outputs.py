"""Files made from a run: pictures, graphs and reports, in the format their ending names."""

from __future__ import annotations

import os
from pathlib import Path

from gradstudio.cli import program
from gradstudio.cli.terminal import Refusal
from gradstudio.export import EXPORTERS, Exporter, Job, exporter_for
from gradstudio.graph.build import build
from gradstudio.picture.tokens import Theme, load_theme
from gradstudio.studio.arrangement import read_arrangement
from gradstudio.studio.sweeps import best_sweep
from gradstudio.worker.drawing import arrange


def produce(file: Path, target: Path, sweep: int | None, theme: str, seconds: float, full_python: bool = False) -> int:
    """Run a file and write one output; gives the exit status. Raises Refusal for what cannot be done at all."""
    exporter(target)
    _theme(theme)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # PNG and PDF are painted without looking for a display
    ran = program.run(file, seconds, want_values=False, full_python=full_python)
    if not ran.is_ok:
        program.complain(ran)
        return ran.exit_status
    write(ran, [target], sweep, theme)
    return 0


def write(ran: program.Ran, targets: list[Path], sweep: int | None, theme: str) -> None:
    """Write a run's outputs. sweep: a gradient() call counted from 1, None for the one the window would show."""
    trace = ran.finished.trace
    if trace is None or not len(trace.records.op):
        raise Refusal(f"{ran.name} computes nothing with tensors, so there is nothing to draw")
    shown = best_sweep(trace)
    if sweep is not None:
        count = len(trace.sweeps)
        if not 1 <= sweep <= count:
            raise Refusal(f"--sweep {sweep}: {ran.name} has {count} sweep{'s' * (count != 1)}, counted from 1")
        shown = sweep - 1
    whole, arrangement = build(trace, ran.text, shown), read_arrangement(ran.text)
    graph, layout = arrange(whole, arrangement.folds, arrangement.options)
    job = Job(ran.name, ran.text, trace, shown, whole, graph, layout, _theme(theme))
    for target in targets:
        program.write(target, exporter(target).write(job), ran)


def exporter(target: Path) -> Exporter:
    """The exporter for a file's ending. Raises Refusal."""
    found = exporter_for(target.suffix)
    if found is None:
        known = " ".join(suffix for exporter in EXPORTERS for suffix in exporter.suffixes)
        raise Refusal(f"{target}: no format ends with {target.suffix or 'nothing'!r}; use one of {known}")
    return found


def _theme(name: str) -> Theme:
    try:
        return load_theme(name)
    except ValueError as error:
        raise Refusal(f"--theme {name}: {error}") from None

"""The commands: run, check, export, report, ops, bench, and opening the window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gradstudio import __version__
from gradstudio.cli import clock, program
from gradstudio.cli.opening import open_window
from gradstudio.cli.terminal import Refusal, one_line, printable, table
from gradstudio.worker.messages import Limits

LIMITS = Limits()

app = typer.Typer(
    name="gradstudio",
    help="See every gradient. `gradstudio FILE` opens a computation in the window; the commands need no display.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(help="a computation (.grad or .py)")]
Seconds = Annotated[float, typer.Option("--seconds", min=0.01, help="how long the program may run")]
FullPython = Annotated[
    bool,
    typer.Option(
        "--full-python",
        help="run this file as full Python, this once: it can read, change or delete any of your files, "
        "so only for a file that you wrote or read",
    ),
]
SweepNumber = Annotated[
    int | None, typer.Option("--sweep", help="which gradient() call to show, counted from 1 [default: as the window]")
]
ThemeName = Annotated[str, typer.Option("--theme", help="light or dark")]


def _version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"gradstudio {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version and stop")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window(None))


@app.command("open", hidden=True)
def open_(file: Annotated[Path | None, typer.Argument(help="a computation (.grad or .py)")] = None) -> None:
    """Open the window, whatever the file is called."""
    raise typer.Exit(open_window(None if file is None else str(file)))


@app.command()
def run(
    file: File,
    json: Annotated[
        str | None, typer.Option("--json", help="write values and gradients to this file, - for here")
    ] = None,
    seconds: Seconds = LIMITS.seconds,
    full_python: FullPython = False,
) -> None:
    """Run a computation; print what it prints and its gradients. The exit status is 0 only if it ran to its end."""
    seconds = _seconds(seconds)
    try:
        with clock.within(clock.whole(seconds)):
            ran = program.run(file, seconds, full_python=full_python)
            lines = program.summary(ran)
            answer = "" if json is None else program.as_json(ran)
    except clock.Late:
        ran = program.late(file, clock.whole(seconds))
        lines, answer = [], program.as_json(ran)
    is_here = json == "-"
    if ran.printed:
        stream = sys.stderr if is_here else sys.stdout
        stream.write(printable(ran.printed) if stream.isatty() else ran.printed)
        stream.flush()
    for line in [answer] if is_here else lines:
        print(line)
    if json is not None and not is_here:
        program.write(Path(json), f"{answer}\n".encode(), ran)
    program.complain(ran)
    raise typer.Exit(ran.exit_status)


@app.command()
def check(file: File, full_python: FullPython = False) -> None:
    """Check a computation without running it."""
    try:
        with clock.within(clock.whole(LIMITS.seconds)):
            checked = program.run(file, want_values=False, full_python=full_python, check_only=True)
    except clock.Late:
        checked = program.late(file, clock.whole(LIMITS.seconds))
    if checked.exit_status == 2:
        program.complain(checked)
        raise typer.Exit(2)
    for line in program.descriptions(checked.name, checked.finished.problems):
        print(line)
    if not checked.is_ok:
        raise typer.Exit(1)
    if checked.is_trusted:
        print(f"{checked.name}: full Python, allowed by you; only its grammar was checked")
    else:
        print(f"{checked.name}: nothing to object to")


@app.command()
def export(
    file: File,
    to: Annotated[
        Path, typer.Option("--to", help="the file to write; its ending names the format (.svg, .png, .json ...)")
    ],
    sweep: SweepNumber = None,
    theme: ThemeName = "light",
    seconds: Seconds = LIMITS.seconds,
    full_python: FullPython = False,
) -> None:
    """Run a computation and write its graph."""
    _produce(file, to, sweep, theme, seconds, full_python)


@app.command()
def report(
    file: File,
    to: Annotated[Path, typer.Option("--to", help="the file to write: .html or .csv")],
    sweep: SweepNumber = None,
    theme: ThemeName = "light",
    seconds: Seconds = LIMITS.seconds,
    full_python: FullPython = False,
) -> None:
    """Run a computation and write a report: every node with its value and gradient."""
    from gradstudio.cli import outputs
    from gradstudio.export import EXPORTERS

    if not outputs.exporter(to).is_report:
        known = " ".join(suffix for format_ in EXPORTERS if format_.is_report for suffix in format_.suffixes)
        raise Refusal(f"{to}: a report ends with one of {known}; `gradstudio export` writes pictures and graphs")
    _produce(file, to, sweep, theme, seconds, full_python)


def _produce(file: Path, to: Path, sweep: int | None, theme: str, seconds: float, full_python: bool) -> None:
    from gradstudio.cli import outputs

    seconds = _seconds(seconds)
    try:
        with clock.within(clock.whole(seconds)):
            status = outputs.produce(file, to, sweep, theme, seconds, full_python)
    except clock.Late:
        program.complain(program.late(file, clock.whole(seconds)))
        status = 1
    if status:
        raise typer.Exit(status)
    print(f"wrote {one_line(str(to))}")


def _seconds(asked: float) -> float:
    try:
        return clock.sensible(asked)
    except ValueError as error:
        raise Refusal(str(error)) from None


@app.command()
def ops(
    word: Annotated[str, typer.Argument(help="the name of one op for its card, or a word that its text contains")] = "",
) -> None:
    """List the ops, or show one op's card: signature, shapes, gradient, example."""
    from gradstudio.cli import op_card
    from gradstudio.engine.primitive import TABLE

    found = op_card.find(word)
    if found is not None:
        print(op_card.card(found))
        return
    rows = [
        (row.signature, row.family, ", ".join((*row.aliases, *row.spellings)), row.doc.splitlines()[0])
        for row in sorted(TABLE.values(), key=lambda row: row.name)
        if word.lower() in f"{row.name} {' '.join((*row.aliases, *row.spellings))} {row.doc}".lower()
    ]
    if not rows:
        raise Refusal(f"no op's name or text contains {word!r}; `gradstudio ops` lists all")
    print(table([("op", "family", "also called", "what it does"), *rows]))


@app.command()
def bench(
    json: Annotated[str | None, typer.Option("--json", help="write all results to this file, - for here")] = None,
    only: Annotated[str, typer.Option("--only", help="workloads with commas between them: w01,w05")] = "",
    peers: Annotated[
        str | None, typer.Option("--peers", help="libraries to compare with: torch,jax; none [default: all found]")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="fewer rounds")] = False,
    write_results: Annotated[bool, typer.Option("--write-results", help="write benchmarks/RESULTS.md")] = False,
) -> None:
    """Measure the library beside others and beside hand-written NumPy. Works from a checkout only."""
    from gradstudio.cli.benchmarks import suite

    try:
        suite().run(json, only, peers, quick, write_results)
    except ValueError as error:
        raise Refusal(str(error)) from None

"""Without a display: run the computation, print its gradients, and write what the window would have shown."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from gradstudio.cli import clock, outputs, program
from gradstudio.cli.terminal import one_line, printable
from gradstudio.resources import resource
from gradstudio.studio.examples import FIRST
from gradstudio.worker.messages import Limits

FOLDER = "gradstudio-output"
"""Where picture and report go, in the folder the command is called from."""


def show(name: str | None) -> int:
    """Run a file (or the first example), print its gradients, write picture and report; gives the exit status."""
    file = Path(name) if name is not None else resource(f"examples/{FIRST}.grad")
    print(
        "gradstudio: there is no display, so the window stays closed; the computation runs here instead",
        file=sys.stderr,
    )
    whole = clock.whole(Limits().seconds)
    try:
        with clock.within(whole):
            ran = program.run(file)
            sys.stdout.write(printable(ran.printed))
            for line in program.summary(ran):
                print(line)
            program.complain(ran)
            if not ran.is_ok:
                return ran.exit_status
            folder = _folder()
            targets = [folder / f"{file.stem}.svg", folder / f"{file.stem}.html"]
            outputs.write(ran, targets, None, "light")
    except clock.Late:
        program.complain(program.late(file, whole))
        return 1
    print(f"picture: {one_line(str(targets[0]))}\nreport:  {one_line(str(targets[1]))}")
    return 0


def _folder() -> Path:
    """The output folder here, or a temporary one where nothing may be written here."""
    folder = Path.cwd() / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="gradstudio-"))

"""Without a display: run the computation, print its gradients, and write what the window would have shown."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from gradstudio.cli import outputs, program
from gradstudio.cli.terminal import printable
from gradstudio.resources import resource
from gradstudio.studio.examples import FIRST

FOLDER = "gradstudio-output"
"""Where picture and report go, in the folder the command is called from."""


def show(name: str | None) -> int:
    """Run a file (or the first example), print its gradients, write picture and report; gives the exit status."""
    file = Path(name) if name is not None else resource(f"examples/{FIRST}.grad")
    print(
        "gradstudio: there is no display, so the window stays closed; the computation runs here instead",
        file=sys.stderr,
    )
    ran = program.run(file)
    sys.stdout.write(printable(ran.printed))
    for line in program.summary(ran):
        print(line)
    program.complain(ran)
    if not ran.is_ok:
        return 1
    folder = _folder()
    targets = [folder / f"{file.stem}.svg", folder / f"{file.stem}.html"]
    outputs.write(ran, targets, None, "light")
    print(f"picture: {targets[0]}\nreport:  {targets[1]}")
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

"""Exports: the picture shown, written as a file by a thread, so that the window never waits for a large one."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

from gradstudio.export import EXPORTERS, Exporter, Job, exporter_for
from gradstudio.studio.ports import Post
from gradstudio.studio.reasons import reason
from gradstudio.studio.saving import write_atomically

log = logging.getLogger(__name__)


def formats(is_report: bool) -> tuple[Exporter, ...]:
    """The exporters of graphs or of reports."""
    return tuple(exporter for exporter in EXPORTERS if exporter.is_report == is_report)


def safe_stem(name: str) -> str:
    """What a file made of a document is called without its ending: letters, digits and . _ - only, never a path."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).stem)[:100].strip(".-") or "graph"


def with_ending(path: Path, is_report: bool) -> Path:
    """The path with an ending that says its format; one without gets the first format's."""
    return (
        path if exporter_for(path.suffix) is not None else path.with_name(path.name + formats(is_report)[0].suffixes[0])
    )


def export(job: Job, path: Path, post: Post, done: Callable[[str], None], failed: Callable[[str], None]) -> None:
    """Write `job` to `path` in the format its ending names, in a thread; done or failed gets one line, through post."""

    def work() -> None:
        try:
            exporter = exporter_for(path.suffix)
            if exporter is None:
                known = ", ".join(suffix for e in EXPORTERS for suffix in e.suffixes)
                raise ValueError(f"{path.suffix or 'no ending'} is not a format; use one of {known}")
            write_atomically(path, exporter.write(job))
        except OSError as error:
            message = f"{path.name} was not exported: {reason(error, path)}"
            post(lambda: failed(message))
        except Exception as error:
            log.exception("an export failed")
            line = (str(error).splitlines() or [type(error).__name__])[0]
            text = f"{path.name} was not exported: {line}"
            post(lambda: failed(text))
        else:
            post(lambda: done(f"Exported {path.name}"))

    threading.Thread(target=work, name="export", daemon=True).start()

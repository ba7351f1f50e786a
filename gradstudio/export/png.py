"""PNG: the display list painted by the canvas's own painter, without a window."""

from __future__ import annotations

from gradstudio.export.base import Exporter, Job


def write(job: Job) -> bytes:
    """The picture at twice the size on screen (less where it would be too large)."""
    from gradstudio.app.pictures import png_bytes

    return png_bytes(job.picture())


PNG = Exporter("png", (".png",), "PNG picture", write)

"""PDF: the display list painted by the canvas's own painter as vectors, without a window."""

from __future__ import annotations

from gradstudio.export.base import Exporter, Job


def write(job: Job) -> bytes:
    """The picture as one page of its own size."""
    from gradstudio.app.pictures import pdf_bytes

    return pdf_bytes(job.picture())


PDF = Exporter("pdf", (".pdf",), "PDF picture", write)

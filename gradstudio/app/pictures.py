"""PNG and PDF of a display list, painted by the canvas's own painter; works without a display."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from gradstudio.app.canvas.painter import PicturePainter, color
from gradstudio.app.fonts import load_fonts
from gradstudio.picture.model import Picture

_LARGEST = 16_000  # pixels on a side
_application: QGuiApplication | None = None


def _ready() -> None:
    """An application to paint with; off screen where there is none yet."""
    global _application
    if QGuiApplication.instance() is None:
        if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QGuiApplication(["gradstudio"])
    load_fonts()


def png_bytes(picture: Picture, scale: float = 2.0) -> bytes:
    """The picture as PNG, `scale` pixels per layout unit (less where it would pass 16,000 pixels on a side)."""
    _ready()
    x, y, w, h = picture.bounds
    w, h = max(w, 1.0), max(h, 1.0)
    scale = min(scale, _LARGEST / w, _LARGEST / h)
    image = QImage(round(w * scale), round(h * scale), QImage.Format.Format_RGB32)
    image.fill(color(picture.background))
    p = QPainter(image)
    try:
        p.scale(scale, scale)
        PicturePainter(picture).paint(p, x, y, 1.0, QRectF(x, y, w, h), ratio=2.0)
    finally:
        p.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def pdf_bytes(picture: Picture) -> bytes:
    """The picture as one PDF page of its own size, in vectors."""
    _ready()
    x, y, w, h = picture.bounds
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("GradStudio")
    writer.setResolution(96)
    size = QPageSize(QSizeF(max(w, 1.0) * 0.75, max(h, 1.0) * 0.75), QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    p = QPainter(writer)
    try:
        p.fillRect(QRectF(0, 0, w, h), color(picture.background))
        PicturePainter(picture).paint(p, x, y, 1.0, QRectF(x, y, w, h), ratio=3.0)
    finally:
        p.end()
    buffer.close()
    return bytes(data.data())

"""The bundled fonts, so that the window looks and measures the same on every machine."""

from __future__ import annotations

import struct
from functools import cache

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from gradstudio.resources import resource

WORDS = "Inter"
MONO = "JetBrains Mono"
CODE = "JetBrains Code"
"""JetBrains Mono with taller lines, for the editor: its line is 20 px at 12 px, which Qt's plain editor cannot set."""

_WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
_ASCENT, _DESCENT = 1167, 500  # thousandths of the size: 14 and 6 px at 12 px


@cache
def load_fonts() -> None:
    """Give the bundled fonts to Qt (once; needs a QGuiApplication)."""
    for weight in _WEIGHTS:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/Inter-{weight}.otf")))
        QFontDatabase.addApplicationFont(str(resource(f"fonts/JetBrainsMono-{weight}.ttf")))
    for weight in ("Regular", "Bold"):
        data = resource(f"fonts/JetBrainsMono-{weight}.ttf").read_bytes()
        QFontDatabase.addApplicationFontFromData(QByteArray(_taller(data)))


def words(size: float = 12, weight: int = 400) -> QFont:
    """Inter, with figures of equal width."""
    font = QFont(WORDS)
    _size(font, size)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def mono(size: float = 12, weight: int = 400) -> QFont:
    """JetBrains Mono without ligatures: != stays two characters."""
    return _plain(MONO, size, weight)


def code(size: float = 12) -> QFont:
    """The editor's font."""
    return _plain(CODE, size, 400)


def _plain(family: str, size: float, weight: int) -> QFont:
    font = QFont(family)
    _size(font, size)
    font.setWeight(QFont.Weight(weight))
    font.setFixedPitch(True)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setFeature(QFont.Tag("liga"), 0)
    return font


def _size(font: QFont, size: float) -> None:
    """Sizes are pixels; fractions go through points at 96 dpi, since Qt's pixel sizes are whole."""
    if size == int(size):
        font.setPixelSize(int(size))
    else:
        font.setPointSizeF(size * 0.75)


def _taller(data: bytes) -> bytes:
    """A TrueType file with the line height of CODE and its name."""
    font = bytearray(data)
    (count,) = struct.unpack_from(">H", font, 4)
    for row in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * row)
        if tag == b"hhea":
            struct.pack_into(">hhh", font, offset + 4, _ASCENT, -_DESCENT, 0)
        elif tag == b"OS/2":
            struct.pack_into(">hhhHH", font, offset + 68, _ASCENT, -_DESCENT, 0, _ASCENT, _DESCENT)
        elif tag == b"name":
            names = bytes(font[offset : offset + length])
            names = names.replace(MONO.encode("utf-16-be"), CODE.encode("utf-16-be")).replace(
                MONO.encode(), CODE.encode()
            )
            font[offset : offset + length] = names
    return bytes(font)

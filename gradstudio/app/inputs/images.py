"""Pictures as arrays: numbers from 0 to 1, (height, width) for a grey one, else (height, width, 3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.studio.reading import DocumentError, name_of

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MOST_PIXELS = 4_000_000
_READ = 200_000_000  # pixels of a file that are scaled down while it is read
_LARGEST = 128 << 20  # bytes of a file
_MEMORY = 256  # MiB that Qt may take for one
_FORMATS = {b"png", b"jpeg", b"bmp", b"gif", b"webp"}
_FORMAT = QImage.Format


def image_array(path: Path) -> tuple[np.ndarray, str]:
    """The picture in a file, float64, and what is to be said of it. Raises DocumentError in one line.

    Alpha is dropped unless it varies; a moving picture gives its first one; one of more than four million pixels is
    scaled down.
    """
    buffer = QBuffer()
    buffer.setData(_bytes(path))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(_MEMORY)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if reader.format().data() not in _FORMATS:  # asked before anything is decoded; others have programs in them
        raise DocumentError(f"{name_of(path)} was not taken: it is none of the pictures that are read (PNG, JPEG ...).")
    size = reader.size()
    note = ""
    if not size.isValid() or size.width() * size.height() > _READ:
        many = f"{_words(size)} pixels are too many to read" if size.isValid() else "it does not say how large it is"
        raise DocumentError(f"{name_of(path)} was not taken: {many}.")
    if size.width() * size.height() > MOST_PIXELS:
        reader.setScaledSize(_smaller(size))
    image = reader.read()
    if image.isNull():
        why = reader.errorString().rstrip(".").lower() or "it is no picture"
        raise DocumentError(f"{name_of(path)} was not taken: {why}.")
    before = size if size.isValid() else image.size()
    if image.width() * image.height() > MOST_PIXELS:
        image = image.scaled(
            _smaller(image.size()), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    if before.width() * before.height() > MOST_PIXELS:
        note = f"{name_of(path)} was scaled down from {_words(before)} to {_words(image.size())} pixels"
    return _numbers(image), note


def _bytes(path: Path) -> bytes:
    """What is in a file, read once. Raises DocumentError."""
    try:
        return read_regular(path, _LARGEST)[0]
    except FileNotFoundError:
        why = "there is no such file"
    except (NotRead, OSError) as error:
        why = str(error) if isinstance(error, NotRead) else (error.strerror or str(error)).lower()
    raise DocumentError(f"{name_of(path)} was not taken: {why}.")


def _numbers(image: QImage) -> np.ndarray:
    is_deep = image.depth() > 32 or image.format() == _FORMAT.Format_Grayscale16
    has_alpha = image.hasAlphaChannel()
    if is_deep:
        pixels = _pixels(image.convertToFormat(_FORMAT.Format_RGBA64), np.dtype(np.uint16)) / 65535.0
    else:
        pixels = _pixels(image.convertToFormat(_FORMAT.Format_RGBA8888), np.dtype(np.uint8)) / 255.0
    colors, alpha = pixels[..., :3], pixels[..., 3]
    if has_alpha and alpha.size and float(alpha.min()) != float(alpha.max()):
        return pixels
    is_grey = bool((colors[..., 0] == colors[..., 1]).all() and (colors[..., 0] == colors[..., 2]).all())
    return colors[..., 0].copy() if is_grey else colors.copy()


def _pixels(image: QImage, kind: np.dtype) -> np.ndarray:
    """(height, width, 4) of a picture in an RGBA format; Qt's rows may be longer than the picture is wide."""
    raw = np.frombuffer(image.constBits(), np.uint8, image.sizeInBytes()).reshape(image.height(), image.bytesPerLine())
    row = raw[:, : image.width() * 4 * kind.itemsize].copy()  # the picture's memory goes with it
    return row.view(kind).reshape(image.height(), image.width(), 4)


def _smaller(size: QSize) -> QSize:
    share = (MOST_PIXELS / (size.width() * size.height())) ** 0.5
    return QSize(max(int(size.width() * share), 1), max(int(size.height() * share), 1))


def _words(size: QSize) -> str:
    return f"{size.width():,} × {size.height():,}"

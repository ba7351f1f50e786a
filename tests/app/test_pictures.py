"""PNG and PDF: the canvas's own painter on other paper, in programs without a window too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from scenes import PRODUCT, chain, scene

from gradstudio.app.pictures import pdf_bytes, png_bytes
from gradstudio.picture.build import build_picture
from gradstudio.picture.color import scale_of, signed
from gradstudio.picture.model import Picture
from gradstudio.picture.tokens import load_theme

_ALONE = """
import sys
from gradstudio.app.pictures import pdf_bytes, png_bytes
from gradstudio.picture.build import build_picture
from gradstudio.picture.tokens import load_theme
sys.path.insert(0, "tests/app")
from scenes import PRODUCT, scene
s = scene(PRODUCT)
p = build_picture(s.graph, s.layout, s.trace, load_theme("light"))
print(png_bytes(p)[:4], pdf_bytes(p)[:4])
"""


def _picture(text: str = PRODUCT, theme: str = "light") -> Picture:
    shown = scene(text)
    return build_picture(shown.graph, shown.layout, shown.trace, load_theme(theme))


def _read(data: bytes) -> np.ndarray:
    """uint32 (height, width)."""
    image = QImage.fromData(data, "PNG").convertToFormat(QImage.Format.Format_RGB32)
    assert not image.isNull()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_png_shows_the_nodes_at_its_scale(application: QApplication, theme: str) -> None:
    shown = scene(PRODUCT)
    pixels = _read(png_bytes(_picture(theme=theme), 2.0))
    _, _, width, height = shown.layout.bounds
    assert pixels.shape == (round(height * 2), round(width * 2))
    tokens = load_theme(theme)
    assert int(pixels[0, 0]) == tokens.surface["canvas"]
    x, y, w, h = shown.layout.boxes[shown.node("y")].tolist()
    expected = int(signed(tokens, scale_of(shown.trace, shown.graph.sweep), np.array([18.0]))[0])
    assert int(pixels[round(2 * (y + 0.86 * h)), round(2 * (x + 0.9 * w))]) == expected


def test_a_very_large_picture_is_scaled_down_to_what_a_png_can_hold(application: QApplication) -> None:
    picture = _picture(chain(2))
    x, y, width, height = picture.bounds
    height /= 5  # a strip, so that what is read back is not itself too large
    picture = replace(picture, bounds=(x, y, width, height))
    image = QImage.fromData(png_bytes(picture, 60.0), "PNG")
    assert max(image.width(), image.height()) <= 16_000
    assert abs(image.width() / image.height() - width / height) < 0.02


def test_a_pdf_is_one_page_of_the_pictures_size_in_vectors(application: QApplication) -> None:
    picture = _picture()
    data = pdf_bytes(picture)
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    _, _, width, height = picture.bounds
    box = data.split(b"/MediaBox [")[1].split(b"]")[0].split()
    assert [float(v) for v in box[2:]] == pytest.approx([width * 0.75, height * 0.75], abs=1.0)
    streams = re.findall(rb"/FlateDecode\n>>\nstream\n(.*?)\nendstream", data, re.DOTALL)
    painted = b"".join(zlib.decompressobj().decompress(part) for part in streams)
    assert painted.count(b" l\n") > 100, "lines and outlines"
    assert painted.count(b"BT") > 10, "texts as text"


def test_pictures_need_no_display_and_no_application() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-c", _ALONE], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n")[0] == r"b'\x89PNG' b'%PDF'", done.stderr

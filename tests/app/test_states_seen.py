"""Every two states of a gradient look different: painted, in both themes, in grey and with each deficiency."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage
from seeing import DEFICIENCIES, different, seen

from gradstudio.app.pictures import png_bytes
from gradstudio.picture.build import build_picture
from gradstudio.picture.color import Scale
from gradstudio.picture.model import Level, Look
from gradstudio.picture.sheet import STATES
from gradstudio.picture.specimens import specimens
from gradstudio.picture.tokens import load_theme, tokens

pytestmark = pytest.mark.usefixtures("application")

LEAST_PIXELS = 60
HOW = ("normal", "grey", *DEFICIENCIES)


def painted(name: str, theme: str, level: Level = Level.FULL, gradient: object = "") -> np.ndarray:
    """One node of the sheet, all alike but for its state: sRGB (88, 132, 3), 0..1."""
    words, cell = next(pair for pair in STATES if pair[0] == name)
    cell = replace(cell, title="x", label="add", family="arithmetic", line=7, chip="")
    if words not in ("not run", "infinite"):
        cell = replace(cell, value=0.25)
    if gradient != "":
        cell = replace(cell, gradient=gradient)
    view = specimens((cell,), wired=False)
    look = Look(stale=words.startswith("stale"), scale=Scale(1.0))
    shown = build_picture(view.graph, view.layout, view.trace, load_theme(theme), level, look)
    x, y, w, h = view.layout.boxes[0].tolist()
    image = QImage.fromData(QByteArray(png_bytes(replace(shown, bounds=(x - 4, y - 4, w + 8, h + 20)), 1.0)))
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[:, :, 2::-1] / 255


def test_the_rule_is_the_one_of_the_tokens() -> None:
    check = tokens()["check"]

    assert "0.10" in check["method"]
    assert f"{LEAST_PIXELS} px or more" in check["method"]
    assert "Machado" in check["simulation"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_two_states_differ_visibly(theme: str, how: str) -> None:
    images = {name: painted(name, theme) for name, _ in STATES}
    images["normal −"] = painted("normal", theme, gradient=-0.02)
    for one, other in combinations(images, 2):
        assert different(images[one], images[other], how) >= LEAST_PIXELS, (one, other)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_nan_an_infinity_a_zero_and_a_missing_gradient_differ_from_afar(theme: str, how: str) -> None:
    names = ("normal", "exactly zero", "disconnected", "NaN", "infinite")
    images = {name: painted(name, theme, Level.NAME) for name in names}
    for one, other in combinations(images, 2):
        assert different(images[one], images[other], how) >= LEAST_PIXELS, (one, other)


def test_dichromats_confuse_what_they_confuse() -> None:
    """The simulation itself: a deuteranope nearly takes these two for one, a tritanope does not."""
    red, green = np.array([0.80, 0.25, 0.20]), np.array([0.42, 0.42, 0.13])
    apart = {how: float(np.linalg.norm(seen(red, how) - seen(green, how))) for how in HOW}

    assert apart["deutan"] < 0.5 * apart["normal"]
    assert apart["tritan"] > 0.8 * apart["normal"]
    grey = np.full(3, 0.5)
    for how in HOW:
        assert seen(grey, how) == pytest.approx(seen(grey, "normal"), abs=2e-3)

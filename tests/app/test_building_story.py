"""Whole programs built from an empty canvas with mouse and keys: the text is what a person would have written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hands import SHIFT, Hands
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow

LOGISTIC = """\
import gradstudio as gs

X = gs.constant([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3], [2.0, 1.0]])
y = gs.constant([1.0, 0.0, 0.0, 1.0])
w = gs.Variable([0.1, -0.2])
"""

_KEY = Qt.Key


class Builder(Hands):
    """Builds by keyboard, and waits after every step."""

    def begin(self, entry: str, *, after: str = "") -> str:
        """Add an entry of the palette after a node, or to nothing; what the new node is called."""
        if after:
            self.select(after)
        else:
            self.canvas.choose(-1)
        self.key(_KEY.Key_A, SHIFT)
        self.find(entry)
        self.settle()
        scene = self.canvas.scene
        assert scene is not None
        assert self.canvas.selected >= 0, entry
        return scene.graph.title[self.canvas.selected]

    def value(self, text: str) -> None:
        self.key(_KEY.Key_E)
        self.write(text)
        self.settle()

    def rename(self, name: str) -> None:
        self.key(_KEY.Key_F2)
        self.write(name)
        self.settle()

    def wire(self, source: str, target: str, slot: int) -> None:
        """With the mouse."""
        self.drag(self.output(source), self.input(target, slot))
        self.settle()


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot) -> Iterator[Builder]:
    made = Builder(window, qtbot, lambda text: None, "")
    yield made
    made.rest()


def _begin_data(hands: Builder) -> None:
    for name, values in (
        ("X", "[[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3], [2.0, 1.0]]"),
        ("y", "[1.0, 0.0, 0.0, 1.0]"),
    ):
        hands.begin("data")
        hands.value(values)
        hands.rename(name)


def _parameter(hands: Builder, name: str, value: str) -> None:
    if hands.begin("parameter") != name:
        hands.rename(name)
    hands.value(value)


def _gradients(text: str, tmp_path: Path) -> str:
    """What the program prints of its gradients under plain Python."""
    path = tmp_path / "built.py"
    shown = "\nprint(*(float(gs.sum(v)) for k, v in sorted(globals().items()) if k.startswith('d') and len(k) < 4))\n"
    path.write_text(text + shown, encoding="utf-8")
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=120, env={"PYTHONPATH": root}, check=True
    )
    return done.stdout.strip()


def test_logistic_regression_is_built_from_nothing(hands: Builder, tmp_path: Path) -> None:
    _begin_data(hands)
    _parameter(hands, "w", "[0.1, -0.2]")
    assert hands.text == LOGISTIC
    _parameter(hands, "b", "0.3")
    product = hands.begin("matmul", after="X")
    hands.wire("w", product, 1)
    score = hands.begin("add", after=product)
    hands.wire("b", score, 1)
    chance = hands.begin("sigmoid", after=score)
    loss = hands.begin("binary_cross_entropy", after=chance)
    hands.wire("y", loss, 0)
    hands.select(loss)
    hands.key(_KEY.Key_T)
    hands.settle()
    text = hands.text
    assert f"{product} = X @ w\n" in text
    assert f"{score} = {product} + b\n" in text
    assert f"{loss} = gs.binary_cross_entropy(y, {chance})\n" in text
    assert text.rstrip().endswith(f"= tape.gradient({loss}, [w, b])")
    # the same by hand: the gradient of the mean cross-entropy is X'(p - y) / n
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3], [2.0, 1.0]]), np.array([1.0, 0.0, 0.0, 1.0])
    away = 1 / (1 + np.exp(-(X @ [0.1, -0.2] + 0.3))) - y
    db, dw = (float(v) for v in _gradients(text, tmp_path).split())
    assert (db, dw) == pytest.approx((away.mean(), (X.T @ away / 4).sum()))
    view = hands.window.view
    assert view is not None
    sweep = view.trace.sweeps[view.sweep]
    shown = int(view.graph.record[hands.node("b")])
    assert sweep.cotangents.mean[sweep.record.tolist().index(shown)] == pytest.approx(away.mean())


def test_a_network_of_two_layers_is_built_from_nothing(hands: Builder, tmp_path: Path) -> None:
    _begin_data(hands)
    _parameter(hands, "w1", "[[0.5, -0.3], [0.2, 0.8]]")
    _parameter(hands, "w2", "[1.0, -1.0]")
    first = hands.begin("matmul", after="X")
    hands.wire("w1", first, 1)
    hidden = hands.begin("tanh", after=first)
    second = hands.begin("matmul", after=hidden)
    hands.wire("w2", second, 1)
    loss = hands.begin("mse", after=second)
    hands.wire("y", loss, 1)
    hands.select(loss)
    hands.key(_KEY.Key_T)
    hands.settle()
    assert f"{second} = {hidden} @ w2\n" in hands.text
    assert hands.text.rstrip().endswith(f"= tape.gradient({loss}, [w1, w2])")
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3], [2.0, 1.0]]), np.array([1.0, 0.0, 0.0, 1.0])
    h = np.tanh(X @ [[0.5, -0.3], [0.2, 0.8]])
    back = (h @ [1.0, -1.0] - y) / 2
    dw1, dw2 = (float(v) for v in _gradients(hands.text, tmp_path).split())
    assert dw2 == pytest.approx((h.T @ back).sum())
    assert dw1 == pytest.approx((X.T @ (np.outer(back, [1.0, -1.0]) * (1 - h**2))).sum())
    undo = hands.window.actions_by_id["undo"]
    for _ in range(60):
        if not hands.text:
            break
        undo.trigger()
    assert hands.text == ""

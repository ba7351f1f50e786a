"""Every shipped example gives its true numbers: under plain Python, through the worker, and in the report."""

from __future__ import annotations

import html
import json
import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradstudio.__main__ import main
from gradstudio.resources import resource
from gradstudio.studio.examples import FIRST, examples

FOLDER = resource("examples")


def logistic_regression() -> dict[str, Any]:
    """The numbers of logistic.grad by the closed form of its gradient, without any tape."""
    with np.load(FOLDER / "points.npz") as points:
        X, y = points["X"], points["y"]
    w, b = np.zeros(3), 0.0
    dw, db, loss = w, b, 0.0
    for _ in range(40):
        z = X @ w + b
        loss = float(np.mean(np.logaddexp(0, z) - y * z) + 0.02 * np.sum(w * w))
        error = 1 / (1 + np.exp(-z)) - y
        dw, db = X.T @ error / 200 + 0.04 * w, float(error.mean())
        w, b = w - 0.8 * dw, b - 0.8 * db
    return {"w": w.tolist(), "b": b, "loss": loss, "dw": dw.tolist(), "db": db}


def sixty_passes() -> dict[str, Any]:
    """The numbers of sixty-passes.grad by hand-written recurrences, forward and back."""
    w, u, h, before = 0.9, 0.5, 0.0, []
    for k in range(60):
        before.append(h)
        h = float(np.tanh(w * h + u * np.sin(0.2 * k)))
    g, dw, du, after = 2 * (h - 0.5), 0.0, 0.0, h
    for k in reversed(range(60)):
        a = g * (1 - after**2)
        dw, du, g, after = dw + a * before[k], du + a * float(np.sin(0.2 * k)), a * w, before[k]
    return {"h": h, "loss": (h - 0.5) ** 2, "dw": dw, "du": du}


NUMBERS: dict[str, dict[str, Any]] = {
    "square-of-a-sum": {"y": 4.0, "z": 16.0, "dz_dx": [[8.0, 8.0], [8.0, 8.0]]},
    "intermediate-gradient": {"z": 16.0, "dz_dy": 8.0},
    "persistent-tape": {"z": 81.0, "dz_dx": 108.0, "dy_dx": 6.0},
    "loop-and-branch": {"six": 12.0, "five": 12.0, "four": 4.0},
    "nested-tapes": {"y": 1.0, "dy_dx": 3.0, "d2y_dx2": 6.0},
    "logistic": logistic_regression(),
    "sixty-passes": sixty_passes(),
}

GRADIENTS: dict[str, list[dict[str, Any]]] = {
    "square-of-a-sum": [{"x": [[8.0, 8.0], [8.0, 8.0]]}],
    "intermediate-gradient": [{"y": 8.0}],
    "persistent-tape": [{"x": 108.0}, {"x": 6.0}],
    "loop-and-branch": [{"x": 12.0}, {"x": 12.0}, {"x": 4.0}],
    "nested-tapes": [{"x": 3.0}, {"x": 6.0}],
}
"""What each gradient() call gives, in the order of the calls."""


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["gradstudio", *arguments])
    return main()


def test_every_example_has_its_numbers_here() -> None:
    assert {example.path.stem for example in examples()} == NUMBERS.keys()
    assert FIRST in {example.path.stem for example in examples()}


def test_every_example_has_a_title_of_its_own() -> None:
    titles = [example.title for example in examples()]
    assert len(set(titles)) == len(titles)
    assert all(title[0].isupper() for title in titles)


@pytest.mark.parametrize("name", NUMBERS)
def test_an_example_is_an_ordinary_python_script(name: str, tmp_path: Path) -> None:
    shutil.copy(FOLDER / f"{name}.grad", tmp_path / f"{name}.py")
    shutil.copy(FOLDER / "points.npz", tmp_path)
    scope = runpy.run_path(str(tmp_path / f"{name}.py"))
    for variable, expected in NUMBERS[name].items():
        np.testing.assert_allclose(np.asarray(scope[variable]), expected, rtol=1e-12, atol=1e-15, err_msg=variable)


@pytest.mark.parametrize("name", NUMBERS)
def test_an_example_gives_its_numbers_on_the_command_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.json"
    assert command(monkeypatch, "run", str(FOLDER / f"{name}.grad"), "--json", str(out)) == 0
    result = json.loads(out.read_text())
    assert (result["status"], result["error"], result["problems"]) == ("ok", None, [])
    for variable, expected in NUMBERS[name].items():
        np.testing.assert_allclose(result["values"][variable], expected, rtol=1e-12, atol=1e-15, err_msg=variable)
    if name in GRADIENTS:
        assert [sweep["gradients"] for sweep in result["sweeps"]] == GRADIENTS[name]


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_report_of_an_example_shows_its_gradients(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.html"
    for number, gradients in enumerate(GRADIENTS[name], 1):
        file = str(FOLDER / f"{name}.grad")
        assert command(monkeypatch, "report", file, "--to", str(out), "--sweep", str(number)) == 0
        page = out.read_text(encoding="utf-8")
        table = re.search(r'<table id="sweep">.*?</table>', page, re.DOTALL)
        assert table is not None
        cells = [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table[0])]
        [(source, gradient)] = gradients.items()
        assert cells[2] == source
        assert [float(n) for n in re.findall(r"[\d.]+", cells[4])] == np.ravel(gradient).tolist()


def test_the_report_of_the_first_example_shows_the_gradients_of_its_last_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.html"
    assert command(monkeypatch, "report", str(FOLDER / f"{FIRST}.grad"), "--to", str(out)) == 0
    page = out.read_text(encoding="utf-8")
    expected = NUMBERS["logistic"]
    for number in (*expected["dw"], expected["db"], expected["loss"]):
        assert f"{number:.6g}" in page


def test_the_points_of_the_first_example_can_be_made_again() -> None:
    made = runpy.run_path(str(FOLDER.parent.parent / "packaging" / "make_points.py"))
    X, y = made["points"]()
    with np.load(FOLDER / "points.npz") as points:
        np.testing.assert_array_equal(points["X"], X)
        np.testing.assert_array_equal(points["y"], y)

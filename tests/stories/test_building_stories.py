"""Models are built from an empty canvas, in a real window: the text is what a good person would have written."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from person import GROUND, Person
from screen import DEADLINE, STORY, Screen, wait_until

pytestmark = STORY

LOGISTIC = """\
import gradstudio as gs

X = gs.constant([[0.5, 1.2], [1.0, -0.7], [-1.5, 0.3], [2.0, 1.1], [-0.4, -1.6], [0.1, 0.8]])
y = gs.constant([1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
w = gs.Variable([0.3, -0.2])
b = gs.Variable(0.1)

with gs.GradientTape() as tape:
    z = X @ w + b
    p = gs.sigmoid(z)
    loss = gs.binary_cross_entropy(y, p)
dw, db = tape.gradient(loss, [w, b])
"""

TWO_LAYERS = """\
import gradstudio as gs

X = gs.constant([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = gs.constant([[0.0], [1.0], [1.0], [0.0]])
W1 = gs.Variable([[0.5, -0.4, 0.3], [-0.2, 0.8, 0.6]])
b1 = gs.Variable([0.1, 0.0, -0.1])
W2 = gs.Variable([[0.7], [-0.3], [0.5]])
b2 = gs.Variable(0.2)

with gs.GradientTape() as tape:
    h = gs.tanh(X @ W1 + b1)
    p = h @ W2 + b2
    loss = gs.mse(p, y)
dW1, db1, dW2, db2 = tape.gradient(loss, [W1, b1, W2, b2])
"""


@contextmanager
def at_work(screen: Screen, file: Path) -> Iterator[Person]:
    """Somebody in front of an empty file, who quits in the end."""
    file.write_bytes(b"")
    program = screen.start(file)
    try:
        wait_until("the window is open", lambda: any(file.name in title for title in screen.titles()), program)
        wait_until("it is painted", lambda: len(np.unique(screen.pixels())) > 50, program)
        yield Person(screen, program, file)
        screen.press("ctrl+q")
        assert program.wait(DEADLINE) == 0
    finally:
        program.kill()
        output, _ = program.communicate()
    assert b"Traceback" not in output


def test_logistic_regression_is_built_from_an_empty_canvas(screen: Screen, tmp_path: Path) -> None:
    file, exported = tmp_path / "logistic.grad", tmp_path / "logistic.json"
    head, data, labels, weights, bias = (line + "\n" for line in _leaves(LOGISTIC))
    with at_work(screen, file) as person:
        person.click_canvas()
        _add_value(person, "data", "X", data, head + "x = gs.constant([1.0, 2.0, 3.0])\n")
        text = head + data
        _add_value(person, "data", "y", labels, text + "x = gs.constant([1.0, 2.0, 3.0])\n")
        text += labels
        _add_value(person, "vector of parameters", "w", weights, text + "w = gs.Variable([0.0, 0.0, 0.0])\n")
        text += weights
        _add_value(person, "parameter", "b", bias, text + "b = gs.Variable(0.0)\n")
        text += bias + "\n"

        person.select("X")
        person.add("matmul")
        person.wait_for_text(text + "z = X @ ...\n")
        person.drag(person.output("w"), person.input("z", 6))
        person.wait_for_text(text + "z = X @ w\n")
        person.order("ctrl+z", text + "z = X @ ...\n")
        person.order("ctrl+shift+z", text + "z = X @ w\n")
        person.select("z")
        person.add("add")
        person.wait_for_text(text + "z = X @ w\nh = z + ...\n")
        person.walk_wire("shift+c")
        person.wait_for_text(text + "z = X @ w\nh = z + b\n")
        person.select("z")
        person.order("ctrl+shift+g", text + "h = X @ w + b\n")
        person.select("h")
        person.rename("z")
        text += "z = X @ w + b\n"
        person.wait_for_text(text)

        person.drag(person.output("z"), (GROUND[0] - 200, 560))
        person.wait("the palette is open", lambda: person.is_building)
        person.pick("logistic")
        text += "p = gs.sigmoid(z)\n"
        person.wait_for_text(text)
        person.add("binary_cross")
        person.wait_for_text(text + "loss = gs.binary_cross_entropy(..., p)\n")
        person.select("y")
        person.walk_wire("c")
        person.wait_for_text(text + "loss = gs.binary_cross_entropy(y, p)\n")
        person.select("loss")
        person.order("t", LOGISTIC)
        person.export(exported)
    X, y, w = (np.array(_written(line)) for line in (data, labels, weights))
    p = 1 / (1 + np.exp(-(X @ w + 0.1)))
    _check(
        file,
        exported,
        {"w": X.T @ (p - y) / len(y), "b": np.mean(p - y)},
        {"loss": -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), "p": p},
    )


def test_a_network_of_two_layers_is_built_with_the_keyboard_alone(screen: Screen, tmp_path: Path) -> None:
    file, exported = tmp_path / "network.grad", tmp_path / "network.json"
    head, data, labels, *parameters = (line + "\n" for line in _leaves(TWO_LAYERS))
    first, first_bias, second, second_bias = parameters
    with at_work(screen, file) as person:
        person.click_canvas()
        _add_value(person, "data", "X", data, head + "x = gs.constant([1.0, 2.0, 3.0])\n")
        text = head + data
        _add_value(person, "data", "y", labels, text + "x = gs.constant([1.0, 2.0, 3.0])\n")
        text += labels
        _add_value(person, "matrix of", "W1", first, text + "W = gs.Variable([[0.0, 0.0], [0.0, 0.0]])\n")
        text += first
        _add_value(person, "vector of", "b1", first_bias, text + "w = gs.Variable([0.0, 0.0, 0.0])\n")
        leaves = text + first_bias + "\n"

        _add_layer(person, "X", "W1", "b1", leaves, ("z", "h"))
        person.select("h")
        person.add("tanh")
        person.wait_for_text(leaves + "h = X @ W1 + b1\na = gs.tanh(h)\n")
        person.select("h")
        person.order("ctrl+shift+g", leaves + "a = gs.tanh(X @ W1 + b1)\n")
        person.select("a")
        person.rename("h")
        hidden = "h = gs.tanh(X @ W1 + b1)\n"
        person.wait_for_text(leaves + hidden)

        leaves = leaves.rstrip("\n") + "\n"
        rest = "\n" + hidden
        _add_value(person, "matrix of", "W2", second, leaves + "W = gs.Variable([[0.0, 0.0], [0.0, 0.0]])\n", rest)
        leaves += second
        _add_value(person, "parameter", "b2", second_bias, leaves + "w = gs.Variable(0.0)\n", rest)
        leaves += second_bias + rest
        _add_layer(person, "h", "W2", "b2", leaves, ("z", "u"))
        person.select("u")
        person.rename("p")
        leaves += "p = h @ W2 + b2\n"
        person.wait_for_text(leaves)
        person.add("mse")
        person.wait_for_text(leaves + "loss = gs.mse(p, ...)\n")
        person.walk_wire("shift+c")
        person.wait_for_text(leaves + "loss = gs.mse(p, y)\n")
        person.order("t", TWO_LAYERS)
        person.export(exported)
    X, y, W1, b1, W2 = (np.array(_written(line)) for line in (data, labels, first, first_bias, second))
    h = np.tanh(X @ W1 + b1)
    p = h @ W2 + 0.2
    back = 2 * (p - y) / y.size
    inner = back @ W2.T * (1 - h**2)
    gradients = {"W1": X.T @ inner, "b1": inner.sum(0), "W2": h.T @ back, "b2": back.sum()}
    _check(file, exported, gradients, {"h": h, "p": p, "loss": np.mean((p - y) ** 2)})


def _add_layer(person: Person, source: str, weights: str, bias: str, text: str, names: tuple[str, str]) -> None:
    """A value times weights plus a bias, as one line; names: what product and sum are called by themselves."""
    product, total = names
    person.select(source)
    person.add("matmul")
    person.wait_for_text(f"{text}{product} = {source} @ ...\n")
    person.walk_wire("shift+c")
    person.wait_for_text(f"{text}{product} = {source} @ {weights}\n")
    person.add("add")
    person.wait_for_text(f"{text}{product} = {source} @ {weights}\n{total} = {product} + ...\n")
    person.walk_wire("shift+c")
    person.wait_for_text(f"{text}{product} = {source} @ {weights}\n{total} = {product} + {bias}\n")
    person.select(product)
    person.order("ctrl+shift+g", f"{text}{total} = {source} @ {weights} + {bias}\n")


def _written(line: str) -> Any:
    """The numbers that a line gives a name to."""
    return json.loads(line.partition("(")[2].strip()[:-1])


def _leaves(text: str) -> list[str]:
    """The head of a program with the blank line below it, and each line of the values that it begins with."""
    first, _, *lines = text.split("\n")
    return [f"{first}\n", *lines[: lines.index("")]]


def _add_value(person: Person, entry: str, name: str, line: str, begun: str, rest: str = "") -> None:
    """Add a value by the palette, give it numbers, and its name if that is not the first that was free. begun: the text
    when it is new, as far as its line; rest: what follows."""
    before, _, last = begun.rstrip("\n").rpartition("\n")
    person.add(entry)
    person.wait_for_text(begun + rest)
    first_name, _, call = last.partition(" = ")
    numbers = json.dumps(_written(line))
    person.type_value(numbers)
    person.wait_for_text(f"{before}\n{first_name} = {call.partition('(')[0]}({numbers})\n{rest}")
    if first_name != name:
        person.rename(name)
        person.wait_for_text(f"{before}\n{line}{rest}")


def _check(file: Path, exported: Path, gradients: dict[str, Any], values: dict[str, Any]) -> None:
    """The text is tidy, and plain Python, the window and NumPy agree on every number."""
    text = file.read_text()
    assert "..." not in text
    if importlib.util.find_spec("ruff") is not None:
        copy = file.with_suffix(".py")
        copy.write_text(text)
        for command in (["format", "--check"], ["check", "--select", "E,F,W,I"]):
            ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "120", str(copy)]
            done = subprocess.run(ruff, capture_output=True, text=True, timeout=DEADLINE)
            assert done.returncode == 0, done.stdout + done.stderr
    names = [*values, *(f"d{name}" for name in gradients)]
    subprocess.run([sys.executable, file], check=True, timeout=DEADLINE)
    ran = subprocess.run(
        [sys.executable, "-c", _PRINT, file, *names], capture_output=True, text=True, check=True, timeout=DEADLINE
    )
    plain = json.loads(ran.stdout)
    shown = {node["name"]: node for node in json.loads(exported.read_text())["nodes"]}
    for name, value in values.items():
        assert plain[name] == pytest.approx(_plain(value), rel=1e-12)
        assert _numbers(shown[name]["value"]) == pytest.approx(_plain(plain[name]))
    for name, value in gradients.items():
        assert plain[f"d{name}"] == pytest.approx(_plain(value), rel=1e-12)
        assert _numbers(shown[name]["gradient"]) == pytest.approx(_plain(plain[f"d{name}"]))


_PRINT = """
import json, runpy, sys
import numpy as np
found = runpy.run_path(sys.argv[1])
print(json.dumps({name: np.ravel(found[name]).tolist() for name in sys.argv[2:]}))
"""


def _plain(value: Any) -> list[float]:
    return [float(x) for x in np.ravel(value)]


def _numbers(shown: dict[str, Any]) -> list[float]:
    return shown["elements"] or [shown["mean"]]

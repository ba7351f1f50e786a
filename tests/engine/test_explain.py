"""explain: each cause of None by its kind, its sentence and its line; from the library and inside a studio run."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from gradstudio.engine.explaining import KINDS

HEADER = "import gradstudio as tf\nimport numpy as np\nx = tf.constant(3.0)\n"

CAUSES = {
    "not watched": (
        "not_watched",
        3,
        "x (made on line 3) is not watched by this tape",
        """
        with tf.GradientTape() as t:
            y = x * x
        """,
    ),
    "computed before": (
        "before",
        4,
        "y was made by multiply on line 4, before the tape began to record on line 5",
        """
        y = x * x
        with tf.GradientTape() as t:
            t.watch(x)
        """,
    ),
    "computed before watch": (
        "before",
        5,
        "before x was watched on line 6",
        """
        with tf.GradientTape() as t:
            y = x * x
            t.watch(x)
        """,
    ),
    "computed after the block": (
        "after",
        7,
        "multiply on line 7 ran after the tape's block was left",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            z = x * x
        y = z * 2.0
        """,
    ),
    "recording stopped": (
        "stopped",
        7,
        "multiply on line 7 ran inside stop_recording()",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            with t.stop_recording():
                z = x * x
            y = z + 1.0
        """,
    ),
    "left through NumPy": (
        "numpy",
        6,
        "left the tape through numpy() on line 6",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            z = tf.constant(np.sin(x.numpy()))
            y = z * 2.0
        """,
    ),
    "left through float": (
        "numpy",
        6,
        "left the tape through float() on line 6",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            y = tf.constant(2.0 * float(x)) * 1.0
        """,
    ),
    "a target that is no tensor": (
        "numpy",
        6,
        "y is a float, no tensor: it left the tape through float() on line 6",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            y = float(x * 2.0)
        """,
    ),
    "integer source": (
        "integer",
        4,
        "x is int64, and only floating numbers have a gradient",
        """
        x = tf.constant(3)
        with tf.GradientTape() as t:
            y = x * x
        """,
    ),
    "cast to integer": (
        "integer",
        6,
        "cast on line 6 gives whole numbers",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            z = tf.cast(x, tf.int32)
            y = tf.cast(z, tf.float64) * 2.0
        """,
    ),
    "stop_gradient": (
        "stop_gradient",
        6,
        "stop_gradient on line 6 holds the gradient of x back",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            y = tf.stop_gradient(x * 2.0) + 1.0
        """,
    ),
    "op without gradient": (
        "op",
        7,
        "floor on line 7 has no gradient",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            z = x * 2.0
            z = tf.floor(z)
            y = z + 1.0
        """,
    ),
    "comparison": (
        "op",
        6,
        "greater on line 6 has no gradient",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            is_large = x > 1.0
            y = tf.where(is_large, 1.0, 2.0)
        """,
    ),
    "variable reassigned": (
        "reassigned",
        7,
        "x is a new value, made by subtract on line 7 outside the tape",
        """
        x = tf.Variable(2.0)
        with tf.GradientTape() as t:
            y = x * x
        x = x - 0.1
        """,
    ),
    "assigned to a variable": (
        "assign",
        7,
        "the value went into a Variable through assign() on line 7",
        """
        v = tf.Variable(2.0)
        with tf.GradientTape() as t:
            t.watch(x)
            v.assign(x * 2.0)
            y = v * v
        """,
    ),
    "not trainable": (
        "not_watched",
        5,
        "x is not trainable",
        """
        x = tf.Variable(2.0, trainable=False)
        with tf.GradientTape() as t:
            y = x * x
        """,
    ),
    "variables not watched": (
        "not_watched",
        5,
        "watch_accessed_variables=False",
        """
        x = tf.Variable(2.0)
        with tf.GradientTape(watch_accessed_variables=False) as t:
            y = x * x
        """,
    ),
    "unconnected branch": (
        "unconnected",
        5,
        "y does not depend on x: no recorded op leads",
        """
        x, v = tf.Variable(2.0), tf.Variable(1.0)
        with tf.GradientTape() as t:
            y = v * 3.0
            z = x * x
        """,
    ),
    "source after target": (
        "after",
        0,
        "x was computed after y",
        """
        w = tf.Variable(2.0)
        with tf.GradientTape() as t:
            y = w * w
            x = y * 2.0
        """,
    ),
    "connected": (
        "connected",
        0,
        "y has a gradient with respect to x",
        """
        with tf.GradientTape() as t:
            t.watch(x)
            y = x * x
        """,
    ),
}


def program(body: str, asked_first: bool, persistent: bool) -> str:
    text = HEADER + textwrap.dedent(body).strip("\n") + "\n"
    if persistent:
        text = text.replace("GradientTape()", "GradientTape(persistent=True)")
    if asked_first and "float(x * 2.0)" not in body:
        text += "g = t.gradient(y, x)\n"
    return text + "why = tf.explain(t, y, x)\n"


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("asked_first", [False, True])
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.filterwarnings("ignore:watching a int64")
def test_each_cause_is_named_with_its_line(cause: str, asked_first: bool, persistent: bool, tmp_path: Path) -> None:
    kind, line, words, body = CAUSES[cause]
    text = program(body, asked_first, persistent)
    scope: dict[str, object] = {}
    exec(compile(text, str(tmp_path / "program.py"), "exec"), scope)
    why = scope["why"]
    assert kind in KINDS
    assert (why.kind, why.line) == (kind, line), str(why)
    assert words in why.message
    assert "\n" not in str(why)
    if asked_first and cause != "a target that is no tensor":
        assert (scope["g"] is None) == (kind != "connected")


def test_a_spent_tape_names_the_call_that_used_it_up(tmp_path: Path) -> None:
    text = HEADER + (
        "v = tf.Variable(2.0)\n"
        "with tf.GradientTape() as t:\n"
        "    y = v * v\n"
        "    z = y + v\n"
        "t.gradient(y, v)\n"
        "why = tf.explain(t, z, v)\n"
    )
    scope: dict[str, object] = {}
    exec(compile(text, str(tmp_path / "program.py"), "exec"), scope)
    assert scope["why"].kind == "spent"
    assert scope["why"].line == 8
    assert "persistent=True" in scope["why"].hint


def test_the_same_question_inside_a_studio_run() -> None:
    from gradstudio.language.program import run_program

    text = (
        HEADER
        + "with tf.GradientTape() as t:\n    t.watch(x)\n    y = tf.floor(x * 2.0) + 1.0\nprint(tf.explain(t, y, x))\n"
    )
    printed: list[str] = []
    done = run_program(text, {}, printed.append)
    assert done.status == "ok"
    assert "floor on line 6 has no gradient" in "".join(printed)


def test_what_is_no_tape_or_no_source_is_refused() -> None:
    import gradstudio as gs

    with pytest.raises(TypeError, match="a GradientTape first"):
        gs.explain(None, None, None)
    with gs.GradientTape() as tape, pytest.raises(TypeError, match="tensor or Variable as source"):
        gs.explain(tape, gs.constant(1.0), 2.0)


def test_what_is_noted_keeps_no_tensor_alive() -> None:
    import gc
    import weakref

    import numpy as np

    import gradstudio as gs

    class Marked(np.ndarray):
        pass

    kept = []
    refs = []
    for _ in range(3):
        x = gs.constant(np.ones(4))
        array = np.ones(4).view(Marked)
        refs.append(weakref.ref(array))
        x.value = array
        with gs.GradientTape() as tape:
            tape.watch(x)
            kept.append(gs.argmax(x))
        del x, array, tape
    gc.collect()
    assert [ref() for ref in refs] == [None] * 3
    assert len(kept) == 3

"""Honest programs with odd values, long words and much of everything: none of them ends its process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inbox import Talk

from gradstudio.engine import scoping, sweeplog
from gradstudio.engine.problem import Problem
from gradstudio.language.full import run_full
from gradstudio.language.program import run_program
from gradstudio.worker import codec
from gradstudio.worker.child import _told
from gradstudio.worker.messages import Finished, Value

GOOD = {
    "big-endian floats": "c = np.ones(3, dtype='>f8')\nd = gs.constant(c) * 2.0\n",
    "big-endian complex": "c = np.ones(3, dtype='>c16')\n",
    "big-endian op": "c = gs.ones(3, dtype='>f4') * 2.0\nd = gs.cast(c, '>f8')\n",
    "big-endian variable": "v = gs.Variable(np.ones(3, dtype='>f8'))\ny = gs.sum(v * 2.0)\n",
    "big-endian integers": "c = gs.constant(np.arange(3, dtype='>i4'))\n",
    "half and single": "c = gs.constant(np.ones(3, dtype='float16')) * 2\nd = np.ones(3, dtype='complex64')\n",
    "truth values": "c = gs.logical_not(gs.constant([True, False]))\n",
    "empty": "c = gs.sum(gs.zeros((0, 3))) * 2.0\nd = gs.zeros((0, 3)) + 1.0\n",
    "no axes": "c = gs.constant(np.array(3.0)) * 2.0\n",
    "64 axes": "c = np.ones((1,) * 64)\nd = gs.constant(c) * 2.0\n",
    "strides": "a = np.arange(12.0).reshape(3, 4)[::-1, ::2]\n"
    "d = gs.constant(a) * 2.0\ne = np.broadcast_to(a, (5, 3, 2))\n",
    "not finite": "a = gs.constant([float('nan'), float('inf'), 1e308]) * 10.0\n",
    "lone surrogates": "with gs.name_scope('\\udfff'):\n    x = 2.0 * gs.ones(2)\n"
    "print('\\ud800')\na = {'\\udc00': 1.0}\n",
    "long names": "with gs.name_scope('n' * 10**5):\n    c = gs.ones(2) * 2.0\n",
    "deep lists": "a = [np.ones((1,) * 60)]\nfor i in range(5000):\n    a = [a]\nb = [[[[[np.ones((1,) * 64)]]]]]\n",
    "1,000 unknown keys": "# /// script\n# [tool.gradstudio]\n"
    + "".join(f"# k{i} = 1\n" for i in range(998))
    + "# ///\nx = 2.0\n",
    "many names": "".join(f"v{i} = {i}.0\n" for i in range(2000)),
    "printed": "for i in range(5000):\n    print(i)\nprint('x' * 3 * 10**6)\n",
}
BAD = {
    "long doubles": ("c = np.zeros(3, dtype='g')\n", "float128"),
    "long complex": ("x = 1.0\nc = np.ones(2, 'G')\n", "complex256"),
    "long op": ("c = gs.zeros(3, dtype='longdouble')\n", "use float64"),
    "long astype": ("c = np.ones(3).astype('g')\n", "use float64"),
    "long method": ("c = np.ones(3).sum(dtype='g')\n", "use float64"),
    "long cast": ("c = gs.cast(gs.ones(2), 'clongdouble')\n", "use complex128"),
    "dates": ("c = np.zeros(3, dtype='M8[s]')\n", "dtype"),
    "long words": ("raise ValueError('x' * 10**6)\n", "xxx"),
    "refusals": ("import os\n" * 500, "not allowed"),
}


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    made = Talk()
    yield made
    made.close()


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_honest_program_is_run_and_shown(talk: Talk, name: str) -> None:
    for want_values in (True, False):
        done = talk.run(GOOD[name], want_values=want_values)
        assert (done.status, [p for p in done.problems if p.severity == "error"]) == ("ok", [])
    assert done.trace is not None
    for record in range(min(3, len(done.trace.records.op))):
        assert isinstance(talk.fetch(done.run, record), Value)


@pytest.mark.parametrize("name", BAD)
def test_an_odd_broken_program_is_one_line_with_its_place(talk: Talk, name: str) -> None:
    text, said = BAD[name]
    done = talk.run(text)
    assert done.status in ("error", "refused")
    assert said in done.problems[0].message
    assert done.problems[0].span[0] == (2 if text.startswith("x") else 1)


MEMORY = {
    "lists": ("a = [[1.0]]\nfor i in range(60):\n    a.extend(a)\n", 3),
    "small records": ("x = gs.ones(3000)\nfor i in range(190000):\n    x = x * 1.01\n", 3),
    "gradient": ("x = ones((2000, 2000))\ny = x\nfor i in range(99):\n    y = tanh(y) * y\n", 4),
}


@pytest.mark.parametrize("name", MEMORY)
def test_where_memory_ends_the_line_is_named(talk: Talk, name: str) -> None:
    text, line = MEMORY[name]
    done = talk.run(text)
    [problem] = done.problems
    assert (done.status, problem.kind, problem.span[0]) == ("limited", "memory", line)
    assert talk.run("x = 2.0\n").status == "ok"


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [("SWEEPS", "20 backward passes", 6), ("ENDS", "20 sources", 6), ("SCOPES", "20 recorded loops", 8)],
)
def test_more_than_a_window_takes_ends_at_a_line(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str, line: int
) -> None:
    monkeypatch.setattr(scoping if name == "SCOPES" else sweeplog, name, 20)
    text = (
        "import gradstudio as tf\nx = tf.constant(2.0)\nwith tf.GradientTape(persistent=True) as t:\n"
        "    t.watch(x)\n    y = x * x\ng = [t.gradient(y, x) for i in range(30)]\n"
    )
    if name == "SCOPES":
        text = text.replace("range(30)", "range(3)") + "for i in range(30):\n    y = y * 2.0\n"
    run = run_program(text, {}, lambda _: None)
    assert (run.status, run.problems[0].kind) == ("limited", "limit")
    assert said in run.problems[0].message
    assert run.problems[0].span[0] == line


def test_a_finished_run_has_no_more_problems_than_a_window_takes() -> None:
    many = [Problem("warn", "x", "w")] * 150 + [Problem("error", "x", "e")]
    told = _told(many)
    assert len(told) == 100
    assert (told[0].severity, told[-1].message) == ("error", "and 52 more problems")
    assert _told(many[:100]) == tuple(many[:100])


@pytest.mark.parametrize(
    "text",
    [
        "d = np.array(['2020'], dtype='M8[D]')\no = np.array([None, 1])\n",
        "s = np.array(['a'])\nt = np.zeros(2, dtype=[('a', 'f8')])\n",
        "g = np.ones(3, dtype='g')\nh = np.ones(3, dtype='G')\nb = np.ones(3, dtype='>f8')\n",
    ],
)
def test_full_python_may_hold_what_is_no_number(text: str) -> None:
    done = run_full(f"import numpy as np\n{text}", None, 1000, 1 << 30)
    assert done.recorder is not None
    sent = Finished(1, done.status, done.recorder.trace(), tuple(done.problems))
    reply = codec.reply(codec.frame(sent)[codec.HEAD :])
    assert isinstance(reply, Finished)
    assert (reply.status, reply.problems) == ("ok", ())

"""Programs of about so many ops, of the kinds people write: training, recurrence, chains, fans, and random skips."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

HEAD = "import gradstudio as gs\n"


def mlp(ops: int) -> str:
    """Training loss of a network of four layers, summed over passes; weights are shared by all passes."""
    return f"""{HEAD}gs.random.set_seed(0)
x = gs.random.normal((16, 32)); goal = gs.random.normal((16, 32))
W = [gs.Variable(gs.random.normal((32, 32)) * 0.1) for k in range(4)]
b = [gs.Variable(gs.zeros((32,))) for k in range(4)]
with gs.GradientTape() as tape:
    loss = 0.0
    for step in range({max(ops // 16, 1)}):
        h = x
        for k in range(4):
            h = gs.tanh(h @ W[k] + b[k])
        loss = loss + gs.mean((h - goal) ** 2)
gradients = tape.gradient(loss, [*W, *b])
"""


def rnn(ops: int) -> str:
    """A recurrent cell, six ops a pass."""
    return f"""{HEAD}gs.random.set_seed(0)
W = gs.Variable(gs.random.normal((8, 8)) * 0.3)
U = gs.Variable(gs.random.normal((8,))); b = gs.Variable(gs.zeros((8,)))
xs = gs.random.normal(({max(ops // 6, 1)},)); v = gs.random.normal((8,))
h = gs.zeros((8,))
with gs.GradientTape() as tape:
    for step in range({max(ops // 6, 1)}):
        h = gs.tanh(W @ h + U * xs[step] + b)
    loss = (gs.sum(v * h) - 0.3) ** 2
gradients = tape.gradient(loss, [W, U, b])
"""


def chain(ops: int) -> str:
    """One op after the other, each in a line of its own, as long as a file may be; then in a loop."""
    lines = min(ops, 5000)
    body = "".join(f"    y{i + 1} = gs.{('sin', 'cos', 'tanh')[i % 3]}(y{i})\n" for i in range(lines))
    rest = (
        f"    for k in range({(ops - lines) // 2}):\n        y{lines} = gs.sin(y{lines}) + 0.1\n" if ops > lines else ""
    )
    return (
        f"{HEAD}x = gs.Variable(0.5)\nwith gs.GradientTape() as tape:\n    y0 = x * 1.0\n{body}{rest}"
        f"g = tape.gradient(y{lines}, x)\n"
    )


def fan(ops: int) -> str:
    """One value used by a great many ops, whose results are added up."""
    wide = max(ops // 3, 1)
    return f"""{HEAD}x = gs.Variable(0.5)
with gs.GradientTape() as tape:
    total = 0.0
    for k in range({wide}):
        total = total + gs.sin(x * (0.1 * k))
g = tape.gradient(total, x)
"""


def skip(ops: int) -> str:
    """Scalars with random skips: each op takes two of the values before it, mostly near ones."""
    r = random.Random(1)
    count, lines, made = min(ops, 6000), [], 0
    i = 2
    while made < count:
        i += 1
        a = i - 1 - min(int(r.expovariate(0.3)), i - 1)
        b = i - 1 - min(int(r.expovariate(0.05)), i - 1)
        if r.random() < 0.5:
            lines.append(f"    v{i} = v{a} {r.choice('+*-')} 0.9 * v{b}\n")
        else:
            lines.append(f"    v{i} = gs.tanh(v{a} + v{b})\n")
        made += 2
    turns = max(ops // count, 1)
    body = (
        "".join(lines) if turns == 1 else f"    for k in range({turns}):\n" + "".join(f"    {line}" for line in lines)
    )
    return (
        f"{HEAD}v0 = gs.Variable(0.5); v1 = gs.Variable(-0.5); v2 = gs.Variable(1.5)\n"
        f"with gs.GradientTape() as tape:\n{body}g = tape.gradient(v{i}, [v0, v1, v2])\n"
    )


TAPES: dict[str, Callable[[int], str]] = {"mlp": mlp, "rnn": rnn, "chain": chain, "fan": fan, "skip": skip}
"""Name -> a program of about so many ops."""


def with_one_more_op(text: str, part: float) -> str:
    """The same program with an op put in between, that share of the way through the ops of its tape."""
    lines = text.split("\n")
    inside = [i for i, line in enumerate(lines) if re.match(r" +\w+ = .*gs\.", line)]
    at = inside[min(int(part * len(inside)), len(inside) - 1)]
    name = lines[at].split("=")[0].strip()
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    return "\n".join([*lines[: at + 1], f"{indent}{name} = {name} * 1.0", *lines[at + 1 :]])

"""Edits by chance, of the picture and of the text: the text stays a program, the picture its picture, undo undoes."""

from __future__ import annotations

from pathlib import Path

import pytest
from workshop import Hand, Workshop

from gradstudio.studio import runs

START = """# logistic regression\r
import gradstudio as gs\r
\r
X = gs.constant([[1.0, 2.0], [3.0, 4.0], [0.5, 0.1]])\r
y = gs.constant([0.0, 1.0, 1.0])\r
w = gs.Variable([0.5,  -1.0])   # weights\r
größe = gs.Variable(0.1)\r
\r
\r
def layer(v, k=0.5):\r
\t'''One layer.'''\r
\ts = v * k  # scaled\r
\treturn gs.tanh(s)\r
\r
\r
with gs.GradientTape() as t:\r
\tz = X @ w + größe\r
\th = layer(z)\r
\tfor step in range(3):\r
\t\th = h * 0.9;  u = h + 1.0\r
\tp = gs.sigmoid(h)\r
\tloss = gs.mean(\r
\t\t(p - y) ** 2,\r
\t)\r
dw, db = t.gradient(loss, [w, größe])\r
"""


@pytest.mark.parametrize("seed", range(4))
def test_250_edits_by_chance_keep_text_and_picture_together(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "DEBOUNCE", 0.0)
    path = tmp_path / "start.grad"
    path.write_bytes(START.encode())
    shop = Workshop(path)
    hand = Hand(shop, seed)
    drawn = typed = good = 0
    try:
        for _ in range(125):
            before = shop.text
            edit = hand.canvas()
            if edit is not None:
                drawn += 1
                good += shop.do(lambda edit=edit: shop.session.apply(edit))
                shop.check()
            ran = shop.do(lambda: shop.session.edit(hand.typed()))
            typed += 1
            shop.check()
            if not ran:  # a person who wrote what does not run takes it back
                shop.do(lambda before=before: shop.session.edit(before))
                shop.check()
        assert typed == 125
        assert drawn >= 120, hand.refused
        assert good >= drawn * 0.9, (good, drawn)
        assert all(why.endswith((".", ")")) and "\n" not in why for why in hand.whys)
        assert len(hand.done) >= 10, hand.done
        end = shop.text
        shop.session.set_live(False)
        for _ in range(2000):
            if not shop.session.history.undo_name:
                break
            shop.session.undo()
        shop.session.save_as(tmp_path / "undone.grad")
        assert (tmp_path / "undone.grad").read_bytes() == START.encode()
        for _ in range(2000):
            if not shop.session.history.redo_name:
                break
            shop.session.redo()
        assert shop.text == end
    finally:
        shop.runs.close()

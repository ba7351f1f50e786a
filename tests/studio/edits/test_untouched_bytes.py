"""Files as people write them keep every byte that no edit is about."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from pictures import EXAMPLES
from workshop import Hand, Workshop

from gradstudio.studio import runs

ODD = (
    "\ufeff# Größen – mit allem, was stört\r\n"
    "import gradstudio as gs\r\n"
    "\r\n"
    "größe   =   gs.Variable( [ 1.0,2.0 ] )   # Breite ; Höhe\r\n"
    "x = gs.constant([3.0, 4.0]) ;  n = 2\r\n"
    "\r\n"
    "def  layer( v,k = 2.0 ) :\r\n"
    "\t# inside\r\n"
    "\ta = v*k\t# scaled\r\n"
    "\treturn  gs.tanh( a )\r\n"
    "\r\n"
    "with gs.GradientTape( ) as t :\r\n"
    "\t\r\n"
    "\tz = (größe *\r\n"
    "\t     x)  # wide\r\n"
    "\th = layer( z )\r\n"
    "\tfor i in range(n): h = h * 0.5\r\n"
    "\tloss = gs.sum( h + z )   \r\n"
    "d = t.gradient( loss,[ größe ] )   # end\r\n"
    "\r\n"
    "# last words"
)


def node(shop: Workshop, title: str) -> int:
    assert shop.view is not None
    titles = shop.view.whole.title
    return max(k for k, found in enumerate(titles) if found == title)


def test_ten_edits_of_an_odd_file_touch_only_what_they_are_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "DEBOUNCE", 0.0)
    path = tmp_path / "odd.grad"
    path.write_bytes(ODD.encode())
    shop = Workshop(path)
    build = shop.building
    wanted = ODD
    try:
        for make, old, new in (
            (lambda: build.add("tanh", (node(shop, "loss"),)), "z )   \r\n", "z )   \r\n\ta2 = gs.tanh(loss)\r\n"),
            (lambda: build.rename(node(shop, "a2"), "ausgang"), "a2", "ausgang"),
            (lambda: build.set_value(node(shop, "größe"), "[0.5, 2.0]"), "[ 1.0,2.0 ]", "[0.5, 2.0]"),
            (lambda: build.set_argument(node(shop, "a"), 1, "3.0"), "v*k", "v*3.0"),
            (lambda: build.add_between("exp", edge(shop, "a")), "return  gs.tanh( a )",
             "exp = gs.exp(a)\r\n\treturn  gs.tanh( exp )"),
            (lambda: build.connect(node(shop, "x"), node(shop, "h + z"), 1), "h + z", "h + x"),
            (lambda: build.disconnect(node(shop, "h + x"), 1), "h + x", "h + ..."),
            (lambda: build.connect(node(shop, "z"), node(shop, "h + ..."), 1), "h + ...", "h + z"),
            (lambda: build.duplicate((node(shop, "z"),)), "x)  # wide\r\n",
             "x)  # wide\r\n\tz2 = (größe *\r\n\t     x)\r\n"),
            (lambda: build.delete((node(shop, "ausgang"), node(shop, "z2"))), "", ""),
        ):  # fmt: skip
            edit = make()
            shop.do(lambda edit=edit: shop.session.apply(edit))
            assert old in wanted
            wanted = wanted.replace(old, new) if old else wanted
            if not old:
                wanted = wanted.replace("\tausgang = gs.tanh(loss)\r\n", "")
                wanted = wanted.replace("\tz2 = (größe *\r\n\t     x)\r\n", "")
            shop.check()
            shop.session.save_as(tmp_path / "saved.grad")
            assert (tmp_path / "saved.grad").read_bytes().decode() == wanted
    finally:
        shop.runs.close()


def edge(shop: Workshop, title: str) -> int:
    """The wire from a node to its first reader."""
    assert shop.view is not None
    graph, source = shop.view.whole, node(shop, title)
    return next(k for k in range(len(graph.edge_source)) if graph.edge_source[k] == source)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.grad")), ids=lambda path: path.stem)
def test_no_line_of_an_example_changes_in_its_spaces_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "DEBOUNCE", 0.0)
    shop = Workshop(path)
    hand = Hand(shop, 3)
    try:
        for _ in range(10):
            before = shop.text.split("\n")
            edit = hand.canvas()
            assert edit is not None, hand.refused
            ran = shop.do(lambda edit=edit: shop.session.apply(edit))
            shop.check()
            found = list(difflib.ndiff(before, shop.text.split("\n")))
            out = {"".join(line[2:].split()): line[2:] for line in found if line[0] == "-"}
            put = {"".join(line[2:].split()): line[2:] for line in found if line[0] == "+"}
            if not edit.name.startswith("Wrap"):  # lines in a loop have another indent
                assert all(out[key].strip() == put[key].strip() for key in out.keys() & put.keys()), edit.name
            if not ran:
                shop.do(lambda before=before: shop.session.edit("\n".join(before)))
    finally:
        shop.runs.close()

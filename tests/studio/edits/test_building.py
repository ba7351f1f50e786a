"""The facade between canvas and edits: a network built from nothing, what is selected, and what cannot be edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workshop import Workshop

from gradstudio.language.program import run_program
from gradstudio.studio import runs
from gradstudio.studio.edits.edit import Edit, Refused

Start = Callable[[str], Workshop]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(runs, "DEBOUNCE", 0.0)
    shops: list[Workshop] = []

    def make(text: str) -> Workshop:
        path = tmp_path / f"{len(shops)}.grad"
        path.write_text(text)
        shops.append(Workshop(path))
        return shops[-1]

    yield make
    for shop in shops:
        shop.runs.close()


def node(shop: Workshop, title: str) -> int:
    assert shop.view is not None
    titles = shop.view.graph.title
    assert title in titles, f"{title} is not among {titles}"
    return max(k for k, found in enumerate(titles) if found == title)


def selected(shop: Workshop) -> str:
    """The title of the node that is selected."""
    found = shop.session.selection.node
    return shop.view.graph.title[found] if found is not None and shop.view is not None else ""


LOGISTIC = """import gradstudio as gs

X = gs.constant([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
y = gs.constant([0.0, 1.0, 1.0])
w = gs.Variable([0.5, -0.5])
b = gs.Variable(0.0)

with gs.GradientTape() as tape:
    z = X @ w
    h = z + b
    p = gs.sigmoid(h)
    loss = gs.binary_cross_entropy(y, p)
dw, db = tape.gradient(loss, [w, b])
"""


def test_logistic_regression_is_built_from_nothing_as_a_person_would_write_it(start: Start) -> None:
    shop = start("")
    b = shop.building

    def do(edit: Edit, title: str) -> None:
        assert shop.do(lambda: shop.session.apply(edit))
        assert selected(shop) == title

    do(b.add("leaf:data", name="X"), "X")
    do(b.set_value(node(shop, "X"), "[[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]"), "X")
    do(b.add("matmul", (node(shop, "X"),)), "z")
    do(b.add("leaf:data", name="y"), "y")
    do(b.set_value(node(shop, "y"), "[0.0, 1.0, 1.0]"), "y")
    do(b.add("leaf:parameter"), "w")
    do(b.set_value(node(shop, "w"), "[0.5, -0.5]"), "w")
    assert b.fit(node(shop, "w"), node(shop, "z"), 1).words == "[3,2] @ [2] gives [3]"
    do(b.connect(node(shop, "w"), node(shop, "z"), 1), "z")
    do(b.add("leaf:parameter", name="b"), "b")
    do(b.add("add", (node(shop, "z"), node(shop, "b"))), "h")
    do(b.add("sigmoid", (node(shop, "h"),)), "p")
    do(b.add("binary_cross_entropy", (node(shop, "y"), node(shop, "p"))), "loss")
    do(b.gradient(node(shop, "loss"), (node(shop, "w"), node(shop, "b"))), "loss")
    assert shop.text == LOGISTIC
    run = run_program(shop.text, {}, lambda _: None)
    assert [problem.message for problem in run.problems] == []
    assert shop.view is not None
    assert shop.view.trace.sweeps[shop.view.sweep].source_names == ("w", "b")


def test_ports_and_places_are_told(start: Start) -> None:
    shop = start(LOGISTIC)
    b = shop.building
    z = node(shop, "z")
    assert [(p.slot, p.text, p.is_open) for p in b.ports(z)] == [(0, "X", False), (1, "w", False)]
    assert b.describe(z) == "line 9"
    assert (b.variable(z), b.value_text(z), b.value_text(node(shop, "b"))) == ("z", "", "0.0")
    words = b.fits_after(z)
    assert (words("mean"), words("matmul"), words("leaf:number")) == ("[ ]", "needs a second input", "")


def test_what_a_deletion_takes_with_it_is_told_and_a_refused_one_takes_nothing(start: Start) -> None:
    shop = start(LOGISTIC)
    b = shop.building
    assert b.consequences((node(shop, "z"),)) == ("line 10: the first input of z + b is open then",)
    loop = start("import gradstudio as gs\n\nx = gs.Variable(2.0)\nif x > 1.0:\n    y = x * 2.0\n")
    assert loop.building.consequences((node(loop, "x"),)) == ()
    with pytest.raises(Refused, match="Line 4 decides"):
        loop.building.delete((node(loop, "x"),))


def test_a_text_that_has_changed_since_is_not_edited_from_an_old_picture(start: Start) -> None:
    shop = start("x = 0.5\ny = tanh(x)\n")
    y = node(shop, "y")
    shop.do(lambda: shop.session.edit("x = 0.5\ny = tanh(x)\nz = (\n"))
    assert "has changed since" in shop.building.why_not
    with pytest.raises(Refused, match="has changed since"):
        shop.building.delete((y,))
    assert shop.building.ports(y) == ()
    assert "has changed since" in shop.building.describe(y)


def test_a_text_that_makes_nothing_can_be_built_on(start: Start) -> None:
    shop = start("# only words\n")
    assert shop.building.why_not == ""
    assert shop.building.add("leaf:number").text == "# only words\n\nimport gradstudio as gs\n\nx = 0.5\n"
    broken = start("x = (\n")
    assert "no picture of this text yet" in broken.building.why_not


def test_a_box_that_hides_nodes_is_opened_first(start: Start) -> None:
    text = "import gradstudio as gs\n\nh = gs.Variable(0.5)\ny = h * 1.0\nfor step in range(9):\n    y = gs.tanh(y)\n"
    shop = start(text)
    assert shop.view is not None
    box = int((shop.view.graph.fold >= 0).nonzero()[0][0])
    for ask in (
        lambda: shop.building.delete((box,)),
        lambda: shop.building.rename(box, "a"),
        lambda: shop.building.add("exp", (box,)),
    ):
        with pytest.raises(Refused, match="open the box first"):
            ask()
    assert "open the box first" in shop.building.describe(box)


def test_a_wire_moves_and_an_op_goes_onto_one(start: Start) -> None:
    shop = start(LOGISTIC)
    b = shop.building
    w, z, h = (node(shop, title) for title in "wzh")
    assert "z = X @ ...\n" in b.reconnect(w, (z, 1), (h, 1)).text
    assert "h = z + w\n" in b.reconnect(w, (z, 1), (h, 1)).text
    graph = shop.view.graph if shop.view is not None else None
    assert graph is not None
    edge = next(k for k in range(len(graph.edge_source)) if (graph.edge_source[k], graph.edge_target[k]) == (z, h))
    assert "    a = gs.relu(z)\n    h = a + b\n" in b.add_between("relu", edge).text
    with pytest.raises(Refused, match="choose the wire again"):
        b.add_between("relu", 99)


def test_a_node_in_a_loop_edits_the_line_behind_its_passes(start: Start) -> None:
    text = "import gradstudio as gs\n\nh = gs.Variable(0.5)\ny = h * 1.0\nfor step in range(3):\n    y = gs.tanh(y)\n"
    shop = start(text)
    shop.do(lambda: shop.session.edit(text))
    assert shop.view is not None
    tanh = max(k for k, label in enumerate(shop.view.graph.label) if label == "tanh")
    assert shop.building.describe(tanh) == "line 6, runs 3 times"
    assert "    y = gs.tanh(0.5)\n" in shop.building.set_argument(tanh, 0, "0.5").text

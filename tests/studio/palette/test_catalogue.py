"""The catalogue is the table of ops, by category, and leaves whose text runs."""

from __future__ import annotations

import pytest

from gradstudio.engine.primitive import TABLE
from gradstudio.graph.model import FAMILIES
from gradstudio.language.program import run_program
from gradstudio.resources import resource
from gradstudio.studio.palette.catalogue import (
    CATEGORIES,
    LEAF_CATEGORY,
    category,
    entries,
    entry,
    in_category,
    known,
)
from gradstudio.studio.palette.entry import LEAVES, Entry

_BEFORE = {
    "leaf:gradient": "w = gs.Variable(3.0)\nwith gs.GradientTape() as t:\n    loss = w * w\n",
}


def test_every_op_of_the_table_is_an_entry_and_nothing_else_is_but_leaves() -> None:
    ops = [each.id for each in entries() if each.kind == "op"]
    assert ops == sorted(TABLE)
    assert [each for each in entries() if each.kind != "op"] == list(LEAVES)
    assert len({each.id for each in entries()}) == len(entries())


def test_the_categories_are_the_families_under_titles_that_people_read() -> None:
    assert [each.id for each in CATEGORIES] == [name for name in FAMILIES if name != "leaf"]
    assert [each.title for each in CATEGORIES][:2] == ["Arithmetic", "Elementary"]
    assert category("linalg").title == "Linear algebra"
    assert [FAMILIES[each.family] for each in CATEGORIES] == [each.id for each in CATEGORIES]
    assert sum(len(in_category(each.id)) for each in CATEGORIES) == len(TABLE)
    assert in_category(LEAF_CATEGORY.id) == LEAVES


def test_an_entry_says_what_its_row_says() -> None:
    found = entry("sigmoid")
    assert found is not None
    assert (found.category, found.doc) == (TABLE["sigmoid"].family, TABLE["sigmoid"].doc)
    assert "logistic" in found.names
    assert all(each.doc and "\n" not in each.doc for each in entries())


def test_an_id_of_another_version_is_no_entry() -> None:
    assert entry("warp_drive") is None
    assert [each.id for each in known(["sum", "warp_drive", "leaf:number"])] == ["sum", "leaf:number"]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.id)
def test_what_a_leaf_writes_runs(leaf: Entry) -> None:
    text = f"import gradstudio as gs\n{_BEFORE.get(leaf.id, '')}{leaf.writes}\n"
    assert run_program(text, {}, lambda printed: None).status == "ok"


def test_every_icon_is_there() -> None:
    for each in (*entries(), *CATEGORIES, LEAF_CATEGORY):
        assert resource(f"icons/{each.icon}.svg").is_file()

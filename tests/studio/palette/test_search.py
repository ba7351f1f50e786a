"""Searching: names, beginnings, words, other names, synonyms, parts, the text, scattered letters, in this order."""

from __future__ import annotations

import pytest

from gradstudio.engine.primitive import TABLE
from gradstudio.studio.palette.catalogue import entries, in_category
from gradstudio.studio.palette.search import (
    ALIAS,
    DOC,
    EXACT,
    FUZZY,
    INSIDE,
    PREFIX,
    SYNONYM,
    WORD,
    match_title,
    search,
)
from gradstudio.studio.palette.synonyms import COMMON, SYNONYMS


def found(words: str, most: int = 5, **options: list[str]) -> list[str]:
    return [hit.entry.id for hit in search(words, **options)][:most]


def test_ranks_come_in_order() -> None:
    ranks = [hit.rank for hit in search("sum")]
    assert ranks == sorted(ranks)
    by_id = {hit.entry.id: hit.rank for hit in search("sum")}
    assert by_id["sum"] == EXACT
    assert by_id["segment_sum"] == WORD
    assert by_id["cumsum"] == SYNONYM, "a running sum"
    assert by_id["nansum"] == INSIDE
    assert by_id["logsumexp"] == SYNONYM
    assert by_id["unsorted_segment_mean"] == DOC
    assert {hit.entry.id: hit.rank for hit in search("sigm")}["sigmoid"] == PREFIX


def test_what_begins_so_comes_before_what_has_a_word_that_does() -> None:
    assert found("sig", 2) == ["sigmoid", "sigmoid_cross_entropy"]
    hits = [hit.entry.id for hit in search("sig")]
    assert hits.index("sign") < hits.index("log_sigmoid")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("logistic", "sigmoid"),
        ("expit", "sigmoid"),
        ("swish", "silu"),
        ("reduce_sum", "sum"),
        ("gelu", "gelu"),
        ("gaussian error", "gelu"),
        ("softargmax", "softmax"),
        ("dot product", "dot"),
        ("expectation", "mean"),
        ("log-likelihood", "nll"),
        ("Cross Entropy", "softmax_cross_entropy"),
        ("square root", "sqrt"),
        ("log sum exp", "logsumexp"),
        ("softmax cross", "softmax_cross_entropy"),
        ("detach", "stop_gradient"),
        ("clamp", "clip"),
        ("unsqueeze", "expand_dims"),
        ("MATMUL ", "matmul"),
        ("parameter", "leaf:parameter"),
        ("noise", "leaf:normal"),
    ],
)
def test_people_find_what_they_mean(words: str, wanted: str) -> None:
    assert found(words, 1) == [wanted]


def test_average_finds_the_op_of_that_name_and_then_the_mean() -> None:
    assert found("average", 2) == ["average", "mean"]


def test_the_letters_that_were_typed_are_known() -> None:
    by_id = {hit.entry.id: hit for hit in search("sig")}
    assert by_id["sigmoid"].letters == (0, 1, 2)
    assert by_id["log_sigmoid"].letters == (4, 5, 6)
    (hit,) = [hit for hit in search("logistic") if hit.entry.id == "sigmoid"]
    assert (hit.letters, hit.via) == ((), "logistic")


def test_scattered_letters_count_only_where_nothing_else_fits() -> None:
    assert found("sgmd", 1) == ["sigmoid"]
    assert all(hit.rank == FUZZY for hit in search("sgmd"))
    assert all(hit.rank < FUZZY for hit in search("sig"))


def test_words_of_the_text_are_searched_all_of_them() -> None:
    hits = [hit.entry.id for hit in search("bessel second kind")]
    assert "bessel_k0" in hits
    assert "sigmoid" not in hits
    assert found("no such operation anywhere") == []


def test_recent_ones_come_first_among_equals_and_never_before_a_better_fit() -> None:
    assert found("max", 3, recent=["max_pool2d"]) == ["max", "max_pool2d", "maximum"]


def test_common_ones_come_before_rare_ones_of_shorter_names() -> None:
    assert found("res", 2) == ["reshape", "resize"]


def test_no_words_give_everything_in_its_order_and_a_pool_is_kept_to() -> None:
    assert [hit.entry for hit in search("  ")] == list(entries())
    assert {hit.entry.category for hit in search("s", in_category("loss"))} == {"loss"}


@pytest.mark.parametrize("words", ["_", "(", "[x]", "\\", "%s" * 200, "é", "\x00", "a" * 5000, "- -"])
def test_any_text_can_be_searched_for(words: str) -> None:
    assert isinstance(search(words), list)


def test_synonyms_mean_ops_that_there_are_and_are_no_names_of_them_already() -> None:
    for said, names in SYNONYMS:
        for name in names.split():
            assert name in TABLE, f"{said}: {name}"
            assert said != name
            assert said not in TABLE[name].aliases
    assert len({said for said, _ in SYNONYMS}) == len(SYNONYMS)
    assert set(COMMON) <= set(TABLE)
    assert len(set(COMMON)) == len(COMMON)


def test_every_op_is_found_by_its_name_first_and_by_each_other_name() -> None:
    for each in entries():
        assert found(each.title, 1) == [each.id], each.title
    for name in ("nn.relu", "math.sigmoid", "linalg.svd"):
        assert found(name, 1) == [name.partition(".")[2]]


def test_titles_of_anything_are_matched_alike() -> None:
    assert match_title("Export graph", "export") == (PREFIX, (0, 1, 2, 3, 4, 5))
    assert match_title("Export graph", "gra") == (WORD, (7, 8, 9))
    assert match_title("Export graph", "xgr") == (FUZZY, (1, 7, 8))
    assert match_title("Export graph", "zebra") is None
    assert match_title("Export graph", " ") is None
    assert ALIAS < SYNONYM < INSIDE

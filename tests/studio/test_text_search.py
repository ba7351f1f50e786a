"""Searching: words, case, whole words, patterns; replacing; and patterns that would never end."""

from __future__ import annotations

import pytest

from gradstudio.studio.search import Found, Query, find, replaced

TEXT = "w = Weight(w1)\nß = 'W'\nw.w = 2\n"


def starts(query: Query, text: str = TEXT) -> list[tuple[int, int]]:
    return [span[:2] for span in find(text, query).spans]


def test_words_are_found_in_either_case_unless_asked() -> None:
    assert starts(Query("w")) == [(1, 0), (1, 4), (1, 11), (2, 5), (3, 0), (3, 2)]
    assert starts(Query("w", matches_case=True)) == [(1, 0), (1, 11), (3, 0), (3, 2)]
    assert starts(Query("W", matches_case=True)) == [(1, 4), (2, 5)]


def test_whole_words_are_no_parts_of_others() -> None:
    assert starts(Query("w", True, True)) == [(1, 0), (3, 0), (3, 2)]


def test_signs_of_patterns_are_plain_words_unless_asked() -> None:
    assert starts(Query("w.w")) == [(3, 0)]
    assert starts(Query("w.", True, False, True)) == [(1, 0), (1, 11), (3, 0), (3, 2)]


def test_nothing_is_found_for_nothing() -> None:
    assert find(TEXT, Query("")) == Found()
    assert find(TEXT, Query("x*", is_pattern=True)) == Found()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("(", "this is no pattern: missing )"),
        ("a{2", ""),
        ("(a+)+", "a repetition inside a repetition"),
        ("(?:ab|cd)*x", "a repetition inside a repetition"),
        ("((a)*)*", "a repetition inside a repetition"),
        ("(?P<x>a", "this is no pattern"),
    ],
)
def test_a_pattern_that_is_none_or_could_never_end_is_refused_in_a_line(words: str, why: str) -> None:
    problem = find("aaaa", Query(words, is_pattern=True)).problem

    assert why in problem
    assert "\n" not in problem
    assert bool(problem) == bool(why)


@pytest.mark.parametrize("words", ["a+b+", "(a|b)+", r"\w+\s*=\s*\w+", "(?:ab){1,4}", "a{3}"])
def test_ordinary_patterns_are_searched_for(words: str) -> None:
    assert find("aaabbb", Query(words, is_pattern=True)).problem == ""


def test_a_search_that_does_not_end_is_given_up() -> None:
    slow = Query("a*" * 12 + "b", is_pattern=True)

    assert find("a" * 400, slow).problem == "this pattern takes too long: make it more exact"


def test_all_places_are_replaced() -> None:
    assert replaced(TEXT, Query("w", True, True), "weights") == (
        "weights = Weight(w1)\nß = 'W'\nweights.weights = 2\n",
        3,
    )


def test_one_place_is_replaced() -> None:
    assert replaced(TEXT, Query("w", True), "v", only=(3, 2, 3, 3)) == ("w = Weight(w1)\nß = 'W'\nw.v = 2\n", 1)


def test_groups_of_a_pattern_can_be_put_in() -> None:
    query = Query(r"(\w+) = (\d)", is_pattern=True)

    assert replaced("a = 1\nb = 2", query, r"\2 = \1") == ("1 = a\n2 = b", 2)
    assert replaced("a1", Query("a1"), r"\1") == (r"\1", 1)


def test_a_group_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="is no replacement"):
        replaced("a", Query("a", is_pattern=True), r"\4")


def test_the_end_of_the_text_stays_as_it_is() -> None:
    assert replaced("a\n\na", Query("a"), "b") == ("b\n\nb", 2)

"""API.md says what the code says: every public name is there once, and every example on it runs."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import re
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import gradstudio as gs
from gradstudio.engine import describing, primitive
from gradstudio.engine.primitive import TABLE

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "API.md").read_text(encoding="utf-8")
WITHOUT_EXAMPLE = {"custom_call"}  # what custom_gradient is made of: it takes a call that is no value


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("write_api", ROOT / "packaging" / "write_api.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WRITER = _script()


class Block(NamedTuple):
    """A fenced block of the page, and the heading it stands under."""

    heading: str
    line: int
    text: str


def _blocks() -> Iterator[Block]:
    heading, opened, held = "", 0, []
    for number, line in enumerate(PAGE.splitlines(), 1):
        if line.startswith("```"):
            if opened:
                yield Block(heading, opened, "".join(held))
            opened, held = (0, []) if opened else (number, [])
        elif opened:
            held.append(f"{line}\n")
        elif line.startswith("#"):
            heading = line.strip("# `")


BLOCKS = [block for block in _blocks() if block.text.startswith(">>>")]
EXAMPLES = [block for block in BLOCKS if block.heading in TABLE]
DOCTESTS = [block for block in BLOCKS if block.heading not in TABLE]


def test_the_page_is_up_to_date_with_the_code() -> None:
    text, _ = WRITER.write()
    changed = [pair for pair in zip(text.splitlines(), PAGE.splitlines(), strict=False) if pair[0] != pair[1]]
    assert (changed[:1], text == PAGE) == ([], True), "run .venv/bin/python packaging/write_api.py"


def test_every_public_name_and_every_op_has_one_heading() -> None:
    named = Counter(
        name for line in re.findall(r"^#+ (`.*)$", PAGE, re.MULTILINE) for name in re.findall("`(.+?)`", line)
    )
    assert [name for name in {*gs.__all__, *TABLE} if named[name] != 1] == []
    assert [name for name, times in named.items() if times > 1] == []


def test_every_link_on_the_page_leads_to_one_heading() -> None:
    addresses = [
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    ]
    assert len(addresses) == len({*addresses})
    assert {*re.findall(r"\]\(#([^)]+)\)", PAGE)} <= {*addresses}


def test_the_page_names_no_place_of_this_machine_and_no_address_of_memory() -> None:
    assert str(ROOT) not in PAGE
    assert re.findall(r"0x[0-9a-f]{6,}|/home/|/tmp/", PAGE) == []


@pytest.mark.parametrize("block", DOCTESTS, ids=lambda block: block.heading)
def test_an_example_of_a_docstring_gives_what_it_says(block: Block) -> None:
    told: list[str] = []
    case = doctest.DocTestParser().get_doctest(block.text, {"gs": gs, "np": np}, block.heading, "API.md", block.line)
    try:
        result = doctest.DocTestRunner(verbose=False).run(case, out=told.append)
    finally:
        primitive.restore()  # no_gradient() holds for the whole process
    assert result.attempted > 0
    assert result.failed == 0, "".join(told)


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.heading)
def test_an_example_of_an_op_gives_the_number_beside_it(block: Block) -> None:
    code, shown = block.text.removeprefix(">>> ").rstrip("\n").split("\n")
    assert code.startswith(f"gs.{block.heading}(")
    with np.errstate(all="ignore"):
        found = eval(code, {"gs": gs, "np": np})
    leaves = [np.asarray(x).ravel() for x in gs.nest.flatten(found) if x is not None]
    values = np.concatenate([leaf.astype(complex) for leaf in leaves])
    words = [word for word in re.sub(r"[\[\]\s]", "", shown).split(",") if word and word != "None"]
    numbers = [complex({"True": "1", "False": "0"}.get(word, word)) for word in words if word != "..."]
    if "..." in words:
        numbers, values = numbers[: words.index("...")], values[: words.index("...")]
    np.testing.assert_allclose(numbers, values, rtol=2e-6, atol=1e-6)


def test_every_op_has_an_example() -> None:
    assert {*TABLE} - {block.heading for block in EXAMPLES} == WITHOUT_EXAMPLE


def test_every_public_function_and_class_ends_its_docstring_with_an_example() -> None:
    plain = {"CHOICES", *WRITER.DTYPES, *WRITER.NUMBERS}
    documented = {name: getattr(gs, name) for name in gs.__all__ if name not in TABLE and name not in plain}
    assert [
        name
        for name, thing in documented.items()
        if not re.search(r"\n\nExample:\n    >>> ", inspect.getdoc(thing) or "")
    ] == []


@pytest.mark.parametrize(
    "kind",
    [
        *(gs.GradientTape, gs.Tensor, gs.TensorShape, gs.Variable, gs.IndexedSlices, gs.Module, gs.TensorArray),
        *(gs.autodiff.ForwardAccumulator, gs.nest, gs.debugging, gs.config, type(gs.random)),
    ],
)
def test_every_public_member_of_a_class_has_a_docstring_and_is_on_the_page(kind: type) -> None:
    members = [*WRITER.members(kind)]
    assert members
    assert [name for name, held, _ in members if not inspect.getdoc(held)] == []
    assert [form for _, _, form in members if f"`{form}`" not in PAGE] == []


def test_check_says_in_one_line_that_the_page_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(WRITER, "TARGET", tmp_path / "API.md")
    monkeypatch.setattr(WRITER, "write", lambda: ("what the code says\n", ["an_op"]))
    (tmp_path / "API.md").write_text("what it said\n")
    assert WRITER.main(["--check"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "packaging/write_api.py" in said.err
    assert WRITER.main([]) == 0
    assert "without an example: an_op" in capsys.readouterr().out
    assert (tmp_path / "API.md").read_text() == "what the code says\n"
    assert WRITER.main(["--check"]) == 0


def test_a_public_name_that_is_in_no_section_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gs, "__all__", [*gs.__all__, "brand_new"])
    with pytest.raises(ValueError, match=r"write_api\.py must name each of these once: brand_new"):
        WRITER.write()


def test_results_are_shown_alike_on_every_machine() -> None:
    assert describing.shown(np.array([-1e-17, 2.0])) == "[0., 2.]"
    assert describing.shown(np.array([1.0, 12345678.0126])) == "[ 1. , 12345678.01]"
    assert describing.shown((np.array([True, False]), None, np.int64(3))) == "[ True, False], None, 3"
    assert describing.shown(np.array([complex(-0.0, -1e-12)])) == "[0.+0.j]"


def test_text_is_no_markdown_by_accident() -> None:
    assert WRITER.escaped("x ** 2 _or_ x_i `a * b` <b>") == r"x \*\* 2 \_or\_ x_i `a * b` \<b>"
    assert WRITER.escaped("- y is no item") == r"\- y is no item"


def test_signatures_show_defaults_as_a_program_writes_them() -> None:
    def example(self: Any, x: int, dtype: Any = np.float64, how: Any = gs.UnconnectedGradients.NONE, **_: Any) -> None:
        """Nothing."""

    assert isinstance(example, types.FunctionType)
    assert WRITER.signature("f", example) == "f(x, dtype=gs.float64, how=UnconnectedGradients.NONE)"

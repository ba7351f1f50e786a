"""Refactoring programs made at random: the numbers stay, the comments stay, and lines that are not meant stay."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest
from before_after import assert_same, bound_in_branches, made_by, named, run, trace_of
from some_programs import some_program

from gradstudio.studio.document import Document
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.expanding import inline_call
from gradstudio.studio.edits.extracting import extract
from gradstudio.studio.edits.inlining import inline
from gradstudio.studio.edits.looping import loop
from gradstudio.studio.edits.made import Made, made
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stopping import stop_gradient
from gradstudio.studio.edits.sweeping import gradient

PROGRAMS = range(12)


def assert_comments_stay(before: str, after: str) -> None:
    """Every comment of a text is still there."""
    assert not Counter(re.findall("#.*", before)) - Counter(re.findall("#.*", after)), after


def some_lines(program: Program, random: Random) -> list[ast.stmt]:
    """Consecutive statements of some block."""
    blocks = [n.body for n in ast.walk(program.tree) if isinstance(n, ast.Module | ast.For | ast.If | ast.With)]
    block = random.choice(blocks)
    first = random.randrange(len(block))
    return block[first : random.randrange(first, len(block)) + 1]


@pytest.mark.parametrize("number", PROGRAMS)
def test_extracted_lines_compute_the_same(number: int) -> None:
    text, random, done = some_program(number), Random(number), 0
    program = Program(text)
    for _ in range(6):
        chosen = some_lines(program, random)
        try:
            edit = extract(program, chosen, "part")
        except Refused:
            continue
        done += 1
        assert_same(text, edit.text, but=bound_in_branches(chosen))
        assert_comments_stay(text, edit.text)
    assert done


@pytest.mark.parametrize("number", PROGRAMS)
def test_one_pass_of_a_loop_computes_the_same(number: int) -> None:
    text, random, done = some_program(number), Random(number), 0
    program = Program(text)
    for _ in range(4):
        try:
            edit = loop(program, some_lines(program, random), 1)
        except Refused:
            continue
        done += 1
        assert_same(text, edit.text)
        added = [line.strip() for line in edit.text.split("\n")]
        added.remove(added[edit.line - 1])
        assert added == [line.strip() for line in text.split("\n")]
    assert done


@pytest.mark.parametrize("number", PROGRAMS)
def test_inlined_variables_and_calls_compute_the_same(number: int) -> None:
    text = some_program(number)
    program = Program(text)
    edits: list[Edit] = []
    for node in ast.walk(program.tree):
        try:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                edits.append(inline(program, Made(0, "", node.value, node, node.targets[0].id, 1)))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mix":
                edits.append(inline_call(program, node))
        except Refused:
            continue
    for edit in edits[:6]:
        assert_same(text, edit.text, close="computed" in edit.name)
        assert_comments_stay(text, edit.text)


FORMULAS = [n for n in range(60) if "Tape" not in some_program(n)][:12]


def test_a_tape_around_a_formula_gives_the_gradients_that_the_formula_has() -> None:
    taped = 0
    for number in FORMULAS:
        text = some_program(number)
        program, trace = Program(text), trace_of(text)
        sweep = trace.sweeps[-1]
        sizes = dict(zip(sweep.record.tolist(), sweep.cotangents.rms.tolist(), strict=True))
        wanted = [s for s in sweep.sources if s in sizes and made(program, trace, s).name in ("x", "w", "v")]
        try:
            target = made(program, trace, sweep.target[0])
            sources = [made(program, trace, source) for source in wanted]
            edit = gradient(program, target, sources, None)
        except Refused:
            continue
        taped += 1
        assert_same(text, edit.text)
        assert_comments_stay(text, edit.text)
        found = run(edit.text).variables
        for source, record in zip(sources, wanted, strict=True):
            size = np.sqrt(np.mean(np.square(np.asarray(found[f"d{source.name}"]))))
            assert size == pytest.approx(sizes[record], rel=1e-12), edit.text
    assert taped > len(FORMULAS) // 2


def test_line_ends_and_a_byte_order_mark_survive_every_edit(tmp_path: Path) -> None:
    lines = ["# größe", "import gradstudio as gs", "x = gs.constant(2.0)", "with gs.GradientTape() as t:"]
    lines += ["\tt.watch(x)", "\tgröße = x * 3.0  # dreifach", "", "\tz = größe - x", "dx = t.gradient(z, x)", ""]
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    document = Document.open(path)
    before = document.text
    program, product = made_by(before, "x * 3.0")
    body = program.tree.body[2].body  # type: ignore[attr-defined]
    edits = [
        stop_gradient(program, product),
        inline(program, product),
        loop(program, body[1:], 2),
        extract(program, body[1:], "part"),
        gradient(program, named(before, "z")[1][0], [product], trace_of(before).sweeps[0].span),
    ]
    for edit in edits:
        document.text = edit.text
        document.save()
        saved = path.read_bytes()
        assert saved == b"\xef\xbb\xbf" + edit.text.replace("\n", "\r\n").encode()
        assert {line for line in lines if line in edit.text.split("\n")} >= {"# größe", "x = gs.constant(2.0)"}
        document.text = before
        document.save()

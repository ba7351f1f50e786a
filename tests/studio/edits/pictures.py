"""Pictures of texts for edits: a text is run and drawn, its nodes are found by their titles, and lines are compared."""

from __future__ import annotations

import difflib
from pathlib import Path

from data_beside import read_data

from gradstudio.graph.build import build
from gradstudio.language.program import run_program
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.edits.program import program_of
from gradstudio.studio.edits.subject import Subject, empty_subject
from gradstudio.studio.sweeps import best_sweep

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"


def picture(text: str) -> Subject:
    """What the studio shows of a text, with nothing folded; the text must run."""
    run = run_program(text, read_data(text, EXAMPLES)[0], lambda _: None)
    assert run.status == "ok", f"{run.problems[0].message} in line {run.problems[0].span[0]} of\n{text}"
    assert run.recorder is not None
    trace = run.recorder.trace()
    if not len(trace.records.op):
        return empty_subject(text)
    return Subject(program_of(text), trace, build(trace, text, best_sweep(trace)))


def node(subject: Subject, title: str) -> int:
    """The last node with this title."""
    assert title in subject.graph.title, f"{title} is not among {subject.graph.title}"
    return max(k for k, found in enumerate(subject.graph.title) if found == title)


def nodes(subject: Subject, *titles: str) -> tuple[int, ...]:
    """The last node of each title."""
    return tuple(node(subject, title) for title in titles)


def changed(subject: Subject, edit: Edit) -> str:
    """The lines that an edit took out and put in, each with its sign; nothing else is another. The text runs."""
    before, after = subject.program.text.split("\n"), edit.text.split("\n")
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind != "equal":
            found += [*(f"-{line}" for line in before[a:b]), *(f"+{line}" for line in after[c:d])]
    picture(edit.text)
    return "\n".join(found)

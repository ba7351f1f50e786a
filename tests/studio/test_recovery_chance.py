"""Whatever is done in whatever order is recovered to the step, and whatever damage a journal takes, it does no harm."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from writer import Person

from gradstudio.studio import history as histories
from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.history_files import history_path, read_history
from gradstudio.studio.recovery import journal as journals
from gradstudio.studio.recovery.offers import Found, find
from gradstudio.studio.recovery.records import NewerJournal
from gradstudio.studio.recovery.recovered import Unreadable, read_journal


def act(person: Person, chance: random.Random, path: Path) -> None:
    """Do something."""
    session, text = person.session, person.text
    person.at = min(person.at, len(text))
    match chance.randrange(12):
        case 0 | 1 | 2 | 3:
            person.type("".join(chance.choice("ab \né\u2028") for _ in range(chance.randrange(1, 9))))
        case 4:
            person.at = chance.randrange(len(text) + 1)
            session.pause()
        case 5:
            start = chance.randrange(len(text) + 1)
            session.edit(text[:start] + text[start + 3 :], "Cut")
        case 6:
            for number in range(3):
                session.apply(Edit("Turn", f"{number}\n{text}" if number else text), "turn")
            session.settle()
        case 7:
            session.apply(Edit("Swap", "\n".join(reversed(text.split("\n")))))
        case 8 | 9:
            session.undo()
        case 10:
            session.redo()
        case 11:
            if chance.random() < 0.5:
                session.save_as(path)
            elif session.document.path is not None:
                path.write_text(f"{text}# from elsewhere\n")
                session.reload()


@pytest.mark.parametrize("seed", range(8))
def test_every_step_is_recovered(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "BYTES", 3000 if seed % 2 else 1 << 20)
    monkeypatch.setattr(journals, "RECORDS", 40)
    chance = random.Random(seed)
    person = Person(tmp_path)
    for _ in range(60):
        act(person, chance, tmp_path / "a.grad")
        if chance.random() < 0.1:
            person.hear()
    person.type("the end")
    person.vanish()
    [offer] = find(person.session.keeper.folder).offers
    recovered, history = offer.recovered, person.session.history
    offer.withdraw()
    assert (recovered.text, recovered.is_damaged) == (person.text, False)
    assert recovered.history.steps == history.steps
    assert (recovered.history.at, recovered.history.is_whole) == (history.at, history.is_whole)


def test_damage_costs_the_end_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(1)
    person = Person(tmp_path)
    texts = {""}
    for letter in "some words that are typed\nand more of them":
        person.type(letter)
        texts.add(person.text)
    person.vanish()
    [path] = person.session.keeper.folder.glob("*.jsonl")
    whole = path.read_bytes()
    unreadable = 0
    for _ in range(150):
        data = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(3)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data))
        try:
            assert read_journal(path).text in texts
        except (Unreadable, NewerJournal):
            unreadable += 1
    assert 0 < unreadable < 150


def test_undoing_goes_on_behind_a_save_that_was_the_last_thing_done(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.type("x = 1\n")
    person.session.save_as(tmp_path / "a.grad")
    person.session._history_files.close()
    history_path(tmp_path / "a.grad").unlink()  # the program was ended before it was written
    person.vanish()
    assert find(person.session.keeper.folder) == Found()
    again = read_history(tmp_path / "a.grad", "x = 1\n")
    assert again is not None
    assert again.steps == person.session.history.steps

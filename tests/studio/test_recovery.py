"""What was typed is there again after the program has ended, however it ended."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from writer import Person

from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.recovery import journal as journals
from gradstudio.studio.recovery.offers import Found, Offer, find
from gradstudio.studio.recovery.recovered import read_journal
from gradstudio.studio.steps import Cursor


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Callable[[], Person]]:
    made: list[Person] = []

    def person() -> Person:
        made.append(Person(tmp_path))
        return made[-1]

    yield person
    for one in made:
        one.session.keeper.discard()
        one.session.close()


@pytest.fixture
def person(people: Callable[[], Person]) -> Person:
    return people()


def journal(person: Person) -> Path:
    [path] = person.session.keeper.folder.glob("*.jsonl")
    return path


def only(person: Person) -> Offer:
    found = find(person.session.keeper.folder)
    assert found.aside == ()
    [offer] = found.offers
    return offer


def test_everything_done_to_a_text_is_recovered_with_its_history(
    person: Person, people: Callable[[], Person], tmp_path: Path
) -> None:
    path = tmp_path / "a.grad"
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\nz = 3\r\n")
    session = person.session
    session.open(path)
    person.at = 5
    person.type("0 + sin")
    session.apply(Edit("Turn y", session.document.text.replace("y = 2", "y = 5")), "y")
    session.apply(Edit("Turn y", session.document.text.replace("y = 5", "y = 7")), "y")
    session.settle()
    session.apply(Edit("Add w", session.document.text + "w = 1\n"))
    session.undo()
    session.undo()
    session.redo()
    person.vanish()
    offer = only(person)
    recovered = offer.recovered
    assert (recovered.name, recovered.folder, recovered.is_damaged) == ("a.grad", tmp_path, False)
    assert recovered.text == session.document.text == "x = 10 + sin\ny = 7\nz = 3\n"
    assert recovered.history.steps == session.history.steps
    assert (recovered.history.at, recovered.history.redo_name) == (session.history.at, "Add w")

    other = people()
    places: list[Cursor] = []
    other.session.cursor_wanted.connect(places.append)
    other.session.recover(recovered.document(), recovered.history, recovered.cursor, offer.claim)
    assert places == [recovered.cursor]
    assert other.session.document.is_modified
    assert path.read_bytes() == b"\xef\xbb\xbfx = 1\r\ny = 2\nz = 3\r\n", "not before it is saved"
    assert other.runs.submitted == [recovered.text], "by the way of every text"
    other.session.save()
    assert path.read_bytes() == b"\xef\xbb\xbfx = 10 + sin\r\ny = 7\nz = 3\r\n"
    other.session.undo()
    assert other.text == "x = 10 + sin\ny = 2\nz = 3\n"


def test_a_text_without_a_file_is_recovered_and_goes_on_being_kept(
    person: Person, people: Callable[[], Person]
) -> None:
    person.type("a = 1\n\ud800 é \U0001d6fc")
    person.vanish()
    offer = only(person)
    assert (offer.recovered.name, offer.recovered.folder) == ("untitled.grad", None)
    count = len(offer.recovered.history.steps)
    second = people()
    second.session.recover(offer.recovered.document(), offer.recovered.history, offer.recovered.cursor, offer.claim)
    second.at = len(second.text)
    second.type("!")
    second.vanish()
    assert journal(person) == offer.path, "the same journal goes on, so that there is no moment without one"
    again = only(second).recovered
    assert again.text == "a = 1\n\ud800 é \U0001d6fc!"
    assert len(again.history.steps) == count + 1


def test_a_window_that_is_open_is_no_offer_and_an_offer_is_made_once(person: Person) -> None:
    person.type("a = 1")
    person.hear()
    assert find(person.session.keeper.folder) == Found()
    person.vanish()
    offer = only(person)
    assert find(person.session.keeper.folder) == Found(), "another window has it in hand"
    offer.withdraw()
    only(person).forget()
    assert list(person.session.keeper.folder.iterdir()) == []


@pytest.mark.parametrize("how", ["unchanged", "undone", "saved", "reloaded"])
def test_what_is_in_the_file_is_no_offer(person: Person, tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    person.session.open(path)
    if how != "unchanged":
        person.type("# ")
    if how == "undone":
        person.session.undo()
    elif how == "saved":
        person.session.save()
        path.write_text("x = 2\n")
    elif how == "reloaded":
        path.write_text("x = 2\n")
        person.session.reload()
        path.write_text("x = 3\n")
    person.vanish()
    assert find(person.session.keeper.folder) == Found()
    assert list(person.session.keeper.folder.iterdir()) == []


def test_what_is_typed_after_a_save_is_an_offer_over_the_saved_text(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    person.type("x = 1\n")
    person.session.save_as(path)
    person.type("y = 2\n")
    person.vanish()
    recovered = only(person).recovered
    assert (recovered.text, recovered.basis.text, recovered.basis.path) == ("x = 1\ny = 2\n", "x = 1\n", path)
    assert not recovered.document().is_changed_on_disk()
    path.write_text("z = 3\n")
    assert recovered.document().is_changed_on_disk(), "so saving asks first"
    assert recovered.copy().name == "a (recovered).grad"


@pytest.mark.parametrize("answer", ["close", "new", "open"])
def test_a_journal_goes_with_its_document_unless_something_would_be_lost(
    person: Person, tmp_path: Path, answer: str
) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1\n")
    folder = person.session.keeper.folder

    def leave() -> None:
        if answer == "close":
            person.session.close()
        elif answer == "new":
            person.session.new()
        else:
            person.session.open(path)
        person.session.keeper._scribe.wait()

    person.type("kept")
    person.hear()
    leave()
    assert len(list(folder.glob("*.jsonl"))) == 1, "nobody has said that it may go"
    if answer == "close":
        return
    person.at = 0
    person.type("thrown away")
    person.session.keeper.discard()
    leave()
    assert len(list(folder.glob("*.jsonl"))) == 1


def test_typing_on_takes_a_thrown_away_text_back(person: Person) -> None:
    person.type("a")
    person.session.keeper.discard()  # and then the other file could not be opened
    person.type("b")
    person.session.close()
    assert only(person).recovered.text == "ab"


def test_a_torn_or_damaged_end_costs_no_more_than_itself(person: Person) -> None:
    person.type("abc")
    person.hear()
    person.type("def")
    person.vanish()
    path = journal(person)
    data = path.read_bytes()
    rows = data.splitlines(keepends=True)
    path.write_bytes(data[:-3])
    recovered = read_journal(path)
    assert recovered.is_damaged
    assert recovered.text == "abcde"
    assert recovered.history.undo_name == "Type `abcde`"
    path.write_bytes(b"".join(rows[:3]) + rows[3].replace(b"old", b"odd") + b"".join(rows[4:]))
    assert (read_journal(path).text, read_journal(path).is_damaged) == ("ab", True)
    path.write_bytes(b"".join(rows[:2] + rows[3:]))
    assert read_journal(path).text == "a", "a row that is missing ends it as well"


def test_a_journal_that_cannot_be_read_is_put_aside_and_one_from_the_future_left_alone(person: Person) -> None:
    person.type("a")
    person.vanish()
    path = journal(person)
    data = path.read_bytes()
    path.write_bytes(b"?" + data)
    found = find(path.parent)
    assert found == Found((), (path.with_suffix(".unreadable"),))
    assert found.aside[0].read_bytes() == b"?" + data
    assert find(path.parent) == Found()
    later = data.splitlines()[0][12:-1].replace(b'"form":1', b'"form":2')
    path.write_bytes(b'["%08x",%s]\n' % (crc32(later), later))
    assert find(path.parent) == Found()
    assert path.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("path", "a\0b"),
        ("path", "/tmp/\ud800.grad"),
        ("data_folder", "\0"),
        ("time", 1e300),
        ("time", -1e18),
        ("title", "\x1b[2J" * 9999),
    ],
    ids=range(6),
)
def test_a_hostile_journal_is_an_offer_like_any_other(person: Person, field: str, value: object) -> None:
    person.type("a")
    person.vanish()
    path = journal(person)
    base = json.loads(path.read_bytes().splitlines()[0])[1] | {"path": None, "text": "z = 1\n", field: value}
    row = json.dumps(base, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    path.write_bytes(b'["%08x",%s]\n' % (crc32(row), row))
    odd = path.with_name("0.jsonl")
    os.mkfifo(odd) if hasattr(os, "mkfifo") else odd.write_bytes(b"")
    found = find(path.parent)
    assert found.aside == (odd.with_suffix(".unreadable"),)
    recovered = found.offers[0].recovered
    assert 0 <= recovered.time <= time.time()
    assert recovered.basis.path is None
    assert len(recovered.name) <= 80
    assert recovered.name.isprintable()
    found.offers[0].withdraw()


def test_a_long_journal_is_begun_anew(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "RECORDS", 60)
    for _ in range(4):
        person.type("word " * 10)
        person.hear()
    person.vanish()
    assert journal(person).read_bytes().count(b"\n") < 120
    recovered = only(person).recovered
    assert recovered.text == person.text
    assert recovered.history.steps == person.session.history.steps


def test_where_nothing_can_be_written_one_line_says_so_and_it_is_tried_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = person.session.keeper.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    monkeypatch.setattr(journals, "RETRY_EVERY", 0.02)
    person.type("ab")
    person.hear()
    person.type("cd")
    person.hear()
    assert len(person.said) == 1
    assert person.said[0].startswith("What you type is not kept against a crash at the moment: ")
    folder.unlink()
    person.hear_until(lambda: any(folder.glob("*.jsonl")))
    person.type("ef")
    person.vanish()
    assert len(person.said) == 1
    assert only(person).recovered.text == "abcdef"


def test_a_state_folder_that_is_taken_away_is_made_again(person: Person) -> None:
    person.type("ab")
    person.hear()
    shutil.rmtree(person.session.keeper.folder.parent)
    person.type("cd")
    person.hear_until(lambda: person.session.keeper.folder.exists())
    person.type("ef")
    assert find(person.session.keeper.folder) == Found(), "it is held again"
    person.vanish()
    assert only(person).recovered.text == "abcdef"


def test_a_disk_that_fills_up_in_the_middle_costs_nothing(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "RETRY_EVERY", 0.02)
    person.type("ab")
    person.hear()
    real, writes = os.write, []

    def full(handle: int, data: bytes) -> int:
        if writes:
            raise OSError(28, "No space left on device")
        writes.append(real(handle, bytes(data)[:7]))
        return writes[0]

    with monkeypatch.context() as limited:
        limited.setattr(os, "write", full)
        person.type("cd")
        person.session.keeper.flush()
        person.session.keeper._scribe.wait()
        assert read_journal(journal(person)).text == "ab", "half a row is no row"
    person.hear_until(lambda: read_journal(journal(person)).text == "abcd")
    person.vanish()
    [line] = person.said
    assert "the disk is full" in line
    assert only(person).recovered.text == "abcd"


def test_the_second_window_is_told_and_the_first_is_not(
    person: Person, people: Callable[[], Person], tmp_path: Path
) -> None:
    path = tmp_path / "model.grad"
    path.write_text("x = 1\n")
    (tmp_path / "link.grad").symlink_to(path)
    person.session.open(path)
    person.hear()
    second = people()
    second.session.open(tmp_path / "link.grad")
    second.hear()
    assert person.said == []
    assert second.said == [
        f"link.grad is also open in another GradStudio window (pid {os.getpid()}). "
        "Both can save; whoever saves second is asked first."
    ]
    person.session.new()
    person.hear()
    third = people()
    third.session.open(path)
    third.hear()
    assert len(third.said) == 1
    second.vanish()
    third.session.new()
    third.hear()
    fourth = people()
    fourth.session.open(path)
    fourth.hear()
    assert fourth.said == [], "nobody who was ended has it open"

"""The gate: who may run as what, what consent covers, and what takes it away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.pins import Pins, data_digests
from gradstudio.studio.trust import Gate, Origin
from gradstudio.worker.client import Client
from gradstudio.worker.permission import Permission
from gradstudio.worker.process import Process

FILE = b"import os\nx = 1.0\n"
LOADS = b'import os\nx = gs.load("a.csv")\n'
FROM_OUTSIDE = [origin for origin in Origin if origin.is_outside]


@pytest.fixture
def pins(tmp_path: Path) -> Pins:
    return Pins(tmp_path / "trusted")


def mode(gate: Gate, data: bytes, origin: Origin, folder: Path | None = None) -> str:
    return gate.may_run(data, origin, folder).mode


def test_nothing_is_trusted_unasked_wherever_it_comes_from(pins: Pins) -> None:
    assert {mode(Gate(pins), FILE, origin) for origin in Origin} == {"safe"}


@pytest.mark.parametrize("header", [b"trusted = true", b'trust = "full"', b"full_python = true"])
def test_a_header_has_no_say(pins: Pins, header: bytes) -> None:
    data = b"# /// script\n# [tool.gradstudio]\n# " + header + b"\n# ///\nimport os\n"
    assert mode(Gate(pins), data, Origin.OPENED) == "safe"
    assert mode(Gate(pins), data, Origin.COMMAND) == "safe"


def test_consent_holds_for_exactly_these_bytes_and_runs_only_when_asked(pins: Pins) -> None:
    gate = Gate(pins)
    gate.allow(FILE, None, is_saved=True)
    assert mode(gate, FILE, Origin.ASKED) == "trusted"
    assert mode(gate, FILE, Origin.TYPED) == "paused"
    later = Gate(pins)
    assert mode(later, FILE, Origin.OPENED) == "paused", "it is trusted, and waits for Run"
    assert later.is_full
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "trusted"
    for other in (FILE + b"\n", FILE.replace(b"1.0", b"1.1"), FILE.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + FILE):
        assert mode(Gate(pins), other, Origin.COMMAND) == "safe"


@pytest.mark.parametrize("origin", FROM_OUTSIDE)
def test_bytes_from_outside_end_the_consent(pins: Pins, origin: Origin) -> None:
    gate = Gate(pins)
    gate.allow(FILE, None, is_saved=True)
    assert mode(gate, FILE + b"os.remove('all')\n", origin) == "safe"
    assert not gate.is_full
    assert mode(gate, FILE, Origin.ASKED) == "trusted", "undone to the very bytes that were allowed"


def test_undo_and_redo_never_lead_a_strangers_bytes_into_a_consent(pins: Pins) -> None:
    stranger = FILE + b"os.remove('all')\n"
    gate = Gate(pins)
    mode(gate, FILE, Origin.OPENED)
    gate.allow(FILE, None, is_saved=True)
    edited = FILE + b"y = x\n"
    assert mode(gate, edited, Origin.TYPED) == "paused"
    assert mode(gate, stranger, Origin.RELOADED) == "safe"
    assert mode(gate, edited, Origin.UNDONE) == "paused", "the very bytes that were allowed here"
    assert mode(gate, edited, Origin.ASKED) == "trusted"
    assert mode(gate, edited + b"#", Origin.TYPED) == "paused", "and the person's own edits of them"
    assert mode(gate, stranger, Origin.UNDONE) == "safe", "made again"
    assert mode(gate, stranger + b"z = 1\n", Origin.TYPED) == "safe"
    assert mode(gate, stranger + b"z = 1\n", Origin.ASKED) == "safe"
    assert mode(gate, edited, Origin.UNDONE) == "paused"
    assert mode(gate, stranger + b"more\n", Origin.UNDONE) == "safe", "many steps at once"
    gate.saved(stranger, None)
    assert mode(Gate(pins), stranger, Origin.COMMAND) == "safe"


def test_undo_to_what_stood_there_before_the_consent_is_safe(pins: Pins) -> None:
    gate = Gate(pins)
    mode(gate, FILE + b"os.remove('all')\n", Origin.OPENED)
    mode(gate, FILE, Origin.TYPED)
    gate.allow(FILE, None, is_saved=False)
    assert mode(gate, FILE + b"os.remove('all')\n", Origin.UNDONE) == "safe"
    assert mode(gate, FILE, Origin.UNDONE) == "paused"


def test_a_persons_own_edits_keep_it_and_saving_pins_them(pins: Pins) -> None:
    gate = Gate(pins)
    mode(gate, FILE, Origin.OPENED)
    gate.allow(FILE, None, is_saved=True)
    edited = FILE + b"y = x\n"
    assert mode(gate, edited, Origin.TYPED) == "paused"
    assert mode(gate, edited, Origin.ASKED) == "trusted"
    assert mode(Gate(pins), edited, Origin.COMMAND) == "safe", "not before it is saved"
    gate.saved(edited, None)
    assert mode(Gate(pins), edited, Origin.COMMAND) == "trusted"


def test_saving_a_text_that_is_not_allowed_pins_nothing(pins: Pins) -> None:
    gate = Gate(pins)
    mode(gate, FILE, Origin.OPENED)
    gate.saved(FILE, None)
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "safe"


def test_an_unsaved_text_is_allowed_for_this_window_only(pins: Pins) -> None:
    gate = Gate(pins)
    gate.allow(FILE, None, is_saved=False)
    assert mode(gate, FILE, Origin.ASKED) == "trusted"
    assert mode(Gate(pins), FILE, Origin.OPENED) == "safe"


def test_back_to_safe_mode_forgets_every_pin_of_the_text(pins: Pins) -> None:
    gate = Gate(pins)
    gate.allow(FILE, None, is_saved=True)
    gate.saved(FILE + b"#\n", None)
    gate.withdraw(FILE + b"#\n")
    for data in (FILE, FILE + b"#\n"):
        assert mode(gate, data, Origin.ASKED) == "safe"
        assert mode(Gate(pins), data, Origin.COMMAND) == "safe"


def test_data_files_are_pinned_with_the_text(pins: Pins, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n2\n")
    gate = Gate(pins)
    gate.allow(LOADS, tmp_path, is_saved=True)
    assert mode(Gate(pins), LOADS, Origin.COMMAND, tmp_path) == "trusted"
    (tmp_path / "a.csv").write_text("1\n3\n")
    assert mode(gate, LOADS, Origin.ASKED, tmp_path) == "safe", "also in the window that allowed it"
    fresh = Gate(pins)
    permission = fresh.may_run(LOADS, Origin.OPENED, tmp_path)
    assert (permission.mode, permission.why) == ("safe", "a.csv has changed since you allowed full Python.")
    (tmp_path / "a.csv").unlink()
    assert mode(Gate(pins), LOADS, Origin.COMMAND, tmp_path) == "safe"


def test_data_that_the_person_adds_by_an_edit_is_theirs(pins: Pins, tmp_path: Path) -> None:
    gate = Gate(pins)
    gate.allow(FILE, tmp_path, is_saved=True)
    (tmp_path / "a.csv").write_text("1\n2\n")
    assert mode(gate, LOADS, Origin.ASKED, tmp_path) == "trusted"
    (tmp_path / "a.csv").write_text("other\n")
    assert mode(gate, LOADS, Origin.ASKED, tmp_path) == "safe"


def test_data_outside_the_folder_and_odd_files_have_no_digest(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "out.csv").write_text("1\n")
    (folder / "link.csv").symlink_to(tmp_path / "out.csv")
    os.mkfifo(folder / "pipe.csv")
    text = "\n".join(f'gs.load("{name}")' for name in ("../out.csv", "link.csv", "pipe.csv", "gone.csv", "~/x.csv"))
    assert set(data_digests(text, folder).values()) == {""}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"form":1}', b"\xff" * 100, b'{"form":2,"file":"","data":{}}'])
def test_a_damaged_pin_trusts_nothing(pins: Pins, tmp_path: Path, damage: bytes) -> None:
    Gate(pins).allow(FILE, None, is_saved=True)
    (pin,) = (tmp_path / "trusted").iterdir()
    assert pin.stat().st_mode & 0o777 == 0o600
    pin.write_bytes(damage)
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "safe"


def test_a_pin_under_another_name_or_that_others_may_write_is_none(pins: Pins, tmp_path: Path) -> None:
    Gate(pins).allow(FILE, None, is_saved=True)
    (pin,) = (tmp_path / "trusted").iterdir()
    other = Gate(pins).may_run(b"other", Origin.COMMAND).digest
    pin.with_name(other).write_bytes(pin.read_bytes())
    assert mode(Gate(pins), b"other", Origin.COMMAND) == "safe"
    pin.chmod(0o666)
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "safe"
    pin.chmod(0o600)
    (tmp_path / "trusted").chmod(0o777)
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "safe"


def test_a_store_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "trusted").write_text("a file where a folder should be")
    gate = Gate(Pins(tmp_path / "trusted"))
    gate.allow(FILE, None, is_saved=True)
    assert mode(gate, FILE, Origin.ASKED) == "trusted"
    assert mode(Gate(Pins(tmp_path / "trusted")), FILE, Origin.OPENED) == "safe"


def test_the_word_of_one_call_is_kept_nowhere(pins: Pins) -> None:
    assert Gate(pins).may_run(FILE, Origin.COMMAND, consent=True).mode == "trusted"
    assert mode(Gate(pins), FILE, Origin.COMMAND) == "safe"


def test_a_text_that_ends_its_process_twice_in_a_row_is_paused_until_asked(pins: Pins) -> None:
    gate = Gate(pins)
    digest = gate.may_run(FILE, Origin.TYPED).digest
    gate.ended(digest, died=True)
    assert mode(gate, FILE, Origin.TYPED) == "safe"
    gate.ended(digest, died=True)
    paused = gate.may_run(FILE, Origin.TYPED)
    assert (paused.mode, paused.after_crash) == ("paused", True)
    assert mode(gate, FILE + b"#", Origin.TYPED) == "safe", "another text is another matter"
    assert mode(gate, FILE, Origin.ASKED) == "safe"
    gate.ended(digest, died=False)
    assert mode(gate, FILE, Origin.TYPED) == "safe"


def test_a_text_that_was_running_at_the_end_waits_until_it_ran(pins: Pins, tmp_path: Path) -> None:
    digest = Gate(pins).may_run(FILE, Origin.OPENED).digest
    (tmp_path / "running").mkdir()
    (tmp_path / "running" / "1-dead").write_bytes(b"running " + digest.encode() + b"\n")
    gate = Gate(pins, CrashMarker(tmp_path / "running"))
    permission = gate.may_run(FILE, Origin.OPENED)
    assert (permission.mode, permission.why) == ("paused", "This file was running when GradStudio last stopped.")
    assert mode(gate, FILE, Origin.ASKED) == "safe"
    assert mode(Gate(pins, CrashMarker(tmp_path / "running")), FILE, Origin.OPENED) == "paused"
    gate.ended(digest, died=False)
    assert mode(gate, FILE, Origin.OPENED) == "safe"
    assert mode(Gate(pins, CrashMarker(tmp_path / "running")), FILE, Origin.OPENED) == "safe"


def test_a_worker_takes_no_paused_text_and_no_full_run_without_permission() -> None:
    with pytest.raises(ValueError, match="paused"):
        Client.run(object(), "x = 1", permission=Permission("paused"))  # type: ignore[arg-type]
    for role, permission in (("full", Permission("safe")), ("run", Permission("trusted"))):
        with pytest.raises(ValueError, match="permission"):
            Process(role, 0, lambda *_: None, lambda _: None, permission=permission)

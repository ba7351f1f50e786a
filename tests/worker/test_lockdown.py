"""What of the lockdown can be looked at without its system: layouts, filters, profiles; failing is harmless."""

from __future__ import annotations

import ctypes
import struct

import pytest

from gradstudio.worker import lockdown, vitals
from gradstudio.worker.lockdown import LAYERS, described, is_isolated, macos, seccomp, windows


def test_which_layers_isolate() -> None:
    assert is_isolated(["limits", "landlock", "seccomp"])
    assert is_isolated(["limits", "seatbelt"])
    assert not is_isolated(["limits", "landlock"])
    assert not is_isolated(["limits", "job"])
    assert not is_isolated(["something new"])
    assert not is_isolated(())


def test_each_layer_has_a_sentence() -> None:
    assert len(described(LAYERS)) == len(LAYERS)
    assert all(sentence.endswith(".") for sentence in described(LAYERS))
    assert described(["limits", "something new"]) == (LAYERS["limits"][1],)


def allowed(machine: str, number: int, first: int = 0, audit: int | None = None) -> int:
    """What the filter answers to one call: it is run here as the kernel runs it."""
    steps = list(struct.iter_unpack("=HBBI", seccomp.program(machine, 4321)))
    data = {0: number, 4: seccomp._MACHINES[machine].audit if audit is None else audit, 16: first}
    at = value = 0
    while True:
        code, yes, no, k = steps[at]
        at += 1
        if code == 0x20:
            value = data[k]
        elif code == 0x15:
            at += yes if value == k else no
        elif code == 0x45:
            at += yes if value & k else no
        else:
            assert code == 0x06
            return int(k)


ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026


@pytest.mark.parametrize(("machine", "column"), [("x86_64", 0), ("aarch64", 1)])
def test_the_filter_allows_what_is_listed_and_nothing_else(machine: str, column: int) -> None:
    listed = {numbers[column] for numbers in seccomp._CALLS.values()}
    special = {seccomp._CLONE[column], seccomp._TGKILL[column], seccomp._PRCTL[column], 435}
    for number in range(600):
        if number not in special:
            assert allowed(machine, number) == (ALLOW if number in listed else EPERM)
    assert allowed(machine, 435) == ENOSYS
    assert allowed(machine, 0x40000000 | 1) == EPERM
    assert allowed(machine, seccomp._CALLS["read"][column], audit=0x40000003) == EPERM


@pytest.mark.parametrize(("machine", "column"), [("x86_64", 0), ("aarch64", 1)])
def test_calls_that_depend_on_their_first_argument(machine: str, column: int) -> None:
    clone, tgkill, prctl = seccomp._CLONE[column], seccomp._TGKILL[column], seccomp._PRCTL[column]

    assert allowed(machine, clone, 0x3D0F00) == ALLOW  # a thread, as glibc starts it
    assert allowed(machine, clone, 0x7D0F00) == ALLOW  # and musl
    assert allowed(machine, clone, 17) == EPERM  # fork
    assert allowed(machine, clone, 0x4111) == EPERM  # vfork
    assert allowed(machine, clone, 0x3D0F00 | 0x10000000) == EPERM
    assert allowed(machine, tgkill, 4321) == ALLOW
    assert allowed(machine, tgkill, 1) == EPERM
    assert allowed(machine, prctl, 15) == ALLOW
    assert allowed(machine, prctl, 4) == EPERM


def test_another_machine_has_limits_only() -> None:
    assert not seccomp.restrict(ctypes.CDLL(None), "riscv64")


def test_the_profile_of_seatbelt_is_whole() -> None:
    assert macos.PROFILE.startswith("(version 1)\n(allow default)\n")
    assert macos.PROFILE.count("(") == macos.PROFILE.count(")")
    for what in ("file-write*", "file-read-data", "network*", "process-fork", "process-exec*", "mach-lookup"):
        assert f"(deny {what})" in macos.PROFILE
    assert macos._seatbelt() is False  # there is no such library here, and that is no error


def test_the_structures_of_windows_are_as_large_as_they_should_be() -> None:
    pointer = ctypes.sizeof(ctypes.c_void_p)

    assert ctypes.sizeof(windows.BasicLimits) == (64 if pointer == 8 else 48)
    assert ctypes.sizeof(windows.ExtendedLimits) == (144 if pointer == 8 else 112)
    limits = windows.extended_limits(1 << 30)
    assert (limits.basic.active_processes, limits.process_memory, limits.job_memory) == (1, 1 << 30, 1 << 30)
    assert limits.basic.flags == 0x2708
    assert windows.extended_limits(0).basic.flags == 0x2408
    assert windows.hold(0, 0) is None


def test_the_structure_of_macos_is_as_large_as_it_should_be() -> None:
    assert ctypes.sizeof(vitals._TaskInfo) == 96
    assert vitals._macos(1) == (0, 0, 0.0, "")


def test_on_a_system_without_layers_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockdown.sys, "platform", "plan9")

    assert lockdown.drop_rights(1 << 30) == ()
    lockdown.follow(1)
    assert vitals.vitals(1) == (0, 0, 0.0, "")

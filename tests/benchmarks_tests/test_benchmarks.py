"""Benchmarks measure what they say: contenders agree, ratios are right, goals are complete. No time is judged here."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import command, goals, memory, paired, peers, report, rows  # noqa: E402
from benchmarks.child import measure  # noqa: E402
from benchmarks.contenders import LIBRARY, OURS  # noqa: E402
from benchmarks.workload import Data, Disagreement, Workload, compare, tolerance_of  # noqa: E402
from benchmarks.workloads import MODULES, all_workloads, chosen  # noqa: E402
from gradstudio.__main__ import main  # noqa: E402
from gradstudio.cli import benchmarks as lookup  # noqa: E402

SHORT = paired.Plan(warm_ups=1, rounds=2, most=2, seconds=0.0, sample=0.0)
WORKLOADS = all_workloads()


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_contender_that_can_run_here_has_the_gradients_of_the_floor(name: str) -> None:
    workload = WORKLOADS[name]
    data = workload.small()
    expected = workload.gradients("floor", workload.contenders["floor"](data)())
    assert len(expected) == (1 if name.startswith("w06") else len(data.params))
    assert all(np.all(np.isfinite(g)) and np.any(g) for g in expected)
    here = [n for n in workload.contenders if n not in LIBRARY or (LIBRARY[n] == "autograd" and _has("autograd"))]
    assert {"floor", "ours"} <= set(here)
    for contender in here:
        run = workload.contenders[contender](data)
        compare(workload.gradients(contender, run()), expected, tolerance_of(data))


@pytest.mark.parametrize("name", [n for n in WORKLOADS if n != "w03"])
def test_a_second_turn_gives_the_same(name: str) -> None:
    workload = WORKLOADS[name]
    for contender in ("floor", "ours"):
        run = workload.contenders[contender](workload.small())
        first = workload.gradients(contender, run())
        compare(workload.gradients(contender, run()), first, 1e-6)


def test_a_training_step_moves_the_weights_of_both_the_same_way() -> None:
    workload = WORKLOADS["w03"]
    floor, ours = (workload.contenders[name](workload.small()) for name in ("floor", "ours"))
    turns = [[workload.gradients("", run()) for _ in range(3)] for run in (floor, ours)]
    compare(turns[1][2], turns[0][2], 5e-3)
    with pytest.raises(Disagreement):
        compare(turns[0][2], turns[0][0], 1e-4)


def _has(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def test_there_are_thirteen_workloads_and_each_case_has_one_name() -> None:
    assert {name.split("-")[0] for name in WORKLOADS} == set(MODULES)
    assert len(MODULES) == 13
    assert [w.name for w in chosen(["w04-f32", "w01"])] == ["w01", "w04-f32"]
    assert [w.name for w in chosen(["w10"])] == ["w10-lse", "w10-softmax"]
    with pytest.raises(ValueError, match="no workload 'w99'"):
        chosen(["w99"])


def test_a_contender_whose_gradients_are_wrong_is_not_timed() -> None:
    good, bad = (lambda data: lambda: [2 * data.params[0]]), (lambda data: lambda: [2.1 * data.params[0]])
    data = Data((np.arange(3.0),))
    workload = Workload(
        "w00", "", lambda: data, lambda: data, {"floor": good, "ours": good, "autograd": bad, "torch": _broken}
    )
    found = measure(workload, ["ours", "floor", "autograd", "torch"], SHORT)
    assert found["contenders"].keys() == {"ours", "floor"}
    assert found["ratios"].keys() == {"ours/floor"}
    assert found["errors"]["autograd"] == "gradient 0 is off by 5.0e-02 of its largest element"
    assert found["errors"]["torch"] == "ImportError: no such library"


def _broken(data: Data) -> Any:
    raise ImportError("no such library")


def test_a_gradient_that_is_not_a_number_agrees_with_nothing() -> None:
    with pytest.raises(Disagreement):
        compare([np.array([1.0, np.nan])], [np.array([1.0, 1.0])], 1e-3)
    with pytest.raises(Disagreement, match="shape"):
        compare([np.zeros(3)], [np.zeros(4)], 1e-3)
    with pytest.raises(Disagreement, match="1 gradients instead of 2"):
        compare([np.zeros(3)], [np.zeros(3), np.zeros(3)], 1e-3)


def test_a_ratio_is_the_median_of_the_rounds_and_its_interval_covers_it() -> None:
    theirs = [1.0, 10.0, 2.0, 4.0, 3.0]
    exact = paired.ratio([0.5 * t for t in theirs], theirs)
    assert (exact.median, exact.low, exact.high) == (0.5, 0.5, 0.5)
    random = np.random.default_rng(1)
    slow = list(random.uniform(1, 20, 60))
    noisy = paired.ratio([0.3 * t * n for t, n in zip(slow, random.normal(1, 0.1, 60), strict=True)], slow)
    assert noisy.low < noisy.median < noisy.high
    assert noisy.low < 0.3 < noisy.high
    assert noisy.high - noisy.low < 0.05
    assert paired.ratio(slow, slow[::-1]) == paired.ratio(slow, slow[::-1])


def test_one_disturbed_round_does_not_change_a_ratio() -> None:
    theirs = [1.0] * 15
    mine = [0.4] * 14 + [40.0]
    assert paired.ratio(mine, theirs).median == 0.4
    assert paired.ratio(mine, theirs).high == 0.4


def test_every_contender_runs_in_every_round_in_changing_order() -> None:
    calls: list[str] = []
    names = ("a", "b", "c")
    runs = {name: (lambda name=name: calls.append(name)) for name in names}
    plan = paired.Plan(warm_ups=1, rounds=12, most=12, seconds=0.0, sample=0.0)
    times = paired.rounds(runs, plan)
    assert {name: len(each) for name, each in times.items()} == dict.fromkeys(names, 12)
    orders = [tuple(calls[i : i + 3]) for i in range(3, len(calls), 3)]
    assert len(orders) == 12
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
    assert len(set(orders)) > 2


def test_every_workload_has_a_goal_and_every_goal_a_workload() -> None:
    assert {goal.workload for goal in goals.GOALS} == {*WORKLOADS, "start"}
    assert {goal.contender for goal in goals.GOALS} == set(OURS)
    for goal in goals.GOALS:
        assert goal.limit > 0
        assert goal.quantity in rows.UNITS
        if goal.against:
            assert goal.against in WORKLOADS[goal.workload].contenders
    with_e = {goal.workload for goal in goals.GOALS if goal.letter == "E"}
    assert with_e == {"w01", "w02", "w03", "w05", "w06-jacobian", "w06-hessian", "w07", "w09", "w12", "w13", "start"}


@pytest.mark.parametrize(
    ("low", "high", "word"), [(0.2, 0.3, "holds"), (0.2, 0.5, "open"), (0.31, 0.5, "fails"), (0.3, 0.3, "holds")]
)
def test_a_goal_is_judged_by_the_whole_interval(low: float, high: float, word: str) -> None:
    assert goals.verdict(0.3, low, high) == word


def _process(setting: peers.Setting, ours: float, other: str, theirs: float) -> dict[str, Any]:
    ratio = ours / theirs
    return {
        "setting": {"peer": setting.peer, "threads": setting.threads, "allocator": setting.allocator},
        "name": str(setting),
        "workload": "w01",
        "load": 0.5,
        "rounds": 5,
        "contenders": {
            "ours": {"first": 2 * ours, "compile": None, "median": ours},
            other: {"first": 3 * theirs, "compile": theirs if other == "jax.jit" else None, "median": theirs},
        },
        "ratios": {f"ours/{other}": {"median": ratio, "low": 0.9 * ratio, "high": 1.1 * ratio}},
        "errors": {},
    }


@pytest.fixture
def results() -> dict[str, Any]:
    return {
        "machine": {
            **dict.fromkeys(("system", "processor", "python", "gradstudio", "commit", "numpy", "blas"), "x"),
            "flags": ["avx2"],
            "cores": 2,
            "memory": 4.0,
            "environment": {"OMP_WAIT_POLICY": "passive"},
        },
        "plan": {"rounds": 5, "warm_ups": 2},
        "small": False,
        "peers": {"torch": "2.0", "jax": "0.1"},
        "missing": {"tensorflow": "not installed"},
        "workloads": {"w01": {"title": "chain", "ops": 10_000}, "w13": {"title": "memory", "ops": 100_000}},
        "processes": [
            _process(peers.Setting("numpy"), 0.008, "floor", 0.002),
            _process(peers.Setting("torch", threads=1), 0.008, "torch", 0.1),
            _process(peers.Setting("torch", threads=2), 0.008, "torch", 0.2),
            _process(peers.Setting("jax"), 0.008, "jax.jit", 0.001),
        ],
        "memory": {"bytes": {"w13": {"ours": {"bytes": 100.0}, "torch": {"bytes": 1000.0}}}},
        "cold": {"seconds": 0.3, "numpy": 0.1, "low": 0.25, "high": 0.4},
    }


def test_torch_is_judged_at_its_best_and_every_quantity_has_its_row(results: dict[str, Any]) -> None:
    found = {(row.workload, row.against, row.quantity): row for row in rows.rows(results)}
    torch = found["w01", "torch", "time"]
    assert (torch.setting, round(torch.value, 3), torch.verdict) == ("torch, 1 thread", 0.08, "fails")
    assert found["w01", "floor", "time"].verdict == "holds"
    per_op = found["w01", "", "time"]
    assert (round(per_op.value, 3), per_op.unit, per_op.verdict) == (0.8, "us per op", "fails")
    assert found["w13", "", "bytes"].verdict == "holds"
    assert found["w13", "torch", "bytes"].value == 0.1
    assert found["start", "", "cold"].verdict == "fails"


def test_a_replayed_plan_is_compared_as_soon_as_it_is_a_contender(results: dict[str, Any]) -> None:
    assert not any(row.mine == "replay" for row in rows.rows(results))
    results["processes"][1]["ratios"]["replay/torch"] = {"median": 0.005, "low": 0.004, "high": 0.006}
    (row,) = [row for row in rows.rows(results) if row.mine == "replay"]
    assert row.goal is not None
    assert (row.goal.letter, row.goal.limit, row.verdict) == ("R", 0.01, "holds")


def test_the_reports_name_peers_that_are_not_here_and_no_place_of_this_machine(results: dict[str, Any]) -> None:
    results["processes"][3]["errors"]["jax.jit"] = "ValueError: no"
    for text in (report.terminal(results), report.markdown(results)):
        assert "tensorflow: not installed; it is not compared" in text
        assert "w01 (jax), jax.jit: ValueError: no" in text
        assert "were not measured" in text
        assert str(ROOT) not in text
    assert "1 thread" in report.terminal(results)


def test_goals_are_not_judged_on_the_tests_data(results: dict[str, Any]) -> None:
    results["small"] = True
    assert all(row.goal is None for row in rows.rows(results))
    assert "say nothing about speed" in report.terminal(results)


def test_settings_give_each_peer_its_own_processes() -> None:
    here = dict.fromkeys(peers.PEERS, "1")
    every = peers.settings(here)
    assert len(every) == len(set(every))
    torch = {s.threads for s in every if s.peer == "torch"}
    assert torch == {1, peers.cores()}
    assert {s.peer for s in every} == {"numpy", "torch", "tensorflow", "jax"}
    workload = WORKLOADS["w03"]
    assert peers.Setting("numpy").contenders(workload, here) == ["ours", "replay", "floor", "autograd"]
    assert peers.Setting("numpy").contenders(workload, {}) == ["ours", "replay", "floor"]
    assert peers.Setting("tensorflow").contenders(workload, here) == ["ours", "replay", "tensorflow", "tf.function"]


def test_wanted_peers_are_looked_for_and_unknown_ones_refused() -> None:
    here, missing = peers.found(["none"])
    assert (here, set(missing)) == ({}, set(peers.PEERS))
    with pytest.raises(ValueError, match="no peer 'tinygrad'"):
        peers.found(["tinygrad"])


@pytest.mark.skipif(not memory.can_measure(), reason="memory is read from Linux's /proc")
def test_memory_is_measured_in_a_process_of_its_own() -> None:
    from benchmarks import suite

    said: list[str] = []
    found = suite._asked("deep", "w13", "no such contender", said.append)
    assert "KeyError" in found["error"]
    assert said


def test_the_whole_command_runs_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.json"
    words = ["--small", "--quick", "--only", "w09", "--peers", "none", "--json", str(file)]
    assert command.main(words) == 0
    shown = capsys.readouterr()
    assert "torch: not asked for; it is not compared" in shown.out
    assert "w09" in shown.err
    written = json.loads(file.read_text())
    assert {p["workload"] for p in written["processes"]} == {"w09"}
    assert all(p["errors"] == {} and p["ratios"]["ours/floor"]["median"] > 0 for p in written["processes"])
    assert command.main(["--only", "w77"]) == 2
    assert "there is no workload 'w77'" in capsys.readouterr().err


def test_gradstudio_bench_hands_its_words_to_the_checkouts_benchmarks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(lookup, "suite", lambda: SimpleNamespace(run=lambda *words: asked.append(words)))
    monkeypatch.setattr("sys.argv", ["gradstudio", "bench", "--only", "w01,w05", "--peers", "torch", "--quick"])
    assert main() == 0
    assert asked == [(None, "w01,w05", "torch", True, False)]
    monkeypatch.undo()
    monkeypatch.setattr(lookup, "CHECKOUT", tmp_path)
    monkeypatch.setattr("sys.argv", ["gradstudio", "bench"])
    assert main() == 2
    assert "bench works only from a checkout" in capsys.readouterr().err

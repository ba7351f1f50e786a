"""From raw results to rows: one for each pair of a contender of ours and another, at the other's best setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.contenders import OURS
from benchmarks.goals import GOALS, Goal, verdict

Results = dict[str, Any]
"""What suite.measure_all() gives, and --json writes."""

UNITS = {"time": "us per op", "peak": "arrays", "bytes": "bytes per op", "deep": "s", "cold": "s"}
"""What a row without another contender is measured in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `value` is a ratio, or a number of `unit`; goal and verdict are None where there is no goal."""

    workload: str
    mine: str
    against: str
    setting: str
    quantity: str
    value: float
    low: float
    high: float
    unit: str = ""
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        """ "holds", "fails", "open", or nothing."""
        return "" if self.goal is None else verdict(self.goal.limit, self.low, self.high)


def best_pairs(results: Results) -> dict[tuple[str, str, str, str], tuple[dict[str, Any], dict[str, Any]]]:
    """(workload, mine, other, allocator) -> (process, ratio) where the other is at its best: its ratio is highest."""
    found: dict[tuple[str, str, str, str], tuple[dict[str, Any], dict[str, Any]]] = {}
    for process in results["processes"]:
        for pair, ratio in process["ratios"].items():
            mine, other = pair.split("/")
            key = (process["workload"], mine, other, process["setting"]["allocator"])
            if key not in found or ratio["median"] > found[key][1]["median"]:
                found[key] = (process, ratio)
    return found


def rows(results: Results) -> list[Row]:
    """All comparisons that were measured, in the order of the workloads."""
    found: list[Row] = []
    no_goal: tuple[Goal | None, ...] = (None,)
    known = () if results["small"] else GOALS  # goals are for the full data
    for (workload, mine, other, allocator), (process, ratio) in best_pairs(results).items():
        values = (ratio["median"], ratio["low"], ratio["high"])
        goals = [g for g in known if _is_for(g, workload, mine, other, "time") and g.allocator == allocator]
        for goal in goals or no_goal:
            found.append(Row(workload, mine, other, process["name"], "time", *values, goal=goal))
    for workload, quantity, mine, other, values in () if results["small"] else _absolute(results):
        goals = [g for g in known if _is_for(g, workload, mine, other, quantity)]
        for goal in goals or no_goal:
            unit = "" if other else UNITS[quantity]
            found.append(Row(workload, mine, other, "", quantity, *values, unit=unit, goal=goal))
    order = {name: number for number, name in enumerate([*results["workloads"], "start"])}
    return sorted(found, key=lambda row: (order[row.workload], row.quantity != "time"))


def _is_for(goal: Goal, workload: str, mine: str, other: str, quantity: str) -> bool:
    return (goal.workload, goal.contender, goal.against, goal.quantity) == (workload, mine, other, quantity)


def _absolute(results: Results) -> list[tuple[str, str, str, str, tuple[float, float, float]]]:
    """(workload, quantity, mine, other or "", (value, low, high)) of what is no ratio of times."""
    found: list[tuple[str, str, str, str, tuple[float, float, float]]] = []
    ops = results["workloads"].get("w01", {}).get("ops", 0)
    for process in results["processes"]:
        if process["workload"] == "w01" and process["setting"]["peer"] == "numpy" and ops:
            for mine in OURS:
                if mine in process["contenders"]:
                    each = process["contenders"][mine]["median"] / ops * 1e6
                    found.append(("w01", "time", mine, "", (each, each, each)))
    for what, key in (("peak", "arrays"), ("bytes", "bytes"), ("deep", "seconds")):
        for workload, measured in results["memory"].get(what, {}).items():
            numbers = {name: one[key] for name, one in measured.items() if key in one}
            for mine in [name for name in OURS if name in numbers]:
                found.append((workload, what, mine, "", (numbers[mine],) * 3))
                for other in [name for name in numbers if name not in OURS]:
                    found.append((workload, what, mine, other, (numbers[mine] / numbers[other],) * 3))
    if results.get("cold"):
        cold = results["cold"]
        found.append(("start", "cold", "ours", "", (cold["seconds"], cold["low"], cold["high"])))
    return found

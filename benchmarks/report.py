"""Results as text: the table on the terminal, and RESULTS.md."""

from __future__ import annotations

from typing import Any

from benchmarks.contenders import COMPILED, EVERY, OURS
from benchmarks.goals import GOALS
from benchmarks.rows import Results, Row, best_pairs, rows

HEAD = ("workload", "ours", "against", "ratio", "95 %", "goal", "verdict", "first ms", "compile ms", "under")


def terminal(results: Results) -> str:
    """Every comparison against its goal, and what took no part."""
    lines = _aligned([HEAD, *(_cells(row, results) for row in rows(results))])
    return "\n".join([*lines, "", *notes(results)])


def notes(results: Results) -> list[str]:
    """One line for each peer that is not here and each contender that failed."""
    lines = [f"{peer}: {why}; it is not compared" for peer, why in results["missing"].items()]
    for process in results["processes"]:
        lines += [f"{process['workload']} ({process['name']}), {n}: {why}" for n, why in process["errors"].items()]
    for what, workloads in results["memory"].items():
        for workload, measured in workloads.items():
            wrong = {name: one["error"] for name, one in measured.items() if "error" in one}
            lines += [f"{workload} ({what}), {name}: {why}" for name, why in wrong.items()]
    found = rows(results)
    counted = {word: sum(row.verdict == word for row in found) for word in ("holds", "open", "fails")}
    lines.append(
        f"{counted['holds']} goals hold, {counted['open']} are open (the interval contains the goal), "
        f"{counted['fails']} fail; {_unmeasured(found)} were not measured"
    )
    if results["small"]:
        lines.append("measured on the tests' data: these numbers say nothing about speed")
    return lines


def _unmeasured(found: list[Row]) -> int:
    measured = {row.goal for row in found if row.goal is not None}
    return sum(goal not in measured for goal in GOALS)


def _cells(row: Row, results: Results) -> tuple[str, ...]:
    once = _once(row, results)
    limit = "" if row.goal is None else f"{row.goal.letter} {row.goal.limit:g}"
    return (
        row.workload,
        row.mine if row.quantity == "time" else f"{row.mine} {row.quantity}",
        row.against or row.unit,
        _number(row.value),
        f"{_number(row.low)} - {_number(row.high)}" if row.low != row.high else "",
        limit + (" stretch" if row.goal is not None and row.goal.is_stretch else ""),
        row.verdict,
        _milliseconds(once.get("first")),
        _milliseconds(once.get("compile")),
        row.setting,
    )


def _once(row: Row, results: Results) -> dict[str, Any]:
    """First call and compile time of the contender that the row compares with, from the row's process."""
    for process in results["processes"]:
        if process["workload"] == row.workload and process["name"] == row.setting:
            found: dict[str, Any] = process["contenders"].get(row.against, {})
            return found
    return {}


def _number(value: float) -> str:
    """Two or three digits, and whole numbers from a hundred on."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 0.1 else f"{value:.3g}"


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else _number(seconds * 1e3)


def _aligned(lines: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def markdown(results: Results) -> str:
    """RESULTS.md."""
    parts = [
        "# Results\n\nWritten by `python -m benchmarks --write-results`; [README.md](README.md) says how to read it.\n",
        _conditions(results),
        _goals(results),
        _times(results),
        _firsts(results),
        _memory(results),
        "## Not compared\n\n" + "\n".join(f"- {line}" for line in notes(results)) + "\n",
    ]
    return "\n".join(part for part in parts if part)


def _conditions(results: Results) -> str:
    m, plan = results["machine"], results["plan"]
    loads = [process["load"] for process in results["processes"] if process["rounds"]]
    kind = "quick run" if plan["rounds"] < 15 else "full run"
    versions = ", ".join(f"{name} {number}" for name, number in results["peers"].items())
    variables = ", ".join(f"`{name}={value}`" for name, value in m["environment"].items() if value)
    commit = f" ({m['commit']})" if m["commit"] else ""
    rows_ = [
        ("Kind", f"{kind}: at least {plan['rounds']} rounds, {plan['warm_ups']} warm-ups"),
        ("Machine", f"{m['system']}, {m['processor']}, {m['cores']} cores, {m['memory']} GiB"),
        ("Processor flags", " ".join(m["flags"])),
        ("Load average", f"{min(loads, default=0):.1f} to {max(loads, default=0):.1f} while measuring"),
        ("Versions", f"Python {m['python']}, gradstudio {m['gradstudio']}{commit}, NumPy {m['numpy']} ({m['blas']})"),
        ("Peers", versions or "none"),
        ("Environment", variables),
    ]
    return _table([("", ""), *rows_])


def _goals(results: Results) -> str:
    head = ("Workload", "Ours", "Against", "Under", "Measured", "95 %", "Goal", "Verdict")
    lines = []
    for row in rows(results):
        if row.goal is not None:
            cells = _cells(row, results)
            against = row.against or "-"
            measured = f"{_number(row.value)} {row.unit}".strip()
            lines.append((row.workload, cells[1], against, row.setting, measured, cells[4], cells[5], row.verdict))
    text = "Time ratios unless said otherwise; lower is better. torch counts at its best number of threads.\n\n"
    return "## Against the goals\n\n" + text + _table([head, *lines])


def _times(results: Results) -> str:
    """Median milliseconds of every contender, and in brackets how many times as long ours takes."""
    parts = []
    for allocator, title in (("stock", "the stock allocator"), ("equal", "an allocator that keeps freed memory")):
        pairs = best_pairs(results)
        others = ("floor", *(name for name in EVERY if name not in OURS))
        lines = []
        for workload in results["workloads"]:
            own = _median(results, workload, "ours", allocator)
            if own is None:
                continue
            cells = [workload, _ms(own)]
            for other in others:
                found = pairs.get((workload, "ours", other, allocator))
                cells.append(
                    "-" if found is None else f"{_ms(found[0]['contenders'][other]['median'])} ({_ratio(found[1])})"
                )
            lines.append(tuple(cells))
        if lines:
            head = ("Workload", "ours", *others)
            parts.append(f"## Times with {title}\n\n{_table([head, *lines])}")
    explained = (
        "Milliseconds; in brackets ours divided by it, measured in the same process, so it need not be the quotient "
        "of the two columns. Ours is from the process without peers.\n"
    )
    titles = "\n".join(f"- {name}: {w['title']}" for name, w in results["workloads"].items())
    return "\n".join([*parts, explained, titles, ""])


def _median(results: Results, workload: str, name: str, allocator: str) -> float | None:
    for process in results["processes"]:
        setting = process["setting"]
        if process["workload"] == workload and setting["peer"] == "numpy" and setting["allocator"] == allocator:
            one = process["contenders"].get(name)
            return None if one is None else float(one["median"])
    return None


def _firsts(results: Results) -> str:
    """The first call of each contender in its process, and what of it is compiling."""
    names = ["ours", *(name for name in EVERY if name != "ours")]
    lines = []
    for workload in results["workloads"]:
        cells = [workload]
        for name in names:
            of = [
                process["contenders"][name]
                for process in results["processes"]
                if process["workload"] == workload
                and name in process["contenders"]
                and process["setting"]["allocator"] == "stock"
            ]
            one = min(of, key=lambda found: float(found["first"]), default=None)
            if one is None:
                cells.append("-")
            else:
                compiling = f" ({_milliseconds(one['compile'])})" if name in COMPILED else ""
                cells.append(_milliseconds(one["first"]) + compiling)
        if any(cell != "-" for cell in cells[1:]):
            lines.append(tuple(cells))
    text = "Milliseconds of the first call of a workload; in brackets what it takes longer than a warm one.\n\n"
    return "## First calls\n\n" + text + _table([("Workload", *names), *lines]) if lines else ""


def _memory(results: Results) -> str:
    units = {"peak": ("arrays", "arrays above the start"), "bytes": ("bytes", "bytes per op"), "deep": ("seconds", "s")}
    lines = []
    for what, workloads in results["memory"].items():
        key, unit = units[what]
        for workload, measured in workloads.items():
            each = [
                f"{name} {_number(one[key])}" + (f" (first call {_number(one['first'])})" if "first" in one else "")
                for name, one in measured.items()
                if key in one
            ]
            lines.append((workload, f"{what}, {unit}", ", ".join(each)))
    if results.get("cold"):
        cold = results["cold"]
        lines.append(("start", "first gradient, s", f"ours {cold['seconds']:.3f} (NumPy alone {cold['numpy']:.3f})"))
    return "## Memory and start\n\n" + _table([("Workload", "What", "Measured"), *lines]) if lines else ""


def _ms(seconds: float) -> str:
    return _number(seconds * 1e3)


def _ratio(ratio: dict[str, float]) -> str:
    return _number(ratio["median"])


def _table(lines: list[tuple[str, ...]]) -> str:
    head, *body = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *body]) + "\n"

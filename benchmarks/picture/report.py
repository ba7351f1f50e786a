"""Results as text: tables on the terminal and in RESULTS.md."""

from __future__ import annotations

from typing import Any

Found = dict[str, Any]

ARRIVAL = (
    "tape", "nodes", "boxes", "picture, s", "all open, s", "silent, ms",
    "frame p95 pan / zoom / recolour, ms", "the same, all open", "stopped run / drawing, ms", "MiB",
)  # fmt: skip
DRAWING = (
    "tape", "nodes", "overlaps", "lines through boxes", "crossings", "chips", "dot's crossings",
    "moved by an op, start / middle / end",
)  # fmt: skip


def tables(results: list[Found]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Title and rows, the first of them the heads."""
    good = [r for r in results if "error" not in r]
    tidy = [r for r in good if "overlaps" in r]
    found = [("From the end of the run to the picture", [ARRIVAL, *(_arrival(r) for r in good)])]
    if tidy:
        found.append(("How tidy the picture is with nothing folded", [DRAWING, *(_drawing(r) for r in tidy)]))
    return found


def errors(results: list[Found]) -> list[str]:
    """One line for each that could not be measured."""
    return [f"{r['tape']} {r['ops']:,}: {r['error']}" for r in results if "error" in r]


def _arrival(r: Found) -> tuple[str, ...]:
    folded, opened = r["folded"], r["open"]
    return (
        r["tape"],
        f"{r['nodes']:,}",
        f"{folded['boxes']:,}",
        f"{folded['painted']:.2f}",
        f"{opened['painted']:.2f}",
        f"{1e3 * max(folded['silent'], opened['silent']):.0f}",
        _frames(folded["frames"]),
        _frames(opened["frames"]),
        " / ".join(f"{1e3 * r['stop'][what]:.0f}" for what in ("run", "drawing")) if "stop" in r else "-",
        f"{r['memory open']['peak']:.0f}",
    )


def _frames(frames: dict[str, list[float]]) -> str:
    return " / ".join(f"{1e3 * frames[name][1]:.1f}" for name in ("pan", "zoom", "recolour"))


def _drawing(r: Found) -> tuple[str, ...]:
    moved = r.get("moved")
    return (
        r["tape"],
        f"{r['nodes']:,}",
        str(r["overlaps"]),
        str(r["through"]),
        f"{r['crossings']:,}",
        f"{r['chips']:,}",
        "-" if r.get("dot") is None else f"{r['dot']:,}",
        " / ".join(f"{100 * moved[k]:.1f} %" for k in ("start", "middle", "end")) if moved else "-",
    )


def terminal(results: list[Found]) -> str:
    """The tables in columns."""
    parts = []
    for title, rows in tables(results):
        wide = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows]
        parts.append("\n".join([title, *lines]))
    return "\n\n".join([*parts, *errors(results)])


def markdown(results: list[Found]) -> str:
    """The tables for RESULTS.md."""
    parts = ["Written by `python -m benchmarks.picture --write-results`; offscreen, 1280 x 800.\n"]
    for title, rows in tables(results):
        head, *body = ["| " + " | ".join(row) + " |" for row in rows]
        parts.append("\n".join([f"### {title}\n", head, "|" + "---|" * len(rows[0]), *body, ""]))
    return "\n".join([*parts, *(f"- {line}" for line in errors(results))]).rstrip() + "\n"

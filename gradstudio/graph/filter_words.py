"""The words of the filter language, each with what it says: what help reads and the parser knows."""

from __future__ import annotations

from gradstudio.graph.measures import MEASURES

NUMBERS: dict[str, str] = {
    "v": "value",
    "g": "gradient",
    **{m.name: m.name for m in MEASURES},
    "line": "line",
}
"""Words for numbers -> a measure, or "line"."""

MAGNITUDES = {"value": "value_rms", "gradient": "gradient_rms"}
"""What |v| and |g| are: of an array its root mean square. Bars around any other number give its magnitude."""

TEXTS = ("op", "name", "kind", "dtype")
"""Words for texts."""

SHAPE = "shape"

STATES = ("nan", "inf", "none")
"""Questions with v or g in parentheses."""

KINDS = ("op", "parameter", "input", "data", "gradient")
"""What kind can be, in the order of engine.trace.Kind."""

UNITS: dict[str, tuple[float, str]] = {
    "ns": (1e-9, "s"),
    "us": (1e-6, "s"),
    "µs": (1e-6, "s"),
    "μs": (1e-6, "s"),
    "ms": (1e-3, "s"),
    "s": (1.0, "s"),
    "B": (1.0, "B"),
    "kB": (1e3, "B"),
    "KB": (1e3, "B"),
    "MB": (1e6, "B"),
    "GB": (1e9, "B"),
    "%": (1e-2, ""),
}
"""What may follow a number -> its factor, and the unit of the measures it fits."""

HELP: tuple[tuple[str, str], ...] = (
    ("loss", "words alone: nodes whose name, op or line (L12) holds each of them"),
    ("v, g", "value and gradient: the number itself; of an array the mean, and the root mean square"),
    ("|v|, |g|", "their magnitudes; of an array the root mean square"),
    *((m.name, m.says) for m in MEASURES if m.name not in ("value", "gradient", "value_rms", "gradient_rms")),
    ("line", "line of the text"),
    ("op, name, dtype", 'texts: op == tanh, name == "loss", dtype == float32'),
    ("kind", ", ".join(KINDS)),
    ("shape", "shape == [200,3]; a number has []"),
    ("nan(g), inf(v), none(g)", "there is a NaN, an infinity; there is no gradient"),
    ("== != < <= > >=", "comparisons, in chains too: 10 <= line <= 20"),
    ("~", 'text that holds another: name ~ "los"'),
    ("in", "line in 10..20, op in (tanh, exp)"),
    ("and, or, not, ( )", "to join them"),
    ("1ms, 2.5kB, 40%", "numbers with a unit"),
)
"""The whole language, for a person: (what is written, what it means)."""

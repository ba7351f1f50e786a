"""CSV: one row per node, with value and gradient; opens in any spreadsheet."""

from __future__ import annotations

import csv
import io

from gradstudio.export.base import Exporter, Job
from gradstudio.export.rows import Numbers, rows

COLUMNS = (
    *("name", "op", "kind", "line", "scope", "shape", "dtype", "target", "source"),
    *("value", "value mean", "value min", "value max", "value rms", "value nan", "value infinite"),
    *("gradient", "gradient mean", "gradient min", "gradient max", "gradient rms", "gradient nan", "gradient infinite"),
)


def write(job: Job) -> bytes:
    """The table as UTF-8 with a byte order mark, which spreadsheets need to read it as such."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for row in rows(job, job.whole):
        table.writerow(
            [
                *(_cell(row.name), _cell(row.label), row.kind, row.line or "", _cell(row.scope)),
                *(" x ".join(str(n) for n in row.value.shape), row.value.dtype),
                *("yes" if row.is_target else "", "yes" if row.is_source else ""),
                *_columns(row.value),
                *(_columns(row.gradient) if row.gradient is not None else [""] * 7),
            ]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _columns(found: Numbers) -> list[object]:
    """A number as itself; an array by its statistics."""
    single = repr(found.elements[0]) if len(found.elements) == 1 else ""
    statistics = ["" if x is None else repr(x) for x in (found.mean, found.minimum, found.maximum, found.rms)]
    return [single, *statistics, found.nan, found.infinite]


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return f"'{plain}" if plain.lstrip().startswith(tuple("=+-@＝＋－＠")) else plain


CSV = Exporter("csv", (".csv",), "Table of nodes", write, is_report=True)

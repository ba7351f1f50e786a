"""Products of small matrices: the columns of the result side by side, as many as registers hold, down all rows."""

from __future__ import annotations

from collections.abc import Iterator

from gradstudio.engine.plan.backends.native.lanes import Lanes

_STRIP = 32
"""Columns whose sums are kept at a time."""


def product(name: str, m: int, length: int, n: int, width: int) -> str:
    """The function that multiplies (m, length) by (length, n): void (result, first, second)."""
    strips = [_strip(f"s{start}", m, length, n, start, width) for start in range(0, n, _STRIP)]
    return "\n".join([f"define void @{name}(ptr %out, ptr %a0, ptr %a1) {{\nentry:", *strips, "ret void\n}"])


def _pieces(start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """Places from start to end in vectors of at most `width`: (place, how many)."""
    while start < end:
        while width > end - start:
            width //= 2
        yield start, width
        start += width


def _strip(name: str, m: int, length: int, n: int, start: int, width: int) -> str:
    lines: list[str] = []
    joined, again = [], []
    one = Lanes(1, lines, set(), f"{name}.")
    place = one.say(f"mul i64 %{name}i, {length}")
    place = one.say(f"add i64 {place}, %{name}k")
    factor = one.say(f"load double, ptr {one.say(f'getelementptr double, ptr %a0, i64 {place}')}, align 8")
    row = one.say(f"mul i64 %{name}k, {n}")
    for column, count in _pieces(start, min(start + _STRIP, n), width):
        f = Lanes(count, lines, set(), f"{name}.")
        place = f.say(f"add i64 {row}, {column}")
        numbers = f.say(f"load {f.float}, ptr {f.say(f'getelementptr double, ptr %a1, i64 {place}')}, align 8")
        total = f"%{name}.sum{column}"
        more = f.add(total, f.multiply(f.everywhere(factor), numbers))
        joined.append(f"{total} = phi {f.float} [ {f.number(-0.0)}, %{name}row ], [ {more}, %{name}next ]")
        again += [
            f"{total}.place = add i64 %{name}.line, {column}",
            f"{total}.target = getelementptr double, ptr %out, i64 {total}.place",
            f"store {f.float} {more}, ptr {total}.target, align 8",
        ]
    return "\n".join(
        [
            f"br label %{name}begin\n{name}begin:\nbr label %{name}row\n{name}row:",
            f"%{name}i = phi i64 [ 0, %{name}begin ], [ %{name}j, %{name}stored ]\nbr label %{name}head\n{name}head:",
            f"%{name}k = phi i64 [ 0, %{name}row ], [ %{name}l, %{name}next ]",
            *joined,
            *lines,
            f"br label %{name}next\n{name}next:\n%{name}l = add i64 %{name}k, 1",
            f"%{name}more = icmp ult i64 %{name}l, {length}",
            f"br i1 %{name}more, label %{name}head, label %{name}stored\n{name}stored:",
            f"%{name}.line = mul i64 %{name}i, {n}",
            *again,
            f"%{name}j = add i64 %{name}i, 1\n%{name}rows = icmp ult i64 %{name}j, {m}",
            f"br i1 %{name}rows, label %{name}row, label %{name}end\n{name}end:",
        ]
    )

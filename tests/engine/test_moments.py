"""What is said of many arrays at once, held against the same worked out element by element."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradstudio.engine.moments import BINS, TOGETHER
from gradstudio.engine.summary import summarise
from gradstudio.engine.sweeplog import Measure, _measures, told
from gradstudio.engine.trace import Summaries

KINDS = ("ordinary", "positive", "zeros", "huge", "tiny", "subnormal", "infinite", "nan", "all nan", "negative zeros")
DTYPES = ("f8", ">f8", "f4", "f2", "i8", "i1", "u8", "?", "c16", "c8")
SIZES = (0, 1, 2, 7, BINS, BINS + 1, 64, 79, 80, 100, 128, 255, 256, 300, 511, 512, 513, 1000, 8191, 8193, 20_000)


def made(random: np.random.Generator, size: int, kind: str, dtype: str) -> np.ndarray:
    x = random.normal(size=size)
    if kind == "positive":
        x = np.abs(x) + 0.5
    elif kind == "zeros":
        x *= random.integers(0, 2, size)
    elif kind == "huge":
        x *= 1e300
    elif kind == "tiny":
        x *= 1e-200
    elif kind == "subnormal":
        x *= 1e-312
    elif kind == "infinite":
        x[random.integers(0, 30, size) == 0] = np.inf
        x[random.integers(0, 30, size) == 0] = -np.inf
    elif kind == "nan":
        x[random.integers(0, 20, size) == 0] = np.nan
    elif kind == "all nan":
        x[:] = np.nan
    elif kind == "negative zeros":
        x = np.where(x > 0, x, -0.0)
    if dtype in ("i8", "i1", "u8", "?"):
        x = np.trunc(np.clip(np.nan_to_num(x * 20), 0 if dtype in ("u8", "?") else -128, 127))
    with np.errstate(all="ignore"):
        if dtype.startswith("c"):
            x = x + 1j * random.normal(size=size)
        return x.astype(dtype)


def laid(x: np.ndarray, layout: str) -> np.ndarray:
    """The same elements in the same order, otherwise in memory."""
    if layout == "strided":
        wide = np.zeros(2 * x.size, x.dtype)
        wide[::2] = x
        return wide[::2]
    if layout == "turned":
        return np.asfortranarray(x.reshape(-1, 1 if x.size % 2 else 2))
    return x


def described(x: np.ndarray, signed: bool) -> dict[str, Any]:
    """By Python's own numbers."""
    with np.errstate(all="ignore"):
        values = [float(v) for v in (np.abs(x) if x.dtype.kind == "c" else x).ravel().tolist()]
    fine = [v for v in values if math.isfinite(v)]
    top = max(map(abs, fine), default=0.0)
    found: dict[str, Any] = {
        "minimum": min(fine, default=math.nan),
        "maximum": max(fine, default=math.nan),
        "mean": top * (math.fsum(v / top for v in fine) / len(fine)) if top else 0.0 if fine else math.nan,
        "rms": top * math.sqrt(math.fsum((v / top) ** 2 for v in fine) / len(fine)) if top else 0 if fine else math.nan,
        "negative": sum(v < 0 for v in fine),
        "zero": sum(v == 0 for v in fine),
        "positive": sum(v > 0 for v in fine),
        "infinite": sum(map(math.isinf, values)),
        "nan": sum(map(math.isnan, values)),
    }
    if len(values) == 1:
        found["mean"], found["rms"] = values[0], abs(values[0])
    count = min(len(values), BINS)
    bins = [values[len(values) * i // count : len(values) * (i + 1) // count] for i in range(count)]
    found["thumbnail"] = [thumb(part, signed) for part in bins]
    return found


def thumb(part: list[float], signed: bool) -> float:
    if any(map(math.isnan, part)):
        return math.nan
    return max(part, key=lambda v: (abs(v), v)) if signed else float(np.mean(part))


def compare(s: Summaries, row: int, x: np.ndarray, signed: bool) -> None:
    wanted = described(x, signed)
    bins = s.thumbnail[s.thumbnail_start[row] : s.thumbnail_start[row + 1]]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(bins, np.array(wanted.pop("thumbnail"), np.float32), rtol=1e-5, atol=1e-6)
    assert (s.size[row], s.shapes[s.shape[row]], s.dtypes[s.dtype[row]]) == (x.size, x.shape, x.dtype.name)
    for name, value in wanted.items():
        found = getattr(s, name)[row]
        if name in ("mean", "rms"):
            scale = 1e-12 * max(wanted["rms"], 0.0) if math.isfinite(wanted["rms"]) else 0.0
            np.testing.assert_allclose(found, value, rtol=1e-9, atol=max(scale, 1e-322), err_msg=name)
        else:
            np.testing.assert_array_equal(found, value, err_msg=name)


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(
        st.tuples(st.sampled_from(SIZES), st.sampled_from(KINDS), st.sampled_from(DTYPES), st.integers(1, 12)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["plain", "strided", "turned"]),
    st.booleans(),
)
def test_what_is_said_of_arrays_is_what_their_elements_say(
    seed: int, forms: list[tuple[int, str, str, int]], layout: str, signed: bool
) -> None:
    random = np.random.default_rng(seed)
    arrays = [
        laid(made(random, size, kind, dtype), layout)
        for size, kind, dtype, count in forms
        for _ in range(min(count, 3))
    ]
    with np.errstate(all="ignore"):
        s = summarise([*arrays, arrays[0], 2.0], signed)
    for row, x in enumerate([*arrays, arrays[0]]):
        with np.errstate(all="ignore"):
            compare(s, row, x, signed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [2, 10, 100, 129, 5000, 20_000])
def test_what_is_said_of_products_is_what_their_elements_say(size: int, kind: str, dtype: str) -> None:
    random = np.random.default_rng(size)
    arrays = [made(random, size, kind, dtype) for _ in range(3)]
    columns = _measures([told(x.conj()) for x in arrays])
    for x, total, sign, rms in zip(arrays, *columns, strict=True):
        with np.errstate(all="ignore"):
            values = np.abs(x).astype(np.float64) if dtype.startswith("c") else np.abs(x.astype(np.float64))
            scale = values.max()
            wanted = scale * np.sqrt(np.mean((values / scale) ** 2)) if 0 < scale < np.inf else scale
            np.testing.assert_allclose(total, values.sum(), rtol=1e-10, atol=1e-322)
        np.testing.assert_allclose(rms, wanted, rtol=1e-10, atol=1e-322)
        real = np.asarray(x.real, np.float64)
        has_nan = bool(np.isnan(real).any())
        up, down = bool((real > 0).any()), bool((real < 0).any())
        assert sign == (0 if has_nan else up - down)


def test_an_array_that_stands_for_several_records_is_described_for_each() -> None:
    x, y = np.arange(100.0), np.ones(3)
    s = summarise([x, y, 1.0, x, y, x], signed=True)
    alone = summarise([x], signed=True)
    for row in (0, 3, 5):
        assert s.maximum[row] == 99.0
        assert s.thumbnail[s.thumbnail_start[row] : s.thumbnail_start[row + 1]].tobytes() == alone.thumbnail.tobytes()
    assert s.positive.tolist() == [99, 3, 1, 99, 3, 99]


def test_a_large_product_is_kept_as_three_numbers() -> None:
    x = np.full(TOGETHER, -2.0)
    assert told(x) == Measure(2.0 * TOGETHER, -1, 2.0)

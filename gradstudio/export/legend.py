"""The legend below an exported picture, as part of its display list: what the gradient colours mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradstudio.picture.fonts import width
from gradstudio.picture.legend import ScaleLegend
from gradstudio.picture.model import Align, Font, Picture, Strips, Texts
from gradstudio.picture.tokens import Theme

HEIGHT = 44.0
"""How much taller a picture becomes."""

NARROWEST = 660.0
"""Pictures with a legend are at least so wide."""

TITLE = Font("Inter", 11, 600)
TICK = Font("JetBrains Mono", 9, 400)
_WIDTH, _BAR, _MARGIN, _GAP = 200.0, 8.0, 28.0, 28.0


def with_legend(picture: Picture, scales: tuple[ScaleLegend, ...], theme: Theme) -> Picture:
    """The picture with the scales side by side below it."""
    x, y, wide, high = picture.bounds
    top, left = y + high, x + _MARGIN
    first = len(picture.fonts)
    words: list[tuple[float, float, str, int, int, Align]] = []
    bars: list[float] = []
    for scale in scales:
        words.append((left, top + 14.0, scale.title, first, theme.ink["ink"], Align.LEFT))
        left += width(scale.title, TITLE) + 10.0
        bars.append(left)
        for at, label in scale.ticks:
            words.append((left + at * _WIDTH, top + 28.0, label, first + 1, theme.ink["muted"], Align.CENTER))
        left += _WIDTH + _GAP
    return replace(
        picture,
        bounds=(x, y, max(wide, NARROWEST), high + HEIGHT),
        fonts=(*picture.fonts, TITLE, TICK),
        texts=_more_texts(picture.texts, words),
        strips=_more_strips(picture.strips, bars, top + 10.0, scales, theme.hairline),
    )


def _more_texts(texts: Texts, words: list[tuple[float, float, str, int, int, Align]]) -> Texts:
    n = len(words)
    return Texts(
        position=np.concatenate([texts.position, np.array([[x, y] for x, y, *_ in words], np.float64).reshape(n, 2)]),
        text=(*texts.text, *(word[2] for word in words)),
        font=np.append(texts.font, np.array([word[3] for word in words], np.uint8)),
        color=np.append(texts.color, np.array([word[4] for word in words], np.uint32)),
        align=np.append(texts.align, np.array([word[5] for word in words], np.uint8)),
        room=np.append(texts.room, np.full(n, _WIDTH, np.float32)),
        node=np.append(texts.node, np.full(n, -1, np.int32)),
        short=(*texts.short, *(word[2] for word in words)),
    )


def _more_strips(strips: Strips, bars: list[float], top: float, scales: tuple[ScaleLegend, ...], border: int) -> Strips:
    n = len(bars)
    counts = [len(scale.colors) for scale in scales]
    sizes = [np.full(count, 1 / count, np.float32) for count in counts]
    colors = [np.array(scale.colors, np.uint32) for scale in scales]
    rects = np.array([[x, top, _WIDTH, _BAR] for x in bars], np.float64).reshape(n, 4)
    return Strips(
        rect=np.concatenate([strips.rect, rects]),
        vertical=np.append(strips.vertical, np.zeros(n, bool)),
        start=np.append(strips.start, strips.start[-1] + np.cumsum(counts, dtype=np.int64)),
        size=np.concatenate([strips.size, *sizes]),
        color=np.concatenate([strips.color, *colors]),
        border=np.append(strips.border, np.full(n, border, np.uint32)),
        node=np.append(strips.node, np.full(n, -1, np.int32)),
    )

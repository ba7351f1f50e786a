"""The bundled fonts inside a file: only the characters it uses, so that a picture looks the same everywhere."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterable

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from gradstudio.picture.fonts import font_file
from gradstudio.picture.model import Font, Picture
from gradstudio.resources import resource


def picture_texts(picture: Picture) -> list[tuple[Font, str]]:
    """Every text of a display list with its font."""
    return [(picture.fonts[int(f)], text) for f, text in zip(picture.texts.font, picture.texts.text, strict=True)]


def font_faces(texts: Iterable[tuple[Font, str]]) -> str:
    """CSS @font-face rules with the fonts as data, for the given texts."""
    used: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for font, text in texts:
        used[font.family, font.weight].update(text)
    return "\n".join(_face(family, weight, characters) for (family, weight), characters in sorted(used.items()))


def _face(family: str, weight: int, characters: set[str]) -> str:
    options = Options(layout_features=["kern", "tnum", "mark", "mkmk"], notdef_outline=True, hinting=False)
    font = TTFont(resource(font_file(family, weight)), lazy=True, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in characters])
    subsetter.subset(font)
    data = io.BytesIO()
    font.save(data)
    font.close()
    kind = "otf" if font.sfntVersion == "OTTO" else "ttf"
    encoded = base64.b64encode(data.getvalue()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url(data:font/{kind};base64,{encoded}); }}'
    )

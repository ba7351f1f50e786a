"""Theme: a typed view of resources/themes/tokens.json, the one place where colours and measures come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from gradstudio.graph.model import FAMILIES
from gradstudio.resources import resource


def argb(text: str, alpha: int = 255) -> int:
    """ "#RRGGBB" as 0xAARRGGBB."""
    return (alpha << 24) | int(text[1:7], 16)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one theme as 0xAARRGGBB. Scales are lists of "#RRGGBB" anchors."""

    name: str
    surface: dict[str, int]  # window panel sunken canvas node raised hover band current_line canvas_dot
    ink: dict[str, int]  # ink ink2 muted faint ghost
    hairline: int
    control: int
    accent: int
    on_accent: int
    accent_soft: int
    family_header: tuple[int, ...]  # in the order of FAMILIES
    family_icon: tuple[int, ...]
    signed: tuple[str, str, str]  # negative, zero, positive
    signed_line: tuple[int, int, int]  # the same as lines on the canvas
    rms: tuple[str, ...]
    thumbnail: tuple[int, int]  # low, high
    edge: int
    edge_dimmed: int
    none_outline: int
    zero_fill: int
    zero_text: int
    nan_hatch: int
    nan_soft: int
    nan_text: int
    infinite_outline: int
    stale_header: int
    error: int
    error_soft: int
    warn: int
    warn_soft: int
    info: int
    info_soft: int


@cache
def tokens() -> dict[str, Any]:
    """The whole token file. Raises ValueError in one line if it is damaged."""
    try:
        found: dict[str, Any] = json.loads(resource("themes/tokens.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"the theme file tokens.json cannot be read: {error}; install GradStudio again") from None
    return found


@cache
def load_theme(name: str) -> Theme:
    """The theme "light" or "dark". Raises ValueError for any other name or a damaged token file."""
    themes = tokens().get("themes", {})
    if name not in themes:
        raise ValueError(f"there is no theme {name!r}: use light or dark")
    t = themes[name]
    try:
        return _theme(name, t)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(
            f"the theme file tokens.json lacks {error} in theme {name}; install GradStudio again"
        ) from None


def _theme(name: str, t: dict[str, Any]) -> Theme:
    state, problem = t["state"], t["problem"]
    signed = t["gradient_signed"]["anchors"]
    line = t["gradient_signed"]["line_on_canvas"]
    return Theme(
        name=name,
        surface={k: argb(v) for k, v in t["surface"].items()},
        ink={k: argb(v["hex"]) for k, v in t["ink"].items()},
        hairline=argb(t["border"]["hairline"]),
        control=argb(t["border"]["control_and_node"]),
        accent=argb(t["accent"]["hex"]),
        on_accent=argb(t["accent"]["on_accent"]["hex"]),
        accent_soft=argb(t["accent"]["soft"]),
        family_header=tuple(argb(t["op_family"][f]["header"]) for f in FAMILIES),
        family_icon=tuple(argb(t["op_family"][f]["icon"]) for f in FAMILIES),
        signed=(signed["negative"], signed["zero"], signed["positive"]),
        signed_line=(argb(line["neg"]["hex"]), argb(line["zero"]["hex"]), argb(line["pos"]["hex"])),
        rms=tuple(t["gradient_rms"]["anchors"]),
        thumbnail=(argb(t["value_thumbnail"]["low"]), argb(t["value_thumbnail"]["high"])),
        edge=argb(t["edge"]["forward"]["hex"]),
        edge_dimmed=argb(t["edge"]["forward_dimmed"]),
        none_outline=argb(state["none"]["outline"]),
        zero_fill=argb(state["zero"]["fill"]),
        zero_text=argb(state["zero"]["text"]),
        nan_hatch=argb(state["nan"]["hatch"]),
        nan_soft=argb(state["nan"]["soft"]),
        nan_text=argb(state["nan"]["text"]),
        infinite_outline=argb(state["inf"]["outline"]),
        stale_header=argb(state["stale"]["header"]),
        error=argb(problem["error"]["hex"]),
        error_soft=argb(problem["error"]["soft"]),
        warn=argb(problem["warn"]["hex"]),
        warn_soft=argb(problem["warn"]["soft"]),
        info=argb(problem["info"]["hex"]),
        info_soft=argb(problem["info"]["soft"]),
    )

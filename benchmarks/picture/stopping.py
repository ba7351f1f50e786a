"""How soon the window knows that what a person stopped is over: a run, and the drawing of a picture."""

from __future__ import annotations

from benchmarks.picture.road import Desk

PLACES = (0.2, 0.4, 0.6, 0.8)
"""How far a run or a drawing has come when it is stopped, as shares of what it takes."""


def stopping(desk: Desk, text: str, everything: str, run: float, drawing: float) -> dict[str, float]:
    """The longest seconds from the order to the answer. everything: the text with nothing folded, which is drawn anew;
    run, drawing: seconds that both take."""
    runs = [desk.stop_run(text, run * place) for place in PLACES]
    drawings = []
    for place in PLACES:
        desk.show(text)  # a drawing that was done before it was stopped is not begun again
        drawings.append(desk.stop_drawing(everything, drawing * place))
    return {"run": max(runs), "drawing": max(drawings)}

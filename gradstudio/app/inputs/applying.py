"""How an edit of an input goes out: many in a row, of one movement of the hand, are one step that can be undone."""

from __future__ import annotations

import inspect

from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.session import Session


def apply(session: Session, edit: Edit, merge: str = "") -> None:
    """Change the text. merge: edits that follow each other with the same word are one step, where steps merge."""
    if merge and "merge" in inspect.signature(session.apply).parameters:
        session.apply(edit, merge=merge)  # type: ignore[call-arg]
    else:
        session.apply(edit)

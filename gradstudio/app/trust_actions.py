"""What can be done about trust, in the menu Run."""

from __future__ import annotations

from gradstudio.app.action import Action

TRUST: tuple[Action, ...] = (
    Action(
        "allow-full",
        "Run",
        "Allow full Python…",
        (),
        lambda w: w.trust.ask(),
        lambda w: w.trust.can_ask,
        starts_group=True,
    ),
    Action(
        "back-to-safe",
        "Run",
        "Back to safe mode",
        (),
        lambda w: w.session.withdraw_full(),
        lambda w: w.session.gate.is_full,
    ),
)

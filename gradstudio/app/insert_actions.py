"""What can be put into the text as a line of numbers."""

from __future__ import annotations

from gradstudio.app.action import Action

INSERT: tuple[Action, ...] = (
    Action("insert-number", "Insert", "Number…", ("Ctrl+Shift+N",), lambda w: w.inputs.insert("number")),
    Action("insert-array", "Insert", "Array…", ("Ctrl+Shift+A",), lambda w: w.inputs.insert("array")),
    Action("insert-range", "Insert", "Range…", ("Ctrl+Shift+R",), lambda w: w.inputs.insert("range")),
    Action("insert-random", "Insert", "Random numbers…", ("Ctrl+Shift+M",), lambda w: w.inputs.insert("random")),
    Action("insert-file", "Insert", "Data file…", ("Ctrl+Shift+O",), lambda w: w.inputs.insert_file()),
    Action(
        "make-input",
        "Insert",
        "Make the number at the cursor an input…",
        ("Ctrl+Shift+I",),
        lambda w: w.inputs.make_input(),
    ),
)

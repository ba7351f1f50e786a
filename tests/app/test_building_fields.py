"""What is typed in the picture itself, and what is done with what is selected, all of it as edits of the text."""

from __future__ import annotations

from hands import PROGRAM, SHIFT, Hands
from PySide6.QtCore import QPoint, Qt

_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier


def test_f2_renames_everywhere(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_F2)
    assert hands.builder.fields.field.text() == "z"
    hands.write("score")
    assert hands.text == PROGRAM.replace("z = X", "score = X").replace("z * 2", "score * 2")
    hands.settle()
    assert hands.canvas.hasFocus()


def test_keys_of_menus_are_typed_while_a_field_is_open(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_F2)
    field = hands.builder.fields.field
    hands.qtbot.keyClicks(field, "exctl")
    hands.qtbot.keyClick(field, _KEY.Key_D, _CONTROL)
    assert field.text() == "exctl"
    assert hands.text == PROGRAM


def test_a_name_that_is_taken_is_refused_beside_the_field_which_stays(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_F2)
    hands.write("y")
    assert hands.builder.fields.is_open
    assert "y" in hands.bubble.text
    assert hands.text == PROGRAM
    hands.qtbot.keyClick(hands.builder.fields.field, _KEY.Key_Escape)
    assert not hands.bubble.isVisible()
    assert not hands.builder.fields.is_open


def test_e_types_the_value_of_a_parameter(hands: Hands) -> None:
    hands.select("b")
    hands.key(_KEY.Key_E)
    assert hands.builder.fields.field.text() == "0.3"
    hands.write("-1.5")
    assert hands.text == PROGRAM.replace("Variable(0.3)", "Variable(-1.5)")


def test_e_types_the_constant_of_an_op(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_E)
    assert hands.builder.fields.field.text() == "2.0"
    hands.write("0.5")
    assert hands.text == PROGRAM.replace("z * 2.0", "z * 0.5")


def test_a_value_that_is_none_is_refused_in_words(hands: Hands) -> None:
    hands.select("b")
    hands.key(_KEY.Key_E)
    hands.write("0.3 +")
    assert hands.builder.fields.is_open
    assert hands.bubble.isVisible()
    assert hands.text == PROGRAM


def test_a_double_click_on_the_number_of_a_leaf_types_it(hands: Hands) -> None:
    place = hands.canvas.node_rect(hands.node("b"))
    value = QPoint(round(place.center().x()), round(place.top() + place.height() * 52 / 88))
    hands.qtbot.mouseDClick(hands.canvas, Qt.MouseButton.LeftButton, pos=value)
    assert hands.builder.fields.field.text() == "0.3"
    hands.write("0.75")
    assert "b = gs.Variable(0.75)" in hands.text
    hands.settle()
    hands.qtbot.mouseDClick(hands.canvas, Qt.MouseButton.LeftButton, pos=hands.middle("z"))
    assert not hands.builder.fields.is_open
    assert hands.window.editor.hasFocus()  # where an op is written


def test_a_double_click_on_a_port_types_its_argument(hands: Hands) -> None:
    hands.qtbot.mouseDClick(hands.canvas, Qt.MouseButton.LeftButton, pos=hands.input("err", 0))
    assert hands.builder.fields.field.text() == "s"
    hands.write("z + 1")
    assert hands.line(11) == "err = gs.mse(z + 1, y)"


def test_a_constant_becomes_an_input_with_a_range(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_N)
    assert hands.builder.fields.field.text().endswith(" 0 to 4")
    hands.write("scale")
    assert hands.bubble.text == "`scale` is no input; type a name and its range, like rate 0 to 1."
    hands.builder.fields.field.selectAll()
    hands.write("scale 0 to 8")
    assert "scale = 2.0" in hands.text
    assert "s = z * scale" in hands.text
    hands.settle()


def test_lines_are_repeated_in_a_loop(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_L)
    hands.builder.fields.field.selectAll()
    hands.write("many")
    assert hands.bubble.text == "`many` is no number of passes; type a whole number like 10."
    hands.builder.fields.field.selectAll()
    hands.write("4")
    assert "in range(4):\n        s = z * 2.0\n" in hands.text


def test_selected_nodes_become_a_function(hands: Hands) -> None:
    hands.select("z", "s")
    hands.key(_KEY.Key_G, _CONTROL)
    hands.write("score")
    assert "def score(" in hands.text
    assert "s = score(" in hands.text
    hands.settle()


def test_s_stops_the_gradient_and_lets_it_through_again(hands: Hands) -> None:
    hands.select("z")
    hands.key(_KEY.Key_S)
    assert hands.line(9).startswith("z = gs.stop_gradient(X @ w + b)")
    hands.settle()
    hands.select("z")
    hands.key(_KEY.Key_S)
    assert hands.text == PROGRAM


def test_t_makes_a_node_the_target_and_w_adds_sources_and_takes_them_away(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_T)
    assert "g = t.gradient(s, [w, b])\n" in hands.text
    hands.settle()
    hands.select("b")
    hands.key(_KEY.Key_W)
    assert "g = t.gradient(s, w)\n" in hands.text or "g = t.gradient(s, [w])\n" in hands.text
    hands.settle()
    hands.select("w")
    hands.key(_KEY.Key_W)
    assert hands.bubble.text == "w is the only source; a gradient needs one."
    hands.select("b")
    hands.key(_KEY.Key_W)
    assert "g = t.gradient(s, [w, b])\n" in hands.text


def test_a_variable_is_put_into_the_line_that_uses_it(hands: Hands) -> None:
    hands.select("s")
    hands.key(_KEY.Key_G, _CONTROL | SHIFT)
    assert "s = z * 2.0" not in hands.text
    assert "err = gs.mse(z * 2.0, y)" in hands.text


def test_a_click_elsewhere_applies_what_was_typed(hands: Hands) -> None:
    hands.select("b")
    hands.key(_KEY.Key_E)
    hands.qtbot.keyClicks(hands.builder.fields.field, "7.0")
    hands.window.editor.setFocus()
    assert hands.text == PROGRAM.replace("Variable(0.3)", "Variable(7.0)")
    assert not hands.builder.fields.is_open

"""Where the line of a new input goes in a program, what it may be called, and the import that it may take."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

from gradstudio.language.grammar import MODULES, WITHHELD
from gradstudio.language.limits import IDENTIFIER, LINE_CHARACTERS
from gradstudio.studio.edits.edit import Refused, Splice, spliced
from gradstudio.studio.edits.places import IMPORT, leaf_place
from gradstudio.studio.edits.program import Program, program_of

_RESERVED = frozenset([*dir(builtins), *WITHHELD, *MODULES.values(), "tf"])
"""Names that no input should take from Python and the studio."""


def input_line(program: Program, line: str, before: ast.stmt | None = None) -> tuple[Splice, int]:
    """How a line is written behind the inputs that a program begins with, and its number in the new text.

    before: a statement at the top that reads the input, and may be one of those. Raises Refused for a line that no
    text may hold.
    """
    lines = line.split("\n")
    longest = max(map(len, lines))
    if longest > LINE_CHARACTERS:
        raise Refused(f"The line would have {longest:,} characters; lines may have {LINE_CHARACTERS:,}.")
    splice = leaf_place(program).put(lines)
    if before is not None and splice.start > program.line_start(before.lineno):
        splice = program.before(before, lines)
    blank = len(splice.new) - len(splice.new.lstrip("\n"))
    return splice, program.text.count("\n", 0, splice.start) + 1 + blank


def importing(program: Program) -> Program:
    """The program with the library in it, if functions of it are to run under plain Python.

    One that has them without any import, so that only the studio runs it, goes on so.
    """
    if program.has_import or is_bare(program):
        return program
    body = program.tree.body
    imported = next((s for s in body if isinstance(s, ast.Import | ast.ImportFrom)), None)
    first = imported or next((s for s in body if not isinstance(s, ast.Expr)), None)
    if first is None:
        splice = leaf_place(program).put([IMPORT])
    else:
        splice = program.before(first, [IMPORT] if imported is not None else [IMPORT, ""])
    return program_of(spliced(program.text, [splice]))


def is_bare(program: Program) -> bool:
    """Whether it has functions of the library, or lists that are tensors, without any import."""
    nodes = list(program.nodes)
    if any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes):
        return False
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    has_lists = any(isinstance(s, ast.Assign) and isinstance(s.value, ast.List | ast.Tuple) for s in program.tree.body)
    return has_lists or any(node.id not in own for node in names)


def free_name(program: Program, wanted: str, taken: Iterable[str] = ()) -> str:
    """The name, made a valid one that nothing in the program has: "x" may become "x2"."""
    return program.fresh(valid_name(wanted), _RESERVED | frozenset(taken))


def valid_name(wanted: str) -> str:
    """A name that Python and the studio accept, as near to the wanted one as can be; "x" where nothing is left."""
    plain = unicodedata.normalize("NFKC", wanted).strip()
    name = re.sub(r"\W+", "_", plain)[: IDENTIFIER // 2].strip("_")
    if not name:
        return "x"
    if name[0].isdigit():
        name = f"x{name}" if name.isdigit() else f"x_{name}"
    if not name.isidentifier():
        return "x"
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name

"""Where a new input goes in a program, what it may be called, and how the program calls the library."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gradstudio.language.check import check
from gradstudio.language.grammar import WITHHELD
from gradstudio.language.inputs import numbers
from gradstudio.language.limits import IDENTIFIER, LINE_CHARACTERS
from gradstudio.language.rewrite import has_tape
from gradstudio.studio.edits.edit import Refused, Splice

_MAKERS = frozenset(
    "Variable constant convert_to_tensor load linspace arange range ones zeros full fill eye normal uniform set_seed "
    "truncated_normal stateless_normal stateless_uniform array asarray Random".split()
)
"""Functions whose results are inputs of a program."""


@dataclass(frozen=True, slots=True)
class Program:
    """A text that parses, and what a line that is added to it has to know."""

    text: str
    tree: ast.Module
    lines: list[str]
    has_tape: bool
    library: str  # what stands before a function of the library: "gs." or ""
    is_bare: bool  # nothing is imported: plain lists at the top are tensors

    @classmethod
    def of(cls, text: str) -> Program:
        """Raises Refused, in one line, for a text that does not parse."""
        tree, problems = check(text)
        if tree is None:
            first = problems[0]
            where = f"line {first.span[0]}: " if first.span[0] > 0 else ""
            raise Refused(f"The text has an error ({where}{first.message}). Mend it first, then add the input.")
        imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        return cls(text, tree, text.split("\n"), has_tape(tree), _library(tree), not imports)

    @property
    def is_empty(self) -> bool:
        """Whether there is no statement in it, only comments at most."""
        return not self.tree.body

    def free_name(self, wanted: str, taken: Iterable[str] = ()) -> str:
        """The name, made a valid one that nothing in the program has: "x" may become "x2"."""
        name = valid_name(wanted)
        used = names_in(self.tree) | set(taken)
        if name not in used:
            return name
        stem = name.rstrip("0123456789") or name
        number = 2
        while f"{stem}{number}" in used:
            number += 1
        return f"{stem}{number}"

    def added(self, line: str, before: int = 0) -> tuple[list[Splice], int]:
        """Splices that write a new input line, and the number of the line in the new text.

        It goes behind the imports and inputs that the program begins with, and never behind line `before` (0: none).
        """
        longest = max(map(len, line.split("\n")))
        if longest > LINE_CHARACTERS:
            raise Refused(f"The line would have {longest:,} characters; lines may have {LINE_CHARACTERS:,}.")
        last = self._last_input(before)
        if last is None:
            return self._at_the_beginning(line)
        row = (last.end_lineno or last.lineno) - 1
        end = sum(len(one) + 1 for one in self.lines[: row + 1]) - 1
        gap = "\n\n" if isinstance(last, ast.Import | ast.ImportFrom) or _is_words(last) else "\n"
        after = self.lines[row + 1] if row + 1 < len(self.lines) else ""
        tail = "\n" if gap == "\n\n" and after.strip() else ""
        if row + 1 == len(self.lines):
            tail = "\n"  # the text ended without a line end
        return [Splice(end, end, f"{gap}{line}{tail}")], row + 1 + len(gap)

    def _last_input(self, before: int) -> ast.stmt | None:
        last = None
        for statement in self.tree.body:
            if before and statement.lineno >= before:
                break
            if not _is_input(statement):
                break
            last = statement
        return last

    def _at_the_beginning(self, line: str) -> tuple[list[Splice], int]:
        """Before the first statement; a comment right above it belongs to it, unless the text begins with it."""
        if self.is_empty:
            return self._behind_comments(line)
        first = self.tree.body[0]
        row = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))]) - 1
        above = row
        while above > 0 and self.lines[above - 1].lstrip().startswith("#"):
            above -= 1
        row = above if above > 0 else row
        at = sum(len(one) + 1 for one in self.lines[:row])
        return [Splice(at, at, f"{line}\n")], row + 1

    def _behind_comments(self, line: str) -> tuple[list[Splice], int]:
        """A text without a statement: below what is written there."""
        kept = self.text.rstrip()
        if not kept:
            return [Splice(0, len(self.text), f"{line}\n")], 1
        return [Splice(len(kept), len(self.text), f"\n\n{line}\n")], kept.count("\n") + 3


def _is_input(statement: ast.stmt) -> bool:
    """Whether a statement belongs to the beginning of a program: an import, words, numbers, data."""
    if isinstance(statement, ast.Import | ast.ImportFrom) or _is_words(statement):
        return True
    if isinstance(statement, ast.Expr):
        return _is_maker(statement.value)  # gs.random.set_seed(7)
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    value = statement.value
    return bool(list(numbers(value))) or isinstance(value, ast.Constant) or _is_maker(value)


def _is_maker(value: ast.expr) -> bool:
    """gs.Variable(...), gs.random.normal(...): whatever makes an input."""
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _MAKERS


def _is_words(statement: ast.stmt) -> bool:
    """A text in quotes by itself."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _library(tree: ast.Module) -> str:
    """ "gs." where the program imports the library under that name, "" where it does without."""
    names = [
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "gradstudio"
    ]
    return f"{names[0]}." if names else ""


def names_in(tree: ast.Module) -> set[str]:
    """Every name that a program says, and those that no variable should take from Python."""
    found = set(dir(builtins)) | set(WITHHELD) | {"gs", "tf", "np", "math"}
    for node in ast.walk(tree):
        for field in ("id", "name", "asname", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                found.add(name)
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
    return found


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

"""Text -> checked syntax tree, or the problems that stop it: one line each, with its exact place."""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from functools import cache

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language import limits
from gradstudio.language.grammar import ALLOWED, DECORATORS, MODULES, WHY, WITHHELD
from gradstudio.language.tree import SILENT, walk

_HIDDEN = frozenset("\x0b\x0c\u2028\u2029\u200b\u200c\u200d\u2060\ufeff\x85") | {
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0, 9), *range(14, 32))
}


def check(text: str) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """Parse and check a program. The tree is None if there is any error; columns count characters."""
    found = _too_large(text) or hidden(text)
    if found is not None:
        return None, (found,)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text)
    except SyntaxError as error:
        return None, (syntax_problem(error, text),)
    except (MemoryError, RecursionError):
        return None, (
            Problem("error", "limit", "the program is nested too deeply", hint="split long expressions into steps"),
        )
    except ValueError as error:
        return None, (Problem("error", "syntax", str(error).splitlines()[0]),)
    problems = tuple(_refusals(tree, text.split("\n")))
    return (None if problems else tree), problems


def _too_large(text: str) -> Problem | None:
    if len(text) > limits.FILE_BYTES:
        return Problem(
            "error", "limit", f"the program has {len(text):,} characters; the limit is {limits.FILE_BYTES:,}"
        )
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > limits.LINE_CHARACTERS:
            span = (number, 0, number, 80)
            return Problem(
                "error",
                "limit",
                f"this line has {len(line):,} characters; the limit is {limits.LINE_CHARACTERS:,}",
                span,
            )
    # A cheap upper bound that no honest program comes near; the parser's own cost stays linear below it.
    if sum(map(text.count, "(),.[]{}=+-*/%<>:")) > limits.TOKENS:
        return Problem("error", "limit", f"the program has more than {limits.TOKENS:,} symbols")
    return None


def hidden(text: str) -> Problem | None:
    """The first character that could disguise code, as a problem; None if there is none."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line):
            if char in _HIDDEN or (char == "\r" and column < len(line) - 1):
                span = (number, column, number, column + 1)
                name = unicodedata.name(char, f"U+{ord(char):04X}")
                return Problem(
                    "error", "refused", f"a hidden character ({name}) could disguise code", span, "delete it"
                )
    return None


def syntax_problem(error: SyntaxError, text: str) -> Problem:
    """What the parser or compiler found wrong, with its place."""
    line = error.lineno or 1
    lines = text.split("\n")
    content = lines[line - 1] if 0 < line <= len(lines) else ""
    column = min(max((error.offset or 1) - 1, 0), len(content))
    end = error.end_lineno or line
    end_column = max((error.end_offset or 0) - 1, 0)
    if end == line and end_column <= column:
        end_column = column + 1
    message = error.msg or "invalid syntax"
    hint = ""
    if message == "invalid syntax" and "=" in content and content.lstrip().startswith(("if ", "while ", "elif ")):
        hint = "compare with =="
    return Problem("error", "syntax", message[0].lower() + message[1:], (line, column, end, end_column), hint)


def span_of(node: ast.AST, lines: list[str]) -> Span:
    """Place of a node, columns in characters."""
    line = getattr(node, "lineno", 1)
    end = getattr(node, "end_lineno", None) or line

    def characters(row: int, column: int) -> int:
        content = lines[row - 1] if 0 < row <= len(lines) else ""
        return column if content.isascii() else len(content.encode()[:column].decode(errors="ignore"))

    return (
        line,
        characters(line, getattr(node, "col_offset", 0)),
        end,
        characters(end, getattr(node, "end_col_offset", None) or 0),
    )


def _refusals(tree: ast.Module, lines: list[str]) -> Iterator[Problem]:
    """What is refused, in the order of the text, 20 at most. Walks without recursion, level by level."""
    found: list[tuple[Span, str, str]] = []
    level: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]  # nodes, and the nearest place above each
    own = cache(lambda: _bound(tree))  # most programs never need it
    count = depth = 0
    while level:
        count += len(level)
        if depth > limits.DEPTH or count > limits.NODES:
            yield Problem("error", "limit", "the program is nested too deeply or too long", span_of(level[0][1], lines))
            return
        below: list[tuple[ast.AST, ast.AST]] = []
        for node, place in level:
            if not _is_harmless(node):
                found += [(span_of(place, lines), message, hint) for message, hint in _why_not(node, own)]
            for value in node.__dict__.values():
                if type(value) is list:
                    below += [(v, v if "lineno" in v.__dict__ else place) for v in value if isinstance(v, ast.AST)]
                elif isinstance(value, ast.AST) and type(value) not in SILENT:
                    below.append((value, value if "lineno" in value.__dict__ else place))
        level = below
        depth += 1
    for span, message, hint in sorted(found, key=lambda f: f[0])[:20]:
        yield Problem("error", "refused", message, span, hint)


def _is_harmless(node: ast.AST) -> bool:
    """Whether one look is enough to see that nothing is wrong with a node by itself: so it is with nearly all."""
    kind = type(node)
    if kind in _QUIET:
        return True
    if kind is ast.Constant:
        return type(node.value) is not bytes  # type: ignore[attr-defined]
    if kind is ast.Name:
        name: str = node.id  # type: ignore[attr-defined]
        return name not in WITHHELD and _is_plain(name)
    return kind is ast.Attribute and type(node.ctx) is ast.Load and _is_plain(node.attr)  # type: ignore[attr-defined]


def _is_plain(name: str) -> bool:
    """Whether a name is surely none that means something special, in whatever spelling."""
    return name.isascii() and name[0] != "_" and name[-1] != "_" and len(name) <= limits.IDENTIFIER


_ASKED = (
    ast.Name, ast.Attribute, ast.Constant, ast.arg, ast.keyword, ast.alias, ast.FunctionDef, ast.ExceptHandler,
    ast.MatchAs, ast.MatchStar, ast.MatchValue, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.Delete,
    ast.FormattedValue, ast.AnnAssign,
)  # fmt: skip
"""What _why_not() looks into; everything else that is allowed is so whatever it holds."""

_QUIET = frozenset(sub for kind in ALLOWED for sub in (kind, *kind.__subclasses__())) - frozenset(_ASKED)


def _bound(tree: ast.Module) -> set[str]:
    """Names that the program itself gives to something."""
    found = set()
    for node in walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found


def _why_not(node: ast.AST, own: Callable[[], set[str]]) -> Iterator[tuple[str, str]]:
    if not isinstance(node, ALLOWED):
        yield WHY.get(type(node), f"{type(node).__name__} is not part of a computation file"), ""
        return
    for name in _bound_names(node):
        if len(name) > limits.IDENTIFIER:
            yield f"a name of {len(name)} characters is too long", f"the limit is {limits.IDENTIFIER}"
        plain = unicodedata.normalize("NFKC", name)
        if plain == "__name__" and isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            continue
        if plain in WITHHELD and isinstance(node, ast.Name) and plain not in own():
            yield f"`{plain}` is not available: {WITHHELD[plain]}", ""
        if plain.startswith("__") or plain.endswith("__") or plain.startswith("_gs"):
            yield (
                f"the name `{name}` is not available: names with double underscores are Python's own",
                "choose another name",
            )
        elif plain.startswith("_") and isinstance(node, ast.Attribute | ast.keyword):
            yield f"`{name}` is private and not available", ""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name not in MODULES:
                yield _import(alias.name)
            elif alias.asname is None and "." in alias.name:
                yield f"`import {alias.name}` is not available", "import the package itself"
    elif isinstance(node, ast.ImportFrom):
        if node.level or node.module not in MODULES:
            yield _import(node.module or ".")
        elif any(alias.name == "*" for alias in node.names):
            yield "`import *` is not allowed: name what you need", "every op is in scope even without an import"
    elif isinstance(node, ast.FunctionDef):
        if not all(_is_library_decorator(decorator) for decorator in node.decorator_list):
            allowed = ", ".join(f"@gs.{name}" for name in sorted(DECORATORS))
            yield f"of decorators only {allowed} are available", "call the function yourself"
    elif isinstance(node, ast.MatchValue):
        value = node.value.operand if isinstance(node.value, ast.UnaryOp) else node.value
        if not isinstance(value, ast.Constant):
            yield "a pattern is a written-out number or text", "compare with if"
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        yield (
            f"`.{node.attr} = ...` is not allowed: modules and tensors cannot be changed",
            "assign to a variable of your own",
        )
    elif isinstance(node, ast.Delete):
        if any(not isinstance(target, ast.Name | ast.Subscript) for target in node.targets):
            yield "only variables and list items can be deleted", ""
    elif isinstance(node, ast.ExceptHandler):
        if node.type is None:
            yield "a bare `except:` is not allowed", "name the error, e.g. `except ValueError:`"
    elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        yield from _format(node.format_spec)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bytes):
            yield "bytes are not part of a computation file", "use a string or numbers"
    elif isinstance(node, ast.AnnAssign) and not isinstance(node.target, ast.Name):
        yield "only a plain name can be annotated", ""


def _is_library_decorator(node: ast.expr) -> bool:
    made = node.func if isinstance(node, ast.Call) else node
    if isinstance(made, ast.Attribute):
        return isinstance(made.value, ast.Name) and made.attr in DECORATORS
    return isinstance(made, ast.Name) and made.id in DECORATORS


def _import(name: str) -> tuple[str, str]:
    short = name.split(".")[0]
    hint = "only gradstudio, numpy and math can be imported"
    if short in ("tensorflow", "torch", "jax", "autograd"):
        hint = "write `import gradstudio as tf`: the tape has TensorFlow's interface"
    if short in MODULES and "." in name:
        hint = f"write `import {short}` and then `{short}.{name.split('.', 1)[1][:60]}`"
    return f"`import {name[:60]}` is not allowed", hint


def _bound_names(node: ast.AST) -> Iterator[str]:
    """Every identifier a node reads or binds, at whatever site."""
    for field in ("id", "attr", "arg", "name", "asname"):
        value = getattr(node, field, None)
        if isinstance(value, str) and not (isinstance(node, ast.alias) and field == "name" and value in MODULES):
            yield value
    if isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _format(spec: ast.expr) -> Iterator[tuple[str, str]]:
    parts = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
    for part in parts:
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            yield "the format after `:` must be written out", "e.g. {x:.4f}"
        elif any(int(run) > 200 for run in _digits(part.value)):
            yield "the width in a format is at most 200", ""


def _digits(text: str) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in text).split()

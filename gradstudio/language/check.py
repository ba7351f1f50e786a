"""Text -> checked syntax tree, or the problems that stop it: one line each, with its exact place."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Span
from gradstudio.language import limits
from gradstudio.language.grammar import ALLOWED, DECORATORS, FUTURE, MODULES, SWITCHES, WHY, WITHHELD
from gradstudio.language.parsing import UnreadableText, parsed
from gradstudio.language.texts import too_wide
from gradstudio.language.tree import SILENT, bound_names

_MOST = 20
"""Problems that a person is told of at once."""


def check(text: str, largest: int = limits.TOKENS) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """Parse and check a program of at most so many tokens. The tree is None if there is any error; columns count
    characters.
    """
    try:
        tree = parsed(text, largest)
    except UnreadableText as error:
        return None, (error.problem,)
    except SyntaxError as error:
        return None, (syntax_problem(error, text),)
    refused = refusals(tree, text.split("\n"))
    problems = tuple([problem for _, problem in refused[:_MOST]])
    return (None if problems else tree), problems


def syntax_problem(error: SyntaxError, text: str) -> Problem:
    """What the parser or compiler found wrong, with its place."""
    lines = text.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    content = lines[line - 1]
    column = min(max((error.offset or 1) - 1, 0), len(content))
    end = min(max(error.end_lineno or line, line), len(lines))
    end_column = max((error.end_offset or 0) - 1, 0)
    if end == line and end_column <= column:
        end_column = column + 1
    end_column = min(end_column, len(lines[end - 1]))
    if end == line and 0 < end_column <= column:
        column = end_column - 1  # what is missing at a line's end is shown at its last sign
    message = error.msg or "invalid syntax"
    hint = ""
    if message == "invalid syntax" and "=" in content and content.lstrip().startswith(("if ", "while ", "elif ")):
        hint = "compare with =="
    elif message == "too many statically nested blocks":
        message, hint = "blocks are nested too deeply", "move the inner ones into a function"
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


def refusals(tree: ast.Module, lines: list[str]) -> list[tuple[ast.AST, Problem]]:
    """What is refused of a program, in the order of the text, and why. Walks without recursion, level by level."""
    found: list[tuple[ast.AST, Problem]] = []
    level: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]  # nodes, and the nearest place above each
    own = cache(lambda: bound_names(tree))  # most programs never need it
    count = depth = 0
    while level:
        count += len(level)
        if depth > limits.DEPTH or count > limits.NODES:
            return [(level[0][0], _too_much(span_of(level[0][1], lines), depth))]
        below: list[tuple[ast.AST, ast.AST]] = []
        for node, place in level:
            if not _is_harmless(node):
                said = [(node, place, message, hint) for message, hint in _why_not(node, own)]
                said += [(part, part, message, hint) for part, message, hint in _why_not_inside(node)]
                found += [
                    (of, Problem("error", "refused", why, span_of(at, lines), hint)) for of, at, why, hint in said
                ]
            for value in node.__dict__.values():
                if type(value) is list:
                    below += [(v, v if "lineno" in v.__dict__ else place) for v in value if isinstance(v, ast.AST)]
                elif isinstance(value, ast.AST) and type(value) not in SILENT:
                    below.append((value, value if "lineno" in value.__dict__ else place))
        level = below
        depth += 1
    return sorted(found, key=lambda refusal: refusal[1].span)


def _too_much(span: Span, depth: int) -> Problem:
    if depth > limits.DEPTH:
        message, hint = f"this is more than {limits.DEPTH} levels deep", "split it into shorter steps"
    else:
        message, hint = f"the program has more than {limits.NODES:,} parts", "use a loop, or gs.load() for long tables"
    return Problem("error", "limit", message, span, hint)


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
    ast.FormattedValue, ast.AnnAssign, ast.Try, ast.comprehension,
)  # fmt: skip
"""What _why_not() looks into; everything else that is allowed is so whatever it holds."""

_QUIET = frozenset(sub for kind in ALLOWED for sub in (kind, *kind.__subclasses__())) - frozenset(_ASKED)


def _why_not(node: ast.AST, own: Callable[[], set[str]]) -> Iterator[tuple[str, str]]:
    if not isinstance(node, ALLOWED):
        yield WHY.get(type(node), f"{type(node).__name__} is not part of a computation file"), ""
        return
    for name in _bound_names(node):
        if len(name) > limits.IDENTIFIER:
            yield f"a name of {len(name)} characters is too long", f"the limit is {limits.IDENTIFIER}"
        plain = unicodedata.normalize("NFKC", name)
        is_outside = isinstance(node, ast.Attribute | ast.keyword)
        if plain == "__name__" and isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            continue
        if plain in WITHHELD and isinstance(node, ast.Name) and plain not in own():
            yield f"`{plain}` is not available: {WITHHELD[plain]}", ""
        if is_outside and plain.startswith("_"):
            yield f"`{name[:60]}` is private and not available: names with underscores in front are Python's own", ""
        elif plain.strip("_") and (plain.startswith("__") or plain.endswith("__")):
            yield (
                f"the name `{name[:60]}` is not available: names with double underscores are Python's own",
                "choose another name",
            )
        elif plain.startswith("_gs"):
            yield (
                f"the name `{name[:60]}` is not available: names with _gs in front are GradStudio's own",
                "choose another name",
            )
    if isinstance(node, ast.ImportFrom):
        if node.level == 0 and node.module == FUTURE:
            if any(alias.name not in SWITCHES for alias in node.names):
                yield _import(FUTURE)
        elif node.level or node.module not in MODULES:
            yield _import(node.module or ".")
        elif any(alias.name == "*" for alias in node.names):
            yield "`import *` is not allowed: name what you need", "every op is in scope even without an import"
    elif isinstance(node, ast.comprehension):
        if node.is_async:
            yield WHY[ast.AsyncFor], ""
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
    elif isinstance(node, ast.Try):
        if _jumps(node.finalbody):
            yield "return, break and continue are not allowed in `finally`: they would swallow an error", ""
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


def _why_not_inside(node: ast.AST) -> Iterator[tuple[ast.AST, str, str]]:
    """What is refused of a statement's parts that are only known from the statement."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name not in MODULES:
                yield (alias if len(node.names) > 1 else node, *_import(alias.name))
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name.startswith("_") and not alias.name.startswith("__"):
                yield alias, f"`{alias.name[:60]}` is private and not available", ""
    elif isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            if not _is_library_decorator(decorator):
                allowed = ", ".join(f"@gs.{name}" for name in sorted(DECORATORS))
                yield decorator, f"of decorators only {allowed} are available", "call the function yourself"


def _is_library_decorator(node: ast.expr) -> bool:
    made = node.func if isinstance(node, ast.Call) else node
    if isinstance(made, ast.Attribute):
        return isinstance(made.value, ast.Name) and made.attr in DECORATORS
    return isinstance(made, ast.Name) and made.id in DECORATORS


def _import(name: str) -> tuple[str, str]:
    short = name.split(".")[0]
    message = f"`import {name[:60]}` is not allowed in safe mode: only gradstudio, numpy and math can be imported"
    hint = ""
    if short in ("tensorflow", "torch", "jax", "autograd"):
        hint = "write `import gradstudio as tf`: the tape has TensorFlow's interface"
    if short in MODULES and "." in name:
        hint = f"write `import {short}` and then `{short}.{name.split('.', 1)[1][:60]}`"
    return message, hint


def _jumps(body: list[ast.stmt]) -> bool:
    """Whether a block can be left by return, or by a break or continue of a loop around it."""
    waiting = [(statement, False) for statement in body]
    while waiting:
        node, is_looping = waiting.pop()
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break | ast.Continue) and not is_looping):
            return True
        if isinstance(node, ast.For | ast.While):
            waiting += [(statement, True) for statement in node.body]
            waiting += [(statement, is_looping) for statement in node.orelse]
        elif not isinstance(node, ast.FunctionDef):
            parts = [part for _, field in ast.iter_fields(node) if isinstance(field, list) for part in field]
            blocks = [b for part in parts if isinstance(part, ast.ExceptHandler | ast.match_case) for b in part.body]
            waiting += [(part, is_looping) for part in (*parts, *blocks) if isinstance(part, ast.stmt)]
    return False


def _bound_names(node: ast.AST) -> Iterator[str]:
    """Every identifier a node reads or binds, at whatever site."""
    if isinstance(node, ast.alias):
        yield from (name for name in (node.name, node.asname) if name is not None and name not in MODULES)
        return
    for field in ("id", "attr", "arg", "name"):
        value = getattr(node, field, None)
        if isinstance(value, str):
            yield value
    if isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _format(spec: ast.expr) -> Iterator[tuple[str, str]]:
    parts = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
    for part in parts:
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            yield "the format after `:` must be written out", "e.g. {x:.4f}"
        elif too_wide(part.value):
            yield f"the width in a format is at most {limits.FORMAT_WIDTH}", ""

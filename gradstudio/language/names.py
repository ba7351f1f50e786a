"""Names: all occurrences of the name at a place, the names that can be used at a line, and a text with one renamed."""

from __future__ import annotations

import ast
import keyword
import unicodedata
from dataclasses import dataclass

from gradstudio.engine.primitive import NAMES
from gradstudio.engine.trace import Span
from gradstudio.language import limits
from gradstudio.language.bindings import (
    BINDING,
    Bindings,
    Scope,
    Site,
    Symbol,
    bindings_of,
    named_parameters,
)
from gradstudio.language.grammar import MODULES
from gradstudio.language.pure import builtin_names


@dataclass(frozen=True, slots=True)
class Occurrences:
    """A name with every place that means the same variable, columns in characters, in the order of the text."""

    name: str
    definitions: tuple[Span, ...]  # where it is given something; () for what the program is given: ops, builtins
    spans: tuple[Span, ...]

    def definition_for(self, line: int, column: int) -> Span | None:
        """The definition a person at this place looks for: the last one before it, or the first one."""
        before = [span for span in self.definitions if (span[0], span[1]) < (line, column)]
        here = [span for span in before if span[0] == line and column <= span[3]]
        if here:  # on a definition: the first of them
            return self.definitions[0]
        return before[-1] if before else self.definitions[0] if self.definitions else None


def occurrences(text: str, line: int, column: int) -> Occurrences | None:
    """All occurrences of the name at a place (or ending there); None where there is none, or the text is wrong."""
    bindings = bindings_of(text)
    symbol = bindings.symbol_at(line, column) if bindings is not None else None
    if symbol is None:
        return None
    sites = [site for _, site in symbol.sites]
    definitions = tuple(site.span for site in sites if site.kind in BINDING)
    return Occurrences(symbol.name, definitions, tuple(site.span for site in sites))


def visible_at(text: str, line: int) -> dict[str, str]:
    """Names bound before a line that can be used in it, in the order of their binding -> what they are: "variable",
    "parameter", "function" or "import". Without those that are gone again by `del` or with their `except`."""
    bindings = bindings_of(text)
    if bindings is None:
        return {}
    scope = bindings.scope_at(line)
    found: dict[str, tuple[Span, str]] = {}
    for around in reversed(list(scope.up_to(None))):
        for symbol in bindings.symbols_of(around):
            sites = [site for _, site in symbol.sites if site.span[0] < line or site.kind == "parameter"]
            made = [site for site in sites if site.kind in BINDING]
            if made and sites and not _is_gone(sites, line):
                found[symbol.name] = (made[0].span, made[-1].kind)
            else:
                found.pop(symbol.name, None)  # local here, so the one around cannot be read
    return {name: kind for name, (_, kind) in sorted(found.items(), key=lambda item: item[1][0])}


def _is_gone(sites: list[Site], line: int) -> bool:
    last = next(site for site in reversed(sites) if site.kind != "use")
    if isinstance(last.node, ast.ExceptHandler):
        return line > (last.node.end_lineno or 0)
    return last.kind == "deleted"


def renamed(text: str, line: int, column: int, new: str) -> str:
    """The text with the name at a place renamed everywhere. Raises ValueError, in one line, where that cannot be."""
    bindings = bindings_of(text)
    if bindings is None:
        raise ValueError("names can be renamed once the text is right again")
    symbol = bindings.symbol_at(line, column)
    if symbol is None:
        raise ValueError("there is no name here: put the cursor on a variable, a function or a parameter")
    if symbol.scope is None:
        raise ValueError(f"`{symbol.name}` {_given(symbol.name)}, so it cannot be renamed")
    new = new.strip()
    plain = unicodedata.normalize("NFKC", new)
    if plain == symbol.name:
        return text
    reason = _not_a_name(new, plain) or _collision(bindings, symbol, plain) or _by_keyword(bindings, symbol)
    if reason:
        raise ValueError(reason)
    for _, site in reversed(symbol.sites):
        start, end = (bindings.offset(site.span[0], column) for column in (site.span[1], site.span[3]))
        put = new
        if isinstance(site.node, ast.alias) and not site.node.asname:
            put = f"{text[start:end]} as {new}"
        text = text[:start] + put + text[end:]
    return text


def _given(name: str) -> str:
    if name in NAMES:
        return "is an operation"
    if name in (*MODULES, *MODULES.values(), "tf"):
        return "is a library"
    return "is Python's own" if name in builtin_names() else "is nothing that this program names"


def _not_a_name(new: str, plain: str) -> str:
    """Why a word cannot be a name; "" if it can."""
    if not new:
        return "type the new name"
    if not new.isidentifier():
        return f"`{new}` is not a name: use letters, digits and _, and begin with a letter"
    if keyword.iskeyword(plain):
        return f"`{plain}` is a word of Python's own: choose another name"
    if plain.startswith("__") or plain.endswith("__") or plain.startswith("_gs"):
        return f"`{new}` is not available: names with double underscores are Python's own"
    if len(new) > limits.IDENTIFIER:
        return f"a name has at most {limits.IDENTIFIER} characters"
    return ""


def _collision(bindings: Bindings, symbol: Symbol, new: str) -> str:
    """Why another name would change what the program means; "" if it would not."""
    assert symbol.scope is not None
    there = bindings.symbol(symbol.scope, new)
    if new in symbol.scope.own:
        return f"`{new}` is taken: {_where(there)}"
    if any(name == new for scope, _ in symbol.sites for name in scope.declared):
        return f"`{new}` is taken: it is declared global or nonlocal where `{symbol.name}` is used"
    for scope, site in symbol.sites:
        for inner in scope.up_to(symbol.scope):
            if new in inner.own:
                other = _where(bindings.symbol(inner, new))
                return f"in line {site.span[0]} `{new}` would mean another variable: {other}"
    for scope in bindings.scopes:
        if symbol.scope not in scope.up_to(None):
            continue
        for site in scope.sites:
            if site.name != new or site.kind == "keyword":
                continue
            owner = bindings.resolve(scope, new)
            if owner is None or (owner is not symbol.scope and owner in symbol.scope.up_to(None)):
                what = "" if owner is not None else ", which " + _given(new)
                return f"line {site.span[0]} uses `{new}`{what}: it would mean this variable instead"
    return ""


def _where(symbol: Symbol) -> str:
    """ "line 3 gives it a value"."""
    made = next((site for _, site in symbol.sites if site.kind in BINDING), None)
    if made is None:
        return f"line {symbol.sites[0][1].span[0]} uses it" if symbol.sites else "the program uses it"
    said = {
        "parameter": "is a parameter",
        "function": "defines it",
        "import": "imports it",
    }.get(made.kind, "gives it a value")
    return f"it {said} in line {made.span[0]}" if made.kind == "parameter" else f"line {made.span[0]} {said}"


def _by_keyword(bindings: Bindings, symbol: Symbol) -> str:
    """Why a parameter cannot be renamed: a call that gives it by name may or may not be of this function."""
    function = symbol.scope
    if function is None or symbol.name not in named_parameters(function.node):
        return ""
    if _is_only_called(bindings, function):
        return ""
    for scope, call in bindings.calls():
        if isinstance(call.func, ast.Attribute) or bindings.function(scope, call.func) is not None:
            continue
        if isinstance(call.func, ast.Name) and bindings.resolve(scope, call.func.id) is None:
            continue  # an op or a builtin
        if any(keyword.arg == symbol.name for keyword in call.keywords):
            return f"line {call.lineno} gives `{symbol.name}` by name, in a call that may be of this function"
    return ""


def _is_only_called(bindings: Bindings, function: Scope) -> bool:
    """Whether every use of a function is a call of it, so that all calls are known."""
    node = function.node
    called = {id(call.func) for _, call in bindings.calls()}
    if not isinstance(node, ast.FunctionDef) or function.parent is None:
        return id(node) in called
    owner = bindings.resolve(function.parent, node.name)
    sites = bindings.symbol(owner, node.name).sites
    return all(id(site.node) in called for _, site in sites if site.kind == "use")

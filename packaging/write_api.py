"""Write API.md, the page of everything that is public: names with their docstrings, ops with what the table says.

    .venv/bin/python packaging/write_api.py            write the page anew
    .venv/bin/python packaging/write_api.py --check    exit with 1, and one line, if it is not up to date

All of it is read from the code, so nobody edits API.md by hand. A new name goes into SECTIONS below; a new op is found
by itself. An op without an example is named at the end: it needs a sample that can be written down in one line.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import gradstudio as gs
from gradstudio.engine import describing
from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Spelling
from gradstudio.engine.subgradients import CHOICES, of_op
from gradstudio.graph.model import FAMILIES

TARGET = Path(__file__).resolve().parent.parent / "API.md"

HEAD = """\
# API

Everything public in `gradstudio`, made from the code by `packaging/write_api.py`. The examples run after

```python
import gradstudio as gs
import numpy as np
```

`import gradstudio as tf` does as well: the names are TensorFlow's wherever TensorFlow has one.
"""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "The tape": (
        *("GradientTape", "UnconnectedGradients", "explain", "Explanation"),
        *("custom_gradient", "recompute_grad", "checkpoint", "grad_pass_through", "no_gradient"),
        *("autodiff", "subgradients", "CHOICES", "name_scope"),
    ),
    "Tensors and variables": (
        *("Tensor", "TensorShape", "Variable", "IndexedSlices", "Module"),
        *("is_tensor", "shape", "size", "rank"),
    ),
    "Derivatives of functions": (
        *("grad", "value_and_grad", "vjp", "jvp", "linearize", "jacrev", "jacfwd", "hessian", "hvp"),
        *("vmap", "check_grads", "compile"),
    ),
    "Control flow and other names of TensorFlow": (
        *("cond", "case", "switch_case", "while_loop", "map_fn", "vectorized_map", "scan", "foldl", "foldr"),
        *("function", "executing_eagerly", "TensorArray", "TensorSpec", "ensure_shape"),
        *("nest", "debugging", "errors", "config"),
    ),
    "Making tensors": (
        *("constant", "convert_to_tensor", "zeros", "ones", "fill", "full", "full_like", "eye", "arange", "range"),
        *("load", "random"),
    ),
    "Devices": ("device",),
}
"""Title -> the names below it, in the order of the page; what is no name of these is a constant or an op."""

DTYPES = (
    *("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool_", "complex64", "complex128"),
)
NUMBERS = {
    "pi": "3.141593 ...: half a turn in radians",
    "e": "2.718282 ...: the base of natural logarithms",
    "inf": "infinity",
    "nan": "no number; unequal to itself",
    "newaxis": "None: a new axis of length 1 in an index",
}

OPS = """\
An op takes numbers, lists, arrays, tensors and variables and gives tensors; an active tape that follows an input
records it. Its first arguments are the inputs; the others, and TensorFlow's and NumPy's names of them, may be given by
name. It is there under each of its names: `gs.sum`, `gs.reduce_sum`, `gs.math.reduce_sum`. Inputs whose shapes or
dtypes do not fit raise ValueError or TypeError that names the op and what it was given. The line below each example is
the value it gives, to six decimals.
"""

OWN = {
    "GradientTape": ("note", "wall", "lost"),
    "ForwardAccumulator": ("note", "wall", "lost"),
    "Tensor": ("inputs", "forget"),
    "IndexedSlices": ("value",),
}
"""What the engine asks its own classes, and no program should."""


class Page:
    """The text as it grows; each heading once, so that each has an address of its own."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.addresses: dict[str, str] = {}  # what a heading is called -> its address on the page

    def heading(self, level: int, *names: str, code: bool = True) -> None:
        """A heading that names one thing or several. Raises ValueError for an address that is taken."""
        text = ", ".join(f"`{name}`" if code else name for name in names)
        address = re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")
        if address in self.addresses.values():
            raise ValueError(f"two headings have the address #{address}")
        self.addresses.update(dict.fromkeys(names, address))
        self.blocks.append(f"{'#' * level} {text}")

    def add(self, *blocks: str) -> None:
        """Paragraphs, lists and blocks of code; empty ones are left out."""
        self.blocks += [block for block in blocks if block]

    def link(self, name: str) -> str:
        """A link to a heading."""
        return f"[{name}](#{self.addresses[name]})"


def prose(text: str) -> str:
    """A docstring's paragraphs as Markdown: one line each, with nothing that Markdown would take for a sign."""
    return "\n\n".join(escaped(" ".join(paragraph.split())) for paragraph in text.split("\n\n"))


def escaped(line: str) -> str:
    """A line whose asterisks, underscores and the like stand for themselves; what is between backticks is code."""
    line = re.sub(r"^(?=[#>]|[-+] )|(?<=^\d)(?=[.)] )", r"\\", line)
    parts = line.split("`")
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"[*<$]|\](?=\()|~(?=~)|(?<!\w)_|_(?!\w)", r"\\\g<0>", parts[i])
    return "`".join(parts)


def documented(thing: Any, prefix: str = "") -> Iterator[str]:
    """The blocks of a docstring: its paragraphs and its example."""
    text, _, example = (inspect.getdoc(thing) or "").partition("\n\nExample:\n")
    yield prefix + prose(text)
    if example:
        yield f"```pycon\n{inspect.cleandoc(example)}\n```"


def signature(name: str, thing: Any) -> str:
    """How something is called, without annotations and self."""
    if not callable(thing) or (inspect.isclass(thing) and not _is_made(thing)):
        return name
    parameters = [
        p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else _Written(p.default))
        for p in inspect.signature(thing).parameters.values()
        if p.name not in ("self", "_", "__")
    ]
    return f"{name}{inspect.Signature(parameters)}"


def _is_made(kind: type) -> bool:
    """Whether programs call the class to make something."""
    return "__init__" in vars(kind) and not hasattr(kind, "_fields")


class _Written:
    """A default as a program would write it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        value = self.value
        if isinstance(value, type) and issubclass(value, np.generic):
            return f"gs.{np.dtype(value).name}"
        return str(value) if isinstance(value, gs.UnconnectedGradients) else repr(value)


def members(kind: type) -> Iterator[tuple[str, Any, str]]:
    """Public (name, function, form) of a class, in the order of its text; the form is how it is called."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("gradstudio")]
    if kind is not gs.Tensor:
        bases = bases[:1]  # what a class shares with Tensor is told there
    known: dict[str, Any] = {}
    for base in bases:
        for name, held in vars(base).items():
            if name.startswith("_") or name in known or name in OWN.get(kind.__name__, ()):
                continue
            known[name] = held
            if isinstance(held, property):
                yield name, held, name
            elif isinstance(held, staticmethod) or inspect.isfunction(held):
                yield name, getattr(kind, name), signature(name, getattr(kind, name))


def describe(page: Page, name: str, thing: Any, level: int = 3) -> None:
    """The heading of a name and all that is told of it and its members."""
    page.heading(level, name)
    short = name.rpartition(".")[2]
    if getattr(thing, "__name__", short) != short:
        page.add(f"Another name of {page.link(thing.__name__)}.")
        return
    form = signature(name, thing)
    page.add(f"`{form}`" if form != name else "", *documented(thing))
    kind = thing if inspect.isclass(thing) else type(thing) if name == "random" else None
    if kind is None:
        return
    rest: list[str] = []
    told: dict[Any, str] = {}
    for member, held, form in members(kind):
        if held in told:
            rest.append(f"- `{form}`: another name of `{told[held]}`.")
            continue
        told[held] = member
        if "\n\nExample:\n" in (inspect.getdoc(held) or ""):
            page.heading(level + 1, f"{name}.{member}")
            page.add(f"`{form}`", *documented(held))
        else:
            rest.append(next(documented(held, f"- `{form}`: ")).replace("\n\n", "\n  "))
    if rest:
        page.add(f"The other members of `{short}`:" if len(rest) < len(told) else f"The members of `{short}`:")
        page.add("\n".join(rest))
    if kind is gs.autodiff:
        describe(page, "autodiff.ForwardAccumulator", gs.autodiff.ForwardAccumulator, level + 1)


def choices(page: Page) -> None:
    """The table of subgradients."""
    page.heading(3, "CHOICES")
    page.add("What gradients are taken to be where a function has none, by name; `gs.subgradients` switches them.")
    rows = ["| Name | Ops | At | The number is | Taken | May be | Elsewhere |", "|---|---|---|---|---|---|---|"]
    for name, choice in CHOICES.items():
        ops = ", ".join(f"`{op}`" for op in choice.ops)
        options = ", ".join(f"{option:g}" for option in choice.options)
        rows.append(
            f"| `{name}` | {ops} | {escaped(choice.point)} | {escaped(choice.means)} | {choice.value:g} | {options} "
            f"| {escaped(choice.peers)} |"
        )
    page.add("\n".join(rows))


def constants(page: Page) -> None:
    """The names that are plain values."""
    page.heading(2, "Constants and dtypes", code=False)
    page.heading(3, *DTYPES)
    page.add("NumPy's dtypes, for `dtype=` and `gs.cast`; `gs.bool` is TensorFlow's name of `bool_`.")
    page.heading(3, *NUMBERS)
    page.add("\n".join(["| Name | Is |", "|---|---|", *(f"| `{name}` | {what} |" for name, what in NUMBERS.items())]))


def op_entry(page: Page, row: Primitive) -> bool:
    """One op of the table; gives whether it has an example."""
    found = NAMES[row.name]
    page.heading(3, row.name)
    page.add(f"`{_classes(found.signature)}`", prose(row.doc))
    facts = []
    if row.aliases:
        facts.append(f"Also called {', '.join(f'`{alias}`' for alias in row.aliases)}.")
    facts += spellings(row)
    facts.append(f"Gradient: {describing.gradients(row)}.")
    choice = of_op(row.name)
    if choice is not None:
        value = f", {choice.value:g}" if len(choice.options) > 1 else ""
        means = choice.means.removeprefix(f"{choice.value:g}: ")
        facts.append(f"Edge, {escaped(choice.point)}: {escaped(means)}{value}; see {page.link('CHOICES')}.")
    page.add("\n".join(f"- {fact}" for fact in facts))
    shown_by = describing.example(row)
    if shown_by is not None:
        page.add(f"```pycon\n>>> {shown_by.code}\n{shown_by.result}\n```")
    return shown_by is not None


def spellings(row: Primitive) -> Iterator[str]:
    """The names with signatures of their own; those that are the same function together."""
    kinds: dict[Any, list[Spelling]] = {}
    for key, call in row.spellings.items():
        found = NAMES[key]
        if isinstance(found, Spelling):
            kinds.setdefault(call, []).append(found)
    for first, *others in kinds.values():
        names = "".join(f", `{other.name}`" for other in others)
        own = "." if first.doc == row.doc else f": {escaped(' '.join(first.doc.split()))}"
        yield f"As `{_classes(first.signature)}`{names}{own}"


def _classes(text: str) -> str:
    """A signature whose dtypes are written as in a program."""
    return re.sub(r"<class 'numpy\.(\w+)'>", r"np.\1", text)


def write() -> tuple[str, list[str]]:
    """The page, and the ops that have no example. Raises ValueError where SECTIONS and the package differ."""
    page = Page()
    listed = [name for names in SECTIONS.values() for name in names]
    public = [name for name in gs.__all__ if name not in TABLE and name not in DTYPES and name not in NUMBERS]
    if sorted(listed) != sorted(public):
        wrong = sorted({*listed} ^ {*public}) or sorted(name for name in {*listed} if listed.count(name) > 1)
        raise ValueError(f"SECTIONS of packaging/write_api.py must name each of these once: {', '.join(wrong)}")
    contents: list[tuple[str, list[str]]] = []
    for title, names in SECTIONS.items():
        page.heading(2, title, code=False)
        for name in names:
            choices(page) if name == "CHOICES" else describe(page, name, getattr(gs, name))
        contents.append((title, [*names]))
    constants(page)
    contents.append(("Constants and dtypes", [DTYPES[0], next(iter(NUMBERS))]))
    page.heading(2, "Ops", code=False)
    page.add(OPS.rstrip())
    silent = []
    for family in FAMILIES:
        rows = sorted((row for row in TABLE.values() if row.family == family), key=lambda row: row.name)
        if not rows:
            continue
        page.heading(2, f"Ops: {family}", code=False)
        silent += [row.name for row in rows if not op_entry(page, row)]
        contents.append((f"Ops: {family}", [row.name for row in rows]))
    lines = [f"- {page.link(title)}: {', '.join(page.link(name) for name in names)}" for title, names in contents]
    return "\n\n".join([HEAD.rstrip(), "\n".join(lines), *page.blocks]) + "\n", silent


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date. Gives the exit status."""
    text, silent = write()
    if "--check" in arguments:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        print("API.md is not up to date: run .venv/bin/python packaging/write_api.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    print(f"wrote {TARGET.name}: {len(text.splitlines())} lines; ops without an example: {', '.join(silent) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Programs made at random, the same for the same number: loops, branches, functions, comments, odd spacing."""

from __future__ import annotations

from random import Random

_NAMES = ("größe", "b", "h", "z", "k_2", "out", "µ", "total")
_ONE = ("{m}tanh({a})", "{m}exp( {a} * 0.1 )", "-{a}", "{a} ** 2", "({a})", "{m}sin(\n{i}{t}{a},  # inner\n{i})")
_TWO = (
    "{a} + {b}",
    "{a} - {b}",
    "{a}*{b}",
    "({a} + {b}) * 0.5",
    "{m}maximum({a}, {b})",
    "{m}add({a} , {b})",
    "mix({a}, {b})",
)
_COMMENTS = ("", "", "", "  # weights", " # ä ö", "  #: odd")


class _Writer:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.step = random.choice(("    ", "  ", "\t"))
        self.is_formula = random.random() < 0.4
        self.m = "gs."
        self.out: list[str] = []
        self.known = ["x", "w", "v"]
        self.serial = 0

    def text(self) -> str:
        pick = self.random
        self.out += ["# some program"] if pick.random() < 0.5 else []
        self.out += ["import gradstudio as gs", ""]
        function = [f"def mix(p,  q):{pick.choice(_COMMENTS)}"]
        if pick.random() < 0.5:
            function += [
                f"{self.step}both = p * 0.3  # a part",
                f"{self.step}both = both + q",
                f"{self.step}return both",
            ]
        else:
            function += [f"{self.step}return p * 0.3 + q"]
        self.out += [*function, ""] if pick.random() < 0.9 else function
        make = "" if self.is_formula else "gs.constant"
        self.out += [
            f"x = {make}(0.5)",
            f"w = gs.Variable({pick.choice(('0.75', '-0.25'))})  # weight",
            "v=gs.Variable(1.25)",
        ]
        if self.is_formula:
            self.statements("", pick.randint(4, 8), 2)
        else:
            self.out += [f"with gs.GradientTape() as t:{pick.choice(_COMMENTS)}", f"{self.step}t.watch(x)"]
            self.statements(self.step, pick.randint(4, 8), 2)
            target = self.known[-1]
            self.out.append(f"dx, dw = t.gradient({target}, [x, w])")
            self.out.append(f"w.assign_sub({target} * 0.1)")
            self.statements("", pick.randint(0, 2), 1)
        return "\n".join(self.out) + pick.choice(("\n", "", "\n\n# the end\n"))

    def statements(self, indent: str, count: int, depth: int) -> None:
        for _ in range(count):
            self.statement(indent, depth)

    def statement(self, indent: str, depth: int) -> None:
        pick = self.random
        if pick.random() < 0.15:
            self.out.append(pick.choice(("", f"{indent}# a word")))
        kind = pick.random()
        if depth and kind < 0.15:
            self.serial += 1
            self.out.append(f"{indent}for i{self.serial} in range({pick.randint(1, 3)}):{pick.choice(_COMMENTS)}")
            self.block(indent, depth)
        elif depth and kind < 0.25:
            self.out.append(f"{indent}if {pick.choice(self.known)} > {pick.choice(('0.0', '-9.0', '9.0'))}:")
            self.block(indent, depth)
            if pick.random() < 0.5:
                self.out.append(f"{indent}else:")
                self.block(indent, depth)
        elif kind < 0.35:
            name = pick.choice([n for n in self.known if n not in "xwv"] or ["x2"])
            if name == "x2":
                self.out.append(f"{indent}x2 = x * 2.0")
                self.known.append("x2")
            self.out.append(f"{indent}{name} += {self.value(indent)}")
        elif kind < 0.42:
            first, second = self.value(indent), self.value(indent)
            names = pick.sample(_NAMES, 2)
            self.out.append(f"{indent}{names[0]}, {names[1]} = {first}, {second}")
            self.known += names
        else:
            name = pick.choice(_NAMES)
            self.out.append(
                f"{indent}{name}{pick.choice((' = ', '=', '  =  '))}{self.value(indent)}{pick.choice(_COMMENTS)}"
            )
            self.known.append(name)

    def block(self, indent: str, depth: int) -> None:
        """What it binds is not known behind it: it may not have run."""
        known = list(self.known)
        self.statements(indent + self.step, self.random.randint(1, 3), depth - 1)
        if self.out[-1].strip().startswith("#") or not self.out[-1].strip():
            self.out.append(f"{indent}{self.step}pass")
        self.known = known

    def one(self) -> str:
        """A variable, rather one of the last."""
        return self.random.choice(self.known[-3:] if self.random.random() < 0.6 else self.known)

    def value(self, indent: str) -> str:
        pick = self.random
        parts = {"a": self.one(), "b": pick.choice([self.one(), "0.5", "1.5"]), "m": "gs."}
        return pick.choice((*_ONE, *_TWO)).format(**parts, i=indent, t=self.step)


def some_program(number: int) -> str:
    """Program number so and so."""
    return _Writer(Random(number)).text()

# ruff: noqa: E501  (rows of tables)
"""Attacks through files: names of data, headers, and files that are none."""

from __future__ import annotations

from corpus import Case, rows
from data_files import GOOD, NPY, NPZ, fifo, folder, link, npy, npz, sparse

LOAD = 'import gradstudio as gs\nc = gs.load("{}")\n'

NAMES = {
    "above": "../secret.csv",
    "above, twice": "../../secret.csv",
    "above, hidden": "sub/../../secret.csv",
    "above, with blanks": " ../secret.csv",
    "above, with backslashes": "..\\\\secret.csv",
    "above, by a dot": "./../secret.csv",
    "absolute": "@OUT@/secret.csv",
    "home by name": "@HOME@/secret.csv",
    "home by a tilde": "~/secret.csv",
    "home of root": "~root/secret.csv",
    "home by a variable": "$HOME/secret.csv",
    "home by another variable": "${HOME}/secret.csv",
    "home as in Windows": "%USERPROFILE%/secret.csv",
    "passwords": "/etc/passwd",
    "passwords, as a table": "/etc/passwd.csv",
    "double slash": "//etc/passwd.csv",
    "a share": "\\\\\\\\server\\\\share\\\\a.csv",
    "a share with slashes": "//server/share/a.csv",
    "a drive": "C:/secret.csv",
    "a drive without a folder": "C:secret.csv",
    "a stream": "good.csv:hidden.csv",
    "an address": "http://localhost:9/a.csv",
    "a secure address": "https://example.com/a.npy",
    "a file address": "file:///etc/passwd",
    "a device": "/dev/zero",
    "a device for random numbers": "/dev/urandom.npy",
    "standard input": "/dev/stdin",
    "the process itself": "/proc/self/environ",
    "the parent's memory": "/proc/self/mem.npy",
    "a zero character": "a\\0.csv",
    "a line end": "a\\nb.csv",
    "nothing": "",
    "a dot": ".",
    "a blank": " ",
    "a very long name": "a" * 5000 + ".csv",
    "a very deep name": "a/" * 3000 + "a.csv",
    "a name of Windows": "CON.csv",
    "the program itself": "case.grad",
    "the program itself, above": "../work/case.grad",
    "an ending of its own": "good.csv.exe",
    "another ending": "secret.txt",
    "a pickle": "a.pkl",
    "a bidi name": "a\\u202ecsv.npy",
    "a pattern": "*.csv",
    "full-width dots": "．．/secret.csv",
}

LINKS = {
    "a link to a secret": ("a.csv", link("@OUT@/secret.csv")),
    "a link to home": ("a.csv", link("@HOME@/secret.csv")),
    "a link to passwords": ("a.csv", link("/etc/passwd")),
    "a link above": ("a.csv", link("../secret.csv")),
    "a link to a folder above": ("sub", link("..")),
    "a link to itself": ("a.csv", link("a.csv")),
    "a link to nothing": ("a.csv", link("gone.csv")),
    "a link to a device": ("a.npy", link("/dev/zero")),
    "a link to the process": ("a.csv", link("/proc/self/environ")),
    "a pipe": ("a.npy", fifo),
    "a pipe of text": ("a.csv", fifo),
    "a folder": ("a.npy", folder),
    "a file of 100 GiB": ("a.npy", sparse(100 << 30)),
    "a table of 10 GiB": ("a.csv", sparse(10 << 30)),
    "an archive of 10 GiB": ("a.npz", sparse(10 << 30)),
    "a table of 200 MiB of zeros": ("a.csv", sparse(200 << 20)),
}

LOADS = [
    *(
        Case(f"load: {name}", "attack", LOAD.format(written), ("refused", "error"), "", 2, beside={"good.csv": b"1,2\n"})
        for name, written in NAMES.items()
    ),
    *(
        Case(
            f"load: {name}", "attack", LOAD.format(file if file != "sub" else "sub/secret.csv"),
            ("error", "refused"), "", 2, beside={file: make},
        )
        for name, (file, make) in LINKS.items()
    ),
    Case(
        "load: objects that run", "attack", LOAD.format("a.npy"), ("error", "refused"), "object", 2,
        beside={"a.npy": NPY["objects that run"]},
    ),
    Case(
        "load: a pickle that runs", "attack", LOAD.format("a.npy"), ("error", "refused"), "a.npy", 2,
        beside={"a.npy": NPY["a pickle that runs"]},
    ),
    Case(
        "load: a header that calls", "attack", LOAD.format("a.npy"), ("error", "refused"), "a.npy", 2,
        beside={"a.npy": NPY["header of a call"]},
    ),
    Case(
        "load: a bomb", "attack", LOAD.format("a.npz"), ("error", "limited", "refused"), "a.npz", 2,
        beside={"a.npz": NPZ["bomb"]}, is_slow=True,
    ),
    Case(
        "load: a name made at run time", "attack", 'import gradstudio as gs\nn = "go" + "od.csv"\nc = gs.load(n)\n',
        ("error", "refused"), "good.csv", 3, beside={"good.csv": b"1,2\n"},
    ),
    Case(
        "load: a name of another kind", "attack", "import gradstudio as gs\nc = gs.load(3)\n", ("error", "refused"), "",
        2,
    ),
    Case(
        "load: a tensor as a name", "attack", "import gradstudio as gs\nc = gs.load(gs.ones(3))\n",
        ("error", "refused"), "", 2,
    ),
    Case(
        "load: a thousand names", "attack",
        "import gradstudio as gs\n" + "".join(f'c{i} = gs.load("a{i}.csv")\n' for i in range(1000)),
        ("error", "refused", "limited"), "", None,
    ),
    Case(
        "load: 200 large files", "attack",
        "import gradstudio as gs\n" + "".join(f'c{i} = gs.load("a{i}.npy")\n' for i in range(40)),
        ("limited", "refused", "error"), "", None,
        beside={f"a{i}.npy": (lambda path: path.write_bytes(npy_of_32_mib())) for i in range(40)}, is_slow=True,
    ),
    Case(
        "load: in a function that nobody calls", "attack",
        'import gradstudio as gs\ndef f():\n    return gs.load("../secret.csv")\nx = 1.0\n', ("refused", "error", "ok"),
        "", None,
    ),
    Case(
        "load: of something else", "attack", 'import numpy as np\nc = np.load("../secret.csv")\n', ("refused", "error"),
        "", 2,
    ),
    Case(
        "load: keyword of a name", "attack", 'import gradstudio as gs\nc = gs.load(name="../secret.csv")\n',
        ("refused", "error"), "", 2,
    ),
    Case(
        "load: member that climbs", "attack", LOAD.format("a.npz"), ("ok", "error", "refused"), "", None,
        beside={"a.npz": lambda path: path.write_bytes(npz({"../../evil.npy": GOOD}))},
    ),
]  # fmt: skip


def npy_of_32_mib() -> bytes:
    """A good array, 32 MiB large."""
    import numpy as np

    return npy(np.zeros(4 << 20))


MODULES = [
    Case(
        f"beside: {name}", "attack", "import numpy as np\nimport math\nx = 2.0\ny = sin(x)\n", ("ok",), "", None,
        beside={name: b'open("imported", "w").write("x")\nraise SystemExit\n'},
    )
    for name in (
        "numpy.py", "math.py", "gradstudio.py", "sitecustomize.py", "usercustomize.py", "os.py", "typing.py",
        "msgspec.py", "random.py", "scipy.py", "encodings.py", "conftest.py",
    )
]  # fmt: skip


def head(body: str, program: str = "x = 2.0\ny = x * x\n") -> str:
    """A program with a header."""
    lines = "".join(f"# {line}\n" if line else "#\n" for line in body.split("\n"))
    return f"# /// script\n{lines}# ///\n{program}"


TABLE = "[tool.gradstudio]\n"
ENDLESS = "while True:\n    pass\n"

HEADERS = [
    Case(f"header: {name}", "attack", text, verdicts, "", line, is_slow="limited" in verdicts)
    for name, text, verdicts, line in (
        ("trusted", head(TABLE + "trusted = true"), ("ok",), None),
        ("trusted, and uses it", head(TABLE + "trusted = true", "import os\n"), ("refused",), 5),
        ("trust", head(TABLE + 'trust = "full"', "import os\n"), ("refused",), 5),
        ("mode", head(TABLE + 'mode = "full"', "import os\n"), ("refused",), 5),
        ("permissions", head(TABLE + "permissions = ['files']", "c = open('secret.txt')\n"), ("refused",), 5),
        ("hash of trust", head(TABLE + 'sha256 = "0000"', "import os\n"), ("refused",), 5),
        ("limits", head(TABLE + "limits = {seconds = 1e9}", ENDLESS), ("limited",), None),
        ("limit", head(TABLE + "limit = 1000000", ENDLESS), ("limited",), None),
        ("memory", head(TABLE + "limits = {memory = 1e15}", "c = np.ones(10**11)\n"), ("limited", "error", "refused"), 5),
        ("seconds", head(TABLE + "seconds = 1e9", ENDLESS), ("limited",), None),
        ("dependencies", head('dependencies = ["evil"]\nrequires-python = ">=99"'), ("ok",), None),
        ("newer format", head(TABLE + "format = 999"), ("ok", "refused"), None),
        ("format of a text", head(TABLE + 'format = "evil"'), ("ok", "error"), None),
        ("precision of objects", head(TABLE + 'precision = "object"'), ("ok", "error"), None),
        ("precision of a list", head(TABLE + "precision = [1]"), ("ok", "error"), None),
        ("precision of a table", head(TABLE + "precision = {a = 1}"), ("ok", "error"), None),
        ("table of another kind", head("tool = 3"), ("ok", "error"), None),
        ("table that is a list", head("[[tool.gradstudio]]\na = 1"), ("ok", "error"), None),
        ("inputs of a text", head(TABLE + 'inputs = "all"'), ("ok", "error"), None),
        ("inputs that are endless", head(TABLE + "inputs = {x = {min = -inf, max = inf, step = nan}}"), ("ok",), None),
        ("view of a text", head(TABLE + 'view = "all"'), ("ok", "error"), None),
        ("view of huge numbers", head(TABLE + "view = {moved = {a = [1e308, 1e308]}}"), ("ok", "error"), None),
        ("view of everything", head(TABLE + "view = {" + ", ".join(f"a{i} = {i}" for i in range(500)) + "}"), ("ok",),
         None),
        ("a thousand keys", head(TABLE + "\n".join(f"k{i} = {i}" for i in range(1000))), ("ok",), None),
        ("100,000 keys", head(TABLE + "\n".join(f"k{i} = {i}" for i in range(100000))), ("ok", "error", "refused"), None),
        ("50,000 dots", head(TABLE + ".".join("a" * 50000) + " = 1"), ("ok", "error", "refused"), None),
        ("dots over many lines", head(TABLE + "\n".join(".".join("a" * 33) + f".b{i} = 1" for i in range(500))),
         ("ok", "error", "refused"), None),
        ("dots below the bound", head("\n".join("[" + ".".join("a" * 30) + f".b{i}]" for i in range(900))),
         ("ok", "error", "refused"), None),
        ("5,000 brackets", head(TABLE + "a = " + "[" * 5000 + "]" * 5000), ("ok", "error", "refused"), None),
        ("brackets over lines", head(TABLE + "a = " + "[\n" * 20000 + "]\n" * 20000), ("ok", "error", "refused"), None),
        ("braces", head(TABLE + "a = " + "{a=" * 3000 + "1" + "}" * 3000), ("ok", "error", "refused"), None),
        ("a huge number", head(TABLE + "a = " + "9" * 50000), ("ok", "error", "refused"), None),
        ("a huge hexadecimal number", head(TABLE + "a = 0x" + "f" * 50000), ("ok", "error", "refused"), None),
        ("a huge exponent", head(TABLE + "a = 1e" + "9" * 1000), ("ok", "error", "refused"), None),
        ("a huge text", head(TABLE + 'a = "' + "a" * 60000 + '"'), ("ok", "error", "refused"), None),
        ("a megabyte of comments", head(("a" * 70 + "\n") * 14000), ("ok", "error", "refused"), None),
        ("not closed", "# /// script\n# [tool.gradstudio]\nx = 2.0\ny = x * x\n", ("ok",), None),
        ("closed late", "# /// script\n" + "#\n" * 100000 + "# ///\nx = 1.0\n", ("ok", "refused"), None),
        ("twice", head(TABLE + 'precision = "float32"') + head(TABLE + "trusted = true"), ("ok", "error"), None),
        ("a hundred times", head(TABLE + "a = 1", "") * 100 + "x = 1.0\n", ("ok", "error"), None),
        ("not TOML", head("[[[["), ("ok", "error"), None),
        ("a key twice", head(TABLE + "a = 1\na = 2"), ("ok", "error"), None),
        ("a date that is none", head(TABLE + "a = 9999-99-99"), ("ok", "error"), None),
        ("a zero in a text", head(TABLE + 'a = "\\u0000"'), ("ok", "error"), None),
        ("a surrogate in a text", head(TABLE + 'a = "\\ud800"'), ("ok", "error"), None),
        ("markup in a key", head(TABLE + '"<img src=x>" = 1'), ("ok",), None),
        ("line ends in a key", head(TABLE + '"a\\nb\\u001b[2J" = 1'), ("ok",), None),
        ("in a string", 's = """\n# /// script\n# [tool.gradstudio]\n# trusted = true\n# ///\n"""\nimport os\n', ("refused",), 7),
    )
]  # fmt: skip

EXPORTED = rows("attack", "exported", r"""
200,000 nodes | any@* | | with gs.GradientTape() as t:⏎    x = gs.constant(1.0)⏎    t.watch(x)⏎    y = x⏎    for i in range(100000):⏎        y = y * 1.0 + 1.0
nested scopes | any@* | | def f(n, v):⏎    return v * 1.0 if n == 0 else f(n - 1, v * 1.0)⏎x = gs.constant(1.0)⏎y = f(300, x)
names of markup | any@* | | x = gs.Variable(1.0, name="]]></script><script>alert(1)</script>")⏎y = x * 2.0
one op of 10,000 inputs | any@* | | x = gs.constant(1.0)⏎y = gs.stack([x * 1.0 for i in range(10000)])
all with all | any@* | | xs = [gs.constant(float(i)) for i in range(100)]⏎ys = [a * b for a in xs for b in xs]⏎z = gs.add_n(ys)
""", "import gradstudio as gs\n", is_slow=True)  # fmt: skip

CASES: list[Case] = [*LOADS, *MODULES, *HEADERS, *EXPORTED]

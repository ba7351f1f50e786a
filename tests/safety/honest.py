# ruff: noqa: E501  (rows of tables)
"""Honest programs: each has to run, give these numbers, and never be asked for trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from corpus import Case
from data_files import npy, npz


def _case(name: str, text: str | bytes, beside: dict[str, Any] | None = None, **values: Any) -> Case:
    return Case(name, "honest", text, ("ok",), values=values, beside=beside or {})


README = """\
import gradstudio as tf

x = tf.constant(3.0)
with tf.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x * x
    z = y * y
dz_dx = t.gradient(z, x)  # 108
dy_dx = t.gradient(y, x)  # 6
"""
LOGISTIC = """\
import gradstudio as tf
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 3))
true = np.array([1.0, -2.0, 0.5])
y = (X @ true > 0).astype(np.float64)
w, b = tf.Variable(np.zeros(3)), tf.Variable(0.0)
for step in range(50):
    with tf.GradientTape() as tape:
        p = tf.sigmoid(tf.linalg.matvec(X, w) + b)
        loss = -tf.reduce_mean(y * tf.math.log(p + 1e-9) + (1 - y) * tf.math.log(1 - p + 1e-9))
    gw, gb = tape.gradient(loss, [w, b])
    w.assign_sub(1.0 * gw)
    b.assign_sub(1.0 * gb)
right = float(np.mean((tf.sigmoid(tf.linalg.matvec(X, w) + b).numpy() > 0.5) == y)) > 0.95
"""
MATCH = """\
def kind(v):
    match v:
        case 0:
            return "zero"
        case 1 | -1:
            return "unit"
        case [a, b]:
            return f"pair {a + b}"
        case [first, *rest]:
            return f"list of {1 + len(rest)}"
        case str() if False:
            return "never"
        case _:
            return "other"
"""
MATCH = MATCH.replace('        case str() if False:\n            return "never"\n', "")

CASES: list[Case] = [
    _case("the file of the README", README, dz_dx=108.0, dy_dx=6.0),
    _case("one line", "x = 0.5\ny = sin(x) ** 2 + x\n", y=math.sin(0.5) ** 2 + 0.5),
    _case("a float32 header", '# /// script\n# [tool.gradstudio]\n# precision = "float32"\n# ///\nx = 0.5\ny = x * x\n',
          y=0.25),
    _case("a header with unknown keys", '# /// script\n# [tool.gradstudio]\n# colour = "red"\n# [tool.other]\n# a = 1\n'
          "# ///\nx = 3.0\ny = x * x\n", y=9.0),
    _case("logistic regression", LOGISTIC, right=True),
    _case("a loop", "x = 0.0\nfor i in range(100):\n    x = x + i\n", x=4950.0),
    _case("a while with break", "n = 0\nwhile True:\n    n += 1\n    if n == 37:\n        break\n", n=37),
    _case("continue and else", "n = 0\nfor i in range(10):\n    if i % 2:\n        continue\n    n += i\nelse:\n    n += 100\n",
          n=120),
    _case("functions and closures", "def adder(a):\n    def add(b):\n        return a + b\n    return add\nn = adder(3)(4)\n",
          n=7),
    _case("nonlocal and global", "n = 0\ndef f():\n    global n\n    n = n + 1\n    k = 1\n    def g():\n        nonlocal k\n"
          "        k += 5\n    g()\n    return k\nm = f()\n", n=1, m=6),
    _case("defaults, stars and keywords", "def f(a, b=2, *c, d=4, **e):\n    return a + b + sum(c) + d + sum(e.values())\n"
          "n = f(1) + f(1, 1, 1, 1, d=0, z=9)\n", n=20),
    _case("positional and keyword only", "def f(a, /, b, *, c):\n    return a * 100 + b * 10 + c\nn = f(1, b=2, c=3)\n", n=123),
    _case("lambda and map", "n = sum(map(lambda v: v * v, filter(lambda v: v % 2, range(10))))\n", n=165),
    _case("comprehensions", "a = [i * i for i in range(5) if i % 2 == 0]\nb = sum(v for row in [[1, 2], [3]] for v in row)\n"
          "c = len({i % 3 for i in range(10)})\nd = {k: v for k, v in zip('ab', [1, 2])}['b']\n", a=[0, 4, 16], b=6, c=3, d=2),
    _case("scope of a comprehension", "i = 5\na = [i for i in range(3)]\nn = i\n", n=5, a=[0, 1, 2]),
    _case("walrus", "a = [y for v in range(6) if (y := v * v) > 5]\nn = y\n", a=[9, 16, 25], n=25),
    _case("dicts", 'd = {"a": 1.0, "b": 2.0}\nd["c"] = 3.0\nn = sum(d.values()) + len(d) + d.get("z", 10)\n'
          'm = d.pop("a")\nk = sorted(d.items())[0][1]\n', n=19.0, m=1.0, k=2.0),
    _case("sets", "a = {1, 2, 3}\nb = {3, 4}\nn = len(a | b) * 100 + len(a & b) * 10 + len(a - b)\na.add(9)\nm = len(a)\n",
          n=412, m=4),
    _case("lists", "a = [3, 1, 2]\na.sort()\na.append(9)\na.insert(0, 7)\na.reverse()\nb = a[::2] + a[-1:]\ndel a[0]\n"
          "n = a.index(3)\n", b=[9, 2, 7, 7], n=0, a=[3, 2, 1, 7]),
    _case("sorting with a key", 'a = sorted([("b", 2), ("a", 3)], key=lambda p: p[1], reverse=True)\nn = a[0][1]\n'
          "b = [3, -5, 1]\nb.sort(key=abs)\n", n=3, b=[1, 3, -5]),
    _case("zip and enumerate", "n = 0\nfor i, (a, b) in enumerate(zip([1, 2, 3], [4, 5, 6]), start=1):\n    n += i * a * b\n",
          n=78),
    _case("unpacking", "a, (b, *c), d = 1, [2, 3, 4], 5\na, b = b, a\nn = [*c, *range(2)]\n", a=2, b=1, n=[3, 4, 0, 1]),
    _case("slices with steps", "a = list(range(10))\nb = a[8:2:-2]\nc = 'abcdef'[::-1]\nn = len(c)\n", b=[8, 6, 4], n=6),
    _case("large integers", "a = 2**200\nb = a // 2**190\nc = (3**50) % 1000\nn = len(str(a))\n", b=1024, c=3**50 % 1000, n=61),
    _case("bits", "a = (5 & 3) | (1 << 4) ^ 2\nb = ~a\nc = (255).bit_length()\n", a=(5 & 3) | (1 << 4) ^ 2, b=~19, c=8),
    _case("a factorial of its own", "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\na = fact(20)\n",
          a=2432902008176640000),
    _case("recursion 200 deep", "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\na = f(200)\n", a=200),
    _case("conditions", "x = 3\na = 1 if 0 < x <= 3 and not x == 2 else 0\nb = x in (1, 2, 3)\nc = None is None\n", a=1, b=True,
          c=True),
    _case("match", MATCH + 'n = [kind(0), kind(-1), kind([1, 2]), kind([1, 2, 3]), kind(9)]\n'
          'm = n == ["zero", "unit", "pair 3", "list of 3", "other"]\n', m=True),
    _case("try and except", "try:\n    a = 1 / 0\nexcept ZeroDivisionError as error:\n    a = -1\n    s = str(error)\nelse:\n"
          "    a = 5\nfinally:\n    b = 2\nn = len(s)\n", a=-1, b=2, n=16),
    _case("ordinary errors", "n = 0\nfor f in (lambda: [1][3], lambda: {}['a'], lambda: int('x'), lambda: 'a' + 1):\n    try:\n"
          "        f()\n    except (IndexError, KeyError):\n        n += 1\n    except (ValueError, TypeError):\n        n += 10\n",
          n=22),
    _case("raising", "def root(v):\n    if v < 0:\n        raise ValueError(f'{v} has no root')\n    return v ** 0.5\ntry:\n"
          "    a = root(-1)\nexcept ValueError as e:\n    a = len(f'{e}')\n", a=14),
    _case("asserts", "a = 3\nassert a == 3, 'a is three'\nassert isinstance(a, int)\nb = a\n", b=3),
    _case("annotations", "a: float = 2.0\nb: int\ndef f(v: float, w: list[float] = [1.0]) -> float:\n    return v * w[0]\nc = f(a)\n",
          c=2.0),
    _case("the main guard", 'def main():\n    return 5\nn = 0\nif __name__ == "__main__":\n    n = main()\n', n=5),
    _case("docstrings", '"""A program."""\ndef f():\n    """import os; open("a")"""\n    return 1\nn = f()\n', n=1),
    _case("f-strings", "v = 3.14159\ns = f'{v:.2f}|{v:>10.3e}|{10:,}|{5:03d}|{\"a\":<4}|{0.25:%}|{v=:.1f}'\n"
          f"n = s == {f'{3.14159:.2f}|{3.14159:>10.3e}|{10:,}|{5:03d}|{chr(97):<4}|{0.25:%}|v={3.14159:.1f}'!r}\n",
          n=True),
    _case("percent formatting", 's = "%s %5.2f %03d %%" % ("a", 2.5, 7)\nn = s == "a  2.50 007 %"\n', n=True),
    _case("methods of text", 's = "  Hello, World "\nn = s.strip().lower().replace("o", "0").split(", ")\n'
          'm = n == ["hell0", "w0rld"] and "-".join(n).upper().startswith("HELL0") and "abc".find("c") == 2\n', m=True),
    _case("text that looks dangerous", 's = "import os; os.system(\'rm -rf /\')"\n# import os, eval(open("x").read())\n'
          't = "__import__(\\"os\\").__class__"\nn = len(s) + len(t)\n', n=58),
    _case("names that look dangerous", "lambda_ = 1\nclass_weights = 2\nopen_price = 3\nexec_time = 4\nimport_tax = 5\n"
          "data = 6\nbase = 7\ntype_ = 8\nos = 9\nsys = 10\nevaluate = 11\nglobals_count = 12\n"
          "n = lambda_ + class_weights + open_price + exec_time + import_tax + data + base + type_ + os + sys + evaluate\n", n=66),
    _case("names of builtins taken", "input = 2\nopen = 3\nid = 4\ntype = 5\ndir = 6\nn = input + open + id + type + dir\n", n=20),
    _case("names with an underscore", "_ = 1\n_a = 2\nfor _ in range(3):\n    pass\nn = _ + _a\n", n=4),
    _case("Greek letters", "α = 0.5\nβ = 2.0\nθ_1 = α * β\nΔ = θ_1 - α\n", **{"θ_1": 1.0, "Δ": 0.5}),
    _case("names of other scripts", "größe = 2\nширина = 3\n高さ = 4\nn = größe * ширина * 高さ\n", n=24),
    _case("text of all scripts", 's = "ąćę 日本語 العربية 🎉 é"\nn = len(s)\n', n=19),
    _case("lines of Windows", b"x = 2.0\r\nif x > 1:\r\n    y = x * 3.0\r\n", y=6.0),
    _case("a byte order mark", b"\xef\xbb\xbfx = 2.0\ny = x * 3.0\n", y=6.0),
    _case("no line end at the end", b"x = 2.0\ny = x * 3.0", y=6.0),
    _case("tabs", "n = 0\nfor i in range(3):\n\tif i:\n\t\tn += i\n", n=3),
    _case("lines joined", "a = (1 +\n     2)\nb = 3 + \\\n    4\nc = [\n    1,\n    2,\n]\n", a=3, b=7, c=[1, 2]),
    _case("semicolons", "a = 1; b = 2; n = a + b\n", n=3),
    _case("3,000 lines", "x = 0.0\n" + "".join(f"x = x + {i}.0\n" for i in range(3000)), x=sum(range(3000)) * 1.0),
    _case("a line of 50,000 characters", "a = [" + ", ".join(["1.5"] * 9000) + "]\nn = sum(a)\n", n=13500.0),
    _case("a long sum", "n = " + " + ".join(["1"] * 90) + "\n", n=90),
    _case("60 brackets", "n = " + "(" * 60 + "1" + ")" * 60 + "\n", n=1),
    _case("the library's names", "import gradstudio\nfrom gradstudio import GradientTape, Variable as V\nimport gradstudio as g2\n"
          "v = V(3.0)\nwith GradientTape() as t:\n    y = gradstudio.square(v)\nn = t.gradient(y, v)\nm = g2.abs(-2.0)\n", n=6.0, m=2.0),
    _case("math's names", "from math import pi, sin as s\nimport math as m\na = s(pi / 2)\nb = m.factorial(10)\nc = m.comb(5, 2)\n"
          "d = m.hypot(3, 4)\n", a=1.0, b=3628800, c=10, d=5.0),
    _case("numpy", "import numpy as np\na = np.linspace(0, 1, 5).reshape(5, 1)\nb = (a @ a.T).sum()\nc = np.linalg.norm([3.0, 4.0])\n"
          "d = np.sort([3, 1, 2]).tolist()\ne = np.where(a > 0.5, 1, 0).sum()\n", b=6.25, c=5.0, d=[1, 2, 3], e=2),
    _case("numpy: more", "import numpy as np\na = np.arange(12).reshape(3, 4)\nb = a[1:, ::2].sum(axis=0).tolist()\n"
          "c = np.einsum('ij->j', a).tolist()\nd = float(np.median(a))\na[0, 0] = 100\ne = int(a.max())\n"
          "f = np.concatenate([a, a]).shape\ng = a[a > 10].tolist()\nh = np.zeros(3, dtype=np.float32).dtype.name\nk = len(h)\n",
          b=[12, 16], c=[12, 15, 18, 21], d=5.5, e=100, f=[6, 4], g=[100, 11], k=7),
    _case("numpy: random", "import numpy as np\nnp.random.seed(3)\na = np.random.rand(4)\nnp.random.seed(3)\nb = np.random.rand(4)\n"
          "n = bool((a == b).all())\nr = np.random.default_rng(5)\nm = int(r.integers(0, 10, size=3).shape[0])\n", n=True, m=3),
    _case("numpy: linear algebra", "import numpy as np\nA = np.array([[4.0, 1.0], [1.0, 3.0]])\nx = np.linalg.solve(A, [1.0, 2.0])\n"
          "U, S, Vt = np.linalg.svd(A)\nn = float(np.abs(U @ np.diag(S) @ Vt - A).max()) < 1e-12\nm = float(np.linalg.det(A))\n"
          "s = np.linalg.svd(A).S\nk = len(s)\n", n=True, k=2),
    _case("numpy: Fourier", "import numpy as np\na = np.fft.fft([1.0, 0.0, 0.0, 0.0])\nn = a.real.tolist()\n", n=[1.0, 1.0, 1.0, 1.0]),
    _case("numpy: out of bounds of plain lists", "import numpy as np\na = np.ones((1000, 1000))\nb = (a * 2.0 + a).sum()\n", b=3e6),
    _case("100 MB of zeros", "import numpy as np\na = np.zeros(12500000)\na[::1000] = 1.0\nn = a.sum()\n", n=12500.0),
    _case("100 MB in tensors", "import gradstudio as gs\na = gs.ones((3500, 3500))\nn = gs.sum(a * 2.0)\n", n=24500000.0),
    _case("a large product", "import numpy as np\na = np.ones((500, 500))\nn = float((a @ a).sum())\n", n=125000000.0),
    _case("10,000 passes of training", "import gradstudio as tf\nw = tf.Variable(5.0)\nfor i in range(10000):\n"
          "    with tf.GradientTape() as t:\n        loss = (w - 2.0) * (w - 2.0)\n    w.assign_sub(0.01 * t.gradient(loss, w))\n"
          "n = abs(w.item() - 2.0) < 1e-9\n", n=True),
    _case("a million turns", "n = 0\nfor i in range(1000000):\n    n += i % 7\n", n=sum(i % 7 for i in range(1000000))),
    _case("10,000 lines printed", "for i in range(10000):\n    print(i, i * i)\nn = 1\n", n=1),
    _case("printing of every kind", "import numpy as np\nprint()\nprint(1, 'a', None, True, 1.5, [1], (2,), {3}, {'a': 1}, sep='|', end='!\\n')\n"
          "print(np.ones((2, 2)), gs.ones(2), flush=True)\nn = 1\n", n=1),
    _case("Variables", "import gradstudio as tf\nv = tf.Variable([1.0, 2.0], name='v')\nv.assign_add([1.0, 1.0])\nv.assign(v * 2.0)\n"
          "with tf.GradientTape() as t:\n    y = tf.reduce_sum(v ** 2)\ng = t.gradient(y, v)\n", v=[4.0, 6.0], g=[8.0, 12.0]),
    _case("second order", "import gradstudio as tf\nx = tf.Variable(2.0)\nwith tf.GradientTape() as a:\n    with tf.GradientTape() as b:\n"
          "        y = x ** 4\n    g = b.gradient(y, x)\nh = a.gradient(g, x)\n", g=32.0, h=48.0),
    _case("third order by functions", "import gradstudio as gs\nf = gs.grad(gs.grad(gs.grad(lambda v: v ** 5)))\nn = f(1.0)\n", n=60.0),
    _case("a Jacobian and a Hessian", "import gradstudio as gs\nx = gs.constant([1.0, 2.0])\nwith gs.GradientTape() as t:\n    t.watch(x)\n"
          "    y = x * x\nj = t.jacobian(y, x)\nh = gs.hessian(lambda v: gs.sum(v ** 3))(x)\n", j=[[2.0, 0.0], [0.0, 4.0]],
          h=[[6.0, 0.0], [0.0, 12.0]]),
    _case("a gradient of one's own", "import gradstudio as tf\n@tf.custom_gradient\ndef clip(v):\n    def back(g):\n        return g * 10.0\n"
          "    return v * 1.0, back\nx = tf.Variable(3.0)\nwith tf.GradientTape() as t:\n    y = clip(x) * 2.0\ng = t.gradient(y, x)\n", g=20.0),
    _case("functions compiled", "import gradstudio as tf\n@tf.function\ndef f(v):\n    return tf.reduce_sum(v * v)\n"
          "n = f(tf.constant([1.0, 2.0])) + f(tf.constant([3.0]))\nh = tf.compile(lambda v: v * 2.0)\nm = h(4.0)\n", n=14.0, m=8.0),
    _case("control flow of TensorFlow", "import gradstudio as tf\na = tf.while_loop(lambda i, s: i < 5, lambda i, s: (i + 1, s + i), (0, 0))[1]\n"
          "b = tf.map_fn(lambda v: v * 2.0, tf.constant([1.0, 2.0]))\nc = tf.cond(True, lambda: 1.0, lambda: 2.0)\n"
          "d = tf.scan(lambda s, v: s + v, tf.constant([1.0, 2.0, 3.0]))\n", a=10, b=[2.0, 4.0], c=1.0, d=[1.0, 3.0, 6.0]),
    _case("vmap and nests", "import gradstudio as gs\na = gs.vmap(lambda v: gs.sum(v))(gs.constant([[1.0, 2.0], [3.0, 4.0]]))\n"
          "b = gs.nest.flatten({'a': 1, 'b': [2, 3]})\nc = gs.nest.map_structure(lambda v: v * 2, [1, (2, 3)])[1][1]\n",
          a=[3.0, 7.0], b=[1, 2, 3], c=6),
    _case("jvp and vjp", "import gradstudio as gs\nx = gs.constant(3.0)\nwith gs.autodiff.ForwardAccumulator(x, gs.constant(1.0)) as acc:\n"
          "    y = x * x\na = acc.jvp(y)\nvalue, back = gs.vjp(lambda v: v ** 2, 4.0)\nb = back(1.0)\n", a=6.0),
    _case("TensorFlow's debugging", "import gradstudio as tf\nx = tf.constant([1.0, 2.0])\ny = tf.debugging.check_numerics(x, 'x')\n"
          "n = tf.reduce_sum(y)\n", n=3.0),
    _case("TensorFlow's config", "import gradstudio as tf\ntf.config.run_functions_eagerly(True)\nn = 1 if tf.config.functions_run_eagerly() else 0\n"
          "tf.config.run_functions_eagerly(False)\n", n=1),
    _case("TensorFlow's errors", "import gradstudio as tf\ntry:\n    tf.matmul(tf.zeros((2, 3)), tf.zeros((2, 3)))\n"
          "except tf.errors.InvalidArgumentError as e:\n    n = 1\n", n=1),
    _case("an explanation", "import gradstudio as gs\nx = gs.constant(3.0)\nwith gs.GradientTape() as t:\n    t.watch(x)\n    y = gs.floor(x)\n"
          "why = gs.explain(t, y, x)\nn = 1 if 'floor' in why.message else 0\n", n=1),
    _case("name scopes and devices", "import gradstudio as tf\nwith tf.name_scope('layer'):\n    x = tf.constant(2.0) * 3.0\n"
          "with tf.device('cpu'):\n    y = tf.ones(2)\nn = x + y[0]\n", n=7.0),
    _case("an op of many names", "import gradstudio as tf\na = tf.nn.relu([-1.0, 2.0])\nb = tf.math.reduce_sum([1.0, 2.0])\n"
          "c = tf.linalg.matmul([[1.0]], [[2.0]])\nd = tf.nn.softmax([0.0, 0.0])\n", a=[0.0, 2.0], b=3.0, c=[[2.0]], d=[0.5, 0.5]),
    _case("gradients None and zero", "import gradstudio as tf\nx, y = tf.Variable(1.0), tf.Variable(2.0)\nwith tf.GradientTape() as t:\n    z = x * x\n"
          "g = t.gradient(z, [x, y])\nn = 1 if g[1] is None else 0\n", n=1),
    _case("complex numbers", "a = (1 + 2j) * (3 - 1j)\nn = a.real + abs(3 + 4j)\n", n=10.0),
    _case("NaN and infinity", "import numpy as np\na = float('nan')\nb = np.inf\nn = 1 if a != a and b > 1e308 else 0\n", n=1),
    _case("an array loaded", 'import gradstudio as gs\nX = gs.load("x.npy")\nn = gs.sum(X)\n', {"x.npy": npy(np.arange(6.0))}, n=15.0),
    _case("an array in Fortran's order", 'import gradstudio as gs\nX = gs.load("x.npy")\nn = X[1, 0]\n',
          {"x.npy": npy(np.asfortranarray(np.arange(6).reshape(2, 3)))}, n=3),
    _case(
        "numbers in the other byte order",
        'import gradstudio as gs\nimport numpy as np\nX = gs.load("x.npy")\nn = gs.sum(X * 2.0)\nm = np.ones(3, dtype=">f8").sum()\n',
        {"x.npy": npy(np.arange(4.0).astype(">f8"))},
        n=12.0,
        m=3.0,
    ),
    _case("half floats and bools", 'import gradstudio as gs\nX, y = gs.load("x.npz")\nn = float(X[1]) + int(y[0])\n',
          {"x.npz": npz({"X.npy": npy(np.array([1, 2], np.float16)), "y.npy": npy(np.array([True]))})}, n=3.0),
    _case("an archive loaded", 'import gradstudio as gs\nX, y = gs.load("points.npz")\nn = gs.sum(X) + gs.sum(y)\n',
          {"points.npz": npz({"X.npy": npy(np.ones((3, 2))), "y.npy": npy(np.array([1, 0, 1]))})}, n=8.0),
    _case("a table loaded", 'T = gs.load("t.csv")\nn = T.sum()\n', {"t.csv": b"a,b\r\n1,2\r\n3,4.5\r\n"}, n=10.5),
    _case("a table in a folder below", 'T = gs.load("data/t.csv")\nn = T[1]\n',
          {"data/t.csv": b"1\n2\n"}, n=2.0),
    _case("a table with gaps", 'import numpy as np\nT = gs.load("t.csv")\nn = int(np.isnan(T.numpy()).sum())\n', {"t.csv": b"1,,3\n4,5,\n"}, n=2),
    _case("a table with a mark and signs", 'T = gs.load("t.csv")\nn = T.tolist()\n', {"t.csv": b"\xef\xbb\xbfa\n+1e3\n-2.5\n"}, n=[1000.0, -2.5]),
    _case("a name with blanks and accents", 'T = gs.load("meine Größe.csv")\nn = T.sum()\n', {"meine Größe.csv": b"1\n2\n"}, n=3.0),
    _case("a table of 20,000 rows", 'T = gs.load("t.csv")\nn = T.shape[0]\n', {"t.csv": b"a,b,c\n" + b"1,2,3\n" * 20000}, n=20000),
    _case("arrays without elements", "import numpy as np\na = np.zeros((0, 3))\nn = a.shape[0] + a.sum()\n", n=0.0),
    _case("a sum over a dict of arrays", "import numpy as np\nd = {k: np.ones(3) * v for k, v in zip('abc', range(3))}\nn = sum(v.sum() for v in d.values())\n",
          n=9.0),
    _case("Newton's method", "x = 2.0\nfor i in range(20):\n    x = x - (x * x - 2.0) / (2.0 * x)\nn = abs(x - 2 ** 0.5) < 1e-12\n", n=True),
    _case("primes", "n = len([p for p in range(2, 1000) if all(p % d for d in range(2, int(p ** 0.5) + 1))])\n", n=168),
    _case("memory by a dict", "memo = {}\ndef fib(n):\n    if n not in memo:\n        memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)\n"
          "    return memo[n]\na = fib(90)\n", a=2880067194370816120),
    _case("a future import", "from __future__ import annotations\nn = 1\n", n=1),
    _case("an ellipsis", "def later(): ...\nn = 1\n", n=1),
]  # fmt: skip

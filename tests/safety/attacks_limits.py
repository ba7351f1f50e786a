# ruff: noqa: E501  (rows of tables)
"""Attacks on memory, time, output and the machine below: what has to end at a limit, or be stopped before it."""

from __future__ import annotations

from corpus import Case, rows

LEAD = "import gradstudio as gs\nimport numpy as np\nimport math\nx = gs.constant([1.0, 2.0])\n"
SHARED = LEAD + "a = [1]\nfor i in range(60):\n    a = [a, a]\n"
TUPLES = LEAD + "a = (1,)\nfor i in range(60):\n    a = (a, a)\n"

ENDLESS = rows("attack", "endless", r"""
pass | limited@* | | while True:⏎    pass
swallowing errors | limited@* | | while True:⏎    try:⏎        c = 1 / 0⏎    except Exception:⏎        pass
swallowing recursion | limited@* | | def f():⏎    try:⏎        f()⏎    except Exception:⏎        f()⏎while True:⏎    f()
swallowing memory | limited@* | | while True:⏎    try:⏎        c = [0] * 10**7 + [1]⏎        c = c + c + c + c + c + c + c + c + c + c + c + c + c⏎    except Exception:⏎        pass
while with a tensor | limited@* | | while x[0] > 0:⏎    x = x * 1.0
for over what it appends to | limited@* | | a = [1]⏎for v in a:⏎    a.append(v)
comprehension over it | limited@* | | a = [1]⏎c = [a.append(v) for v in a]
mutual recursion with loops | limited@* | | def f(n):⏎    for i in range(10):⏎        if n:⏎            f(n - 1)⏎f(50)
sum of a range | limited@* | | c = sum(range(10**14))
max of a range | limited@* | | c = max(range(10**12))
sorted range | limited@* | | c = sorted(range(10**8), key=lambda v: -v)
any of a filter | limited@* | | c = any(filter(None, map(lambda v: 0, range(10**12))))
next of a filter | limited@* | | c = next(filter(lambda v: False, range(10**12)))
all of a generator | limited@* | | c = all(True for v in range(10**12))
float in a range | limited@* | | c = 0.5 in range(10**15)
sum of lists | limited@* | | c = sum([[1]] * 10**6, [])
fsum | limited@* | | c = math.fsum(range(10**12))
product of a range | limited@* | | c = math.prod(range(1, 10**7))
division of huge integers | limited@* | | a = int("f" * 9 * 10**6, 16)⏎b = int("e" * 4 * 10**6, 16)⏎for i in range(10**6):⏎    c = a // b
isqrt of a huge integer | limited@* | | a = int("f" * 9 * 10**6, 16)⏎for i in range(10**6):⏎    c = math.isqrt(a)
convolve | limited@* | | c = np.convolve(np.ones(4 * 10**6), np.ones(4 * 10**6))
correlate | limited@* | | c = np.correlate(np.ones(4 * 10**6), np.ones(4 * 10**6), "full")
svd | big@* | | c = np.linalg.svd(np.ones((9000, 9000)))
svd by gs | big@* | | c = gs.linalg.svd(gs.ones((7000, 7000)))
inv | big@* | | c = np.linalg.inv(np.eye(9000))
eig | big@* | | c = np.linalg.eig(np.ones((6000, 6000)))
matrix_power | big@* | | c = np.linalg.matrix_power(np.eye(3000), 2**30 - 1)
matmul again and again | limited@* | | a = np.ones((3000, 3000))⏎while True:⏎    c = a @ a
einsum | big@* | | c = np.einsum("ab,bc,cd,de->ae", *[np.ones((400, 400))] * 4)
roots | big@* | | c = np.roots(np.ones(9000))
diff a billion times | limited@* | | c = np.diff([1.0], n=10**9)
sort of everything | limited@* | | a = np.random.rand(10**7)⏎while True:⏎    c = np.sort(a)
unique | limited@* | | while True:⏎    c = np.unique(np.random.rand(10**7))
multivariate normal | big@* | | c = np.random.multivariate_normal(np.zeros(6000), np.eye(6000))
shuffle of lists | limited@* | | a = list(range(10**6))⏎while True:⏎    np.random.shuffle(a)
polyfit | big@* | | c = np.polyfit(np.arange(10**5), np.arange(10**5), 900)
while_loop | limited@* | | c = gs.while_loop(lambda v: True, lambda v: (v,), (1,))
while_loop with ops | limited@* | | c = gs.while_loop(lambda v: v > 0, lambda v: (v * 1.0,), (gs.constant(1.0),))
scan | limited@* | | c = gs.scan(lambda t, v: t + v, gs.ones(10**7))
map_fn | limited@* | | c = gs.map_fn(lambda v: v, gs.ones(10**7))
foldl | limited@* | | c = gs.foldl(lambda t, v: t + v, gs.ones(10**7))
foldr over a list | limited@* | | c = gs.foldr(lambda t, v: t, [1.0] * 10**7)
a function that compiles itself | limited@* | | def f(v):⏎    return gs.compile(f)(v)⏎c = f(1.0)
compiled endless loop | limited@* | | @gs.function⏎def f(v):⏎    while True:⏎        v = v * 1.0⏎c = f(x)
compiled again for every shape | any@* | | f = gs.compile(lambda v: gs.sum(v))⏎for i in range(1, 10**5):⏎    c = f(gs.ones(i % 3000 + 1))
custom gradient that calls itself | limited@* | | @gs.custom_gradient⏎def f(v):⏎    return f(v), lambda g: g⏎c = f(x)
gradient that calls itself | limited@* | | def f(v):⏎    return gs.grad(f)(v)⏎c = f(1.0)
custom gradient that loops on the way back | limited@* | | @gs.custom_gradient⏎def f(v):⏎    def back(g):⏎        while True:⏎            pass⏎    return v * 2.0, back⏎c = gs.grad(f)(1.0)
recompute that recurses | limited@* | | f = gs.recompute_grad(lambda v: f(v))⏎c = gs.grad(f)(1.0)
check_grads of much | any@* | | gs.check_grads(lambda v: gs.sum(v * v), (gs.ones(10**5),))
vmap of endless | limited@* | | def f(v):⏎    while True:⏎        v = v * 1.0⏎c = gs.vmap(f)(x)
rejection that never accepts | any@* | | c = gs.random.truncated_normal((10**7,), mean=0.0, stddev=float("nan"))
sort with an endless key | limited@* | | def k(v):⏎    while True:⏎        pass⏎c = sorted([2, 1], key=k)
sort method with an endless key | limited@* | | def k(v):⏎    while True:⏎        pass⏎[2, 1].sort(key=k)
map with an endless function | limited@* | | def k(v):⏎    while True:⏎        pass⏎c = list(map(k, [1]))
loop in a default | limited@* | | def f(v=sum(range(10**14))):⏎    return v
loop in a lambda's default | limited@* | | f = lambda v=sum(range(10**14)): v
loop in an f-string | limited@* | | c = f"{sum(range(10**14))}"
loop in an assert's message | limited@* | | assert False, sum(range(10**14))
loop after the error | limited@* | | try:⏎    c = 1 / 0⏎finally:⏎    while True:⏎        pass
loop in with | limited@* | | with gs.GradientTape() as t:⏎    while True:⏎        pass
loop behind a match | limited@* | | match 1:⏎    case v if sum(range(10**14)):⏎        pass
equal shared lists | limited@* | | a = [1]⏎b = [1]⏎for i in range(60):⏎    a = [a, a]⏎    b = [b, b]⏎c = a == b
smaller shared lists | limited@* | | a = [1]⏎b = [1]⏎for i in range(60):⏎    a = [a, a]⏎    b = [b, b]⏎c = a < b
a shared list in another | limited@* | | a = [1]⏎b = [1]⏎for i in range(60):⏎    a = [a, a]⏎    b = [b, b]⏎c = a in [b]
count of a shared list | limited@* | | a = [1]⏎b = [1]⏎for i in range(60):⏎    a = [a, a]⏎    b = [b, b]⏎c = [b].count(a)
largest of shared lists | limited@* | | a = [1]⏎b = [1]⏎for i in range(60):⏎    a = [a, a]⏎    b = [b, b]⏎c = max(a, b)
equal dicts | limited@* | | a = {1: 1}⏎b = {1: 1}⏎for i in range(60):⏎    a = {1: a, 2: a}⏎    b = {1: b, 2: b}⏎c = a == b
match of shared lists | any@* | | a = [1]⏎for i in range(60):⏎    a = [a, a]⏎match a:⏎    case [b, [c, d]]:⏎        e = 1
""", LEAD, is_slow=True)  # fmt: skip

SHARING = rows("attack", "shared", r"""
printed | any@* | | print(a)
in an f-string | any@* | | c = f"{a}"
by repr | any@* | | c = repr(a)
by str | any@* | | c = str(a)
by percent | any@* | | c = "%s" % a
in an error | error | | raise ValueError(a)
in an assertion | error | | assert False, a
as a key | error | | c = [1][a]
as a number | error | | c = float(a)
isinstance | no | | c = isinstance(1, a)
as a shape | big | | c = np.ones(a)
as an index | big | | c = np.ones(3)[a]
as an axis | big | | c = np.sum(np.ones(3), axis=a)
as text's parts | no | | c = "".join(a)
returned by a function | any@* | | def f():⏎    return a⏎c = f()
as the value of a keyword | big@* | | c = gs.sum(x, axis=a)
as a print separator | any@* | | print(1, 2, sep=a)
""", SHARED) + rows("attack", "shared", r"""
as an array | big@* | | c = np.array(a)
as a tensor | big@* | | c = gs.constant(a)
flattened | limited@* | | c = gs.nest.flatten(a)
mapped | limited@* | | c = gs.nest.map_structure(lambda v: v, a)
watched | limited@* | | with gs.GradientTape() as t:⏎    t.watch(a)
as sources | limited@* | | with gs.GradientTape() as t:⏎    t.watch(x)⏎    y = x * x⏎c = t.gradient(y, a)
as an operand | big@* | | c = x + a
sorted | any@* | | c = sorted([a, a])
""", SHARED, is_slow=True) + rows("attack", "shared", r"""
as a key of a dict | limited@* | | c = {a: 1}
as a member of a set | limited@* | | c = {a}
isinstance of nested tuples | any@* | | c = isinstance(1, a)
startswith | any@* | | c = "a".startswith(a)
""", TUPLES, is_slow=True)  # fmt: skip

MEMORY = rows("attack", "memory", r"""
list doubling | big@* | | a = [0]⏎while True:⏎    a = a + a
list doubling in place | big@* | | a = [0]⏎while True:⏎    a += a
list extended by itself | big@* | | a = [0]⏎while True:⏎    a.extend(a)
slice assigned | big@* | | a = [0]⏎while True:⏎    a[:] = a + a
text doubling | big@* | | a = "a"⏎while True:⏎    a = a + a
text doubling in place | big@* | | a = "a"⏎while True:⏎    a += a
text in an f-string | big@* | | a = "a"⏎while True:⏎    a = f"{a}{a}"
tuple doubling | big@* | | a = (0,)⏎while True:⏎    a = a + a
integer doubling | big@* | | a = 1⏎while True:⏎    a = a + a
integer squared | big@* | | a = 3⏎while True:⏎    a = a * a
dict growing | big@* | | a = {}⏎while True:⏎    a[len(a)] = "a" * 1000
dict growing in a comprehension | big@* | | a = {i: str(i) for i in range(10**9)}
set growing | big@* | | a = {str(i) for i in range(10**9)}
list of a range | big@* | | a = list(range(10**10))
tuple of a range | big@* | | a = tuple(range(10**10))
set of a range | big@* | | a = set(range(10**10))
star of a range | big@* | | a = [*range(10**11)]
star in a call | big@* | | print(*range(10**10))
star in an assignment | big@* | | a, *b = range(10**10)
star of a call of its own | big@* | | def f(*a):⏎    return 1⏎f(*range(10**10))
two stars of a huge dict | big@* | | def f(**a):⏎    return 1⏎f(**{str(i): i for i in range(10**8)})
extend by a range | big@* | | a = []⏎a.extend(range(10**10))
update by a zip | big@* | | a = {}⏎a.update(zip(range(10**10), range(10**10)))
union with a range | big@* | | a = set().union(range(10**10))
reversed list | big@* | | a = list(reversed(range(10**10)))
enumerate | big@* | | a = list(enumerate(range(10**10)))
zip | big@* | | a = list(zip(range(10**10), range(10**10)))
map | big@* | | a = list(map(float, range(10**10)))
splitting | big@* | | a = ("a " * 5 * 10**6).split()⏎b = [a[:] for i in range(1000)]
closures | big@* | | fs = []⏎while True:⏎    fs.append(lambda v, i=len(fs): v)
arrays kept | big@* | | a = []⏎while True:⏎    a.append(np.ones(10**6))
lazy zeros kept | big@* | | a = [np.zeros(10**8) for i in range(1000)]
lazy zeros touched | big@* | | a = []⏎while True:⏎    a.append(np.zeros(10**6))⏎    a[-1][::512] = 1.0
views kept | any@* | | a = np.ones(10**6)⏎b = [a[i:] for i in range(10**6)]
tensors kept | big@* | | a = []⏎while True:⏎    a.append(gs.ones(10**6))
tensors recorded | big@* | | a = gs.Variable(np.ones(10**6))⏎with gs.GradientTape() as t:⏎    b = a * 1.0⏎    while True:⏎        b = gs.sin(b)
variables | big@* | | a = [gs.Variable(np.ones(10**4)) for i in range(10**6)]
TensorArray | big@* | | a = gs.TensorArray(size=0)⏎i = 0⏎while True:⏎    a = a.write(i, gs.ones(10**5))⏎    i += 1
tapes | big@* | | a = []⏎while True:⏎    a.append(gs.GradientTape())
Jacobian of much | big@* | | a = gs.ones(30000)⏎with gs.GradientTape() as t:⏎    t.watch(a)⏎    b = a * 2.0⏎c = t.jacobian(b, a)
Hessian of much | big@* | | c = gs.hessian(lambda v: gs.sum(v * v * v))(gs.ones(30000))
jacfwd of much | big@* | | c = gs.jacfwd(lambda v: v * v)(gs.ones(30000))
orders of derivatives | any@* | | f = lambda v: gs.sin(v) * gs.exp(v)⏎for i in range(30):⏎    f = gs.grad(f)⏎c = f(1.0)
orders by tapes | limited@* | | def f(v, n):⏎    if n == 0:⏎        return gs.sin(v * v) / v⏎    with gs.GradientTape() as t:⏎        t.watch(v)⏎        y = f(v, n - 1)⏎    return t.gradient(y, v)⏎c = f(gs.constant(1.0), 40)
vmap in vmap | any@* | | f = lambda v: v * 2.0⏎for i in range(50):⏎    f = gs.vmap(f)⏎c = f(gs.ones((1,) * 30))
values without end | any@* | | a = [0.0] * 10**5⏎b = [a] * 10**5⏎c = [b] * 10**5⏎d = [c] * 10**5
values in plenty | any@* | | a = [0.0] * 10**5⏎b = [a] * 1000
names in plenty | any@* | | a = [np.zeros(10**6) for i in range(60)]
""", LEAD, is_slow=True)  # fmt: skip

DEEP = rows("attack", "deep", r"""
recursion | limited@* | deep | def f(n):⏎    return f(n + 1)⏎c = f(0)
recursion of a lambda | limited@* | deep | f = lambda n: f(n + 1)⏎c = f(0)
recursion through map | limited/error@* | | def f(n):⏎    return list(map(f, [n]))⏎c = f(0)
recursion through sorted | limited/error@* | | def f(n):⏎    return sorted([2, 1], key=f)⏎c = f(0)
recursion through max | limited/error@* | | def f(n):⏎    return max([2, 1], key=f)⏎c = f(0)
recursion through sum | limited/error@* | | def f(n):⏎    return sum(f(n) for i in [1])⏎c = f(0)
recursion through an op | limited/error@* | | def f(n):⏎    return gs.map_fn(f, gs.ones((2, 2)))⏎c = f(0)
recursion through vmap | limited/error@* | | def f(v):⏎    return gs.vmap(f)(v)⏎c = f(gs.ones((2, 2)))
recursion through cond | limited/error@* | | def f():⏎    return gs.cond(True, f, f)⏎c = f()
recursion through vjp | limited/error@* | | def f(v):⏎    return gs.vjp(f, v)[0]⏎c = f(x)
recursion through jvp | limited/error@* | | def f(v):⏎    return gs.jvp(f, (v,), (v,))[0]⏎c = f(x)
recursion through checkpoint | limited/error@* | | def f(v):⏎    return gs.checkpoint(f)(v)⏎c = f(x)
recursion with tapes | limited/error@* | | def f(v):⏎    with gs.GradientTape() as t:⏎        return f(v)⏎c = f(x)
recursion with name scopes | limited/error@* | | def f(v):⏎    with gs.name_scope("a"):⏎        return f(v)⏎c = f(x)
recursion caught at once | any@* | | def f(n):⏎    try:⏎        return f(n + 1)⏎    except RuntimeError:⏎        return n⏎c = f(0)
map in map | any@* | | c = [1]⏎for i in range(300000):⏎    c = map(abs, c)⏎d = list(c)
filter in filter | any@* | | c = [1]⏎for i in range(300000):⏎    c = filter(None, c)⏎d = list(c)
zip in zip | any@* | | c = [1]⏎for i in range(300000):⏎    c = zip(c)⏎d = list(c)
enumerate in enumerate | any@* | | c = [1]⏎for i in range(300000):⏎    c = enumerate(c)⏎d = list(c)
map in map, dropped | any@* | | c = [1]⏎for i in range(300000):⏎    c = map(abs, c)⏎c = 1
generator in generator | error/limited@* | | c = [1]⏎for i in range(5000):⏎    c = (v for v in c)⏎d = list(c)
iterator of an iterator | any@* | | c = [1]⏎for i in range(300000):⏎    c = iter(c)⏎d = list(c)
function in function | error/limited@* | | def wrap(f):⏎    return lambda v: f(v)⏎f = lambda v: v⏎for i in range(5000):⏎    f = wrap(f)⏎c = f(1)
grad of grad of grad | error/limited@* | | f = lambda v: v⏎for i in range(5000):⏎    f = gs.grad(f)⏎c = f(1.0)
function of function | error/limited@* | | f = lambda v: v⏎for i in range(5000):⏎    f = gs.function(f)⏎c = f(1.0)
list in list | any@* | | c = []⏎for i in range(1000000):⏎    c = [c]⏎print(c)
list in list, compared | error/limited@* | | a = []⏎b = []⏎for i in range(1000000):⏎    a = [a]⏎    b = [b]⏎c = a == b
list in list, as an array | error/limited@* | | a = []⏎for i in range(100000):⏎    a = [a]⏎c = np.array(a)
list in list, as a tensor | error/limited@* | | a = []⏎for i in range(100000):⏎    a = [a]⏎c = gs.constant(a)
list in list, flattened | any@* | | a = []⏎for i in range(100000):⏎    a = [a]⏎c = gs.nest.flatten(a)
tuple in tuple, as a key | error/limited@* | | a = ()⏎for i in range(5000000):⏎    a = (a,)⏎c = {a: 1}
tuple in tuple, in isinstance | error/limited@* | | a = (int,)⏎for i in range(1000000):⏎    a = (a,)⏎c = isinstance("a", a)
dict in dict | any@* | | c = {}⏎for i in range(1000000):⏎    c = {1: c}⏎print(c)
list that holds itself | any@* | | c = []⏎c.append(c)⏎print(c)⏎d = f"{c}" + repr(c) + str(c) + "%s" % c
list that holds itself, compared | error/limited@* | | a = []⏎a.append(a)⏎b = []⏎b.append(b)⏎c = a == b
list that holds itself, as an array | error/limited@* | | a = []⏎a.append(a)⏎c = np.array(a)
list that holds itself, flattened | error/limited@* | | a = []⏎a.append(a)⏎c = gs.nest.flatten(a)
list that holds itself, summed | error/limited@* | | a = []⏎a.append(a)⏎c = gs.sum(a)
dict that holds itself | any@* | | c = {}⏎c["c"] = c⏎print(c)
errors in errors | any@* | | e = ValueError("a")⏎for i in range(100000):⏎    e = ValueError(e)⏎raise e
causes of causes | error@* | | e = ValueError("a")⏎for i in range(10000):⏎    try:⏎        raise ValueError("b") from e⏎    except ValueError as f:⏎        e = f⏎raise e
""", LEAD)  # fmt: skip

FLOODS = rows("attack", "flood", r"""
printing | any@* | | while True:⏎    print("a" * 1000)
printing one huge text | any@* | | print("a" * 10**7)
printing many huge texts | any@* | | for i in range(1000):⏎    print("a" * 10**7)
printing empty lines | any@* | | for i in range(10**7):⏎    print()
printing lists | any@* | | a = list(range(10**6))⏎for i in range(10**5):⏎    print(a)
printing arrays | any@* | | a = np.ones((1000, 1000))⏎for i in range(10**5):⏎    print(a.tolist())
printing with a huge end | any@* | | print(1, end="a" * 10**7)
printing with a huge separator | any@* | | print(*range(1000), sep="a" * 10**6)
warnings | any@* | | c = gs.constant(3)⏎for i in range(10**5):⏎    with gs.GradientTape() as t:⏎        t.watch(c)
warnings on many lines | any@* | | c = gs.constant(3)⏎with gs.GradientTape() as t:⏎"""
+ "".join("    t.watch(c)⏎" for _ in range(300)) + r"""    y = x * 2.0
recorded ops | limited/ok@* | | while True:⏎    x = x * 1.0
recorded ops of a tape | limited/ok@* | | with gs.GradientTape() as t:⏎    t.watch(x)⏎    while True:⏎        x = gs.sin(x)
gradients by the million | limited@* | | with gs.GradientTape(persistent=True) as t:⏎    t.watch(x)⏎    y = x * x⏎for i in range(10**6):⏎    g = t.gradient(y, x)
watching by the million | limited/ok@* | | with gs.GradientTape() as t:⏎    for i in range(10**6):⏎        t.watch(gs.constant(1.0))
tapes by the million | limited/ok@* | | for i in range(10**6):⏎    with gs.GradientTape() as t:⏎        t.watch(x)⏎        y = x * x
gradient of 100,000 ops | any@* | | with gs.GradientTape() as t:⏎    t.watch(x)⏎    y = x⏎    for i in range(100000):⏎        y = y * 1.0⏎g = t.gradient(y, x)
diamonds | any@* | | with gs.GradientTape() as t:⏎    t.watch(x)⏎    y = x⏎    for i in range(2000):⏎        y = y + y⏎g = t.gradient(y, x)
functions called by the million | limited/ok@* | | def f(v):⏎    return v⏎for i in range(10**6):⏎    f(x)
scopes by the hundred thousand | any@* | | for i in range(10**5):⏎    for j in range(2):⏎        c = 1
name scopes by the hundred thousand | any@* | | for i in range(10**5):⏎    with gs.name_scope("a" * 1000):⏎        c = x * 1.0
very long names of scopes | any@* | | with gs.name_scope("a" * 10**7):⏎    c = x * 1.0
markup in the name of a scope | any@* | | with gs.name_scope("<img src=file:///etc/passwd><script>alert(1)</script>"):⏎    c = x * 1.0
names from keys | any@* | | c = {"a" * 10**6: gs.constant(1.0)}
markup in keys | any@* | | c = {"<b>&\"'": gs.constant(1.0), "=cmd|' /C calc'!A0": gs.constant(2.0)}⏎d = c["<b>&\"'"] * 2.0
name of a variable | any@* | | c = gs.Variable(1.0, name="a" * 10**7)⏎d = c * 2.0
markup in the name of a variable | any@* | | c = gs.Variable(1.0, name="</svg><script>alert(1)</script>")⏎d = c * 2.0
name that breaks lines | any@* | | c = gs.Variable(1.0, name="a\n\r\nb\x1b[2J")⏎d = c * 2.0
escape sequences printed | ok@* | | print("\x1b[2J\x1b]0;owned\x07\x1b[31mred")
escape sequences in an error | error | | raise ValueError("\x1b[2J\x1b]52;c;aW1wb3J0\x07")
line ends in an error | error | | raise ValueError("one\ntwo\r\nthree")
tracebacks imitated | ok@* | | print('Traceback (most recent call last):\n  File "a", line 1')
JSON imitated | ok@* | | print('{"status": "ok", "values": {}}')
a bell ten thousand times | ok@* | | print("\x07" * 10000)
bidi printed | ok@* | | print("\u202e" * 1000)
a message of a megabyte | error | | raise ValueError("a" * 10**6)
an error of a thousand lines | error | | raise ValueError("a\n" * 1000)
lone surrogates printed | any@* | | print("\ud800")
lone surrogates in a name | any@* | | c = {"\ud800": gs.constant(1.0)}
lone surrogates in an error | error@* | | raise ValueError("\ud800")
lone surrogates in a name scope | any@* | | with gs.name_scope("\udfff"):⏎    c = x * 2.0
null characters printed | any@* | | print("\0" * 1000)
NaN values | ok@* | | c = float("nan")⏎d = [float("inf"), -float("inf")]
huge integers as values | ok@* | | c = 10**400⏎d = [10**400]
a value of every kind | ok@* | | a = print⏎b = gs⏎c = {1}⏎d = range(3)⏎e = ValueError⏎f = gs.GradientTape()⏎g = gs.Module()
""", LEAD)  # fmt: skip

STATE = rows("attack", "state", r"""
a random seed | ok@* | | np.random.seed(99)⏎gs.random.set_seed(99)
plans turned off | any@* | | gs.config.run_functions_eagerly(True)
choices changed | any@* | | c = gs.subgradients(maximum=0.5)
gradients silenced | any@* | | gs.no_gradient("Sin")
an op silenced | any@* | | gs.no_gradient(gs.sin)
a device | any@* | | with gs.device("gpu"):⏎    c = gs.ones(3)
a device that is none | no@* | | with gs.device("/dev/sda"):⏎    c = gs.ones(3)
a tape left open | any@* | | t = gs.GradientTape()⏎def f():⏎    with t:⏎        raise ValueError("a")⏎f()
replaying a forged state | no@* | | with gs.random.replay({"bit_generator": "os", "state": {}}):⏎    c = 1
replaying an evil state | no@* | | s = gs.random.state()⏎s["state"]["state"] = "a"⏎with gs.random.replay(s):⏎    c = 1
constants in place | no@* | | c = x.numpy()⏎c[0] = 9.0⏎assert x[0] == 9.0
shape of a tensor in place | no@* | | x.shape[0] = 9
""", LEAD)  # fmt: skip

CASES: list[Case] = [
    *ENDLESS, *SHARING, *MEMORY, *DEEP, *FLOODS, *STATE,
]  # fmt: skip

"""Attacks by size and by NumPy: what a guard has to stop before anything is built, or what is not there to be asked."""

from __future__ import annotations

from corpus import Case, rows

LEAD = "import gradstudio as gs\nimport numpy as np\nimport math\nx = gs.constant([1.0, 2.0])\n"

GUARDED = rows("attack", "size", r"""
power of integers | big | bits | c = 10**10**8
power by pow | big | bits | c = pow(10, 10**8)
power by map | big | bits | c = list(map(pow, [10], [10**9]))
power in place | big | bits | c = 10⏎c **= 10**9
power in place of an item | big | | c = [10]⏎c[0] **= 10**7
shift | big | bits | c = 1 << 10**9
shift in place of an item | big | | c = {"a": 1}⏎c["a"] <<= 10**11
product of integers | big | bits | c = (1 << 90000) * (1 << 90000)
product in place of an item | big | | c = ["a"]⏎c[0] *= 10**10
list repeated | big | limit | c = [0] * 10**9
list repeated by a NumPy number | big | limit | c = [0] * np.int64(10**9)
list repeated from the left | big | limit | c = 10**9 * [0]
tuple repeated | big | limit | c = (0,) * 10**9
text repeated | big | limit | c = "a" * 10**9
text repeated in place | big | limit | c = "a"⏎c *= 10**9
ljust | big | limit | c = "a".ljust(10**9)
rjust | big | limit | c = "a".rjust(10**9)
center | big | limit | c = "a".center(10**9)
zfill | big | limit | c = "a".zfill(10**9)
join | big | limit | c = "ab".join(["c" * 10**6] * 100)
join of a generator | big | limit | c = "".join("a" * 10**6 for i in range(10**6))
replace | big | limit | c = "aa".replace("a", "b" * 10**7)
replace of nothing | big | limit | c = ("a" * 10**6).replace("", "b" * 100)
replace with a method held | big | limit | f = "aa".replace⏎c = f("a", "b" * 10**7)
percent width | big | width | c = "%999999999d" % 3
percent precision | big | width | c = "%.999999999f" % 3.0
percent star | big | width | c = "%*d" % (10**9, 3)
percent built at run time | big | width | c = ("%" + "9" * 10 + "d") % 3
percent in place of an item | big | | c = ["%999999999d"]⏎c[0] %= 3
percent by name | big | width | c = "%(a)999999999d" % {"a": 3}
percent in other digits | big | width | c = "%٩٩٩٩٩٩٩٩٩d" % 3
text of a huge integer | any@* | | c = str(7 ** 30000)
text of it in an f-string | any@* | | c = f"{7 ** 30000}"
number of huge text | big | | c = int("9" * 10**6)
huge hexadecimal text | any@* | | c = int("f" * 10**6, 16)
factorial | big | too long | c = math.factorial(10**9)
factorial of a NumPy number | big | | c = math.factorial(np.int64(10**8))
comb | big | | c = math.comb(10**9, 5 * 10**8)
comb of NumPy numbers | big | | c = math.comb(np.int64(10**8), np.int64(5 * 10**7))
perm | big | too long | c = math.perm(10**9)
factorial of true floats | no | | c = math.factorial(1e9)
rounding to a billion digits | big | | c = round(5, -10**9)
product of math | big | | c = math.prod([1 << 99999] * 10**5)
least common multiple | big | | c = math.lcm(*range(1, 10**5))
ldexp | no | | c = math.ldexp(1.0, 10**9)
power of floats | no | too large | c = 2.0 ** 10**6
range of huge numbers | any@* | | c = range(10**30)
length of it | big | | c = len(range(10**30))
zeros | big | limit | c = np.zeros((10**6, 10**6))
ones | big | | c = np.ones(10**11)
empty | big | | c = np.empty((10**5, 10**5))
full | big | | c = np.full(10**11, 1.0)
eye | big | | c = np.eye(10**6)
identity | big | | c = np.identity(10**6)
arange | big | | c = np.arange(10**12)
arange by a tiny step | big | | c = np.arange(0.0, 1.0, 1e-15)
linspace | big | | c = np.linspace(0, 1, 10**12)
logspace | big | | c = np.logspace(0, 1, 10**11)
geomspace | big | | c = np.geomspace(1, 2, 10**11)
tile | big | | c = np.tile([1.0], 10**11)
tile in many axes | big | | c = np.tile([1.0], (10**4, 10**4, 10**4))
repeat | big | | c = np.repeat([1.0], 10**11)
method repeat | big | | c = np.ones(3).repeat(10**11)
outer | big | | c = np.outer(np.ones(10**6), np.ones(10**6))
kron | big | | c = np.kron(np.ones(10**6), np.ones(10**6))
meshgrid | big | | c = np.meshgrid(np.ones(10**6), np.ones(10**6))
pad | big | | c = np.pad([1.0], 10**11)
tri | big | | c = np.tri(10**6)
diag | big | | c = np.diag(np.ones(10**6))
vander | big | | c = np.vander(np.ones(10**6), 10**6)
indices | big | | c = np.indices((10**5, 10**5))
broadcasting | big | | c = np.ones((10**6, 1)) + np.ones(10**6)
broadcast_to and a copy | big | | c = np.broadcast_to(1.0, (10**6, 10**6)) * 2.0
broadcast_to, and its sum | big@* | | c = np.broadcast_to(1.0, (10**7, 10**7)).sum()
broadcast_to alone | any@* | | c = np.broadcast_to(1.0, (10**7, 10**7))
comparison | big | | c = np.ones((10**6, 1)) < np.ones(10**6)
where | big | | c = np.where(np.ones((10**6, 1)) > 0, np.ones(10**6), 0.0)
einsum | big | | c = np.einsum("a,b->ab", np.ones(10**6), np.ones(10**6))
einsum of six | big | | c = np.einsum("a,b,c,d,e,f->abcdef", *[np.ones(10**3)] * 6)
tensordot | big | | c = np.tensordot(np.ones(10**6), np.ones(10**6), 0)
matmul | big | | c = np.ones((10**6, 1)) @ np.ones((1, 10**6))
histogram | big | | c = np.histogram([1.0, 2.0], bins=10**11)
bincount | big | | c = np.bincount([10**11])
fft of huge length | big | | c = np.fft.fft(np.ones(3), n=10**11)
fftfreq | big | | c = np.fft.fftfreq(10**11)
random normal | big | | c = np.random.normal(size=10**11)
random of a generator | big | | c = np.random.default_rng(0).random(10**11)
random integers | big | | c = np.random.integers(0, 9, size=(10**6, 10**6))
permutation | big | | c = np.random.permutation(10**11)
choice | big | | c = np.random.choice(10**11, 10**10)
rand | big | | c = np.random.rand(10**6, 10**6)
huge seed | any@* | | np.random.seed(10**4000)
gs zeros | big | | c = gs.zeros((10**6, 10**6))
gs ones | big | | c = gs.ones(10**11)
gs eye | big | | c = gs.eye(10**6)
gs arange | big | | c = gs.arange(10**12)
gs linspace | big | | c = gs.linspace(0.0, 1.0, 10**11)
gs fill | big | | c = gs.fill((10**6, 10**6), 1.0)
gs tile | big | | c = gs.tile(x, 10**11)
gs repeat | big | | c = gs.repeat(x, 10**11)
gs broadcast_to | big | | c = gs.broadcast_to(x, (10**9, 10**3, 2)) + 1.0
gs outer | big | | c = gs.ones((10**6, 1)) * gs.ones(10**6)
gs one_hot | big | | c = gs.one_hot([1, 2], 10**11)
gs pad | big | | c = gs.pad(x, [[10**11, 10**11]])
gs einsum | big | | c = gs.einsum("a,b->ab", gs.ones(10**6), gs.ones(10**6))
gs matmul | big | | c = gs.ones((10**6, 1)) @ gs.ones((1, 10**6))
gs random | big | | c = gs.random.normal((10**6, 10**6))
gs diag | big | | c = gs.linalg.diag(gs.ones(10**6))
gs scatter | big | | c = gs.scatter_nd([[1]], [1.0], [10**11])
gs TensorArray | big | | c = gs.TensorArray(size=10**10)
gs range | big | | c = gs.range(10**12)
gs meshgrid | big | | c = gs.meshgrid(gs.ones(10**6), gs.ones(10**6))
""", LEAD)  # fmt: skip

KINDS = rows("attack", "dtype", r"""
object by name | no | | c = np.zeros(3, dtype="object")
object by letter | no | | c = np.zeros(3, "O")
object by two stars | no | | c = np.zeros(3, **{"dt" + "ype": "O"})
object by full | no | | c = np.full(3, "a", "O")
object by itself | big | | c = np.array([10**30])
object from functions | no | | c = np.array([print])
object from ragged lists | no | | c = np.array([[1], [1, 2]])
object by power | limited | | c = np.power([10**30], [10**9])
object by astype | no | | c = np.ones(3).astype("O")
object by cumsum | no | | c = np.ones(3).cumsum(dtype="O")
object by sum | any@* | | c = np.ones(3).sum(dtype="O")
object by a positional argument | no | | c = np.cumsum(np.ones(3), 0, "O")
object by mean | any@* | | c = np.ones(3).mean(dtype="O")
object by prod | any@* | | c = np.array([10] * 100).prod(dtype="O")
object, filled | no@* | | c = np.ones(3).cumsum(dtype="O")⏎c[0] = print⏎d = c[0]
object, filled and grown | no@* | | c = np.ones(2).cumsum(dtype="O")⏎c[0] = "a"⏎c[1] = "b"⏎d = c * 10**9
object by gs | no | | c = gs.zeros(3, dtype="O")
object by cast | no | | c = gs.cast(x, "O")
object by constant | no | | c = gs.constant([print])
object by Variable | no | | c = gs.Variable([1.0], dtype="O")
text in gs | no | | c = gs.constant(["a", "b"])
text in np | no | | c = np.array(["a", "b"])
text by dtype | no | | c = np.zeros(3, dtype="U1000000")
bytes by dtype | no | | c = np.zeros(3, dtype="S100000000")
void | no | | c = np.zeros(3, dtype="V1000000000")
structure by text | no | | c = np.zeros(3, dtype="f8,f8")
structure by list | no | | c = np.zeros(3, dtype=[("a", "f8")])
structure by dict | no | | c = np.zeros(3, dtype={"names": ["a"], "formats": ["O"]})
sub-array | big | | c = np.zeros(3, ("f8", (10**9,)))
dates | no | | c = np.zeros(3, dtype="M8[s]")
spans of time | no | | c = np.zeros(3, dtype="m8[s]")
long text of dtypes | no | | c = np.zeros(3, dtype="f8," * 10**5)
unknown dtype | no | | c = np.zeros(3, dtype="evil")
a function as dtype | no | | c = np.zeros(3, dtype=print)
long double | any@* | | c = np.zeros(3, dtype="g")
long double complex | any@* | | c = np.zeros(3, dtype="G")
other byte order | any@* | | c = np.ones(3, dtype=">f8")
half | any@* | | c = np.ones(3, dtype="f2")
object as result_type | no@* | | c = np.result_type("O")⏎d = np.zeros(3, c)
out= | no | out= | np.add(1, 2, out=np.ones(1))
out= by position | any@* | | np.add([1.0], [2.0], np.ones(1))
out= of a method | no | | c = np.ones(3).sum(out=np.ones(1))
where= without out | any@* | | c = np.add([1.0], [2.0], where=[False])
empty memory | any@* | | c = np.empty(1000)
""", LEAD)  # fmt: skip

NUMPY = rows("attack", "numpy", r"""
load | no | not available | c = np.load
loadtxt | no | not available | c = np.loadtxt("secret.txt")
genfromtxt | no | not available | c = np.genfromtxt("secret.txt")
fromfile | no | not available | c = np.fromfile("secret.txt")
save | no | not available | np.save("a.npy", np.ones(3))
savez | no | not available | np.savez("a.npz", np.ones(3))
savetxt | no | not available | np.savetxt("a.txt", np.ones(3))
memmap | no | not available | c = np.memmap("secret.txt")
DataSource | no | not available | c = np.DataSource()
fromregex | no | not available | c = np.fromregex("secret.txt", "(.)", [("a", "S1")])
fromstring | no | not available | c = np.fromstring("1 2", sep=" ")
frombuffer | no | not available | c = np.frombuffer("a")
fromiter | no | not available | c = np.fromiter([1], float)
fromfunction | no | not available | c = np.fromfunction(print, (2,))
ndarray | no | not available | c = np.ndarray((3,), strides=(10**9,))
lib | no | not available | c = np.lib
as_strided | no | not available | c = np.lib.stride_tricks.as_strided(np.ones(1), (10**9,))
f2py | no | not available | c = np.f2py
ctypeslib | no | not available | c = np.ctypeslib
testing | no | not available | np.testing.measure("import os")
core | no | not available | c = np.core
ma | no | not available | c = np.ma
rec | no | not available | c = np.rec
char | no | not available | c = np.char
strings | no | not available | c = np.strings
exceptions | no | not available | c = np.exceptions
dtypes | no | not available | c = np.dtypes
emath | no | not available | c = np.emath
polynomial | no | not available | c = np.polynomial
distutils | no | not available | c = np.distutils
typing | no | not available | c = np.typing
source | no | not available | np.source(np.sin)
info | no | not available | np.info(np.sin)
show_config | no | not available | np.show_config()
get_include | no | not available | c = np.get_include()
bmat | no | not available | c = np.bmat("a,a")
matrix | no | not available | c = np.matrix("1 2")
nditer | no | not available | c = np.nditer(np.ones(3))
require | no | not available | c = np.require(np.ones(3))
seterr | no | not available | np.seterr(all="raise")
seterrcall | no | not available | np.seterrcall(print)
errstate | any@* | | with np.errstate(call=print):⏎    pass
set_printoptions | no | not available | np.set_printoptions(threshold=10**9)
printoptions | no@5 | not available | with np.printoptions(threshold=10**9):⏎    pass
array2string | no | not available | c = np.array2string(np.ones(3), formatter={"all": print})
setbufsize | no | not available | np.setbufsize(10**9)
vectorize | no | not available | c = np.vectorize(print)
frompyfunc | no | not available | c = np.frompyfunc(print, 1, 1)
apply_along_axis | no | not available | c = np.apply_along_axis(print, 0, np.ones(3))
piecewise | no | not available | c = np.piecewise(np.ones(3), [True], [print])
datetime64 | no | not available | c = np.datetime64("2026-01-01")
busday_count | no | not available | c = np.busday_count("2026-01", "2026-02")
copyto | no | not available | np.copyto(np.ones(1), 2)
put | no | not available | np.put(np.ones(1), 0, 2)
os by walking | no | not available | c = np.testing.extbuild.os
sys by walking | no | not available | c = np.ma.core.builtins
record | no | not available | c = np.record
object_ | no | not available | c = np.object_
void type | no | not available | c = np.void
str_ | no | not available | c = np.str_
longdouble | no | not available | c = np.longdouble
tofile | no | cannot write | np.ones(3).tofile("a.bin")
dump | no | cannot write | np.ones(3).dump("a.bin")
dumps | no | cannot write | c = np.ones(3).dumps()
tobytes | no | tobytes | c = np.ones(3).tobytes()
ctypes | no | ctypes | c = np.ones(3).ctypes
data | no | data | c = np.ones(3).data
base | no | base | c = np.ones(4).reshape(2, 2).base
view | no | view | c = np.ones(3).view("i8")
resize | no | resize | np.ones(3).resize(10**9, refcheck=False)
byteswap | no | byteswap | np.ones(3).byteswap(True)
flat | any@* | | c = np.ones(3).flat
strides | no | strides | c = np.ones(3).strides
getfield | no | getfield | c = np.ones(3).getfield("i4")
setfield | no | setfield | np.ones(3).setfield(1, "i4")
partition method | any@* | | np.ones(3).partition(1)
itemset | no | itemset | np.ones(3).itemset(0, 1)
flags | no | flags | c = np.ones(3).flags
linalg's inside | no | not available | c = np.linalg.linalg
LinAlgError | any@* | | c = np.linalg.LinAlgError
random's inside | no | not available | c = np.random.mtrand
RandomState | any@* | | c = np.random.RandomState(0)
BitGenerator | no | not available | c = np.random.PCG64(0)
accumulate of a ufunc | no | | c = np.add.accumulate([1, 2])
at of a ufunc | no | | np.add.at(np.ones(3), [0], 1)
types of a ufunc | no | | c = np.sin.types
pad with a function that loops | any@* | | c = np.pad([1.0], 1, mode=lambda v, w, i, k: None)
key of a member in another case | no | not available | c = np.LOAD
""", LEAD)  # fmt: skip

CASES: list[Case] = [*GUARDED, *KINDS, *NUMPY]

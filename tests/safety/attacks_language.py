# ruff: noqa: E501  (rows of tables)
"""Attacks through syntax, names and attributes: what the checker or a guard has to refuse."""

from __future__ import annotations

from corpus import Case, rows

LEAD = "import gradstudio as gs\nimport numpy as np\nimport math\nx = gs.constant([1.0, 2.0])\n"

IMPORTS = rows("attack", "import", r"""
os | refused | import os | import os
sys | refused | import sys | import sys
subprocess | refused | import subprocess | import subprocess
in the middle of a list | refused | os | import math, os
below the package | refused | numpy.f2py | import numpy.f2py
below the package, renamed | refused | numpy.lib.npyio | import numpy.lib.npyio as n
engine of the library | refused | gradstudio.engine | import gradstudio.engine.tape as t
from os | refused | os | from os import system
from below numpy | refused | numpy.lib | from numpy.lib import npyio
from below the library | refused | gradstudio.worker | from gradstudio.worker.process import subprocess
star | refused | * | from numpy import *
star of math | refused | * | from math import *
relative | refused | import | from . import os
relative with a name | refused | import | from .secrets import key
far up | refused | import | from .... import os
under a good name | refused | os | import os as math
inside a function | refused@2 | os | def f():⏎    import os⏎f()
inside try | refused@2 | os | try:⏎    import os⏎except Exception:⏎    pass
after a semicolon | refused | os | x = 1; import os
with a line joined | refused@* | os | import \⏎  os
ctypes | refused | ctypes | import ctypes
builtins | refused | builtins | import builtins
importlib | refused | importlib | from importlib import import_module
pickle | refused | pickle | import pickle
socket | refused | socket | import socket
tensorflow | refused | tensorflow | import tensorflow as tf
a member that is not there | no | load | from numpy import load
a member that reaches out | no | f2py | from numpy import f2py
a member of math | no | os | from math import os
a dunder member | refused | __loader__ | from math import __loader__
a dunder alias | refused | __np | import numpy as __np
a guard's alias | refused | _gs_attr | import math as _gs_attr
a private alias of a member | refused | __x | from math import sin as __x
""")  # fmt: skip

DUNDERS = rows("attack", "dunder", r"""
class walk | refused@* | __ | c = ().__class__.__base__.__subclasses__()
of a number | refused | __class__ | c = (1.0).__class__
of a string | refused | __class__ | c = "".__class__
mro | refused | __mro__ | c = gs.Tensor.__mro__
subclasses | refused | __subclasses__ | c = gs.Tensor.__subclasses__()
dict of the module | refused | __dict__ | c = gs.__dict__
dict of numpy | refused | __dict__ | c = np.__dict__
loader | refused | __loader__ | c = np.__loader__
spec | refused | __spec__ | c = math.__spec__
globals of a function | refused@6 | __globals__ | def f():⏎    return f.__globals__⏎f()
globals of a lambda | refused | __globals__ | c = (lambda: 0).__globals__
code | refused | __code__ | c = (lambda: 0).__code__
closure of load | refused | __closure__ | c = gs.load.__closure__
owner of print | refused | __self__ | c = print.__self__
owner of a method | refused | __self__ | c = [].append.__self__
owner of a tensor's method | refused | __self__ | c = x.numpy.__self__
function of a method | refused | __func__ | c = x.numpy.__func__
wrapped | refused | __wrapped__ | c = gs.grad(lambda v: v).__wrapped__
reduce of print | refused | __reduce__ | c = print.__reduce__()
reduce_ex | refused | __reduce_ex__ | c = x.__reduce_ex__(2)
getattribute | refused | __getattribute__ | c = x.__getattribute__("value")
setattr | refused | __setattr__ | np.__setattr__("pi", 3)
init again | refused | __init__ | np.__init__("np", {})
builtins by name | refused | __builtins__ | c = __builtins__
builtins set | refused | __builtins__ | __builtins__ = {}
import function | refused | __import__ | c = __import__("os")
file | refused | __file__ | c = __file__
name set | refused | __name__ | __name__ = "os"
doc | refused | __doc__ | c = np.sin.__doc__
array interface | refused | __array_interface__ | c = np.ones(3).__array_interface__
array struct | refused | __array_struct__ | c = np.ones(3).__array_struct__
iterator's length hint | refused | __length_hint__ | c = iter([1]).__length_hint__()
annotations of a function | refused | __annotations__ | c = (lambda: 0).__annotations__
defaults | refused | __defaults__ | c = (lambda v=1: 0).__defaults__
kwdefaults | refused@6 | __kwdefaults__ | def f(*, v=1):⏎    return f.__kwdefaults__
traceback | refused | __traceback__ | try:⏎    c = 1 / 0⏎except Exception as e:⏎    c = e.__traceback__
context | refused | __context__ | try:⏎    c = 1 / 0⏎except Exception as e:⏎    c = e.__context__
cause | refused | __cause__ | try:⏎    c = 1 / 0⏎except Exception as e:⏎    c = e.__cause__
in an f-string | refused | __class__ | c = f"{x.__class__}"
in a nested f-string | refused | __class__ | c = f"{f'{x.__class__}'}"
in a width of an f-string | refused | written out | c = f"{1.0:{x.__class__}}"
in a default | refused@5 | __class__ | def f(v=().__class__):⏎    return v
in an annotation | refused@5 | __class__ | def f(v: ().__class__):⏎    return v
in a returned annotation | refused@5 | __class__ | def f(v) -> ().__class__:⏎    return v
in the annotation of a variable | refused | __class__ | v: ().__class__ = 1
in a decorator | refused@5 |  | @(lambda f: f.__globals__)⏎def f():⏎    return 1
in an index | refused | __class__ | c = [1, 2][().__class__]
in a slice | refused | __class__ | c = [1, 2][:().__class__]
in a comprehension | refused | __class__ | c = [v.__class__ for v in [1]]
in its condition | refused | __class__ | c = [v for v in [1] if v.__class__]
in a generator | refused | __class__ | c = list(v.__class__ for v in [1])
in a dict | refused | __class__ | c = {"a": ().__class__}
in a set | refused | __class__ | c = {().__class__}
in a lambda | refused | __class__ | c = lambda v: v.__class__
in a condition | refused | __class__ | c = 1 if ().__class__ else 2
in an assert's message | refused | __class__ | assert False, ().__class__
in raise | refused | __class__ | raise ValueError(().__class__)
in raise from | refused | __class__ | raise ValueError("a") from ().__class__
in a star | refused | __class__ | print(*().__class__)
in two stars | refused | __class__ | print(**().__class__)
in a keyword's value | refused | __class__ | print(sep=().__class__)
in a walrus | refused | __class__ | print(c := ().__class__)
in a match subject | refused@5 | __class__ | match ().__class__:⏎    case _:⏎        c = 1
in a guard of match | refused@6 | __class__ | match 1:⏎    case v if v.__class__:⏎        c = 1
in with | refused@5 | __class__ | with ().__class__ as c:⏎    pass
in a chain of calls | refused | __base__ | c = [].copy().__base__
full-width letters | refused | private | c = x._ｃore
full-width dunder | refused | __ | c = x.__ｃｌａｓｓ__
full-width underscores | no@* | | c = x.＿＿class＿＿
mathematical letters | refused | __ | c = x.__𝒸𝓁𝒶𝓈𝓈__
ligature | refused | __ | c = x.__de_ﬁne__
builtins in script letters | refused | __ | c = __𝓫𝓾𝓲𝓵𝓽𝓲𝓷𝓼__
import in bold letters | refused | __ | c = __𝐢𝐦𝐩𝐨𝐫𝐭__("os")
""", LEAD)  # fmt: skip

NAMES = rows("attack", "name", r"""
argument | refused@5 | __builtins__ | def f(__builtins__):⏎    return 1
positional only | refused@5 | __b__ | def f(__b__, /):⏎    return 1
keyword only | refused@5 | __b__ | def f(*, __b__=1):⏎    return 1
starred | refused@5 | __b__ | def f(*__b__):⏎    return 1
two stars | refused@5 | __b__ | def f(**__b__):⏎    return 1
of a lambda | refused | __b__ | f = lambda __b__: 1
starred of a lambda | refused | __b__ | f = lambda *__b__: 1
function | refused@5 | __b__ | def __b__():⏎    return 1
except as | refused@7 | __b__ | try:⏎    c = 1⏎except ValueError as __b__:⏎    pass
keyword in a call | refused | __class__ | c = dict(__class__=1)
private keyword in a call | refused | _core | c = dict(_core=1)
global | refused@6 | __builtins__ | def f():⏎    global __builtins__⏎    return 1
nonlocal | refused@7 | __b__ | def f():⏎    def g():⏎        nonlocal __b__⏎    return g
loop variable | refused@5 | __b__ | for __b__ in [1]:⏎    pass
in a comprehension | refused | __b__ | c = [1 for __b__ in [1]]
walrus | refused | __b__ | print(__b__ := 1)
with as | refused@5 | __b__ | with gs.GradientTape() as __b__:⏎    pass
match as | refused@6 | __b__ | match 1:⏎    case __b__:⏎        pass
match star | refused@6 | __b__ | match [1]:⏎    case [*__b__]:⏎        pass
match or as | refused@6 | __b__ | match 1:⏎    case (1 | 2) as __b__:⏎        pass
deleted | refused | __builtins__ | del __builtins__
starred target | refused | __b__ | a, *__b__ = [1, 2]
augmented | refused | __b__ | __b__ += 1
annotated | refused | __b__ | __b__: int = 1
a guard: attr | refused | _gs_attr | _gs_attr = lambda owner, name: owner
a guard: each | refused@5 | _gs_each | def _gs_each(a, b):⏎    return b
a guard by walrus | refused | _gs_mul | print(_gs_mul := 1)
a guard as argument | refused@5 | _gs_attr | def f(_gs_attr):⏎    return x.value
a guard called | refused | _gs_type | c = _gs_type(1)
a guard's modules | refused | _gs_module | c = _gs_module("gs")
a guard in full-width letters | no | | ＿gs_attr = 1
a guard's token | refused | _gs1 | _gs1 = 5
private attribute | refused | _core | c = np._core
private method | refused | _plain | c = x._plain("x")
the tape's inside | refused@7 | _nodes | with gs.GradientTape() as t:⏎    t.watch(x)⏎    c = t._nodes
fields of a result | refused | _fields | c = np.linalg.svd(np.eye(2))._fields
replacing a result | refused | _replace | c = np.linalg.svd(np.eye(2))._replace(U=1)
as a dict | refused | _asdict | c = np.linalg.svd(np.eye(2))._asdict()
items of a TensorArray | refused | _items | c = gs.TensorArray(size=1)._items
a member of a facade | refused | _members | c = np._members
a very long name | refused@* | too long | a = 1⏎"""
+ "b" * 300 + r""" = 1
getattr | refused | getattr | c = getattr(x, "value")
setattr | refused | setattr | setattr(np, "pi", 3)
delattr | refused | delattr | delattr(np, "pi")
vars | refused | vars | c = vars(np)
dir | refused | dir | c = dir(np)
globals | refused | globals | c = globals()
locals | refused | locals | c = locals()
type | refused | type | c = type(x)
type with three | refused | type | c = type("A", (), {})
object | refused | object | c = object()
super | refused | super | c = super()
open | refused | open | c = open("secret.txt")
input | refused | input | c = input()
eval | refused | eval | c = eval("1")
exec | refused | exec | exec("c = 1")
compile as a value | refused | compile | f = [compile][0]
memoryview | refused | memoryview | c = memoryview(np.ones(3))
bytes | refused | bytes | c = bytes(10)
bytearray | refused | bytearray | c = bytearray(10)
breakpoint | refused | breakpoint | breakpoint()
exit | refused | exit | exit()
quit | refused | quit | quit()
help | refused | help | help()
id | refused | id | c = id(x)
property | refused | property | c = property(lambda s: 1)
classmethod | refused | classmethod | c = classmethod(print)
hash | no | hash | c = hash(1)
format | no | format | c = format(1, "9999999999d")
license | no | license | license()
copyright | no | copyright | c = copyright
BaseException | no@7 | BaseException | try:⏎    c = 1 / 0⏎except BaseException:⏎    c = 1
SystemExit | no | SystemExit | raise SystemExit(0)
KeyboardInterrupt | no | KeyboardInterrupt | raise KeyboardInterrupt
GeneratorExit | no | GeneratorExit | raise GeneratorExit
MemoryError | big | | raise MemoryError("x")
LimitReached | no | LimitReached | raise LimitReached
Waiting | no | Waiting | raise Waiting
bytes written out | refused | bytes | c = b"abc"
""", LEAD)  # fmt: skip

SYNTAX = rows("attack", "syntax", r"""
class | refused@5 | class | class A:⏎    pass
class with a metaclass | refused@5 | class | class A(metaclass=print):⏎    pass
async def | refused@5 | async | async def f():⏎    return 1
async for | refused@* | async | async def f():⏎    async for i in x:⏎        pass
async with | refused@* | async | async def f():⏎    async with x:⏎        pass
await | refused@* | a | async def f():⏎    await x
async comprehension | refused@* | async | async def f():⏎    return [i async for i in x]
yield | refused@6 | generator | def f():⏎    yield 1
yield as a value | refused@6 | generator | def f():⏎    c = yield⏎f()
yield from | refused@6 | generator | def f():⏎    yield from [1]
except star | refused@* | except* | try:⏎    c = 1⏎except* ValueError:⏎    pass
bare except | refused@7 | except | try:⏎    c = 1⏎except:⏎    pass
match class | refused@6 | pattern | match x:⏎    case gs.Tensor(value=v):⏎        c = v
match class by keyword | refused@6 | pattern | match np:⏎    case str(save=f):⏎        c = f
match mapping | refused@6 | pattern | match {}:⏎    case {"a": v}:⏎        c = v
match mapping rest | refused@6 | pattern | match {}:⏎    case {**rest}:⏎        c = rest
match by an attribute | refused@6 | pattern | match 3:⏎    case np.pi:⏎        c = 1
store into a module | refused | .pi | np.pi = 3
store into the library | refused | .sin | gs.sin = print
store into a tensor | refused | .value | x.value = 3
store by for | refused@5 | .pi | for np.pi in [1]:⏎    pass
store by with | refused@5 | .pi | with gs.GradientTape() as np.pi:⏎    pass
store by unpacking | refused | .pi | a, np.pi = 1, 2
store by a starred target | refused | .pi | (a, *np.pi) = [1, 2]
store by a comprehension | refused | .pi | c = [0 for np.pi in [1]]
store by augmented assignment | refused | .pi | np.pi += 1
store by annotation | refused | | np.pi: float = 3.0
store into the shape | refused | .shape | np.ones(4).shape = (2, 2)
delete from a module | refused | deleted | del np.sin
delete a tensor's slot | refused | deleted | del x.value
delete from a function | refused@7 | deleted | def f():⏎    pass⏎del f.f
decorator: any function | refused@* | decorators | @print⏎def f():⏎    pass
decorator: a lambda | refused@* | decorators | @(lambda f: 1)⏎def f():⏎    pass
decorator: an index | refused@* | decorators | @[print][0]⏎def f():⏎    pass
decorator: two | refused@* | decorators | @gs.function⏎@print⏎def f():⏎    pass
decorator: of something else | no@5 | function | @np.function⏎def f():⏎    pass
finally with return | refused@* | | def f():⏎    while True:⏎        try:⏎            c = 1 / 0⏎        finally:⏎            return 1⏎f()
finally with continue | refused@* | | for i in range(10):⏎    try:⏎        c = 1 / 0⏎    finally:⏎        continue
finally with break | refused@* | | for i in range(10):⏎    try:⏎        c = 1 / 0⏎    finally:⏎        break
format width | refused | 200 | c = f"{1:2000000000d}"
format precision | refused | 200 | c = f"{1.0:.999999999f}"
format width from a value | refused | written out | w = 10**9; c = f"{1:{w}}"
format width in nested braces | refused | written out | c = f"{1:{'9' * 9}}"
format of a string | refused | 200 | c = f"{'a':>999999999}"
type alias of Python 3.12 | no@* | | type A = int
type parameters of Python 3.12 | no@* | | def f[T](a):⏎    return a
template string of Python 3.14 | no@* | | c = t"{x}"
print statement | error@* | | print "x"
exec statement | no@* | | exec "x"
backticks | error@* | | c = `x`
""", LEAD)  # fmt: skip

ATTRIBUTES = rows("attack", "attribute", r"""
op of a tensor | no | op | c = x.op
value of a tensor | no | value | c = x.value
inputs of a tensor | no | inputs | c = x.inputs
params of a tensor | no | params | c = x.params
token of a tensor | no | token | c = x.token
slots of a tensor | no | first | c = x.first
forgetting | no | forget | x.forget()
record of a tensor | no | record | x.record
forward of an op | no | forward | c = gs.sin.forward
rules of an op | no | vjps | c = gs.sin.vjps
row of a spelling | no | row | c = gs.linalg.svd.row
call of a spelling | no | call | c = gs.linalg.svd.call
samples of an op | no | samples | c = gs.sin.samples
methods of a class | no | gradient | c = gs.GradientTape.gradient
methods of Variable | no | assign | c = gs.Variable.assign
methods of list | no | append | c = list.append
format of str | no | format | c = str.format
join of str | no | join | c = str.join
fromkeys of dict | no | fromkeys | c = dict.fromkeys(range(10))
maketrans | no | maketrans | c = str.maketrans("a", "b")
from_bytes | no | from_bytes | c = int.from_bytes([1], "big")
fromhex | no | fromhex | c = float.fromhex("0x1")
mro | no | mro | c = gs.Tensor.mro()
type of a dtype | no | type | c = np.ones(3).dtype.type
fields of a dtype | no | fields | c = np.ones(3).dtype.fields
metadata of a dtype | no | metadata | c = np.ones(3).dtype.metadata
new byte order | no | newbyteorder | c = np.ones(3).dtype.newbyteorder()
thread of a tape | no | thread | c = gs.GradientTape().thread
records of a tape | no | records | c = gs.GradientTape().records
note of a tape | no | note | gs.GradientTape().note(x)
function's globals | no | func_globals | c = (lambda: 0).func_globals
frame of a generator | no | gi_frame | c = (i for i in [1]).gi_frame
code of a generator | no | gi_code | c = (i for i in [1]).gi_code
send into a generator | no | send | (i for i in [1]).send(None)
throw into a generator | no | throw | (i for i in [1]).throw(ValueError)
close a generator | no | close | (i for i in [1]).close()
args of an error | no | args | try:⏎    c = 1 / 0⏎except Exception as e:⏎    c = e.args
obj of an error | no | obj | try:⏎    c = x.nothing⏎except Exception as e:⏎    c = e.obj
name of an error | no | name | try:⏎    c = nothing⏎except NameError as e:⏎    c = e.name
traceback of an error | no | with_traceback | try:⏎    c = 1 / 0⏎except Exception as e:⏎    e.with_traceback(None)
note on an error | no | add_note | try:⏎    c = 1 / 0⏎except Exception as e:⏎    e.add_note("a")
frame of a traceback | no | tb_frame | c = x.tb_frame
format on a string | no | f-string | c = "{0.os.environ}".format(np)
format_map on a string | no | f-string | c = "{a}".format_map({"a": np})
encode | no | encode | c = "a".encode()
translate | no | translate | c = "a".translate({})
expandtabs | no | expandtabs | c = "⇥".expandtabs(10**9)
members of a facade | no | member | c = np.member("load")
names of a facade | no | names | c = gs.names()
state of the generator | no | bit_generator | c = np.random.default_rng(0).bit_generator
spawning generators | no | spawn | c = np.random.default_rng(0).spawn(10)
random bytes | no | bytes | c = np.random.bytes(10)
state of np.random | no | get_state | c = np.random.get_state()
setting it | no | set_state | np.random.set_state(1)
open of a module | no | open | c = np.open
choices stay | any@* | | gs.CHOICES["maximum"] = 1
keys of choices | any@* | | c = gs.CHOICES.keys()
copy of choices | any@* | | c = gs.CHOICES.copy()
a slice's indices | no | indices | c = slice(1).indices(10)
a range's index | no | index | c = range(9).index(5)
items of a context | no | gen | c = gs.name_scope("a").gen
func of a context | no | func | c = gs.name_scope("a").func
args of a context | no | kwds | c = gs.device("cpu").kwds
a compiled function's plan | no | program | c = gs.compile(lambda v: v).program
a compiled function's inside | no | f | c = gs.function(lambda v: v).f
undefined of a Module | no | variables | c = gs.Module().variables
op of an Explanation is text | any@* | | with gs.GradientTape() as t:⏎    c = gs.explain(t, x, x).op
held of a reference | no | held | c = x.ref().held
held of a variable | no | handle | c = gs.Variable(1.0).handle
setting a flag | no | setflags | np.ones(3).setflags(write=True)
set an item of a tensor | no | place | x[0] = 5.0
set an item of a facade | no | | np["pi"] = 3
set an item of a function | no | | print["a"] = 3
set an item of a string | no | | "abc"[0] = "d"
delete an item of a facade | no | | del np["pi"]
index a facade | no | | c = np["load"]
iterate over a facade | no | | c = [m for m in np]
unpack a facade | no | | a, b = np
call a facade | no | | c = np("load")
add to a facade | no | | c = np + 1
two stars of a facade | no | | c = dict(**np)
two stars of a module's choices | any@* | | c = dict(**gs.CHOICES)
union with choices | any@* | | c = gs.CHOICES | {}
isinstance with a facade | no@5 | | c = isinstance(1, np)
raise something else | no | | raise 5
raise a string | no | | raise "a"
except something else | no@* | | try:⏎    c = 1 / 0⏎except np:⏎    c = 1
with something else | no@5 | | with 5:⏎    pass
with a facade | no@5 | | with np:⏎    pass
iter with two | no | | c = iter(lambda: 1, 2)
print into a file | no | file | print("a", file=x)
sorted with a facade as key | no | | c = sorted([2, 1], key=np)
isinstance with object | refused | object | c = isinstance(1, object)
""", LEAD)  # fmt: skip

HIDDEN = [
    Case(f"hidden: {name}", "attack", text, expects, "", line)
    for name, text, expects, line in (
        ("lone carriage return", "y = 1.0  # fine\rimport os\n", ("refused",), None),
        ("lone carriage return in a string", "y = 'a\rb'\n", ("refused", "error"), 1),
        ("form feed", "y = 1.0\n\x0cimport os\n", ("refused",), 2),
        ("vertical tab", "y = 1.0\n\x0bz = 1.0\n", ("refused", "error"), 2),
        ("line separator", "y = 1.0  # \u2028import os\n", ("refused",), None),
        ("paragraph separator", "y = 1.0  # \u2029import os\n", ("refused",), None),
        ("next line", "y = 1.0  # \x85import os\n", ("refused",), 1),
        ("right-to-left override", "y = 1.0  # \u202e so tropmi\n", ("refused",), 1),
        ("right-to-left isolate", "y = 'a\u2067b'\n", ("refused",), 1),
        ("left-to-right mark in a name", "a\u200eb = 1.0\n", ("refused", "error"), 1),
        ("right-to-left mark in a comment", "y = 1.0  # \u200f\n", ("refused", "ok"), None),
        ("zero-width space", "y\u200b = 1.0\n", ("refused",), 1),
        ("zero-width joiner", "a\u200db = 1.0\n", ("refused",), 1),
        ("word joiner", "y = 1.0\u2060\n", ("refused",), 1),
        ("mark in the middle", "y = 1.0\nz\ufeff = 1.0\n", ("refused",), 2),
        ("soft hyphen in a name", "a\xadb = 1.0\n", ("refused", "error"), 1),
        ("backspaces", "y = 1.0  # import os\x08\x08\x08\x08\x08\x08\x08\x08\x08\n", ("refused",), 1),
        ("escape sequence in a comment", "y = 1.0  # \x1b[2K\x1b[1A\n", ("refused",), 1),
        ("escape sequence in a string", "print('\x1b]0;owned\x07')\n", ("refused",), 1),
        ("delete", "y = 1.0  # \x7f\x7f\n", ("refused", "ok"), None),
        ("control of C1", "y = 'a\x9b2Jb'\n", ("refused", "ok"), None),
        ("tag letters", "y = 1.0  # \U000e0069\U000e006d\U000e0070\n", ("refused", "ok"), None),
        ("Hangul filler as a name", "\u3164 = 1.0\ny = \u3164 + 1\n", ("refused", "ok"), None),
        ("Cyrillic look-alike", "\u0430 = 1.0\na = 2.0\ny = \u0430 + a\n", ("ok",), None),
        ("cookie of UTF-7", "# -*- coding: utf-7 -*-\n# +AAo-import os\ny = 1.0\n", ("ok", "refused"), None),
        ("cookie of rot13", "# coding: rot13\nvzcbeg bf\n", ("error", "refused"), None),
        ("cookie of unicode_escape", "# coding: unicode_escape\n# \\nimport os\ny = 1.0\n", ("ok", "refused"), None),
        ("a page of blanks before it", "y = 1.0;" + " " * 500 + "import os\n", ("refused",), 1),
        ("after a thousand empty lines", "y = 1.0\n" + "\n" * 1000 + "import os\n", ("refused",), 1002),
        ("behind a backslash", "y = 1.0 # \\\nimport os\n", ("refused",), 2),
        ("a string that ends early", 's = """\n"""; import os; """\n"""\n', ("refused",), 2),
    )
]

CASES: list[Case] = [*IMPORTS, *DUNDERS, *NAMES, *SYNTAX, *ATTRIBUTES, *HIDDEN]

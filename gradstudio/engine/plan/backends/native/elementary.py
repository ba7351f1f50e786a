"""Elementary functions for several numbers at once: right to two or three units in the last place.

C's library computes them one by one; NumPy's vector loops need long arrays. Polynomials on the short ranges that the
arguments are reduced to were fitted in 50 digits, at Chebyshev's points.
"""

from __future__ import annotations

import math
from decimal import Decimal

from gradstudio.engine.plan.backends.native.lanes import Lanes, bits, of_bits

_ROUND = 1.5 * 2.0**52
"""Added and taken away again, it rounds to a whole number, which stands in the last bits of the sum."""
_SPARE = 24
"""So many last bits of the parts of a constant are zero: products with whole numbers below 2**24 are exact."""


def _parts(text: str, count: int) -> list[float]:
    """A constant as a sum of `count` floats, the first ones with spare bits."""
    rest, found = Decimal(text), []
    for _ in range(count - 1):
        found.append(of_bits(bits(float(rest)) >> _SPARE << _SPARE))
        rest -= Decimal(found[-1])
    return [*found, float(rest)]


_LN2 = _parts("0.693147180559945309417232121458176568075500134360255254", 2)
_HALF_PI = _parts("1.57079632679489661923132169163975144209858469968755291048747", 3)
_FARTHEST = 1e6
"""Further out, the reduction of angles would need more parts."""
_EXP = (
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
)
"""(exp(r) - 1 - r) / r² in powers of r, to 4e-17 of exp(r) - 1."""
_SIN = (
    -0.16666666666666666,
    0.008333333333330946,
    -0.0001984126983675497,
    2.755731610068303e-06,
    -2.5051131455427946e-08,
    1.591810123027412e-10,
)
"""(sin(r) - r) / r³ in powers of r², to 2e-17 of sin(r)."""
_COS = (
    0.041666666666666664,
    -0.0013888888888887395,
    2.4801587298763433e-05,
    -2.7557317270560326e-07,
    2.0876146024689747e-09,
    -1.1382614868556325e-11,
)
"""(cos(r) - 1 + r² / 2) / r⁴ in powers of r², to 2e-18 of cos(r)."""


def _reduced(f: Lanes, x: str) -> tuple[str, str]:
    """n and r with x = n ln 2 + r, |r| <= ln 2 / 2: n as a whole number."""
    sum_ = f.plus_product(f.number(_ROUND), x, f.number(1 / math.log(2)))
    n = f.subtract(sum_, f.number(_ROUND))
    for part in _LN2:
        x = f.plus_product(x, n, f.number(-part))
    return f.integers("sub", f.raw(sum_), f.integer(bits(_ROUND))), x


def _power_of_two(f: Lanes, n: str) -> str:
    """2**n for -1022 <= n <= 1023."""
    return f.cooked(f.integers("shl", f.integers("add", n, f.integer(1023)), f.integer(52)))


def _exp_less_one(f: Lanes, r: str) -> str:
    """exp(r) - 1 on the short range."""
    return f.plus_product(r, f.polynomial(r, _EXP), f.multiply(r, r))


def exp(f: Lanes, x: str) -> str:
    """e**x; in two steps, so that it passes into the smallest numbers."""
    x = f.at_most(x, 710.0)
    x = f.choose(f.compare("olt", x, f.number(-746.0)), f.number(-746.0), x)
    n, r = _reduced(f, x)
    half = f.integers("ashr", n, f.integer(1))
    found = f.add(f.number(1.0), _exp_less_one(f, r))
    found = f.multiply(found, _power_of_two(f, half))
    return f.multiply(found, _power_of_two(f, f.integers("sub", n, half)))


def tanh(f: Lanes, x: str) -> str:
    """With t = exp(2|x|) - 1 it is t / (t + 2)."""
    size = f.at_most(f.intrinsic("fabs", x), 20.0)
    n, r = _reduced(f, f.add(size, size))
    scale = _power_of_two(f, n)
    t = f.plus_product(f.subtract(scale, f.number(1.0)), scale, _exp_less_one(f, r))
    return f.intrinsic("copysign", f.divide(t, f.add(t, f.number(2.0))), x)


def log(f: Lanes, x: str) -> str:
    """With x = 2**n (1 + d) and s = d / (2 + d), it is n ln 2 + 2 (s + s³/3 + s⁵/5 + ...)."""
    tiny = f.compare("olt", x, f.number(2.0**-1022))
    scaled = f.choose(tiny, f.multiply(x, f.number(2.0**54)), x)
    low = bits(math.sqrt(0.5))
    raw = f.raw(scaled)
    n = f.integers("ashr", f.integers("sub", raw, f.integer(low)), f.integer(52))
    d = f.subtract(f.cooked(f.integers("sub", raw, f.integers("shl", n, f.integer(52)))), f.number(1.0))
    exponent = f.say(f"sitofp {f.whole} {n} to {f.float}")
    exponent = f.subtract(exponent, f.choose(tiny, f.number(54.0), f.number(0.0)))
    s = f.divide(d, f.add(d, f.number(2.0)))
    square = f.multiply(s, s)
    series = f.multiply(square, f.polynomial(square, [2 / (2 * k + 3) for k in range(10)]))
    half = f.multiply(f.multiply(d, d), f.number(0.5))
    small = f.plus_product(f.multiply(exponent, f.number(_LN2[1])), s, f.add(half, series))
    found = f.plus_product(f.subtract(d, f.subtract(half, small)), exponent, f.number(_LN2[0]))
    found = f.choose(f.compare("olt", x, f.number(math.inf)), found, x)
    found = f.choose(f.compare("oeq", x, f.number(0.0)), f.number(-math.inf), found)
    return f.choose(f.compare("olt", x, f.number(0.0)), f.number(math.nan), found)


def log1p(f: Lanes, x: str) -> str:
    """log(1 + x), and what 1 + x lost in rounding."""
    total = f.add(f.number(1.0), x)
    lost = f.divide(f.subtract(x, f.subtract(total, f.number(1.0))), total)
    found = f.add(log(f, total), lost)
    is_plain = f.logic("and", f.compare("one", total, f.number(0.0)), f.compare("olt", total, f.number(math.inf)))
    found = f.choose(is_plain, found, log(f, total))
    return f.choose(f.compare("oeq", x, f.number(0.0)), x, found)


def sin(f: Lanes, x: str) -> str:
    return _angle(f, x, "sin", 0)


def cos(f: Lanes, x: str) -> str:
    return _angle(f, x, "cos", 1)


def _angle(f: Lanes, x: str, name: str, turns: int) -> str:
    """The sine, `turns` quarters of a circle further on."""
    size = f.intrinsic("fabs", x)

    def reduced() -> str:
        far = f.inverse(f.compare("olt", size, f.number(_FARTHEST)))
        return f.unless(far, lambda: _turned(f, x, turns), lambda: f.call(name, x))

    if f.count > 1:
        return reduced()
    # One number takes the short way where there is one, and what waits for it has to wait less.
    is_near = f.logic("and", f.compare("olt", size, f.number(math.pi / 4)), f.compare("ogt", size, f.number(0.0)))
    return f.unless(f.inverse(is_near), lambda: (_cosine if turns else _sine)(f, x), reduced)


def _turned(f: Lanes, x: str, turns: int) -> str:
    sum_ = f.plus_product(f.number(_ROUND), x, f.number(2 / math.pi))
    n = f.subtract(sum_, f.number(_ROUND))
    r = x
    for part in _HALF_PI:
        r = f.plus_product(r, n, f.number(-part))
    quarter = f.raw(sum_)
    if turns:
        quarter = f.integers("add", quarter, f.integer(turns))
    odd = f.integers("and", quarter, f.integer(1))
    found = f.choose(
        f.say(f"icmp eq {f.whole} {odd}, {f.integer(0)}"), f.intrinsic("copysign", _sine(f, r), r), _cosine(f, r)
    )
    sign = f.integers("shl", f.integers("and", quarter, f.integer(2)), f.integer(62))
    return f.cooked(f.integers("xor", f.raw(found), sign))


def _sine(f: Lanes, r: str) -> str:
    """For |r| <= pi / 4, but without the sign of 0.0; written so that the last step waits for four others only."""
    square = f.multiply(r, r)
    cube = f.multiply(r, square)
    first = f.plus_product(r, cube, f.polynomial(square, _SIN[:2]))
    return f.plus_product(first, f.multiply(cube, f.multiply(square, square)), f.polynomial(square, _SIN[2:]))


def _cosine(f: Lanes, r: str) -> str:
    """For |r| <= pi / 4; what 1 - r²/2 loses in rounding is added again."""
    square = f.multiply(r, r)
    half = f.multiply(square, f.number(0.5))
    near = f.subtract(f.number(1.0), half)
    lost = f.subtract(f.subtract(f.number(1.0), near), half)
    return f.add(near, f.plus_product(lost, f.multiply(square, square), f.polynomial(square, _COS)))

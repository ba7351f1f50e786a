"""Special functions against known values, at their edges, and to high order.

The numbers were computed with mpmath at 50 digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradstudio as gs


def derivatives(function: Callable[[Any], Any], value: float, order: int) -> list[float]:
    """The value and its derivatives up to an order, by tapes inside tapes."""
    x = gs.constant(float(value))
    if order == 0:
        return [float(function(x))]
    tapes = [gs.GradientTape() for _ in range(order)]
    for tape in tapes:
        tape.__enter__()
        tape.watch(x)
    y = function(x)
    found = [float(y)]
    for tape in reversed(tapes):
        tape.__exit__(None, None, None)
        y = tape.gradient(y, x)
        found.append(float(y))
    return found


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("erf", ["math.erf"]),
        ("erfcinv", ["math.erfcinv"]),
        ("ndtri", ["math.ndtri"]),
        ("lgamma", ["math.lgamma", "gammaln"]),
        ("digamma", ["math.digamma", "psi"]),
        ("polygamma", ["math.polygamma"]),
        ("zeta", ["math.zeta"]),
        ("igamma", ["math.igamma", "gammainc"]),
        ("igammac", ["math.igammac", "gammaincc"]),
        ("betainc", ["math.betainc"]),
        ("lbeta", ["math.lbeta"]),
        ("bessel_i0", ["math.bessel_i0", "math.special.bessel_i0", "i0"]),
        ("bessel_i1e", ["math.bessel_i1e", "math.special.bessel_i1e", "i1e"]),
        ("bessel_j1", ["math.special.bessel_j1", "j1"]),
        ("bessel_k0e", ["math.special.bessel_k0e", "k0e"]),
        ("bessel_y0", ["math.special.bessel_y0", "y0"]),
        ("expint", ["math.special.expint", "expi"]),
        ("dawsn", ["math.special.dawsn"]),
        ("spence", ["math.special.spence"]),
        ("fresnel_cos", ["math.special.fresnel_cos"]),
    ],
)
def test_special_functions_have_the_names_of_tensorflow_and_scipy(name: str, aliases: list[str]) -> None:
    for alias in aliases:
        found: Any = gs
        for part in alias.split("."):
            found = getattr(found, part)
        assert found is getattr(gs, name)


TABLE: list[tuple[Callable[[Any], Any], float, list[float]]] = [
    (
        gs.erf,
        0.3,
        [0.3286267594591274, 1.031260909618963, -0.6187565457713778, -1.6912678917750994, 3.4897869181505707],
    ),
    (
        gs.erfc,
        2.5,
        [
            0.0004069520174449589,
            -0.0021782842303527095,
            0.010891421151763548,
            -0.05010053729811233,
            0.20693700188350742,
        ],
    ),
    (
        gs.erfinv,
        -0.9,
        [-1.1630871536766743, 3.428042811451841, -27.335985073827032, 516.5357333548197, -14926.822361308143],
    ),
    (
        gs.erfcinv,
        1.7,
        [-0.7328690779592167, -1.5163632173337642, -3.370255885361794, -21.95472565823756, -208.38453768123983],
    ),
    (
        gs.ndtr,
        -1.25,
        [0.10564977366685525, 0.18264908538902191, 0.2283113567362774, 0.10274011053132483, -0.3281975753083987],
    ),
    (
        gs.log_ndtr,
        -3.0,
        [-6.607726221510349, 3.2830986549304364, -0.9294408132147319, 0.03147067283084249, 0.018930547102077377],
    ),
    (gs.ndtri, 0.9, [1.2815515655446006, 5.698059856117005, 41.60927029199779, 792.6954949359063, 22769.49794551693]),
    (
        gs.lgamma,
        -1.3,
        [1.2024757863901114, 2.8825405488661673, 14.53687624413708, 68.54941347116214, 768.7206571990426],
    ),
    (
        gs.lgamma,
        5.5,
        [3.9578139676187165, 1.6110931485817512, 0.19934238698962767, -0.03960894752130204, 0.015690592675882818],
    ),
    (
        gs.digamma,
        0.3,
        [-3.502524222200133, 12.245364546107732, -75.27253658872604, 743.1417646550498, -9883.46855549699],
    ),
    (
        lambda x: gs.polygamma(2, x),
        -0.5,
        [-0.82879664423432, 193.40909103400244, -3.4742498266672253, 15371.113548602436, -43.457923803023284],
    ),
    (
        lambda q: gs.zeta(2.5, q),
        0.3,
        [21.069239202247726, -170.25664013108073, 1975.208146659956, -29593.5600558377, 542409.7327375459],
    ),
    (
        lambda x: gs.igamma(2.5, x),
        2.0,
        [0.4505840486472198, 0.2879518214036696, -0.0719879553509174, -0.08998494418864675, 0.18446913558672584],
    ),
    (
        lambda a: gs.igamma(a, 2.5),
        2.0,
        [0.7127025048163542, -0.24878306814493012, -0.05262348116607577, 0.11462551472363394, 0.01348798521026895],
    ),
    (
        lambda a: gs.igamma(a, 2.5),
        0.001,
        [0.9999750416033543, -0.0250018934006264, -0.08702946296139745, -0.10784375610025528, 0.06441902608817315],
    ),
    (
        lambda a: gs.igamma(a, 2.5),
        20.0,
        [
            3.480448752116278e-12,
            -7.345646854825098e-12,
            1.5335772043557697e-11,
            -3.1651644314000534e-11,
            6.45363195137696e-11,
        ],
    ),
    (
        lambda a: gs.igammac(a, 0.7),
        0.3,
        [0.13313741449370475, 0.4983006598777721, 0.2608908478866635, -0.9999331356019717, 0.5228180325075819],
    ),
    (
        lambda a: gs.igammac(a, 60.0),
        40.0,
        [
            0.0025481923036133223,
            0.0011682095897644876,
            0.0004745950714065327,
            0.00016352069030008807,
            4.337065350665338e-05,
        ],
    ),
    (
        lambda a: gs.igamma(a, a * 1.25),
        0.75,
        [0.7204613150273401, -0.040983193227186465, 0.13377818677640363, -0.43844122734607816, 1.8768225461682961],
    ),
    (
        lambda x: gs.betainc(1.5, 2.5, x),
        0.1,
        [0.0978806429413798, 1.3750987083139756, 4.583662361046585, -56.022539968347154, 707.3553026306458],
    ),
    (
        gs.bessel_i0,
        0.75,
        [1.1456467780440014, 0.4019924615809222, 0.6096568292694384, 0.3037699542544216, 0.46655690980087783],
    ),
    (
        gs.bessel_i1,
        0.75,
        [0.4019924615809222, 0.6096568292694384, 0.3037699542544216, 0.46655690980087783, 0.25409375239416004],
    ),
    (
        gs.bessel_j0,
        0.75,
        [0.8642422751666486, -0.34924360217486217, -0.39858413893349903, 0.25981160577532814, 0.29065398829848577],
    ),
    (
        gs.bessel_j1,
        0.75,
        [0.34924360217486217, 0.39858413893349903, -0.25981160577532814, -0.29065398829848577, 0.21562965429992262],
    ),
    (
        gs.bessel_y0,
        0.75,
        [-0.1371727693857724, 1.0375945507692854, -1.2462866316399415, 2.4687334927849216, -11.395566141551173],
    ),
    (
        gs.bessel_y1,
        0.75,
        [-1.0375945507692854, 1.2462866316399415, -2.4687334927849216, 11.395566141551173, -63.29276578871443],
    ),
    (
        gs.bessel_k0,
        0.75,
        [0.6105824221164641, -0.9495804669621403, 1.8766897113993177, -5.139976467871702, 19.90438100432042],
    ),
    (
        gs.bessel_k1,
        0.75,
        [0.9495804669621403, -1.8766897113993177, 5.139976467871702, -19.90438100432042, 103.78991631198333],
    ),
    (gs.bessel_j1, 0.0, [0.0, 0.5, 0.0, -0.375, 0.0]),
    (
        gs.bessel_i0,
        -2.0,
        [2.2795853023360673, -1.590636854637329, 1.4842668750174028, -1.2461626307879599, 1.2056597834727918],
    ),
    (
        gs.bessel_i0e,
        0.75,
        [0.5411652192034954, -0.3512774258986403, 0.44937112739080726, -0.6919555575625393, 1.1559258294365207],
    ),
    (
        gs.bessel_k0e,
        0.75,
        [1.2926029977639617, -0.7176588665699606, 1.2450314193053085, -3.700656412483381, 15.701522287002152],
    ),
    (
        gs.bessel_i1e,
        0.75,
        [0.18988779330485503, 0.09809370149216695, -0.24258443017173204, 0.4639702718739815, -0.8626117158475981],
    ),
    (
        gs.bessel_k1e,
        0.75,
        [2.010261864333922, -1.962690285875269, 4.94568783178869, -19.402178699485535, 102.57938976018755],
    ),
    (
        gs.expint,
        -1.5,
        [-0.10001958240663265, -0.14875344009895322, -0.24792240016492204, -0.47931664031884924, -1.1073867207366517],
    ),
    (
        gs.expint,
        0.3,
        [-0.30266853926582593, 4.499529358586677, -10.498901836702247, 74.49220826993499, -740.4225533407633],
    ),
    (
        gs.dawsn,
        0.3,
        [0.28263166502131193, 0.8304210009872128, -1.0635159306349515, -2.6835744455678805, 7.991240251150438],
    ),
    (
        gs.fresnel_sin,
        0.75,
        [0.20887711123338357, 0.773010453362737, 1.4947539607614082, -2.2984801160705732, -25.46429611503619],
    ),
    (
        gs.fresnel_cos,
        -0.3,
        [-0.2994009760520472, 0.9900236577165575, 0.13279628254105835, -1.322057041581234, 8.676069454728331],
    ),
    (gs.spence, 0.1, [1.2997147230049586, -2.558427881104495, 8.26841346543945, -92.7368589656901, 1913.099359003255]),
    (
        gs.spence,
        0.75,
        [0.2676526390827326, -1.1507282898071236, 0.7304201741048385, -1.2677497182724031, 3.7499663436941253],
    ),
    (
        gs.spence,
        2.5,
        [-1.1473806603755707, -0.6108604879161034, 0.1405736586107356, -0.08076487814764745, 0.07619642296196155],
    ),
]


@pytest.mark.parametrize(("function", "x", "expected"), TABLE)
def test_values_and_derivatives_up_to_the_fourth(
    function: Callable[[Any], Any], x: float, expected: list[float]
) -> None:
    np.testing.assert_allclose(derivatives(function, x, 4), expected, rtol=2e-12, atol=1e-300)


def test_the_incomplete_gamma_function_takes_both_arguments_at_once() -> None:
    a, x = gs.constant(2.5), gs.constant(1.7)
    with gs.GradientTape(persistent=True) as outer:
        outer.watch([a, x])
        with gs.GradientTape() as inner:
            inner.watch([a, x])
            y = gs.igamma(a, x)
        da, dx = inner.gradient(y, [a, x])
    assert float(outer.gradient(da, x)) == pytest.approx(float(outer.gradient(dx, a)), rel=1e-13)


def test_incomplete_gamma_functions_at_the_ends_of_their_range() -> None:
    np.testing.assert_array_equal(gs.igamma([0.5, 2.0], 0.0), [0.0, 0.0])
    for x, expected in ((0.0, 1.0), (1e-300, 1.0)):
        assert derivatives(lambda v: gs.igamma(1.0, v), x, 1) == [pytest.approx(x), expected]
    a = gs.constant([-1.0, 2.0, 2.0])
    with gs.GradientTape() as tape:
        tape.watch(a)
        y = gs.igamma(a, [1.0, -1.0, 0.0])
    assert np.isnan(np.asarray(y)[:2]).all()
    np.testing.assert_array_equal(tape.gradient(y, a), [np.nan, np.nan, 0.0])


def test_gradients_that_have_no_formula_are_none() -> None:
    for function, values, reached in [
        (gs.betainc, (1.5, 2.5, 0.3), [False, False, True]),
        (gs.polygamma, (1.0, 2.5), [False, True]),
        (gs.zeta, (2.0, 2.5), [False, True]),
        (gs.igamma, (2.0, 2.5), [True, True]),
    ]:
        sources = [gs.constant(v) for v in values]
        with gs.GradientTape() as tape:
            tape.watch(sources)
            y = function(*sources)
        assert [g is not None for g in tape.gradient(y, sources)] == reached


def test_polygamma_takes_whole_orders_only() -> None:
    np.testing.assert_allclose(
        gs.polygamma([0, 1, 2], 1.0), [-0.5772156649015329, math.pi**2 / 6, -2.4041138063191886], rtol=1e-14
    )
    assert np.all(np.isnan(np.asarray(gs.polygamma([0.5, -1.0], 1.0))))


def test_zeta_without_q_is_riemanns() -> None:
    assert float(gs.zeta(2.0)) == pytest.approx(math.pi**2 / 6, rel=1e-15)


def test_the_beta_function_joins_the_last_axis() -> None:
    np.testing.assert_allclose(gs.lbeta([[1.0, 1.0], [2.0, 3.0]]), [0.0, -math.log(12.0)], rtol=1e-14, atol=1e-15)
    x = gs.constant([2.0, 3.0])
    with gs.GradientTape() as tape:
        tape.watch(x)
        y = gs.math.lbeta(x)
    psi = [float(gs.digamma(v)) for v in (2.0, 3.0, 5.0)]
    np.testing.assert_allclose(tape.gradient(y, x), [psi[0] - psi[2], psi[1] - psi[2]], rtol=1e-14)


def test_tails_of_the_normal_distribution_stay_accurate() -> None:
    # log of the distribution function; its slope is about -x - 1 / x
    y, slope = derivatives(gs.log_ndtr, -1e8, 1)
    assert y == pytest.approx(-5e15, rel=1e-14)
    assert slope == pytest.approx(1e8, rel=1e-15)
    assert derivatives(gs.log_ndtr, 40.0, 1) == [0.0, 0.0]
    assert derivatives(gs.erfinv, 0.0, 1)[1] == pytest.approx(math.sqrt(math.pi) / 2, rel=1e-15)


def test_inverse_functions_are_infinite_at_the_ends() -> None:
    np.testing.assert_array_equal(gs.erfinv([-1.0, 1.0]), [-np.inf, np.inf])
    np.testing.assert_array_equal(gs.ndtri([0.0, 0.5, 1.0]), [-np.inf, 0.0, np.inf])
    np.testing.assert_array_equal(gs.erfcinv([0.0, 2.0]), [np.inf, -np.inf])


def test_the_scaled_bessel_function_has_the_slope_zero_at_its_corner() -> None:
    assert derivatives(gs.bessel_i0e, 0.0, 1) == [1.0, 0.0]


def test_spence_is_smooth_at_one() -> None:
    np.testing.assert_allclose(derivatives(gs.spence, 1.0, 4), [0.0, -1.0, 0.5, -2.0 / 3.0, 1.5], rtol=1e-15)


def test_float32_keeps_its_dtype_through_every_derivative_of_the_incomplete_gamma_function() -> None:
    a = gs.constant(np.array([0.5, 3.0], np.float32))
    with gs.GradientTape() as outer:
        outer.watch(a)
        with gs.GradientTape() as inner:
            inner.watch(a)
            y = gs.igamma(a, np.float32(1.25))
        first = inner.gradient(y, a)
    second = outer.gradient(first, a)
    assert {y.dtype, first.dtype, second.dtype} == {np.dtype(np.float32)}

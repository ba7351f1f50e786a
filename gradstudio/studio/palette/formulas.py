"""What an op computes and what flows back through it, as formulas in closed form, written in LaTeX.

The value of an op comes from the `latex` of its row, unless it is said here more fully. A bar is the gradient:
x̄ is that of x. The answer of one input is y, of two z; [x > 0] is 1 where it holds and 0 elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradstudio.engine.primitive import Primitive


@dataclass(frozen=True, slots=True)
class Formulas:
    """Lines of LaTeX: the value, and the gradient of each input where it is known in closed form."""

    value: str = ""
    gradients: tuple[str, ...] = ()


def formulas(row: Primitive, source: str = "") -> Formulas:
    """The formulas of an op; empty where none is known. Those of one number call it `source`."""
    if row.name in _SLOPES:
        value, slope = _SLOPES[row.name]
        lines = [f"y = {value or _from_row(row)}", *([rf"\bar{{x}} = \bar{{y}}\;{slope}"] if slope else [])]
        value, *back = (_renamed(line, source) for line in lines)
        return Formulas(value, tuple(back))
    if row.name in _LINES:
        value, *back = _LINES[row.name]
        return Formulas(value, tuple(back))
    value = _from_row(row)
    return Formulas(f"{'y' if len(row.inputs) == 1 else 'z'} = {value}" if value else "")


def _renamed(latex: str, name: str) -> str:
    """A formula of x and y in which x has a name of the program; y is called z where the name is y."""
    if not name or name == "x" or len(name) > _LONGEST:
        return latex
    letters = {"x": _written(name), "y": "z" if name == "y" else "y"}
    return _LETTER.sub(lambda found: letters[found[0]], latex)


def _written(name: str) -> str:
    """A variable as mathematics writes it: z, z_1, or a word."""
    head, _, tail = name.rstrip("_").partition("_")
    plain = head if len(head) == 1 else rf"\mathit{{{head}}}"
    if not head.isalnum() or not all(part.isalnum() for part in tail.split("_") if tail):
        return "x"
    return f"{plain}_{{{tail.replace('_', ',')}}}" if tail else plain


def _from_row(row: Primitive) -> str:
    return row.latex.format(x="x", y="y") if row.latex else ""


_LETTER = re.compile(r"(?<![A-Za-z\\])[xy](?![A-Za-z])")  # not those of a word such as \max
_LONGEST = 4  # characters of a name that a formula has room for
_PHI = r"\frac{1}{\sqrt{2\pi}}\,e^{-x^2/2}"
_SLOPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # name: (value, or "" for what the row says; slope, or "" where it has no short form)
        "sigmoid": (r"\frac{1}{1 + e^{-x}}", "y (1 - y)"),
        "log_sigmoid": (r"-\ln(1 + e^{-x})", r"\frac{1}{1 + e^{x}}"),
        "softplus": ("", r"\frac{1}{1 + e^{-x}}"),
        "softsign": (r"\frac{x}{1 + |x|}", r"\frac{1}{(1 + |x|)^2}"),
        "silu": (r"x\,\sigma(x)", r"\left(\sigma(x) + y\,(1 - \sigma(x))\right)"),
        "mish": (r"x \tanh(\ln(1 + e^{x}))", ""),
        "gelu": (r"x\,\Phi(x)", r"\left(\Phi(x) + x\,\Phi'(x)\right)"),
        "tanh_shrink": (r"x - \tanh x", r"\tanh^2 x"),
        "relu": (r"\max(x, 0)", "[x > 0]"),
        "relu6": (r"\min(\max(x, 0), 6)", "[0 < x < 6]"),
        "leaky_relu": (
            r"\begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
            r"\begin{cases} 1 & x > 0 \\ \alpha & x \le 0 \end{cases}",
        ),
        "elu": (
            r"\begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
            r"\begin{cases} 1 & x > 0 \\ y + \alpha & x \le 0 \end{cases}",
        ),
        "selu": (r"\lambda \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}", ""),
        "hard_sigmoid": (r"\min(\max(\frac{x}{6} + \frac{1}{2}, 0), 1)", r"\frac{1}{6}\,[-3 < x < 3]"),
        "hard_swish": (r"x\,\min(\max(\frac{x}{6} + \frac{1}{2}, 0), 1)", ""),
        "hard_tanh": (r"\min(\max(x, -1), 1)", "[-1 < x < 1]"),
        "tanh": ("", "(1 - y^2)"),
        "exp": ("", "y"),
        "exp2": ("", r"y \ln 2"),
        "expm1": (r"e^{x} - 1", "(y + 1)"),
        "log": ("", r"\frac{1}{x}"),
        "log2": ("", r"\frac{1}{x \ln 2}"),
        "log10": ("", r"\frac{1}{x \ln 10}"),
        "log1p": (r"\ln(1 + x)", r"\frac{1}{1 + x}"),
        "sqrt": ("", r"\frac{1}{2 y}"),
        "rsqrt": (r"\frac{1}{\sqrt{x}}", r"\left(-\frac{y^3}{2}\right)"),
        "cbrt": ("", r"\frac{1}{3 y^2}"),
        "square": ("", "2 x"),
        "reciprocal": ("", r"\left(-y^2\right)"),
        "negative": ("", "(-1)"),
        "abs": ("", r"\operatorname{sgn} x"),
        "sign": ("", "0"),
        "floor": ("", ""),
        "ceil": ("", ""),
        "sin": ("", r"\cos x"),
        "cos": ("", r"(-\sin x)"),
        "tan": ("", "(1 + y^2)"),
        "arcsin": ("", r"\frac{1}{\sqrt{1 - x^2}}"),
        "arccos": ("", r"\frac{-1}{\sqrt{1 - x^2}}"),
        "arctan": ("", r"\frac{1}{1 + x^2}"),
        "sinh": ("", r"\cosh x"),
        "cosh": ("", r"\sinh x"),
        "arcsinh": ("", r"\frac{1}{\sqrt{x^2 + 1}}"),
        "arccosh": ("", r"\frac{1}{\sqrt{x^2 - 1}}"),
        "arctanh": ("", r"\frac{1}{1 - x^2}"),
        "sinc": (r"\frac{\sin \pi x}{\pi x}", r"\frac{\cos \pi x - y}{x}"),
        "erf": (r"\frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} dt", r"\frac{2}{\sqrt{\pi}}\,e^{-x^2}"),
        "erfc": (r"1 - \mathrm{erf}\,x", r"\frac{-2}{\sqrt{\pi}}\,e^{-x^2}"),
        "erfinv": (r"\mathrm{erf}^{-1}(x)", r"\frac{\sqrt{\pi}}{2}\,e^{y^2}"),
        "erfcinv": (r"\mathrm{erf}^{-1}(1 - x)", r"\frac{-\sqrt{\pi}}{2}\,e^{y^2}"),
        "ndtr": (rf"\Phi(x) = \int_{{-\infty}}^x {_PHI.replace('x', 't')}\,dt", _PHI),
        "log_ndtr": (r"\ln \Phi(x)", r"\frac{\Phi'(x)}{\Phi(x)}"),
        "ndtri": (r"\Phi^{-1}(x)", r"\sqrt{2\pi}\,e^{y^2/2}"),
        "lgamma": (r"\ln |\Gamma(x)|", r"\psi(x)"),
        "digamma": (r"\psi(x) = \frac{\Gamma'(x)}{\Gamma(x)}", r"\psi'(x)"),
        "dawsn": (r"e^{-x^2} \int_0^x e^{t^2} dt", "(1 - 2 x y)"),
        "expint": (r"\int_{-\infty}^x \frac{e^{t}}{t}\,dt", r"\frac{e^{x}}{x}"),
        "spence": (r"\int_1^x \frac{\ln t}{1 - t}\,dt", r"\frac{\ln x}{1 - x}"),
        "fresnel_sin": (r"\int_0^x \sin \frac{\pi t^2}{2}\,dt", r"\sin \frac{\pi x^2}{2}"),
        "fresnel_cos": (r"\int_0^x \cos \frac{\pi t^2}{2}\,dt", r"\cos \frac{\pi x^2}{2}"),
        "bessel_j0": ("J_0(x)", "(-J_1(x))"),
        "bessel_j1": ("J_1(x)", r"\left(J_0(x) - \frac{y}{x}\right)"),
        "bessel_y0": ("Y_0(x)", "(-Y_1(x))"),
        "bessel_y1": ("Y_1(x)", r"\left(Y_0(x) - \frac{y}{x}\right)"),
        "bessel_i0": ("I_0(x)", "I_1(x)"),
        "bessel_i1": ("I_1(x)", r"\left(I_0(x) - \frac{y}{x}\right)"),
        "bessel_k0": ("K_0(x)", "(-K_1(x))"),
        "bessel_k1": ("K_1(x)", r"\left(-K_0(x) - \frac{y}{x}\right)"),
        "bessel_i0e": (r"e^{-|x|}\,I_0(x)", ""),
        "bessel_i1e": (r"e^{-|x|}\,I_1(x)", ""),
        "bessel_k0e": (r"e^{x}\,K_0(x)", ""),
        "bessel_k1e": (r"e^{x}\,K_1(x)", ""),
        "deg2rad": (r"\frac{\pi}{180}\,x", r"\frac{\pi}{180}"),
        "rad2deg": (r"\frac{180}{\pi}\,x", r"\frac{180}{\pi}"),
        "identity": ("x", "1"),
        "stop_gradient": ("x", "0"),
        "clip": (r"\min(\max(x, \mathrm{low}), \mathrm{high})", r"[\mathrm{low} \le x \le \mathrm{high}]"),
    }
)
"""Ops that treat each number by itself."""

_LINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "add": ("z = x + y", r"\bar{x} = \bar{z}", r"\bar{y} = \bar{z}"),
        "subtract": ("z = x - y", r"\bar{x} = \bar{z}", r"\bar{y} = -\bar{z}"),
        "multiply": (r"z = x\,y", r"\bar{x} = \bar{z}\,y", r"\bar{y} = \bar{z}\,x"),
        "divide": (r"z = \frac{x}{y}", r"\bar{x} = \frac{\bar{z}}{y}", r"\bar{y} = -\frac{\bar{z}\,z}{y}"),
        "power": (r"z = x^{y}", r"\bar{x} = \bar{z}\,y\,x^{y - 1}", r"\bar{y} = \bar{z}\,z \ln x"),
        "squared_difference": (
            "z = (x - y)^2",
            r"\bar{x} = 2 \bar{z}\,(x - y)",
            r"\bar{y} = -2 \bar{z}\,(x - y)",
        ),
        "maximum": (r"z = \max(x, y)", r"\bar{x} = \bar{z}\,[x \ge y]", r"\bar{y} = \bar{z}\,[x < y]"),
        "minimum": (r"z = \min(x, y)", r"\bar{x} = \bar{z}\,[x \le y]", r"\bar{y} = \bar{z}\,[x > y]"),
        "hypot": (r"z = \sqrt{x^2 + y^2}", r"\bar{x} = \bar{z}\,\frac{x}{z}", r"\bar{y} = \bar{z}\,\frac{y}{z}"),
        "logaddexp": (
            r"z = \ln(e^{x} + e^{y})",
            r"\bar{x} = \bar{z}\,e^{x - z}",
            r"\bar{y} = \bar{z}\,e^{y - z}",
        ),
        "xlogy": (r"z = x \ln y", r"\bar{x} = \bar{z} \ln y", r"\bar{y} = \bar{z}\,\frac{x}{y}"),
        "xlog1py": (r"z = x \ln(1 + y)", r"\bar{x} = \bar{z} \ln(1 + y)", r"\bar{y} = \bar{z}\,\frac{x}{1 + y}"),
        "add_n": (r"z = \sum_k x_k", r"\bar{x}_k = \bar{z}"),
        "lerp": (r"z = (1 - w)\,a + w\,b",),
        "where": (
            r"z = \begin{cases} x & c \\ y & \text{else} \end{cases}",
            r"\bar{x} = \bar{z}\,[c]",
            r"\bar{y} = \bar{z}\,(1 - [c])",
        ),
        "polyval": (r"y = \sum_k c_k\,x^{n - k}",),
        "sum": (r"y = \sum_i x_i", r"\bar{x}_i = \bar{y}"),
        "mean": (r"y = \frac{1}{n} \sum_i x_i", r"\bar{x}_i = \frac{\bar{y}}{n}"),
        "prod": (r"y = \prod_i x_i", r"\bar{x}_i = \bar{y} \prod_{j \ne i} x_j"),
        "max": (r"y = \max_i x_i",),
        "min": (r"y = \min_i x_i",),
        "logsumexp": (r"y = \ln \sum_i e^{x_i}", r"\bar{x}_i = \bar{y}\,e^{x_i - y}"),
        "var": (r"y = \frac{1}{n} \sum_i (x_i - \mu)^2", r"\bar{x}_i = \bar{y}\,\frac{2}{n} (x_i - \mu)"),
        "std": (r"y = \sqrt{\frac{1}{n} \sum_i (x_i - \mu)^2}", r"\bar{x}_i = \bar{y}\,\frac{x_i - \mu}{n\,y}"),
        "norm": (r"y = \sqrt{\sum_i |x_i|^2}", r"\bar{x}_i = \bar{y}\,\frac{x_i}{y}"),
        "vector_norm": (r"y = \sqrt{\sum_i |x_i|^2}", r"\bar{x}_i = \bar{y}\,\frac{x_i}{y}"),
        "average": (r"y = \frac{\sum_i w_i\,x_i}{\sum_i w_i}",),
        "argmax": (r"y = \operatorname{arg\,max}_i x_i",),
        "argmin": (r"y = \operatorname{arg\,min}_i x_i",),
        "cumsum": (r"y_k = \sum_{i \le k} x_i", r"\bar{x}_i = \sum_{k \ge i} \bar{y}_k"),
        "cumprod": (r"y_k = \prod_{i \le k} x_i",),
        "diff": (r"y_i = x_{i+1} - x_i", r"\bar{x}_i = \bar{y}_{i-1} - \bar{y}_i"),
        "softmax": (
            r"y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
            r"\bar{x}_i = y_i (\bar{y}_i - \sum_j \bar{y}_j\,y_j)",
        ),
        "log_softmax": (
            r"y_i = x_i - \ln \sum_j e^{x_j}",
            r"\bar{x}_i = \bar{y}_i - e^{y_i} \sum_j \bar{y}_j",
        ),
        "mse": (r"z = \frac{1}{n} \sum_i (x_i - y_i)^2", r"\bar{x}_i = \bar{z}\,\frac{2}{n} (x_i - y_i)"),
        "mae": (r"z = \frac{1}{n} \sum_i |x_i - y_i|", r"\bar{x}_i = \frac{\bar{z}}{n} \operatorname{sgn}(x_i - y_i)"),
        "huber": (
            r"z = \frac{1}{n} \sum_i \begin{cases} \frac{1}{2} d_i^2 & |d_i| \le \delta \\"
            r" \delta |d_i| - \frac{1}{2} \delta^2 & \text{else} \end{cases}",
        ),
        "hinge": (r"z = \frac{1}{n} \sum_i \max(0, 1 - y_i\,x_i)",),
        "l2_loss": (r"y = \frac{1}{2} \sum_i x_i^2", r"\bar{x}_i = \bar{y}\,x_i"),
        "sigmoid_cross_entropy": (
            r"z = -p \ln \sigma(x) - (1 - p) \ln(1 - \sigma(x))",
            r"\bar{x} = \bar{z}\,(\sigma(x) - p)",
        ),
        "softmax_cross_entropy": (
            r"z = -\sum_i p_i \ln s_i, \quad s = \operatorname{softmax}(x)",
            r"\bar{x}_i = \bar{z}\,(s_i - p_i)",
        ),
        "sparse_softmax_cross_entropy": (
            r"z = -\ln s_c, \quad s = \operatorname{softmax}(x)",
            r"\bar{x}_i = \bar{z}\,(s_i - [i = c])",
        ),
        "binary_cross_entropy": (r"z = -\frac{1}{n} \sum_i t_i \ln p_i + (1 - t_i) \ln(1 - p_i)",),
        "kl_divergence": (r"z = \sum_i p_i \ln \frac{p_i}{q_i}", r"\bar{q}_i = -\bar{z}\,\frac{p_i}{q_i}"),
        "cosine_similarity": (r"z = \frac{x \cdot y}{\|x\|\,\|y\|}",),
        "matmul": ("Z = X\\,Y", r"\bar{X} = \bar{Z}\,Y^T", r"\bar{Y} = X^T \bar{Z}"),
        "matvec": (r"z = A\,b", r"\bar{A} = \bar{z}\,b^T", r"\bar{b} = A^T \bar{z}"),
        "dot": (r"z = \sum_i x_i\,y_i", r"\bar{x} = \bar{z}\,y", r"\bar{y} = \bar{z}\,x"),
        "outer": (r"Z_{ij} = x_i\,y_j", r"\bar{x} = \bar{Z}\,y", r"\bar{y} = \bar{Z}^T x"),
        "transpose": ("Z = X^T", r"\bar{X} = \bar{Z}^T"),
        "trace": (r"y = \sum_i X_{ii}", r"\bar{X} = \bar{y}\,I"),
        "det": (r"y = \det X", r"\bar{X} = \bar{y}\,y\,X^{-T}"),
        "logdet": (r"y = \ln |\det X|", r"\bar{X} = \bar{y}\,X^{-T}"),
        "inv": ("Z = X^{-1}", r"\bar{X} = -Z^T \bar{Z}\,Z^T"),
        "solve": (r"X\,Z = Y", r"\bar{Y} = X^{-T} \bar{Z}", r"\bar{X} = -\bar{Y}\,Z^T"),
        "einsum": (r"Z_{ik} = \sum_j X_{ij}\,Y_{jk}",),
        "l2_normalize": (r"y = \frac{x}{\|x\|}",),
        "layer_norm": (r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",),
        "batch_norm": (r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta",),
        "standardize": (r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}",),
        "rms_norm": (r"y = \gamma\,\frac{x}{\sqrt{\frac{1}{n} \sum_i x_i^2 + \epsilon}}",),
        "attention": (r"Z = \operatorname{softmax}\left(\frac{Q\,K^T}{\sqrt{d}}\right) V",),
        "fft": (r"y_k = \sum_j x_j\,e^{-2 \pi i\,j k / n}",),
        "ifft": (r"x_j = \frac{1}{n} \sum_k y_k\,e^{2 \pi i\,j k / n}",),
        "trapezoid": (r"y = \sum_i h_i\,\frac{x_i + x_{i+1}}{2}",),
    }
)
"""Ops of several inputs, and those that mix numbers."""

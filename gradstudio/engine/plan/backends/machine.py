"""A register machine that numba compiles once, for programs of any length: one loop over instructions.

A register is one row of float64 numbers, as long as the program's vectors (one for a program of scalars); a scalar
stands in every place of its row, a truth value as 1.0 or 0.0. An instruction is (opcode, result, first, second, third).
NumPy's arithmetic holds, so a division by zero gives an infinity and the root of a negative number NaN.

Only loaded where numba is; compiling takes about a second once, and is kept on the disk beside this file or in the
user's cache.
"""

from __future__ import annotations

import math

import numba
import numpy as np

OPCODES: dict[str, int] = {
    name: number
    for number, name in enumerate(
        "add subtract multiply divide negative sin cos tanh exp log sqrt square reciprocal abs maximum minimum power "
        "tan sinh cosh arcsin arccos arctan arctan2 log1p expm1 less less_equal greater greater_equal equal not_equal "
        "where sum identity relu sigmoid hypot sign logical_or logical_and logical_not divide_no_nan xdivy".split()
    )
}
"""Name of a row -> its number in run(); the tests hold each against the row."""


@numba.njit(cache=True, error_model="numpy")
def run(code: np.ndarray, r: np.ndarray, like: np.ndarray) -> None:
    """Execute the instructions, code (n, 5) int32, on the registers, which stand one after the other in r, float64.

    Registers are named by the place of their first number. like: an array of one axis where each holds one number, else
    of two, a row for each. How many axes it has is known when this is compiled, which then needs no inner loops.
    """
    width = 1 if like.ndim == 1 else like.shape[1]  # which of them is known when it is compiled
    for k in range(code.shape[0]):
        op, out, x, y = code[k, 0], code[k, 1], code[k, 2], code[k, 3]
        if op == 0:
            for i in range(width):
                r[out + i] = r[x + i] + r[y + i]
        elif op == 1:
            for i in range(width):
                r[out + i] = r[x + i] - r[y + i]
        elif op == 2:
            for i in range(width):
                r[out + i] = r[x + i] * r[y + i]
        elif op == 3:
            for i in range(width):
                r[out + i] = r[x + i] / r[y + i]
        elif op == 4:
            for i in range(width):
                r[out + i] = -r[x + i]
        elif op == 5:
            for i in range(width):
                r[out + i] = math.sin(r[x + i])
        elif op == 6:
            for i in range(width):
                r[out + i] = math.cos(r[x + i])
        elif op == 7:
            for i in range(width):
                r[out + i] = math.tanh(r[x + i])
        elif op == 8:
            for i in range(width):
                r[out + i] = math.exp(r[x + i])
        elif op == 9:
            for i in range(width):
                r[out + i] = np.log(r[x + i])
        elif op == 10:
            for i in range(width):
                r[out + i] = np.sqrt(r[x + i])
        elif op == 11:
            for i in range(width):
                r[out + i] = r[x + i] * r[x + i]
        elif op == 12:
            for i in range(width):
                r[out + i] = 1.0 / r[x + i]
        elif op == 13:
            for i in range(width):
                r[out + i] = abs(r[x + i])
        elif op == 14:
            for i in range(width):
                r[out + i] = np.maximum(r[x + i], r[y + i])
        elif op == 15:
            for i in range(width):
                r[out + i] = np.minimum(r[x + i], r[y + i])
        elif op == 16:
            for i in range(width):
                r[out + i] = np.power(r[x + i], r[y + i])
        elif op == 17:
            for i in range(width):
                r[out + i] = math.tan(r[x + i])
        elif op == 18:
            for i in range(width):
                r[out + i] = math.sinh(r[x + i])
        elif op == 19:
            for i in range(width):
                r[out + i] = math.cosh(r[x + i])
        elif op == 20:
            for i in range(width):
                r[out + i] = np.arcsin(r[x + i])
        elif op == 21:
            for i in range(width):
                r[out + i] = np.arccos(r[x + i])
        elif op == 22:
            for i in range(width):
                r[out + i] = math.atan(r[x + i])
        elif op == 23:
            for i in range(width):
                r[out + i] = math.atan2(r[x + i], r[y + i])
        elif op == 24:
            for i in range(width):
                r[out + i] = np.log1p(r[x + i])
        elif op == 25:
            for i in range(width):
                r[out + i] = math.expm1(r[x + i])
        elif op == 26:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] < r[y + i] else 0.0
        elif op == 27:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] <= r[y + i] else 0.0
        elif op == 28:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] > r[y + i] else 0.0
        elif op == 29:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] >= r[y + i] else 0.0
        elif op == 30:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] == r[y + i] else 0.0
        elif op == 31:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] != r[y + i] else 0.0
        elif op == 32:
            z = code[k, 4]
            for i in range(width):
                r[out + i] = r[y + i] if r[x + i] != 0.0 else r[z + i]
        elif op == 33:
            total = 0.0
            for i in range(width):
                total += r[x + i]
            for i in range(width):
                r[out + i] = total
        elif op == 34:
            for i in range(width):
                r[out + i] = r[x + i]
        elif op == 35:  # a NaN stays one, as in np.maximum
            for i in range(width):
                r[out + i] = 0.0 if r[x + i] <= 0.0 else r[x + i]
        elif op == 36:
            for i in range(width):
                e = math.exp(-abs(r[x + i]))
                r[out + i] = 1.0 / (1.0 + e) if r[x + i] >= 0.0 else e / (1.0 + e)
        elif op == 37:
            for i in range(width):
                r[out + i] = math.hypot(r[x + i], r[y + i])
        elif op == 38:
            for i in range(width):
                r[out + i] = np.sign(r[x + i])
        elif op == 39:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] != 0.0 or r[y + i] != 0.0 else 0.0
        elif op == 40:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] != 0.0 and r[y + i] != 0.0 else 0.0
        elif op == 41:
            for i in range(width):
                r[out + i] = 1.0 if r[x + i] == 0.0 else 0.0
        elif op == 42:
            for i in range(width):
                r[out + i] = r[x + i] / r[y + i] if r[y + i] != 0.0 else 0.0
        else:
            for i in range(width):
                r[out + i] = r[x + i] / r[y + i] if r[x + i] != 0.0 else 0.0

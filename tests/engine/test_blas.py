"""Products of matrices on one thread or several: small ones keep to one, and the library is left as it was found."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from gradstudio.engine import blas

SMALL = np.arange(6.0).reshape(2, 3)
LARGE = np.ones((400, 400))


class _Library:
    """What a BLAS would be told."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.told: list[int] = []

    def get(self) -> int:
        return self.threads

    def put(self, count: int) -> None:
        self.threads = count
        self.told.append(count)


def test_a_small_product_takes_one_thread_and_the_library_is_as_before() -> None:
    library = _Library(4)
    matmul = blas.by_work(library.get, library.put)
    np.testing.assert_array_equal(matmul(SMALL, SMALL.T), SMALL @ SMALL.T)
    assert library.told == [1, 4]


def test_a_large_product_and_a_library_of_one_thread_are_left_alone() -> None:
    for library, x in ((_Library(4), LARGE), (_Library(1), SMALL)):
        matmul = blas.by_work(library.get, library.put)
        np.testing.assert_array_equal(matmul(x, x.T), x @ x.T)
        assert library.told == []


def test_a_vector_is_no_matrix_of_its_length() -> None:
    library = _Library(2)
    matmul = blas.by_work(library.get, library.put)
    matmul(LARGE, LARGE[0])
    assert library.told == [1, 2]


def test_shapes_that_do_not_fit_leave_the_library_as_it_was() -> None:
    library = _Library(3)
    for y in (np.ones((5, 5)), np.array(2.0)):
        with pytest.raises(ValueError, match="matmul"):
            blas.by_work(library.get, library.put)(SMALL, y)
        assert library.threads == 3


def test_a_result_may_have_its_place() -> None:
    library, out = _Library(2), np.empty((2, 2))
    assert blas.by_work(library.get, library.put)(SMALL, SMALL.T, out) is out
    np.testing.assert_array_equal(out, SMALL @ SMALL.T)


_PROGRAM = """
import numpy as np
import gradstudio as gs
from gradstudio.engine import blas
found = blas._threads()
if found is None or found[0]() == 1:
    print("one")
else:
    seen, before = [], found[0]()
    matmul = blas.by_work(found[0], lambda n: (seen.append(n), found[1](n)))
    matmul(np.ones((3, 3)), np.ones((3, 3)))
    x = gs.Variable(np.ones((4, 5), np.float32))
    with gs.GradientTape() as tape:
        y = gs.sum(x @ np.ones((5, 2), np.float32))
    assert tape.gradient(y, x).numpy().tolist() == [[2.0] * 5] * 4
    print(blas.matmul is np.matmul, seen == [1, before], found[0]() == before)
"""


@pytest.mark.parametrize(("name", "value", "wanted"), [("", "", "False True True"), ("GRADSTUDIO_BLAS", "0", "True")])
def test_the_library_that_numpy_brings(name: str, value: str, wanted: str) -> None:
    around: dict[str, Any] = {**os.environ, "OPENBLAS_NUM_THREADS": "2", **({name: value} if name else {})}
    done = subprocess.run([sys.executable, "-c", _PROGRAM], env=around, capture_output=True, text=True, check=True)
    said = done.stdout.strip()
    if said == "one":
        pytest.skip("this NumPy's BLAS cannot be asked, or has one thread")
    assert said.startswith(wanted)


def test_one_thread_that_the_environment_asks_for_is_numpys_own_way() -> None:
    program = "import numpy as np; from gradstudio.engine import blas; print(blas.matmul is np.matmul)"
    around = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=around, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize("dims", [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (3, 4))])
def test_the_quick_way_to_ask_gives_the_product(dims: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    x, y = (np.random.default_rng(0).normal(size=each) for each in dims)
    np.testing.assert_allclose(blas.dot(x, y), np.matmul(x, y), rtol=1e-15)
    with pytest.raises(ValueError, match="matmul"):
        blas.dot(x, 1.5)


def test_a_turned_matrix_is_kept_as_long_as_it_is_the_same_one() -> None:
    for shape in ((3, 4), (200, 300)):
        y = np.random.default_rng(1).normal(size=shape)
        np.testing.assert_array_equal(blas.turned(y), y.T)
        assert shape == (200, 300) or blas.turned(y) is blas.turned(y)
    seen = []
    for n in range(100):  # new arrays come to lie where old ones lay
        y = np.full((2, 2), float(n))
        seen.append(float(blas.turned(y)[0, 0]))
    assert seen == [float(n) for n in range(100)]

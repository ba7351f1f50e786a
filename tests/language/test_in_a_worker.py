"""NumPy and the library in a worker that has dropped its rights: nothing has to be loaded, memory ends in one line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inbox import Talk

from gradstudio.worker.messages import Finished, Limits
from tests.language.test_numpy_facade import METHODS, SETUP, expressions


class Runs(Talk):
    """Runs one program after the other in the same worker."""

    def __call__(self, text: str) -> tuple[Finished, str]:
        done = self.run(text, limits=Limits(seconds=60.0), seconds=90)
        return done, self.inbox.printed(done.run)


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    made = Runs()
    yield made
    made.close()


def test_every_function_works_after_the_rights_are_gone(runs: Runs) -> None:
    calls = [*[f"np.{call}" for call in expressions()], *METHODS]
    tries = "".join(
        f"    try:\n        found.append({call})\n    except Exception as error:\n        print('{call[:9]}', error)\n"
        for call in (call.replace("'", '"') for call in calls)
    )
    before = SETUP.strip().replace("\n", "\n    ")
    done, printed = runs(f"import numpy as np\ndef go():\n    found = []\n    {before}\n{tries}go()\n")

    assert done.status == "ok", done.problems
    assert printed == ""


OPERATORS = """
import numpy as np
def go():
    a, k = np.array([1.0, -2.5, 3.0]), np.array([1, 2, 3])
    out = [f"{a}", f"{a!r}", f"{a[0]:.3f}", f"{a[0]}", "%s" % a, "%.2f" % a[0], str(a), repr(k), divmod(a, 2.0)]
    out += [a**2, -a, abs(a), a[a > 0], round(a[0], 1), a == a, a @ a, k << 1, k & 1, ~k, k // 2, a % 2, 2**a, 2.0 in a]
    a += 1.0
    a[[0, 1]] = [1.0, 2.0]
    out += [np.float64("3.5"), np.int64(3), np.bool_(1), sum(a), max(a), sorted(a), list(a), int(a[0]), f"{a.dtype}"]
    out += [isinstance(a[0], np.floating), isinstance(k[0], np.integer), a.dtype == np.float64, a.T, a[..., 0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        out += [a / 0, [v for v in a.flat]]
    for wrong in (
        lambda: a @ np.ones(4), lambda: a + np.ones(4), lambda: a + "a", lambda: k & a, lambda: a[9], lambda: a[0.5],
        lambda: bool(a), lambda: a.sum(axis=5), lambda: np.float64("a"), lambda: a.reshape(9),
        lambda: np.linalg.inv(np.zeros((2, 2))),
    ):
        try:
            wrong()
            print("nothing is wrong")
        except (ValueError, TypeError, IndexError, OverflowError, np.linalg.LinAlgError) as error:
            if "import" in str(error) or len(str(error)) < 10:
                print(error)
    return len(out)
x = go()
"""


def test_operators_texts_and_errors_need_nothing_that_a_program_cannot_load(runs: Runs) -> None:
    done, printed = runs(OPERATORS)

    assert (done.status, printed) == ("ok", ""), done.problems


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("np.ones(10**5)[:, None] + np.ones(10**5)[None, :]", "needs about 74.5 GiB for shape (100000, 100000)"),
        ("gs.add(gs.ones((10**5, 1)), gs.ones((1, 10**5)))", "needs about 74.5 GiB for shape (100000, 100000)"),
        ("gs.jacrev(lambda x: x * 2.0)(np.ones(10**5))", "needs about 74.5 GiB for shape (100000, 100000)"),
    ],
)
def test_memory_ends_in_one_line_and_the_worker_goes_on(line: str, words: str, runs: Runs) -> None:
    done, _ = runs(f"import numpy as np\nimport gradstudio as gs\nx = 1.0\ny = {line}\n")

    assert done.status == "limited"
    assert words in done.problems[0].message
    assert done.problems[0].span[0] == 4
    assert runs("y = sin(1.0)\n")[0].status == "ok"

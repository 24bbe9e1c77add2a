"""What the benchmarks share: the answer that is graded, and the table of what was measured."""

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

ANSWER = """\
I would begin with the data, because a model is no better than what it learns from. I would log
every request and every prediction, join them with the outcome once it is known, and compare the
distribution of each feature with the one at training time. If the distance grows beyond a threshold
that we agreed on, an alert goes out and somebody looks at it. New versions go to a small
share of the traffic first, next to the old one, and are rolled back when errors or latency rise. I
would retrain every week on fresh labels, test the candidate on a held-out slice, and register it
with its data version so that anybody can reproduce it.
"""


class Figures:
    """What was measured, for the table at the end."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str]] = []

    def check(self, name: str, seconds: float, limit: float | None = None) -> None:
        """Note a figure, and hold it to its limit if it has one."""
        self._rows.append((name, _shown(seconds), "–" if limit is None else _shown(limit)))
        assert limit is None or seconds < limit, f"{name}: {seconds:.3f} s, limit {limit:g} s"

    def note(self, name: str, figure: str) -> None:
        """Note a figure that is no time."""
        self._rows.append((name, figure, "–"))

    def table(self) -> str:
        head = f"{'':52}{'measured':>10}{'limit':>10}"
        rows = [f"{name:52}{figure:>10}{limit:>10}" for name, figure, limit in self._rows]
        return "\n".join(["", head, *rows])


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def seconds_of(benchmark: BenchmarkFixture) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Every measured time of the benchmark that has just run."""
    return np.array(benchmark.stats.stats.data)

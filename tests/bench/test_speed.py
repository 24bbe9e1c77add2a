"""How fast it is, with the limit that each figure must keep to; run by ``make bench``.

The limits hold on two cores of 2020s make without a GPU, and leave room for a busy machine.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from live_server import Server
from playwright.sync_api import Browser
from pytest_benchmark.fixture import BenchmarkFixture

from viva.retrieval import Index, open_client
from viva.settings import Settings
from viva.wiring import Parts, make_parts

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        "not config.getoption('benchmark_enable')", reason="speed is measured by make bench"
    ),
]

GRADE_SECONDS = 0.150
INDEX_SECONDS = 10.0
HELP_SECONDS = 0.5
READY_SECONDS = 15.0
PAGE_SECONDS = 3.0

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
        self._rows: list[tuple[str, float, float | None]] = []

    def check(self, name: str, seconds: float, limit: float | None = None) -> None:
        """Note a figure, and hold it to its limit if it has one."""
        self._rows.append((name, seconds, limit))
        assert limit is None or seconds < limit, f"{name}: {seconds:.3f} s, limit {limit:g} s"

    def table(self) -> str:
        head = f"{'':44}{'measured':>10}{'limit':>10}"
        rows = [
            f"{name:44}{_shown(seconds):>10}{'–' if limit is None else _shown(limit):>10}"
            for name, seconds, limit in self._rows
        ]
        return "\n".join(["", head, *rows])


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    noted = Figures()
    yield noted
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(noted.table())


@pytest.fixture(scope="module")
def server(parts: Parts) -> Iterator[Server]:
    """A server that was not started yet, over an index that is ready."""
    waiting = Server(parts.settings.home)
    yield waiting
    waiting.kill()


def seconds_of(benchmark: BenchmarkFixture) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Every measured time of the benchmark that has just run."""
    return np.array(benchmark.stats.stats.data)


# --- Grading --------------------------------------------------------------------------------


def test_grading_an_answer(benchmark: BenchmarkFixture, parts: Parts, figures: Figures) -> None:
    """Answers to questions that were answered before, and one embedding of the same text."""
    assert len(ANSWER.split()) == 120
    questions = cycle(parts.deck.questions[::6])
    benchmark.pedantic(
        lambda question: parts.grader.grade(question, ANSWER),
        setup=lambda: ((next(questions),), {}),
        rounds=66,
        warmup_rounds=11,
    )
    p95 = float(np.percentile(seconds_of(benchmark), 95))
    embedding = _median_embedding(parts)
    benchmark.extra_info["embedding_seconds"] = embedding
    benchmark.extra_info["grading_to_embedding"] = float(benchmark.stats.stats.median) / embedding
    figures.check("one embedding of 120 words, median", embedding)
    figures.check("grading 120 words, median", float(benchmark.stats.stats.median))
    figures.check("grading 120 words, 95th percentile", p95, GRADE_SECONDS)


def test_the_first_answer_to_a_question(
    benchmark: BenchmarkFixture, parts: Parts, figures: Figures
) -> None:
    """Each question once, by a grader that saw none of them: what an interview feels like."""
    grader = make_parts(parts.settings).grader
    grader.grade(parts.deck.questions[0], ANSWER)  # as the server does before it is ready
    questions = iter(parts.deck.questions[1:])
    benchmark.pedantic(
        lambda question: grader.grade(question, ANSWER),
        setup=lambda: ((next(questions),), {}),
        rounds=len(parts.deck.questions) - 1,
    )
    p95 = float(np.percentile(seconds_of(benchmark), 95))
    figures.check("the same, to a question not seen before", p95)


def _median_embedding(parts: Parts) -> float:
    times = []
    for _ in range(30):
        start = time.perf_counter()
        parts.embedder.embed([ANSWER])
        times.append(time.perf_counter() - start)
    return float(np.median(times))


# --- Starting -------------------------------------------------------------------------------


def test_building_the_index(
    benchmark: BenchmarkFixture, parts: Parts, settings: Settings, figures: Figures
) -> None:
    index = Index(open_client(settings))
    result = benchmark.pedantic(index.build, args=(parts.deck, parts.embedder), rounds=1)
    assert len(parts.deck.questions) == 61
    assert result.reused == 0
    figures.check("building the index, 61 questions", seconds_of(benchmark)[0], INDEX_SECONDS)


def test_showing_the_help(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "viva", "--help"]
    benchmark.pedantic(
        lambda: subprocess.run(command, check=True, capture_output=True, cwd=tmp_path), rounds=5
    )
    figures.check("viva --help, best of 5", seconds_of(benchmark).min(), HELP_SECONDS)


def test_starting_the_server(benchmark: BenchmarkFixture, server: Server, figures: Figures) -> None:
    benchmark.pedantic(server.start, rounds=1)
    figures.check("viva serve until ready", seconds_of(benchmark)[0], READY_SECONDS)


def test_opening_the_page(
    benchmark: BenchmarkFixture, server: Server, chromium: Browser, figures: Figures
) -> None:
    """From a cold browser profile until the start button can be pressed."""

    def open_page() -> None:
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(server.url)
            page.locator("#viva-start").click(trial=True)

    benchmark.pedantic(open_page, rounds=3)
    figures.check("page interactive, worst of 3", seconds_of(benchmark).max(), PAGE_SECONDS)

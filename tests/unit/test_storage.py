import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from builders import NOON, make_deck, make_grade

from viva.domain import Contest, Mode, Session, Verdict
from viva.errors import ConflictError, NotFoundError, SettingsError, StorageError
from viva.events import AnswerGiven, Contested, Graded, HintTaken
from viva.interview import advance, start_session
from viva.storage import SessionStore

DECK = make_deck()
OLD_DATABASE = """
CREATE TABLE sessions (
  id VARCHAR NOT NULL, revision INTEGER NOT NULL, phase VARCHAR NOT NULL,
  updated_at DATETIME NOT NULL, state JSON NOT NULL, PRIMARY KEY (id));
CREATE TABLE turns (
  session_id VARCHAR NOT NULL, position INTEGER NOT NULL, question_id VARCHAR NOT NULL,
  state JSON NOT NULL, PRIMARY KEY (session_id, position),
  FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE);
INSERT INTO sessions VALUES ('s1', 2, 'review', '2026-01-05 12:00:00.000000',
  '{"id": "s1", "deck_id": "tiny", "mode": "coach", "plan": ["caching"], "phase": "review",
    "started_at": "2026-01-05T12:00:00Z", "ended_at": null, "seconds_per_question": null,
    "grader": "", "usage": [], "revision": 2}');
INSERT INTO turns VALUES ('s1', 0, 'caching',
  '{"question_id": "caching", "asked_at": "2026-01-05T12:00:00Z", "answer": "Cache it.",
    "answered_at": "2026-01-05T12:00:00Z", "follow_up": null, "first_grade": null,
    "grade": {"question_id": "caching", "bullets": [
      {"bullet_id": "b1", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""},
      {"bullet_id": "b2", "verdict": "missing", "confidence": 0.4, "evidence": [], "reason": ""},
      {"bullet_id": "b3", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""}],
      "score": {"points": 0, "possible": 3, "hint_cost": 0, "complete": true, "value": 0},
      "grader": {"name": "local", "version": "1.2", "fingerprint": "f"}, "related": [],
      "notice": "", "usage": []},
    "hints": [], "skipped": false, "peeked": false, "reactions": [""], "comment": "",
    "model_answer": "", "exchanges": [], "notice": ""}');
"""
"""What version 0.1.0 wrote, and the one after it."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'viva.db'}"


def new_session() -> Session:
    return start_session(
        session_id="s1", deck=DECK, plan=("caching", "drift"), mode=Mode.COACH, now=NOON
    )


def test_a_session_comes_back_as_it_was_after_the_process_is_gone(url: str) -> None:
    session = new_session()
    store = SessionStore(url)
    store.add(session)
    for event in (
        HintTaken("b1"),
        AnswerGiven("Zwölf <b>Caches</b> \u2603\n"),
        Graded(make_grade(DECK.questions[0], "covered", "missing", "contradicted")),
    ):
        session = advance(session, event, deck=DECK, now=NOON)
        store.save(session)
    store.close()
    again = SessionStore(url)
    assert again.load("s1") == session
    again.close()


def test_a_database_of_the_version_without_contests_is_read_and_gone_on_with(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old, old:
        old.executescript(OLD_DATABASE)
    store = SessionStore(f"sqlite:///{path}")
    session = store.load("s1")
    assert session.turn.contests == ()
    assert list(store.contested("tiny")) == []
    contest = Contest(bullet_id="b2", verdict=Verdict.COVERED, quote="Cache it.")
    session = advance(session, Contested(0, contest), deck=DECK, now=NOON)
    store.save(session)
    store.close()
    again = SessionStore(f"sqlite:///{path}")
    assert again.load("s1") == session
    assert list(again.contested("tiny")) == [session.turn]
    assert list(again.contested("other")) == []
    again.close()


def test_two_windows_cannot_overwrite_each_other(url: str) -> None:
    store = SessionStore(url)
    session = new_session()
    store.add(session)
    one = advance(session, AnswerGiven("from the first window"), deck=DECK, now=NOON)
    two = advance(session, AnswerGiven("from the second window"), deck=DECK, now=NOON)
    store.save(one)
    with pytest.raises(ConflictError, match="another window"):
        store.save(two)
    assert store.load("s1").turn.answer == "from the first window"
    store.close()


def test_an_unknown_session_is_not_found(url: str) -> None:
    store = SessionStore(url)
    with pytest.raises(NotFoundError):
        store.load("nope")
    store.close()


def test_a_url_that_makes_no_sense_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingsError, match="VIVA_DATABASE_URL"):
        SessionStore("not a url")


def test_a_file_that_is_no_database_is_reported_in_words(tmp_path: Path) -> None:
    path = tmp_path / "viva.db"
    path.write_text("this is a letter to my grandmother, not a database" * 20, encoding="utf-8")
    with pytest.raises(StorageError, match=r"viva\.db"):
        SessionStore(f"sqlite:///{path}")


def test_the_latest_sessions_come_first(url: str) -> None:
    store = SessionStore(url)
    for name in ("a", "b"):
        store.add(new_session().model_copy(update={"id": name}))
    store.save(advance(store.load("a"), AnswerGiven("x"), deck=DECK, now=NOON))
    assert store.latest() == ["a", "b"]
    store.close()

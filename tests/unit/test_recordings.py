from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import NOON, make_deck

from viva.domain import Mode
from viva.errors import NotFoundError
from viva.interview import start_session
from viva.storage import LOCAL_PERSON, Database, RecordingStore, SessionStore
from viva.storage.tables import PersonRow


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'viva.db'}")
    with opened.begin() as rows:
        rows.add(PersonRow(id="other", name="Other", key="other", created_at=NOON))
    session = start_session(
        session_id="s1", deck=make_deck(), plan=("caching",), mode=Mode.COACH, now=NOON
    )
    SessionStore(opened).add(session)
    yield opened
    opened.close()


def keep(store: RecordingStore, part: int = 0) -> str:
    return store.add("s1", b"sound", position=0, part=part, seconds=1.5, media_type="audio/mpeg")


def test_a_recording_comes_back_as_it_was_kept(database: Database) -> None:
    store = RecordingStore(database)
    later, first = keep(store, part=1), keep(store)
    assert [recording.id for recording in store.of_session("s1")] == [first, later]
    assert store.of_session("s1")[0].seconds == 1.5
    assert store.load(first) == (b"sound", "audio/mpeg")


def test_another_person_can_neither_hear_keep_nor_delete_a_recording(database: Database) -> None:
    own, other = RecordingStore(database, LOCAL_PERSON), RecordingStore(database, "other")
    kept = keep(own)
    assert other.of_session("s1") == ()
    for attempt in (other.load, other.delete):
        with pytest.raises(NotFoundError):
            attempt(kept)
    with pytest.raises(NotFoundError):
        keep(other)
    assert other.delete_all() == 0
    assert own.load(kept)[0] == b"sound"


def test_recordings_are_deleted_one_by_one_and_all(database: Database) -> None:
    store = RecordingStore(database)
    first, *_ = keep(store), keep(store), keep(store)
    store.delete(first)
    with pytest.raises(NotFoundError):
        store.load(first)
    assert store.delete_all() == 2
    assert store.of_session("s1") == ()


def test_recordings_go_with_their_interview(database: Database) -> None:
    store = RecordingStore(database)
    keep(store)
    SessionStore(database).delete("s1")
    assert store.of_session("s1") == ()

"""A server is killed in the middle of every step of an interview, and started again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from live_server import Server
from pressing import listen, press, send
from sqlalchemy import text

from viva.domain import Deck, Mode, Phase, Session
from viva.interview import start_session
from viva.storage import Database, SessionStore

pytestmark = pytest.mark.slow

PLAN = ("secure-system-design", "concept-drift-response")


class Killed:
    """An interview at a server that is killed again and again; it looks past it at the database.

    Args:
        server: The server.
        database: What it writes to.
        deck: The questions.
    """

    def __init__(self, server: Server, database: Database, deck: Deck) -> None:
        self._server = server
        self._store = SessionStore(database)
        self._windows = 0
        self.id = "0" * 32
        started = start_session(
            session_id=self.id, deck=deck, plan=PLAN, mode=Mode.COACH, now=datetime.now(UTC)
        )
        self._store.add(started)

    @property
    def session(self) -> Session:
        """What is stored."""
        return self._store.load(self.id)

    def kill_after(self, button: str, *typed: str, shown: bool = False) -> None:
        """Press a button, kill the server at once or when something is shown, and start it."""
        with httpx2.Client(base_url=self._server.url, timeout=60) as browser:
            window = self._window()
            send(browser, button, [self._place(), *typed], window=window)
            if shown:
                messages = (message["msg"] for message in listen(browser, window))
                assert "process_generating" in messages
            self._server.kill()
        self._server.start()

    def reload(self) -> None:
        """Open the page on the interview, which goes on with what was under way."""
        with httpx2.Client(base_url=self._server.url, timeout=60) as browser:
            query = f"?interview={self.id}"
            message = press(browser, "load", [], window=self._window(), query=query)
            assert message["success"], message

    def press_until(self, is_done: Callable[[Session], bool], button: str, *typed: str) -> None:
        """Press a button again where the server was killed before it had taken it."""
        if not is_done(self.session):
            with httpx2.Client(base_url=self._server.url, timeout=60) as browser:
                given = [self._place(), *typed]
                assert press(browser, button, given, window=self._window())["success"]
        assert is_done(self.session)

    def _place(self) -> str:
        return f"{self.id}.{self.session.revision}"

    def _window(self) -> str:
        self._windows += 1
        return f"window{self._windows}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    running.start()
    yield running
    running.kill()


def test_nothing_is_lost_or_doubled_by_a_server_killed_in_every_step(
    server: Server, shipped_deck: Deck
) -> None:
    database = Database(f"sqlite:///{server.home / 'viva.db'}")
    killed = Killed(server, database, shipped_deck)
    first = f"First of all: {shipped_deck.question(PLAN[0]).bullets[0].text}"
    second = "We watch for drift and retrain."
    more = f"And then: {shipped_deck.question(PLAN[0]).bullets[1].text}"

    # An answer that was sent: stored before anything is shown, graded when somebody looks again.
    killed.kill_after("send", first, "", shown=True)
    stored = killed.session
    assert stored.turn.answer == first
    killed.reload()
    assert killed.session.phase is Phase.FOLLOW_UP
    assert killed.session.turn.answer == first
    assert killed.session.turn.first_grade or killed.session.turn.grade
    assert len(killed.session.turns) == 1

    # The follow-up's answer, killed before anything is known of it: sent again if it was not taken.
    killed.kill_after("send", more, "")
    killed.reload()
    killed.press_until(lambda session: session.phase is Phase.REVIEW, "send", more, "")
    turn = killed.session.turn
    assert turn.follow_up is not None
    assert (turn.answer, turn.follow_up.answer) == (first, more)
    assert turn.full_answer.count(first) == turn.full_answer.count(more) == 1
    assert turn.grade is not None
    graded = turn.grade

    killed.kill_after("next", "")
    killed.press_until(lambda session: len(session.turns) == 2, "next", "")
    assert killed.session.turns[0].grade == graded

    killed.kill_after("send", second, "")
    killed.press_until(lambda session: session.turn.answer is not None, "send", second, "")
    killed.reload()
    assert killed.session.phase in {Phase.FOLLOW_UP, Phase.REVIEW}

    killed.kill_after("finish", "")
    killed.press_until(lambda session: session.phase is Phase.ENDED, "finish", "")
    ended = killed.session
    assert [turn.question_id for turn in ended.turns] == list(PLAN)
    assert ended.turns[0].grade == graded
    assert ended.turns[1].grade is not None

    with database.begin() as opened:
        assert opened.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
        assert opened.execute(text("SELECT count(*) FROM turns")).scalar() == 2
        assert opened.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert opened.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()

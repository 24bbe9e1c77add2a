"""One grade for each pending answer, and one voice, however many windows wait for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from viva.background import start
from viva.domain import Grade, Session

_Place = tuple[str, int]


class SharedGrades:
    """Grades under way in this process; safe from any number of threads."""

    def __init__(self) -> None:
        self._grades: dict[_Place, Future[Grade]] = {}
        self._spoken: dict[_Place, threading.Event] = {}
        self._lock = threading.Lock()

    def grading(self, session: Session, grade: Callable[[], Grade]) -> Future[Grade]:
        """Return the grade to come of a pending answer, begun now if it is not under way."""
        with self._lock:
            place = _place(session)
            if place not in self._grades:
                self._grades[place] = start(grade)
            return self._grades[place]

    def forget(self, session: Session) -> None:
        """Drop a grade that was stored."""
        with self._lock:
            self._grades.pop(_place(session), None)

    def take_floor(self, session: Session) -> bool:
        """Return whether the caller may speak: nobody else does. Then ``leave_floor`` is due."""
        with self._lock:
            if _place(session) in self._spoken:
                return False
            self._spoken[_place(session)] = threading.Event()
            return True

    def leave_floor(self, session: Session) -> None:
        """Tell those who wait that the speaker is done, or has gone."""
        with self._lock:
            self._spoken.pop(_place(session)).set()

    def wait_for_floor(self, session: Session) -> None:
        """Wait until nobody speaks."""
        with self._lock:
            spoken = self._spoken.get(_place(session))
        if spoken:
            spoken.wait()


def _place(session: Session) -> _Place:
    return session.id, session.revision

"""Interviews on a deck that is edited while they run, with the real index and grader."""

from builders import make_deck

from viva.domain import Mode
from viva.events import AnswerGiven
from viva.settings import Settings
from viva.wiring import make_interviewers


def test_a_running_interview_is_graded_by_its_own_version_after_many_edits(
    settings: Settings,
) -> None:
    interviewers = make_interviewers(settings)
    store = interviewers.own_decks("local")
    own = store.add(make_deck())
    first = interviewers.of("local", "tiny").start_on(("caching",), Mode.COACH)
    for number in range(4):
        changed = own.deck.model_copy(update={"title": f"Version {number}"})
        own = store.save(changed, version=own.version)
        interviewers.of("local", "tiny").start_on(("drift",), Mode.COACH)
    running = interviewers.of_session("local", first.id)
    assert running.deck == make_deck()
    waiting = running.apply(running.load(first.id), AnswerGiven("Point 1 of caching."))
    grade = running.grade(waiting).turn.grade
    assert grade is not None
    assert grade.score.complete, grade.notice
    interviewers.database.close()

"""A deck with all that past interviews know of it, to show them whatever became of it."""

from collections.abc import Callable, Sequence

from viva.domain import Bullet, Deck, Question, Session, Topic, Turn

_GONE = Topic(id="no-longer-in-the-deck", name="No longer in the deck")
FindPast = Callable[[Session], Deck | None]
"""Returns a session's deck as it was when that session started, if it is kept."""


def fill_gaps(deck: Deck | None, sessions: Sequence[Session], find_past: FindPast) -> Deck:
    """Return the deck with a stand-in for each question and bullet that only the sessions know.

    A deck may have been edited, renamed or deleted since an interview on it. Stand-ins have the
    words of the deck as it was then, or else of their ids; such questions share a topic of their
    own.

    Args:
        deck: As it is now; None if it is gone.
        sessions: All on this one deck, the earliest first; at least one if there is no deck.
        find_past: Asked only about sessions that know more than the deck.
    """
    questions = {own.id: own for own in deck.questions} if deck else {}
    before = dict(questions)
    title = ""
    for session in reversed(sessions):  # the latest words first
        gaps = [turn for turn in session.turns if _lacks(questions.get(turn.question_id), turn)]
        then = find_past(session) if gaps else None
        title = title or (then.title if then else "")
        for turn in gaps:
            questions[turn.question_id] = _filled(questions.get(turn.question_id), then, turn)
    if deck is None:
        return Deck(
            id=sessions[0].deck_id,
            title=title or _words(sessions[0].deck_id),
            topics=(_GONE,),
            questions=tuple(questions.values()),
        )
    if questions == before:
        return deck
    topics = deck.topics if questions.keys() == before.keys() else (*deck.topics, _GONE)
    return deck.model_copy(update={"topics": topics, "questions": tuple(questions.values())})


def _lacks(question: Question | None, turn: Turn) -> bool:
    known = {own.id for own in question.bullets} if question else set()
    return question is None or not known.issuperset(_graded(turn))


def _filled(question: Question | None, then: Deck | None, turn: Turn) -> Question:
    """Return a question with all that a turn knows of it.

    Args:
        question: As it is known so far; None if it is not.
        then: The deck when the turn was asked, if it is kept.
        turn: Whose question it is.
    """
    asked = (
        next((own for own in then.questions if own.id == turn.question_id), None) if then else None
    )
    words = {own.id: own for own in asked.bullets} if asked else {}
    known = {own.id: own for own in question.bullets} if question else words
    graded = {own: words.get(own) or _bullet(own) for own in _graded(turn)}
    bullets = tuple({**known, **graded, **known}.values()) or (_bullet("unknown"),)
    if question:
        return question.model_copy(update={"bullets": bullets})
    text = asked.text if asked else f"{_words(turn.question_id)} (no longer in the deck)"
    return Question(id=turn.question_id, text=text, topics=(_GONE.id,), bullets=bullets)


def _graded(turn: Turn) -> list[str]:
    return [own.bullet_id for own in turn.grade.bullets] if turn.grade else []


def _bullet(bullet_id: str) -> Bullet:
    return Bullet(id=bullet_id, text=f"{_words(bullet_id)} (no longer in the deck)")


def _words(slug: str) -> str:
    return slug.replace("-", " ").capitalize()

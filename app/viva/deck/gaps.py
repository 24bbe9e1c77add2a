"""A deck with all that past interviews know of it, to show them whatever became of it."""

from collections.abc import Iterable

from viva.domain import Bullet, Deck, Question, Session, Topic

_GONE = Topic(id="no-longer-in-the-deck", name="No longer in the deck")


def fill_gaps(deck: Deck | None, sessions: Iterable[Session]) -> Deck:
    """Return the deck with a stand-in for each question and bullet that only the sessions know.

    A deck may have been edited, renamed or deleted since an interview on it. Stand-ins have the
    same ids and say what they are; those questions share a topic of their own.

    Args:
        deck: As it is now; None if it is gone.
        sessions: All on this one deck; at least one if there is no deck.
    """
    sessions = tuple(sessions)
    wanted: dict[str, dict[str, None]] = {}
    for session in sessions:
        for turn in session.turns:
            bullets = wanted.setdefault(turn.question_id, {})
            graded = turn.grade.bullets if turn.grade else ()
            bullets.update((own.bullet_id, None) for own in graded)
    known = {question.id: question for question in deck.questions} if deck else {}
    kept = tuple(_with_bullets(own, wanted.get(own.id, ())) for own in known.values())
    new = tuple(_stand_in(own, wanted[own]) for own in wanted if own not in known)
    if deck is None:
        deck_id = sessions[0].deck_id
        return Deck(id=deck_id, title=_words(deck_id), topics=(_GONE,), questions=new)
    if not new and all(own is known[own.id] for own in kept):
        return deck
    return deck.model_copy(
        update={
            "topics": (*deck.topics, *([_GONE] if new else [])),
            "questions": (*kept, *new),
        }
    )


def _with_bullets(question: Question, wanted: Iterable[str]) -> Question:
    known = {bullet.id for bullet in question.bullets}
    new = tuple(_bullet(own) for own in wanted if own not in known)
    if not new:
        return question
    return question.model_copy(update={"bullets": (*question.bullets, *new)})


def _stand_in(question_id: str, bullets: Iterable[str]) -> Question:
    return Question(
        id=question_id,
        text=f"{_words(question_id)} (a question that is no longer in the deck)",
        topics=(_GONE.id,),
        bullets=tuple(_bullet(own) for own in bullets) or (_bullet("unknown"),),
    )


def _bullet(bullet_id: str) -> Bullet:
    return Bullet(id=bullet_id, text=f"{_words(bullet_id)} (a point that is no longer in the deck)")


def _words(slug: str) -> str:
    return slug.replace("-", " ").capitalize()

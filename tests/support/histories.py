"""Histories of practice for tests: sessions as the interview would have left them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from builders import IDENTITY

from viva.domain import (
    BulletGrade,
    Deck,
    Evidence,
    Grade,
    Mode,
    Phase,
    Question,
    Session,
    Turn,
    Verdict,
)
from viva.grading.scoring import score_bullets

SENTENCES = (
    "I would start with a simple baseline and measure it on recent traffic.",
    "A feature store keeps training and serving on the same definitions.",
    "We watch drift statistics and page somebody when they cross a limit.",
    "The new version takes one percent of the traffic first.",
    "Retraining once is enough, a good model stays good.",
    "Labels come late, so a proxy tells us early that something is off.",
)


def answered(
    question: Question,
    *verdicts: str,
    at: datetime,
    seconds: float = 120,
    answer: str = "",
    **fields: object,
) -> Turn:
    """A graded turn; each verdict that needs evidence rests on a sentence of the answer."""
    answer = answer or " ".join(SENTENCES[: len(verdicts)])
    grades = tuple(
        BulletGrade(
            bullet_id=bullet.id,
            verdict=Verdict(verdict),
            confidence=0.8,
            evidence=_evidence(answer, number) if verdict in _QUOTED else (),
        )
        for number, (bullet, verdict) in enumerate(zip(question.bullets, verdicts, strict=True))
    )
    return Turn(
        question_id=question.id,
        asked_at=at - timedelta(seconds=seconds),
        answer=answer,
        answered_at=at,
        grade=Grade(
            question_id=question.id,
            bullets=grades,
            score=score_bullets(question, grades),
            grader=IDENTITY,
        ),
    ).model_copy(update=fields)


def session_of(
    session_id: str, deck: Deck, *turns: Turn, phase: Phase = Phase.ENDED, mode: Mode = Mode.COACH
) -> Session:
    """A session of these turns."""
    ended = phase is Phase.ENDED
    return Session(
        id=session_id,
        deck_id=deck.id,
        mode=mode,
        plan=tuple(turn.question_id for turn in turns),
        turns=turns,
        phase=phase,
        started_at=turns[0].asked_at,
        ended_at=turns[-1].answered_at if ended else None,
    )


def realistic_history(
    deck: Deck, *, now: datetime, answers: int = 60, days: int = 120, seed: int = 7
) -> list[Session]:
    """Interviews of three questions each, in which somebody practises and slowly gets better."""
    random = Random(seed)
    sessions: list[Session] = []
    known: dict[str, int] = {}
    count = -(-answers // 3)
    for number in range(count):
        day = now - timedelta(days=days * (1 - number / count) ** 1.2)
        start = day.replace(hour=7 + random.randrange(10), minute=random.randrange(60))
        start = min(start, now - timedelta(minutes=30))
        fresh = random.sample(deck.questions, 3 if number < 8 else 1)
        again = random.sample(sorted(known), min(len(known), 3 - len(fresh)))
        questions = [*fresh, *(deck.question(own) for own in again)]
        turns = []
        for place, question in enumerate(questions[: answers - 3 * number]):
            known[question.id] = known.get(question.id, 0) + 1
            turns.append(
                answered(
                    question,
                    *_verdicts(random, question, known[question.id]),
                    at=start + timedelta(minutes=5 * (place + 1)),
                    seconds=random.randrange(60, 290),
                )
            )
        mode = Mode.EXAM if number % 5 == 4 else Mode.COACH
        sessions.append(session_of(f"{number:04x}{seed:028x}", deck, *turns, mode=mode))
    return sessions


def _verdicts(random: Random, question: Question, times: int) -> Sequence[str]:
    skill = min(0.35 + 0.15 * times, 0.9)
    drawn = (
        "covered"
        if random.random() < skill
        else random.choice(["partial", "missing", "missing", "contradicted"])
        for _ in question.bullets[:-1]
    )
    return [*drawn, "missing" if random.random() < 0.7 else "covered"]  # the last is a hard one


_QUOTED = {"covered", "partial", "contradicted"}


def _evidence(answer: str, number: int) -> tuple[Evidence, ...]:
    sentences = [part.strip() for part in answer.split(". ") if part.strip()]
    quote = sentences[number % len(sentences)]
    start = answer.index(quote)
    return (Evidence(start=start, end=start + len(quote), quote=quote),)

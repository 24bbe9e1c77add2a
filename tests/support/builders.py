"""Small decks and grades for tests."""

from datetime import UTC, datetime

from viva.domain import (
    Bullet,
    BulletGrade,
    Deck,
    Difficulty,
    Evidence,
    Grade,
    GraderIdentity,
    Question,
    Topic,
    Verdict,
)
from viva.grading.scoring import score_bullets

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
IDENTITY = GraderIdentity(name="scripted", version="1", fingerprint="f")


def make_question(
    question_id: str = "caching",
    *,
    weights: tuple[float, ...] = (1, 1, 1),
    topics: tuple[str, ...] = ("serving",),
    difficulty: Difficulty = Difficulty.MEDIUM,
) -> Question:
    """A question whose bullets are called b1, b2, …"""
    return Question(
        id=question_id,
        text=f"How would you approach {question_id}?",
        topics=topics,
        difficulty=difficulty,
        bullets=tuple(
            Bullet(
                id=f"b{number}",
                text=f"Point {number} of {question_id}.",
                weight=weight,
                key_terms=(f"term {number}",),
            )
            for number, weight in enumerate(weights, start=1)
        ),
    )


def make_deck(*questions: Question) -> Deck:
    """A deck of these questions, or of three of its own."""
    questions = questions or (
        make_question("caching"),
        make_question("drift", topics=("monitoring",)),
        make_question("rollback", topics=("deployment", "monitoring")),
    )
    topics = sorted({topic for question in questions for topic in question.topics})
    return Deck(
        id="tiny",
        title="Tiny deck",
        topics=tuple(Topic(id=topic, name=topic.title()) for topic in topics),
        questions=questions,
    )


def make_grade(question: Question, *verdicts: str, answer: str = "I would do it.") -> Grade:
    """A grade with these verdicts, each resting on the whole answer."""
    said = Evidence(start=0, end=len(answer), quote=answer)
    bare = {Verdict.MISSING, Verdict.UNGRADED}
    grades = tuple(
        BulletGrade(
            bullet_id=bullet.id,
            verdict=Verdict(verdict),
            confidence=0.9,
            evidence=() if Verdict(verdict) in bare else (said,),
        )
        for bullet, verdict in zip(question.bullets, verdicts, strict=True)
    )
    return Grade(
        question_id=question.id,
        bullets=grades,
        score=score_bullets(question, grades),
        grader=IDENTITY,
    )

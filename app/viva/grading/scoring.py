"""Turn verdicts into a score. Every grader and the interview call this; it is the only formula."""

from collections.abc import Iterable, Sequence

from viva.domain import BulletGrade, Question, Score, Verdict

CREDIT = {
    Verdict.COVERED: 1.0,
    Verdict.PARTIAL: 0.5,
    Verdict.MISSING: 0.0,
    Verdict.CONTRADICTED: 0.0,
}
"""Share of a bullet's weight that each verdict earns (docs/grading-policy.md)."""

HINT_COST = 0.25
"""Points that one hint takes off."""


def score_bullets(question: Question, grades: Sequence[BulletGrade], *, hints: int = 0) -> Score:
    """Return points earned of points possible, and the score from 0.0 to 10.0.

    ``points = sum(weight * credit) - hints * HINT_COST``, not below zero; ``value`` is ten times
    points over possible, to one decimal. Ungraded bullets are left out of both sums and mark the
    score incomplete.

    Raises:
        ValueError: If the grades are not exactly one for each bullet of this question, in order:
            no bullet of another question can enter a score.

    Example:
        >>> from viva.domain import Bullet, Evidence
        >>> question = Question(id="q", text="Why?", topics=("t",), bullets=(
        ...     Bullet(id="a", text="A", weight=2), Bullet(id="b", text="B")))
        >>> said = Evidence(start=0, end=1, quote="A")
        >>> score = score_bullets(question, [
        ...     BulletGrade(bullet_id="a", verdict="covered", confidence=0.9, evidence=(said,)),
        ...     BulletGrade(bullet_id="b", verdict="missing", confidence=0.8)])
        >>> score.points, score.possible, score.value
        (2.0, 3.0, 6.7)
    """
    if [grade.bullet_id for grade in grades] != [bullet.id for bullet in question.bullets]:
        raise ValueError(f"the grades are not those of the bullets of question {question.id!r}")
    judged = [
        (bullet.weight, CREDIT[grade.verdict])
        for bullet, grade in zip(question.bullets, grades, strict=True)
        if grade.verdict is not Verdict.UNGRADED
    ]
    possible = sum(weight for weight, _ in judged)
    earned = sum(weight * credit for weight, credit in judged)
    hint_cost = min(earned, hints * HINT_COST)
    points = earned - hint_cost
    return Score(
        points=points,
        possible=possible,
        hint_cost=hint_cost,
        complete=len(judged) == len(question.bullets),
        value=round(10 * points / possible, 1) if judged else None,
    )


def combine_scores(scores: Iterable[Score]) -> Score:
    """Return the score of several answers together: their points over their possible points."""
    scores = tuple(scores)
    points = sum(score.points for score in scores)
    possible = sum(score.possible for score in scores)
    return Score(
        points=points,
        possible=possible,
        hint_cost=sum(score.hint_cost for score in scores),
        complete=all(score.complete for score in scores),
        value=round(10 * points / possible, 1) if possible else None,
    )

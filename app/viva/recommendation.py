"""What an interviewer would recommend after a round, from the verdicts and nothing else.

How sure the grader is and how somebody speaks play no part. The rule is ``_LIMITS`` and the four
constants beside it; docs/practice.md tells it in words.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import ceil

from viva.domain import Deck, Frozen, Question, Session, Turn, Verdict
from viva.grading.scoring import combine_scores


class Call(StrEnum):
    """The recommendation in a word or two."""

    HIRE = "hire"
    LEAN_HIRE = "lean hire"
    LEAN_NO = "lean no"
    NO = "no"
    OPEN = "not enough to say"


_LIMITS = ((Call.HIRE, 7.5), (Call.LEAN_HIRE, 6.0), (Call.LEAN_NO, 4.0), (Call.NO, 0.0))
"""Least score of the round, 0 to 10, for each call."""
_LEAST_ANSWERED = 0.5
"""Share of the round's questions that must be answered and graded, or else nothing is said."""
_MOST_CONTRADICTED = 0.15
"""Share of the graded points that may go against the reference; above it, one step lower."""
_GAP = 3.0
"""A question that scores less, or is skipped, is a gap; with one there is no plain 'hire'."""
_REASONS = 3
"""Most reasons on each side."""


class Reason(Frozen):
    """A point that speaks for or against, with the words that show it."""

    question_id: str
    bullet_id: str
    text: str
    verdict: Verdict
    quote: str = ""
    """Verbatim from the answer; empty for a missing point."""


class Recommendation(Frozen):
    """A call with its reasons."""

    call: Call
    rule: str
    """How it follows from the verdicts, in words."""
    strengths: tuple[Reason, ...] = ()
    concerns: tuple[Reason, ...] = ()


def recommend(session: Session, deck: Deck) -> Recommendation:
    """Return what the verdicts of a session speak for.

    A skipped question counts with all its points, of which it earned none; one that was not
    reached does not count.
    """
    scored = [turn for turn in session.turns if turn.is_scored and _value(turn) is not None]
    least = ceil(len(session.plan) * _LEAST_ANSWERED)
    if len(scored) < least:
        return Recommendation(
            call=Call.OPEN,
            rule=f"{_count(len(scored), 'question')} of {len(session.plan)} "
            f"{'has' if len(scored) == 1 else 'have'} a graded answer; "
            f"{least} {'is' if least == 1 else 'are'} needed to say more.",
        )
    skipped = [turn for turn in session.turns if turn.skipped]
    whole = combine_scores(turn.grade.score for turn in scored if turn.grade)
    possible = whole.possible + sum(_weight(deck, turn) for turn in skipped)
    value = round(10 * whole.points / possible, 1)
    against = _contradicted(scored, deck)
    share = against / whole.possible
    gaps = len(skipped) + sum((_value(turn) or 0) < _GAP for turn in scored)
    reached = next(call for call, limit in _LIMITS if value >= limit)
    steps = [
        f"{whole.points:g} of {possible:g} points, {value:g} of 10: that is {_name(reached)} "
        f"({', '.join(f'{call} from {limit:g}' for call, limit in _LIMITS[:-1])})."
    ]
    call = reached
    if share > _MOST_CONTRADICTED:
        call = _lower(call)
        steps.append(
            f"{against:g} of {whole.possible:g} graded points go against the reference, more than "
            f"{_MOST_CONTRADICTED:.0%}: one step lower."
        )
    if gaps and call is Call.HIRE:
        call = Call.LEAN_HIRE
        steps.append(
            f"{_count(gaps, 'question')} scored below {_GAP:g} or {'was' if gaps == 1 else 'were'} "
            "skipped: no more than a lean hire."
        )
    if skipped:
        steps.append(f"{_count(len(skipped), 'skipped question')} earned nothing.")
    if unreached := len(session.plan) - len(session.turns):
        steps.append(f"{_count(unreached, 'question')} not reached; not counted.")
    return Recommendation(
        call=call,
        rule=" ".join(steps),
        strengths=_reasons(scored, deck, (Verdict.COVERED,)),
        concerns=_reasons(scored, deck, (Verdict.CONTRADICTED, Verdict.MISSING)),
    )


def _value(turn: Turn) -> float | None:
    return turn.grade.score.value if turn.grade else None


def _weight(deck: Deck, turn: Turn) -> float:
    return sum(bullet.weight for bullet in deck.question(turn.question_id).bullets)


def _contradicted(turns: Iterable[Turn], deck: Deck) -> float:
    return sum(
        deck.question(turn.question_id).bullet(bullet.bullet_id).weight
        for turn in turns
        if turn.grade
        for bullet in turn.grade.bullets
        if bullet.verdict is Verdict.CONTRADICTED
    )


def _reasons(turns: Sequence[Turn], deck: Deck, verdicts: Sequence[Verdict]) -> tuple[Reason, ...]:
    """Return the heaviest bullets with these verdicts, a first one of each question before more."""
    ranked: list[tuple[int, int, float, Reason]] = []
    for turn in turns:
        question = deck.question(turn.question_id)
        own = _reasons_of(turn, question, verdicts)
        own.sort(key=lambda pair: (verdicts.index(pair[1].verdict), -pair[0]))
        ranked += [
            (verdicts.index(reason.verdict), place, -weight, reason)
            for place, (weight, reason) in enumerate(own)
        ]
    return tuple(row[3] for row in sorted(ranked, key=lambda row: row[:3])[:_REASONS])


def _reasons_of(
    turn: Turn, question: Question, verdicts: Sequence[Verdict]
) -> list[tuple[float, Reason]]:
    return [
        (
            (bullet := question.bullet(graded.bullet_id)).weight,
            Reason(
                question_id=question.id,
                bullet_id=bullet.id,
                text=bullet.text,
                verdict=graded.verdict,
                quote=graded.evidence[0].quote if graded.evidence else "",
            ),
        )
        for graded in (turn.grade.bullets if turn.grade else ())
        if graded.verdict in verdicts
    ]


def _lower(call: Call) -> Call:
    calls = [one for one, _ in _LIMITS]
    return calls[min(calls.index(call) + 1, len(calls) - 1)]


def _name(call: Call) -> str:
    return f"“{call}”"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

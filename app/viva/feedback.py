"""From a grade to the interviewer's words: comments, follow-ups, hints, a model answer.

Everything here is written by template from the deck and the grade. A verdict or a mark is only
ever read, never made.
"""

from collections.abc import Collection

from viva.confidence import Confidence, confidence_word
from viva.domain import (
    Bullet,
    BulletGrade,
    Deck,
    FollowUp,
    Grade,
    Mode,
    Question,
    Score,
    Session,
    Speech,
    Verdict,
)

_FOLLOW_UP_ORDER = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL)
_LONGEST_QUOTE = 160


def describe_speaking(speech: Speech) -> str:
    """Return how an answer was spoken, in words that say that none of it counts."""
    figures = [
        f"{speech.seconds:.0f} s",
        f"{speech.words_per_minute:.0f} words a minute",
        f"{speech.fillers} filler{'' if speech.fillers == 1 else 's'}",
    ]
    if speech.longest_pause or speech.time_to_first_word:  # 0 where a recogniser tells no times
        figures.append(f"longest pause {speech.longest_pause:.1f} s")
        figures.append(f"first word after {speech.time_to_first_word:.1f} s")
    edited = "; the transcript was edited" if speech.edited else ""
    return f"Spoken: {', '.join(figures)}{edited}. None of this counts."


def format_points(score: Score) -> str:
    """Return the sum behind a score, such as ``3.5 of 5 points``."""
    text = f"{score.points:g} of {score.possible:g} points"
    if score.hint_cost:
        text += f", {score.hint_cost:g} off for hints"
    return text if score.complete else f"{text}, incomplete"


def comment_on(question: Question, grade: Grade) -> str:
    """Return two or three sentences on an answer, as a good interviewer would say them."""
    by_verdict = {
        verdict: [bullet for bullet in grade.bullets if bullet.verdict is verdict]
        for verdict in Verdict
    }
    covered, partial, missing, contradicted, ungraded = (
        len(by_verdict[verdict]) for verdict in Verdict
    )
    total = len(grade.bullets)
    if ungraded == total:
        return "I could not grade this answer. It is kept, and you can have it graded again."
    if covered == total:
        return f"You made all {_count(total, 'point')}. That is the answer I hoped for."
    parts = [_opening(covered, partial, contradicted, total)]
    if contradicted:
        parts.append(
            f"{_count(contradicted, 'point').capitalize()} "
            f"{'goes' if contradicted == 1 else 'go'} against what the reference says: "
            "start there."
        )
    if missing and (covered or partial):
        parts.append(f"{_count(missing, 'point').capitalize()} did not come up.")
    if ungraded:
        parts.append(f"{_count(ungraded, 'point').capitalize()} could not be graded.")
    return " ".join(parts)


def _opening(covered: int, partial: int, contradicted: int, total: int) -> str:
    of_all = f"of {_count(total, 'point')}"
    if covered:
        more = f", and part of {_count(partial, 'other', 'others')}" if partial else ""
        return f"You made {_number(covered)} {of_all}{more}."
    if partial:
        return f"You made part of {_number(partial)} {of_all}."
    if contradicted:
        return "I would push back on this answer."
    return "None of the points I was looking for came up yet."


def explain(bullet: Bullet, grade: BulletGrade) -> str:
    """Return one line on why a bullet has its verdict and what would have earned more."""
    if grade.reason:
        return grade.reason
    unsure = confidence_word(grade.confidence) is Confidence.UNSURE
    if grade.verdict is Verdict.CONTRADICTED and unsure:
        return "This seems to go against the point, but I am not sure."
    return {
        Verdict.COVERED: "You said this.",
        Verdict.PARTIAL: "You went part of the way.",
        Verdict.MISSING: "I did not find this in your answer.",
        Verdict.CONTRADICTED: "You said the opposite.",
        Verdict.UNGRADED: "I could not judge this one; it is left out of the score.",
    }[grade.verdict]


def choose_follow_up(
    question: Question, grade: Grade, mode: Mode, *, hinted: Collection[str] = ()
) -> FollowUp | None:
    """Return a follow-up aimed at the most valuable open bullet, or None if all are covered.

    The heaviest contradicted or missing bullet comes first, a contradicted one before a missing
    one of the same weight; a partial one is taken only when there is no other. In an exam the
    words give no hint and no judgement. ``hinted`` are the ids of bullets whose hint was given:
    it is not said twice.
    """
    open_grades = [bullet for bullet in grade.bullets if bullet.verdict in _FOLLOW_UP_ORDER]
    if not open_grades:
        return None

    def value(bullet: BulletGrade) -> tuple[bool, float, int]:
        return (
            bullet.verdict is Verdict.PARTIAL,
            -question.bullet(bullet.bullet_id).weight,
            _FOLLOW_UP_ORDER.index(bullet.verdict),
        )

    target = min(open_grades, key=value)
    bullet = question.bullet(target.bullet_id)
    if mode is Mode.EXAM:
        words = _probe(target)
    elif target.verdict is Verdict.MISSING and bullet.id in hinted:
        words = "You had a hint on one point that did not come up. What would you do about it?"
    else:
        words = _follow_up_text(question, bullet, target)
    return FollowUp(bullet_id=bullet.id, text=words)


def hint_for(question: Question, bullet: Bullet) -> str:
    """Return a nudge toward a bullet that does not state it."""
    if bullet.hint:
        return bullet.hint
    place = ("first", "second", "third", "fourth", "fifth")
    position = question.bullets.index(bullet)
    where = place[position] if position < len(place) else "next"
    return (
        f"Think of the {where} thing you would settle if you had to build this next week. "
        f"It has to do with {_subject(question)}."
    )


def model_answer(question: Question) -> tuple[str, ...]:
    """Return a model answer as paragraphs, one for each bullet, with examples."""
    return tuple(
        f"{bullet.text} For example: {', '.join(bullet.key_terms[:3])}."
        if bullet.key_terms
        else bullet.text
        for bullet in question.bullets
    )


def greet(deck: Deck, session: Session) -> str:
    """Return the interviewer's opening words."""
    count = _count(len(session.plan), "question")
    if session.seconds_in_all:
        minutes = round(session.seconds_in_all / 60)
        return (
            f"Welcome. This is a mock interview on {deck.title}: {count} in {minutes} minutes, "
            "feedback at the end."
        )
    if session.mode is Mode.EXAM:
        return f"Welcome. This is an exam on {deck.title}: {count}, feedback at the end."
    return (
        f"Hello, and welcome. I have {count} on {deck.title} for you. Take your time, "
        "think aloud, and use your own words."
    )


def _follow_up_text(question: Question, bullet: Bullet, grade: BulletGrade) -> str:
    if grade.verdict is Verdict.CONTRADICTED:
        return (
            f"You said: “{_shortened(grade.evidence[0].quote)}”. "
            "Would you stand by that? Take me through it."
        )
    if grade.verdict is Verdict.PARTIAL:
        return (
            f"You said: “{_shortened(grade.evidence[0].quote)}”. "
            "Can you be more specific: what exactly would you do?"
        )
    return hint_for(question, bullet)


def _probe(grade: BulletGrade) -> str:
    if grade.evidence:
        return f"You said: “{_shortened(grade.evidence[0].quote)}”. Take me through that."
    return "What else would you put in place, and why?"


def _shortened(quote: str) -> str:
    words = " ".join(quote.split()).rstrip(".,;:")
    if len(words) <= _LONGEST_QUOTE:
        return words
    return words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _subject(question: Question) -> str:
    return question.topics[0].replace("-", " ")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{_number(number)} {one if number == 1 else many or one + 's'}"


def _number(number: int) -> str:
    names = ("none", "one", "two", "three", "four", "five", "six")
    return names[number] if number < len(names) else str(number)

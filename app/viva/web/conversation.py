"""A session as a conversation: questions, hints, answers, feedback, follow-ups."""

from collections.abc import Iterator

from viva.domain import Deck, Mode, Phase, Question, Session, Turn
from viva.feedback import format_points, greet, hint_for
from viva.grading.scoring import HINT_COST
from viva.web.cards import feedback_card, reference_list
from viva.web.markup import element, text


def conversation(session: Session, deck: Deck) -> str:
    """Return the conversation so far; the newest part is marked for the page to scroll to."""
    parts = [_says(text(greet(deck, session.mode, len(session.plan))))]
    for position, turn in enumerate(session.turns):
        current = position == len(session.turns) - 1
        parts += _turn(session, turn, position, deck, current=current)
    return element("div", *parts, class_="v-log", role="log", aria_label="Interview")


def status_bar(session: Session, deck: Deck) -> str:
    """Return the bar above the conversation: progress, mode, timer.

    Its data attributes tell the page's script where the interview stands.
    """
    number, total = len(session.turns), len(session.plan)
    steps = (
        element("span", class_=f"v-step{' v-step-done' if step <= number else ''}")
        for step in range(1, total + 1)
    )
    mode = "Exam" if session.mode is Mode.EXAM else "Coach"
    waiting = session.phase in {Phase.ANSWER, Phase.FOLLOW_UP}
    limit = session.seconds_per_question
    timer = element(
        "time",
        "0:00",
        class_="v-timer",
        role="timer",
        aria_label="Time on this question",
        data_since=session.turn.asked_at.isoformat() if waiting else None,
        data_until=None if waiting or not session.turn.answered_at else _taken(session.turn),
        data_limit=str(limit) if limit else None,
    )
    return element(
        "div",
        element("span", f"Question {number} of {total}", class_="v-progress-text"),
        element("span", *steps, class_="v-steps", aria_hidden="true"),
        element("span", mode, class_="v-mode"),
        timer,
        class_="v-bar",
        data_session=session.id,
        data_turn=f"{session.id}.{number}.{session.phase.value}",
        data_phase=session.phase.value,
    )


def _taken(turn: Turn) -> str:
    assert turn.answered_at is not None
    return str(round((turn.answered_at - turn.asked_at).total_seconds()))


def _turn(
    session: Session, turn: Turn, position: int, deck: Deck, *, current: bool
) -> Iterator[str]:
    question = deck.question(turn.question_id)
    yield _question_card(question, position + 1, len(session.plan), deck, newest=current)
    for number, bullet_id in enumerate(turn.hints, start=1):
        hint = text(hint_for(question, question.bullet(bullet_id)))
        cost = element("span", f"−{HINT_COST:g} point", class_="v-cost")
        yield _says(element("strong", f"Hint {number}. "), hint, " ", cost, kind="hint")
    if turn.peeked:
        yield _says(
            element("p", "Here is the reference. This question does not count."),
            reference_list(question),
        )
    if turn.skipped:
        yield _you("Skipped.", kind="quiet")
    if turn.answer is not None:
        yield _you(turn.answer)
    yield from _after_answer(session, turn, question, current=current)


def _after_answer(
    session: Session, turn: Turn, question: Question, *, current: bool
) -> Iterator[str]:
    feedback = session.mode is Mode.COACH
    first = turn.first_grade or (turn.grade if turn.follow_up else None)
    open_follow_up = current and session.phase is Phase.FOLLOW_UP
    if feedback and first and turn.answer is not None:
        if open_follow_up:
            yield feedback_card(question, turn.answer, first, spoilers=False)
        elif turn.first_grade:
            yield _says(text(f"First answer: {format_points(first.score)}."), kind="quiet")
    if turn.follow_up:
        yield _says(text(turn.follow_up.text), kind="follow-up", newest=open_follow_up)
        if turn.follow_up.answer is not None:
            yield _you(turn.follow_up.answer)
        elif turn.follow_up.declined:
            yield _you("Nothing to add.", kind="quiet")
    if current and session.phase is Phase.GRADING:
        yield thinking("Reading your answer, point by point")
    elif feedback and turn.grade and not open_follow_up:
        yield element(
            "div",
            feedback_card(question, turn.full_answer, turn.grade, spoilers=True),
            class_="v-newest" if current else None,
        )
    elif turn.skipped and feedback:
        yield _says(
            element("p", "No problem. This is what I was looking for:"), reference_list(question)
        )
    elif not feedback and turn.answer is not None and not open_follow_up:
        yield _says("Noted. The feedback comes at the end.", kind="quiet")


def thinking(status: str) -> str:
    """Return the bubble that shows while a grader works."""
    dots = element("span", "<i></i><i></i><i></i>", class_="v-dots", aria_hidden="true")
    return element(
        "div", text(status), " ", dots, class_="v-bubble v-says v-thinking v-newest", role="status"
    )


def _question_card(question: Question, number: int, total: int, deck: Deck, *, newest: bool) -> str:
    chips = [element("span", text(deck.topic_name(t)), class_="v-chip") for t in question.topics]
    level = question.difficulty.value
    chips.append(element("span", level.capitalize(), class_=f"v-chip v-level-{level}"))
    return element(
        "section",
        element(
            "div",
            element("span", f"Question {number} of {total}", class_="v-kicker"),
            element("span", *chips, class_="v-chips"),
            class_="v-question-head",
        ),
        element("h2", text(question.text)),
        class_=f"v-question{' v-newest' if newest else ''}",
        aria_label=f"Question {number}",
    )


def _says(*content: str, kind: str = "plain", newest: bool = False) -> str:
    speaker = element("span", "Interviewer: ", class_="v-sr")
    mark = " v-newest" if newest else ""
    return element("div", speaker, *content, class_=f"v-bubble v-says v-{kind}{mark}")


def _you(answer: str, *, kind: str = "plain") -> str:
    speaker = element("span", "You: ", class_="v-sr")
    return element("div", speaker, text(answer), class_=f"v-bubble v-you v-{kind}")

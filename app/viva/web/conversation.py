"""A session as a conversation: questions, hints, answers, feedback, follow-ups."""

from collections.abc import Iterator, Sequence

from viva.contesting import may_contest
from viva.domain import Deck, Exchange, Grade, Mode, Phase, Question, Session, Turn
from viva.feedback import format_points, greet, hint_for
from viva.grading.scoring import HINT_COST
from viva.storage import Recording
from viva.web.cards import feedback_card, mark_answer, reference_list
from viva.web.markup import element, text
from viva.web.voice.aloud import passages
from viva.web.voice.figures import spoken_part

_WORKING = "Reading your answer, point by point"


def conversation(
    session: Session,
    deck: Deck,
    *,
    judged: Grade | None = None,
    reaction: str = "",
    recordings: Sequence[Recording] = (),
) -> str:
    """Return the conversation so far; the newest part is marked for the page to scroll to.

    Args:
        session: The session.
        deck: Its deck.
        judged: The grade of the pending answer, when it is there and still being talked about.
        reaction: What the interviewer said on hearing that answer.
        recordings: Spoken answers that were kept.
    """
    parts = [_says(text(greet(deck, session)))]
    parts += [_says(text(session.note), kind="quiet")] if session.note else []
    for position, turn in enumerate(session.turns):
        current = position == len(session.turns) - 1
        parts += _turn(session, turn, position, deck, current=current)
        if session.mode is Mode.COACH and (session.phase is Phase.REVIEW or not current):
            own = (recording for recording in recordings if recording.position == position)
            parts.append(spoken_part(session, position, own))
    if judged and session.mode is Mode.COACH:
        question = deck.question(session.turn.question_id)
        parts += [_says(text(reaction), kind="quiet")] if reaction else []
        parts.append(feedback_card(question, judged, deck, spoilers=False))
    return element(
        "div",
        *parts,
        class_="v-log",
        role="log",
        aria_live="off",  # the page's status line speaks; a log drawn anew would be read whole
        aria_label="Interview",
        data_turn=_place(session),
        data_position=str(len(session.turns) - 1),
        data_say=" ".join(passages(session, deck, len(session.turns) - 1)),
    )


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
    if session.ends_at:
        timer, last_call = _round_timer(session)
    else:
        timer, last_call = _question_timer(session), ""
    return element(
        "div",
        element("span", f"Question {number} of {total}", class_="v-progress-text"),
        element("span", *steps, class_="v-steps", aria_hidden="true"),
        element("span", session.kind.label if session.ends_at else mode, class_="v-mode"),
        timer,
        last_call,
        class_="v-bar",
        data_session=session.id,
        data_turn=_place(session),
    )


def _question_timer(session: Session) -> str:
    waiting = session.phase in {Phase.ANSWER, Phase.FOLLOW_UP}
    limit = session.seconds_per_question
    return element(
        "time",
        "0:00",
        class_="v-timer",
        role="timer",
        aria_label="Time on this question",
        data_since=session.turn.asked_at.isoformat() if waiting else None,
        data_until=None if waiting or not session.turn.answered_at else _taken(session.turn),
        data_limit=str(limit) if limit else None,
    )


def _round_timer(session: Session) -> tuple[str, str]:
    """Return the time left of the whole round, and what is shown once it is over."""
    timer = element(
        "time",
        "0:00",
        class_="v-timer",
        role="timer",
        aria_label="Time left of the round",
        data_since=session.started_at.isoformat(),
        data_limit=str(session.seconds_in_all),
    )
    words = "Time is up. You may still send this answer; then the round ends."
    return timer, element("span", text(words), class_="v-last-call", role="status", hidden="")


def speaking(said: str, *, asked: str = "") -> str:
    """Return what the interviewer is saying, below the conversation.

    Args:
        said: The words so far; while there are none, dots show that somebody works.
        asked: The free question that is being replied to.
    """
    parts = [_you(text(asked))] if asked else []
    if said:
        parts.append(_says(_paragraphs(said), kind="speaking", newest=True))
    else:
        status = "Looking it up" if asked else _WORKING
        parts.append(thinking(status))
    return element("div", *parts, class_="v-live")


def _place(session: Session) -> str:
    """Return a name for where the session stands, by which the page's script tells a new turn."""
    asked = len(session.turn.exchanges)
    place = f"{session.id}.{len(session.turns)}.{session.phase.value}"
    return f"{place}{asked}" if asked else place


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
    if turn.answer is not None:
        yield _you(_marked(turn.answer, turn.grade or turn.first_grade, session))
        yield from _reaction(turn, 0)
    asking = current and session.phase is Phase.FOLLOW_UP
    if turn.follow_up:
        yield from _follow_up(session, turn, deck, asking=asking)
    if not asking and not (current and session.phase is Phase.GRADING):
        yield from _outcome(session, position, deck, newest=current and not turn.exchanges)
        yield from _talk(turn, newest=current)


def _reaction(turn: Turn, place: int) -> Iterator[str]:
    if place < len(turn.reactions) and turn.reactions[place]:
        yield _says(text(turn.reactions[place]), kind="quiet")


def _talk(turn: Turn, *, newest: bool) -> Iterator[str]:
    """Yield what was said after the grade: the comment, a model answer, replies."""
    if turn.comment:
        yield _says(_paragraphs(turn.comment))
    if turn.model_answer:
        title = element("strong", "A model answer. ")
        yield _says(title, _paragraphs(turn.model_answer), kind="model", newest=newest)
    if turn.notice:
        yield _says(element("p", text(turn.notice), role="note"), kind="quiet")
    for number, exchange in enumerate(turn.exchanges, start=1):
        yield _you(text(exchange.asked))
        yield _reply(exchange, newest=newest and number == len(turn.exchanges))


def _reply(exchange: Exchange, *, newest: bool) -> str:
    parts = [_paragraphs(exchange.reply)]
    if exchange.notice:
        parts.append(element("p", text(exchange.notice), class_="v-notice", role="note"))
    if exchange.passages:
        rows = (
            element(
                "li",
                text(passage.text),
                element("small", text(f" ({passage.question})")),
                value=str(number),
            )
            for number, passage in enumerate(exchange.passages, start=1)
        )
        sources = element("ol", *rows, class_="v-sources")
        parts.append(
            element("details", element("summary", "Where this stands in the deck"), sources)
        )
    return _says(*parts, newest=newest)


def _paragraphs(said: str) -> str:
    return "".join(element("p", text(line)) for line in said.splitlines() if line.strip())


def _follow_up(session: Session, turn: Turn, deck: Deck, *, asking: bool) -> Iterator[str]:
    """Yield the first answer's feedback, the follow-up and what was said to it."""
    assert turn.follow_up is not None
    first = turn.first_grade or turn.grade
    if session.mode is Mode.COACH and first:
        if asking:
            yield feedback_card(deck.question(turn.question_id), first, deck, spoilers=False)
            if turn.comment:
                yield _says(_paragraphs(turn.comment))
            if turn.notice:
                yield _says(element("p", text(turn.notice), role="note"), kind="quiet")
        elif turn.first_grade:
            yield _says(text(f"First answer: {format_points(first.score)}."), kind="quiet")
    yield _says(text(turn.follow_up.text), kind="follow-up", newest=asking)
    if turn.follow_up.answer is not None:
        start = len(turn.full_answer) - len(turn.follow_up.answer)
        yield _you(_marked(turn.follow_up.answer, turn.grade, session, offset=start))
        yield from _reaction(turn, 1)
    elif turn.follow_up.declined:
        yield _you(text("Nothing to add."), kind="quiet")


def _outcome(session: Session, position: int, deck: Deck, *, newest: bool) -> Iterator[str]:
    """Yield how the question ended: the feedback now, or in an exam a word that it comes later."""
    turn = session.turns[position]
    question = deck.question(turn.question_id)
    if turn.skipped:
        yield _you(text("Skipped."), kind="quiet")
    if session.mode is Mode.EXAM:
        if turn.answer is not None:
            yield _says(text("Noted. The feedback comes at the end."), kind="quiet")
    elif turn.grade:
        card = feedback_card(
            question,
            turn.grade,
            deck,
            spoilers=True,
            contests=turn.contests,
            position=position if may_contest(session, position) else None,
        )
        yield element("div", card, class_="v-newest" if newest else None)
    elif turn.skipped:
        yield _says(
            element("p", "No problem. This is what I was looking for:"),
            reference_list(question),
            newest=newest,
        )


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


def _you(content: str, *, kind: str = "plain") -> str:
    speaker = element("span", "You: ", class_="v-sr")
    return element("div", speaker, content, class_=f"v-bubble v-you v-{kind}")


def _marked(said: str, grade: Grade | None, session: Session, *, offset: int = 0) -> str:
    """Return what was said, with the evidence marked once there is feedback to see."""
    if grade is None or session.mode is Mode.EXAM:
        return text(said)
    return mark_answer(said, grade, offset=offset)

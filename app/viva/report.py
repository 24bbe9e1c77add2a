"""What an interview showed: scores by topic, what was strong, what to study."""

from collections.abc import Iterable
from datetime import datetime

from viva.domain import (
    BulletGrade,
    Deck,
    Evidence,
    Frozen,
    GraderIdentity,
    Kind,
    Mode,
    Phase,
    Score,
    Session,
    Speech,
    Turn,
    Usage,
    Verdict,
)
from viva.feedback import describe_speaking, format_points
from viva.grading.scoring import combine_scores
from viva.recommendation import Reason, Recommendation, recommend
from viva.spending import add_up


class TopicScore(Frozen):
    """The score over the answered questions of one topic; a question counts in each of its own."""

    topic_id: str
    name: str
    questions: int
    score: Score


class BulletLine(Frozen):
    """One bullet with its verdict, as the report lists it."""

    question_id: str
    bullet_id: str
    text: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    contested: Verdict | None = None
    """What the candidate thinks right instead; it plays no part in any score."""


class TurnReport(Frozen):
    """One question of the interview with the answer and its marks."""

    question_id: str
    question: str
    answer: str
    skipped: bool
    peeked: bool
    hints: int
    seconds: float | None
    """From the question to the answer, in seconds; None without an answer."""
    speech: tuple[Speech, ...]
    """How the answer was spoken, then the follow-up's; nothing for what was typed."""
    score: Score | None
    bullets: tuple[BulletLine, ...]
    grader: GraderIdentity | None


class Report(Frozen):
    """The report of a session."""

    session_id: str
    deck_title: str
    kind: Kind = Kind.TOPIC
    mode: Mode
    started_at: datetime
    ended_at: datetime | None
    overall: Score
    """Over the scored questions only."""
    topics: tuple[TopicScore, ...]
    strong: tuple[BulletLine, ...]
    study: tuple[BulletLine, ...]
    """Contradicted bullets first, then missing, then partial ones."""
    turns: tuple[TurnReport, ...]
    calls: tuple[Usage, ...] = ()
    """Every call of a language model that was made for the interview."""
    recommendation: Recommendation | None = None
    """Of a mock interview that has ended; None for any other."""
    seconds_over: float = 0.0
    """By which the last answer came after the time for the whole interview, in seconds."""


def make_report(session: Session, deck: Deck) -> Report:
    """Return the report of a session, ended or not; what may not be told yet is left out.

    That is the question whose follow-up is open, and all of an exam that goes on.
    """
    told = told_turns(session)
    scored = [turn for turn in told if turn.is_scored]
    lines = [line for turn in scored for line in _lines(turn, deck)]
    to_study = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL)
    return Report(
        session_id=session.id,
        deck_title=deck.title,
        kind=session.kind,
        mode=session.mode,
        started_at=session.started_at,
        ended_at=session.ended_at,
        overall=combine_scores(_scores(scored)),
        topics=_topic_scores(scored, deck),
        strong=tuple(line for line in lines if line.verdict is Verdict.COVERED),
        study=tuple(line for verdict in to_study for line in lines if line.verdict is verdict),
        turns=tuple(_turn_report(turn, deck) for turn in told),
        calls=session.usage,
        recommendation=recommend(session, deck) if _is_done(session) else None,
        seconds_over=round(session.seconds_over, 1),
    )


def to_markdown(report: Report) -> str:
    """Return the report as a Markdown document; what the candidate typed is quoted and escaped."""
    overall = report.overall
    mark = "not scored" if overall.value is None else f"{overall.value:g} of 10"
    out = [
        f"# Interview on {_plain(report.deck_title)}",
        "",
        f"{report.started_at:%d %B %Y, %H:%M} UTC · {report.kind.label} · {report.mode} mode · "
        f"**{mark}** ({format_points(overall)})",
        "",
        *([describe_overrun(report), ""] if report.seconds_over else []),
        *(_recommendation(report.recommendation) if report.recommendation else []),
        "## By topic",
        "",
        "| Topic | Questions | Score | Points |",
        "|---|---|---|---|",
        *(
            f"| {_plain(topic.name)} | {topic.questions} | "
            f"{'–' if topic.score.value is None else format(topic.score.value, 'g')} | "
            f"{format_points(topic.score)} |"
            for topic in report.topics
        ),
        "",
        *_section("What was strong", report.strong, "Nothing was covered in full this time."),
        *_section("What to study", report.study, nothing_to_study(report)),
        *([f"Language model: {_plain(describe_spending(report))}", ""] if report.calls else []),
        "## Question by question",
        "",
    ]
    for number, turn in enumerate(report.turns, start=1):
        out += _turn_markdown(number, turn)
    return "\n".join(out).rstrip() + "\n"


def nothing_to_study(report: Report) -> str:
    """Return what stands under "What to study" when no bullet does."""
    if report.overall.possible == 0:
        return "Nothing was scored this time, so there is nothing to tell."
    return "Nothing: every point was covered."


def describe_overrun(report: Report) -> str:
    """Return a sentence on an interview that ran over its time; empty for none."""
    if not report.seconds_over:
        return ""
    minutes, seconds = divmod(round(report.seconds_over), 60)
    return f"The last answer came {minutes}:{seconds:02} after the time was over."


def _is_done(session: Session) -> bool:
    return session.kind is Kind.MOCK and session.phase is Phase.ENDED


def told_turns(session: Session) -> tuple[Turn, ...]:
    """Return the turns, without the marks of those whose marks may not be told yet."""
    if session.phase is Phase.ENDED:
        return session.turns
    if session.mode is Mode.EXAM:
        return tuple(_without_marks(turn) for turn in session.turns)
    if session.phase is Phase.REVIEW:
        return session.turns
    return (*session.turns[:-1], _without_marks(session.turn))


def _without_marks(turn: Turn) -> Turn:
    return turn.model_copy(update={"grade": None, "first_grade": None, "comment": ""})


def describe_spending(report: Report) -> str:
    """Return what the language model took for the interview, in words; empty for no calls."""
    if not report.calls:
        return ""
    spent = add_up(report.calls)
    number = f"{spent.calls} call{'s' if spent.calls > 1 else ''} of {report.calls[-1].model}"
    about = "about " if spent.estimated else ""
    tokens = f"{about}{spent.input_tokens:,} tokens read and {spent.output_tokens:,} written"
    money = f", {about}${spent.cost:.4f}" if spent.cost else ""
    return f"{number}: {tokens}{money}, {spent.seconds:.1f} s."


def _scores(turns: Iterable[Turn]) -> list[Score]:
    return [turn.grade.score for turn in turns if turn.grade is not None]


def _topic_scores(turns: list[Turn], deck: Deck) -> tuple[TopicScore, ...]:
    found = []
    for topic in deck.topics:
        own = [turn for turn in turns if topic.id in deck.question(turn.question_id).topics]
        if own:
            found.append(
                TopicScore(
                    topic_id=topic.id,
                    name=topic.name,
                    questions=len(own),
                    score=combine_scores(_scores(own)),
                )
            )
    return tuple(found)


def _lines(turn: Turn, deck: Deck) -> list[BulletLine]:
    question = deck.question(turn.question_id)

    def line(grade: BulletGrade) -> BulletLine:
        contest = turn.contest_of(grade.bullet_id)
        return BulletLine(
            question_id=question.id,
            bullet_id=grade.bullet_id,
            text=question.bullet(grade.bullet_id).text,
            verdict=grade.verdict,
            evidence=grade.evidence,
            contested=contest.verdict if contest else None,
        )

    return [line(grade) for grade in turn.grade.bullets] if turn.grade else []


def _turn_report(turn: Turn, deck: Deck) -> TurnReport:
    taken = turn.answered_at - turn.asked_at if turn.answered_at else None
    return TurnReport(
        question_id=turn.question_id,
        question=deck.question(turn.question_id).text,
        answer=turn.full_answer,
        skipped=turn.skipped,
        peeked=turn.peeked,
        hints=len(turn.hints),
        seconds=None if taken is None else round(taken.total_seconds(), 1),
        speech=turn.speech,
        score=turn.grade.score if turn.grade else None,
        bullets=tuple(_lines(turn, deck)),
        grader=turn.grade.grader if turn.grade else None,
    )


def _recommendation(found: Recommendation) -> list[str]:
    def rows(title: str, reasons: tuple[Reason, ...]) -> list[str]:
        if not reasons:
            return []
        lines = []
        for reason in reasons:
            quote = f": “{_plain(' '.join(reason.quote.split()))}”" if reason.quote else ""
            lines.append(f"- **{reason.verdict}**: {_plain(reason.text)}{quote}")
        return [f"{title}:", "", *lines, ""]

    return [
        f"## Recommendation: {found.call}",
        "",
        found.rule,
        "",
        *rows("For", found.strengths),
        *rows("Against", found.concerns),
    ]


def _section(title: str, lines: tuple[BulletLine, ...], empty: str) -> list[str]:
    body = [f"- {_plain(line.text)} *({line.verdict}, {line.question_id})*" for line in lines]
    return [f"## {title}", "", *(body or [empty]), ""]


def _turn_markdown(number: int, turn: TurnReport) -> list[str]:
    if turn.skipped:
        state = "skipped"
    elif turn.score is None:
        state = "not graded" if turn.answer else "not answered"
    else:
        value = "incomplete" if turn.score.value is None else f"{turn.score.value:g} of 10"
        state = f"{value} ({format_points(turn.score)})"
        if turn.peeked:
            state += ", not counted: the reference was opened first"
    out = [f"### {number}. {_plain(turn.question)}", "", state, ""]
    if turn.answer:
        out += [*(f"> {_plain(row)}".rstrip() for row in turn.answer.splitlines()), ""]
    for speech in turn.speech:
        out += [f"*{describe_speaking(speech)}*", ""]
    for line in turn.bullets:
        out.append(f"- **{line.verdict}**: {_plain(line.text)}")
        out += [f"  - “{_plain(' '.join(span.quote.split()))}”" for span in line.evidence]
        out += [f"  - You contested this: {line.contested}"] if line.contested else []
    if turn.bullets:
        out.append("")
    return out


def _plain(text: str) -> str:
    """Escape what Markdown or HTML would read as markup."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, "\\" + mark)
    return text

"""The end report as HTML, with a plot by topic."""

from collections.abc import Sequence

from viva.domain import Deck, Kind, Mode, Session
from viva.feedback import format_points
from viva.recommendation import Reason, Recommendation
from viva.report import (
    BulletLine,
    Report,
    TopicScore,
    describe_overrun,
    describe_spending,
    nothing_to_study,
)
from viva.storage import Recording
from viva.web.cards import (
    describe_score,
    feedback_card,
    mark_answer,
    reference_list,
    score_ring,
)
from viva.web.markup import element, text, verdict_badge
from viva.web.voice.aloud import REPORT
from viva.web.voice.figures import spoken_part


def report_view(
    session: Session, report: Report, deck: Deck, recordings: Sequence[Recording] = ()
) -> str:
    """Return the report of an ended session.

    Args:
        session: The session.
        report: Its report.
        deck: Its deck.
        recordings: Spoken answers that were kept.
    """
    parts = [
        _head(report),
        _recommendation(report.recommendation) if report.recommendation else "",
        _topics_plot(report.topics),
        _bullet_list("What was strong", report.strong, "Nothing was covered in full.", deck),
        _bullet_list("What to study", report.study, nothing_to_study(report), deck),
        _questions(session, report, deck, recordings),
    ]
    return element(
        "div",
        *parts,
        class_="v-report",
        data_turn=f"{session.id}.ended",
        data_position=str(len(session.turns) - 1),
        data_say=REPORT,
    )


def _head(report: Report) -> str:
    graded = sum(turn.score is not None and not turn.peeked for turn in report.turns)
    mode = "Exam" if report.mode is Mode.EXAM else "Coach"
    held = report.kind.label if report.kind is Kind.MOCK else f"{report.kind.label} · {mode}"
    left_out = len(report.turns) - graded
    counts = f"{graded} of {len(report.turns)} questions scored" + (
        "; skipped, opened or unanswered ones are left out" if left_out else ""
    )
    spending = describe_spending(report)
    overrun = describe_overrun(report)
    files = {"Download as Markdown": "report.md", "Download as JSON": "report.json"}
    if any(line.contested for turn in report.turns for line in turn.bullets):
        files["Contested answers"] = "contested.jsonl"
    folder = f"interviews/{report.session_id}"
    links = (
        element("a", title, href=f"{folder}/{file}", download="", class_="v-button")
        for title, file in files.items()
    )
    downloads = element("p", *links, class_="v-downloads")
    return element(
        "header",
        score_ring(report.overall, size=112),
        element(
            "div",
            element("h2", "Your interview"),
            element(
                "p",
                text(f"{report.deck_title} · {held} · {report.started_at:%d %B %Y}"),
                class_="v-sum",
            ),
            element("p", text(f"{format_points(report.overall)}. {counts}.")),
            element("p", text(overrun)) if overrun else "",
            element("p", text(spending), class_="v-sum") if spending else "",
            downloads,
        ),
        class_="v-report-head",
    )


def _recommendation(found: Recommendation) -> str:
    """Return what the verdicts speak for, how that follows, and the points behind it."""
    return element(
        "section",
        element("h3", f"Recommendation: {text(found.call)}"),
        element("p", text(found.rule)),
        _reasons("For", found.strengths),
        _reasons("Against", found.concerns),
        element(
            "p",
            "It rests on the verdicts below and nothing else: not on how sure the grader is, nor "
            "on how you speak. A grader errs; contest what it got wrong.",
            class_="v-sum",
        ),
    )


def _reasons(title: str, reasons: tuple[Reason, ...]) -> str:
    if not reasons:
        return ""
    rows = (
        element(
            "li",
            verdict_badge(reason.verdict),
            element(
                "div",
                element("p", text(reason.text)),
                element("p", text(" ".join(reason.quote.split())), class_="v-quote v-sum")
                if reason.quote
                else "",
            ),
        )
        for reason in reasons
    )
    return element("h4", title) + element("ul", *rows, class_="v-lines")


def _topics_plot(topics: tuple[TopicScore, ...]) -> str:
    """Return the scores by topic as bars in a table: a plot to look at, figures to read out."""
    if not topics:
        return element("p", "Nothing was scored this time.", class_="v-notice")
    ordered = sorted(topics, key=lambda topic: -(topic.score.value or 0))
    rows = (
        element(
            "tr",
            element("th", text(topic.name), scope="row"),
            element("td", _bar(topic), class_="v-bar-cell"),
            element("td", "–" if topic.score.value is None else f"{topic.score.value:g}"),
            element("td", text(format_points(topic.score)), class_="v-sum"),
        )
        for topic in ordered
    )
    heads = ("Topic", "Score out of 10", "", "Points")
    return element(
        "section",
        element("h3", "By topic"),
        element(
            "table",
            element("caption", "Score by topic, from 0 to 10", class_="v-sr"),
            element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
            element("tbody", *rows),
            class_="v-plot",
        ),
    )


def _bar(topic: TopicScore) -> str:
    width = f"width:{10 * (topic.score.value or 0):.0f}%"
    fill = element("span", class_="v-plot-fill", style=width)
    return element(
        "span", fill, class_="v-plot-track", role="img", aria_label=describe_score(topic.score)
    )


def _bullet_list(title: str, lines: tuple[BulletLine, ...], empty: str, deck: Deck) -> str:
    """Return bullets under their questions, in the order in which the questions come up."""
    parts = [element("h3", text(title))]
    for question_id in dict.fromkeys(line.question_id for line in lines):
        rows = (
            element("li", verdict_badge(line.verdict), element("span", text(line.text)))
            for line in lines
            if line.question_id == question_id
        )
        parts.append(element("h4", text(deck.question(question_id).text)))
        parts.append(element("ul", *rows, class_="v-lines"))
    return element("section", *parts if lines else (*parts, element("p", text(empty))))


def _questions(
    session: Session, report: Report, deck: Deck, recordings: Sequence[Recording]
) -> str:
    parts = []
    for position, (turn, row) in enumerate(zip(session.turns, report.turns, strict=True)):
        mark = "–" if row.score is None or row.score.value is None else f"{row.score.value:g}"
        state = "skipped" if row.skipped else "not counted" if row.peeked else mark
        summary = element(
            "summary",
            element("span", text(f"{position + 1}. {row.question}")),
            element("strong", text(state)),
        )
        if turn.grade:
            body = element(
                "div",
                mark_answer(turn.full_answer, turn.grade),
                class_="v-bubble v-you v-answer-text",
            )
            body += feedback_card(
                deck.question(turn.question_id),
                turn.grade,
                deck,
                spoilers=True,
                contests=turn.contests,
                position=position,
            )
        elif turn.full_answer:
            body = element("div", text(turn.full_answer), class_="v-answer-text")
        else:
            question = deck.question(turn.question_id)
            body = element("p", "No answer was given. A good one makes these points:")
            body += reference_list(question)
        own = (recording for recording in recordings if recording.position == position)
        body += spoken_part(session, position, own)
        parts.append(
            element("details", summary, body, class_="v-details v-turn", id=f"v-turn-{position}")
        )
    return element("section", element("h3", "Question by question"), *parts)

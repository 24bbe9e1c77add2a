"""A grade as a card: the score, each bullet with its verdict, the evidence in the answer."""

from collections.abc import Iterator
from math import pi

from viva.confidence import confidence_word
from viva.domain import BulletGrade, Contest, Deck, Grade, Question, Score, Verdict
from viva.feedback import comment_on, explain, format_points, model_answer
from viva.grading.report_card import ConfidenceHelp, explain_confidence, load_card
from viva.web.contests import contest_part
from viva.web.markup import element, text, verdict_badge

_RADIUS = 26
_STRENGTH = (Verdict.CONTRADICTED, Verdict.COVERED, Verdict.PARTIAL)
"""Which verdict colors a passage that several bullets rest on."""


def feedback_card(
    question: Question,
    grade: Grade,
    deck: Deck,
    *,
    spoilers: bool,
    contests: tuple[Contest, ...] = (),
    position: int | None = None,
) -> str:
    """Return the card of a grade.

    Args:
        question: The question of the grade.
        grade: What to show.
        deck: The question's.
        spoilers: Whether points that were not made are spelled out; not before a follow-up.
        contests: Verdicts that the candidate contests.
        position: Of the turn in its session, where its verdicts can be contested now.
    """
    sure = explain_confidence(load_card(grade.grader.name), grade.grader, deck)
    parts = [
        element(
            "header",
            score_ring(grade.score),
            element(
                "div",
                element("p", text(comment_on(question, grade)), class_="v-comment"),
                element("p", text(format_points(grade.score)), class_="v-sum"),
            ),
            class_="v-card-head",
        )
    ]
    if grade.notice:
        parts.append(element("p", text(grade.notice), class_="v-notice", role="note"))
    by_bullet = {contest.bullet_id: contest for contest in contests}
    rows = (
        _bullet_row(
            question,
            own,
            sure,
            number=number,
            spoilers=spoilers,
            contest=contest_part(number, own, by_bullet.get(own.bullet_id), position=position),
        )
        for number, own in enumerate(grade.bullets, start=1)
    )
    parts.append(element("ol", *rows, class_="v-bullets"))
    parts += _related(grade)
    if spoilers:
        parts.append(
            element(
                "details",
                element("summary", "Show a model answer"),
                reference_list(question),
                class_="v-details",
                id=f"v-model-{question.id}",
            )
        )
    parts.append(_signature(grade, sure))
    return element(
        "article", *parts, class_="v-card", aria_label=f"Feedback: {describe_score(grade.score)}"
    )


def score_ring(score: Score, *, size: int = 68) -> str:
    """Return the score as a ring; its size is in CSS pixels."""
    share = 0.0 if score.value is None else score.value / 10
    length = 2 * pi * _RADIUS
    shown = "–" if score.value is None else f"{score.value:g}"
    circle = f'cx="32" cy="32" r="{_RADIUS}"'
    return element(
        "span",
        f'<svg viewBox="0 0 64 64" width="{size}" height="{size}" aria-hidden="true">'
        f'<circle {circle} class="v-ring-back"/>'
        f'<circle {circle} class="v-ring-fill" pathLength="{length:.1f}" '
        f'stroke-dasharray="{share * length:.1f} {length:.1f}" transform="rotate(-90 32 32)"/>'
        f'<text x="32" y="33" class="v-ring-text">{shown}</text></svg>',
        class_="v-ring",
        role="img",
        aria_label=describe_score(score),
    )


def describe_score(score: Score) -> str:
    """Return the score in words for screen readers."""
    mark = "not graded" if score.value is None else f"{score.value:g} out of 10"
    return f"{mark}, {format_points(score)}"


def mark_answer(answer: str, grade: Grade, *, offset: int = 0) -> str:
    """Return an answer with every passage marked that a verdict rests on.

    A mark carries the numbers of its bullets; where bullets share a passage, one mark has all.

    Args:
        answer: The text that was graded, or a part of it.
        grade: Whose evidence to mark.
        offset: Where the part starts in the text that was graded, in characters.
    """
    return "".join(
        _piece(answer[start:end], rests) for start, end, rests in _segments(answer, grade, offset)
    )


def reference_list(question: Question) -> str:
    """Return the model answer as a list."""
    return element(
        "ul", *(element("li", text(part)) for part in model_answer(question)), class_="v-reference"
    )


def _bullet_row(
    question: Question,
    grade: BulletGrade,
    sure: ConfidenceHelp,
    *,
    number: int,
    spoilers: bool,
    contest: str,
) -> str:
    bullet = question.bullet(grade.bullet_id)
    shown = spoilers or grade.verdict is Verdict.COVERED
    said = text(bullet.text) if shown else element("em", "One more point, not named yet")
    line = [
        element("span", str(number), class_="v-number", aria_hidden="true"),
        verdict_badge(grade.verdict),
    ]
    if grade.verdict is not Verdict.UNGRADED:
        word = confidence_word(grade.confidence)
        line.append(element("span", text(word), class_="v-sure", title=sure.meanings[word]))
    body = [
        element("div", *line, class_="v-bullet-line"),
        element("p", said, class_="v-bullet-text"),
    ]
    body += [
        element("blockquote", text(" ".join(span.quote.split())), class_="v-quote")
        for span in grade.evidence
    ]
    if shown and grade.verdict is not Verdict.COVERED:
        body.append(element("p", text(explain(bullet, grade)), class_="v-reason"))
    return element("li", *body, contest, class_=f"v-bullet v-row-{grade.verdict.value}")


def _related(grade: Grade) -> Iterator[str]:
    if grade.related:
        rows = (
            element(
                "li",
                text(related.text),
                element(
                    "blockquote", text(" ".join(related.evidence.quote.split())), class_="v-quote"
                ),
            )
            for related in grade.related
        )
        yield element(
            "section",
            element("h4", "Also relevant (not scored)"),
            element("ul", *rows),
            class_="v-related",
        )


def _signature(grade: Grade, sure: ConfidenceHelp) -> str:
    grader = grade.grader
    return element(
        "footer",
        "Graded by ",
        element(
            "span",
            text(f"{grader.name} {grader.version}"),
            title=f"Fingerprint {grader.fingerprint}",
        ),
        " · ",
        element("a", "how grading works", href="grading", target="_blank", rel="noopener"),
        element("p", text(sure.summary), class_="v-sure-help"),
        class_="v-signature",
    )


def _segments(
    answer: str, grade: Grade, offset: int
) -> Iterator[tuple[int, int, list[tuple[int, Verdict]]]]:
    """Cut the answer where evidence starts or ends; each piece with the bullets it supports."""
    spans = [
        (max(0, span.start - offset), span.end - offset, number, bullet.verdict)
        for number, bullet in enumerate(grade.bullets, start=1)
        for span in bullet.evidence
        if offset < span.end and span.start < offset + len(answer)
    ]
    ends = (min(span[1], len(answer)) for span in spans)
    cuts = sorted({0, len(answer), *(span[0] for span in spans), *ends})
    for start, end in zip(cuts, cuts[1:], strict=False):
        yield start, end, [(n, v) for a, b, n, v in spans if a <= start and end <= b]


def _piece(piece: str, rests: list[tuple[int, Verdict]]) -> str:
    if not rests or not piece.strip():
        return text(piece)
    verdict = min((verdict for _, verdict in rests), key=_STRENGTH.index)
    numbers = ", ".join(str(number) for number, _ in rests)
    says = "; ".join(f"{verdict.value}: point {number}" for number, verdict in rests)
    return element(
        "mark",
        text(piece),
        element("sup", numbers, aria_label=f" ({says}) "),
        class_=f"v-mark v-mark-{verdict.value}",
        title=says,
    )

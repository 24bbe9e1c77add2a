"""Grades and reports as Rich renders them; what people typed is never read as markup."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.confidence import confidence_word
from viva.domain import Deck, Grade, Question, Verdict
from viva.feedback import comment_on, explain, format_points
from viva.grading.report_card import explain_confidence, load_card
from viva.report import Report, describe_overrun, describe_spending
from viva.settings import Settings

VERDICT_STYLE = {
    Verdict.COVERED: ("✓", "green"),
    Verdict.PARTIAL: ("◐", "yellow"),
    Verdict.MISSING: ("○", "blue"),
    Verdict.CONTRADICTED: ("✗", "magenta"),
    Verdict.UNGRADED: ("?", "dim"),
}


def choose_grader(settings: Settings, name: str | None) -> Settings:
    """Return the settings with the grader that was named on the command line, if one was."""
    return settings.model_copy(update={"grader": name}) if name else settings


def warn_half_set_up(settings: Settings, grader: str | None) -> None:
    """Say on standard error what of a language model is set up without the rest, if it matters."""
    if settings.half_set_up and not grader:
        Console(stderr=True).print(Text(settings.half_set_up, style="yellow"))


def print_grade(
    console: Console, question: Question, grade: Grade, deck: Deck, *, spoilers: bool = True
) -> None:
    """Print a grade as a card.

    Args:
        console: Where to.
        question: The question of the grade.
        grade: What to print.
        deck: The question's.
        spoilers: Whether bullets that are not covered show their text; not before a follow-up.
    """
    score = grade.score
    mark = "not graded" if score.value is None else f"{score.value:g} of 10"
    console.print()
    console.print(Text.assemble((mark, "bold"), f"  ({format_points(score)})"))
    console.print(Text(comment_on(question, grade)))
    if grade.notice:
        console.print(Text(grade.notice, style="yellow"))
    console.print()
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column()
    for bullet_grade in grade.bullets:
        bullet = question.bullet(bullet_grade.bullet_id)
        icon, color = VERDICT_STYLE[bullet_grade.verdict]
        shown = spoilers or bullet_grade.verdict is Verdict.COVERED
        line = Text(bullet.text if shown else "one more point, not named yet")
        if bullet_grade.verdict is not Verdict.UNGRADED:
            line.append(f"  ({confidence_word(bullet_grade.confidence)})", style="dim")
        rows.add_row(Text(f"{icon} {bullet_grade.verdict}", style=f"bold {color}"), line)
        for evidence in bullet_grade.evidence:
            rows.add_row("", Text(f"“{' '.join(evidence.quote.split())}”", style="italic"))
        if shown and bullet_grade.verdict is not Verdict.COVERED:
            rows.add_row("", Text(explain(bullet, bullet_grade), style="dim"))
    console.print(rows)
    for related in grade.related:
        console.print(Text(f"+ also relevant, not scored: {related.text}", style="dim"))
    grader = grade.grader
    sure = explain_confidence(load_card(grader.name), grader, deck)
    console.print(Text(f"\nGraded by {grader.name} {grader.version}. {sure.summary}", style="dim"))


def _print_recommendation(console: Console, report: Report) -> None:
    """Print what a mock interview's verdicts speak for, with the reasons, and an overrun."""
    if report.seconds_over:
        console.print(Text(f"\n{describe_overrun(report)}", style="yellow"))
    found = report.recommendation
    if found is None:
        return
    console.print(Text(f"\nRecommendation: {found.call}", style="bold"))
    console.print(Text(found.rule))
    for reason in (*found.strengths, *found.concerns):
        icon, color = VERDICT_STYLE[reason.verdict]
        console.print(Text.assemble((f"{icon} ", color), reason.text))
        if reason.quote:
            console.print(Text(f"  “{' '.join(reason.quote.split())}”", style="italic"))


def print_report(console: Console, report: Report, deck: Deck) -> None:
    """Print the end report: the score, the topics with bars, what was strong, what to study."""
    overall = report.overall
    mark = "nothing was scored" if overall.value is None else f"{overall.value:g} of 10"
    console.print()
    console.rule(f"Your interview: {mark}")
    table = Table(box=None, show_header=True, padding=(0, 2, 0, 0))
    for heading in ("Topic", "", "Score", "Points"):
        table.add_column(heading)
    for topic in report.topics:
        value = topic.score.value or 0.0
        bar = Text("█" * round(2 * value) + "░" * (20 - round(2 * value)), style="cyan")
        shown = "–" if topic.score.value is None else f"{value:g}"
        table.add_row(topic.name, bar, shown, format_points(topic.score))
    console.print(table)
    _print_recommendation(console, report)
    for title, lines in (("Strong", report.strong), ("To study", report.study)):
        if lines:
            console.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            icon, color = VERDICT_STYLE[line.verdict]
            console.print(Text.assemble((f"{icon} ", color), line.text))
    if report.calls:
        console.print(Text(f"\nLanguage model: {describe_spending(report)}", style="dim"))
    console.print(Text(f"\nInterview {report.session_id} on {deck.title}.", style="dim"))

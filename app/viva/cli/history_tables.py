"""Past interviews and comparisons as Rich renders them."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.cli.console import VERDICT_STYLE
from viva.comparison import Change, Comparison
from viva.domain import Verdict
from viva.history import InterviewLine
from viva.progress import Attempt, AttemptRef
from viva.report import Report

_CHANGE = {
    Change.GAINED: ("▲ gained", "green"),
    Change.LOST: ("▼ lost", "magenta"),
    Change.SAME: ("= same", "dim"),
    Change.UNKNOWN: ("? unknown", "dim"),
}


def print_interviews(console: Console, lines: Sequence[InterviewLine]) -> None:
    """Print a list of interviews."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("Interview", "Started", "Kind", "Answers", "Score", "Deck"):
        table.add_column(heading, no_wrap=heading != "Deck")
    for line in lines:
        score = "–" if line.score.value is None else f"{line.score.value:g} of 10"
        table.add_row(
            line.session_id[:8],
            f"{line.started_at.astimezone():%Y-%m-%d %H:%M}",
            f"{line.kind_name}, {line.mode}{'' if line.ended else ', goes on'}",
            f"{line.answers} of {line.questions}",
            score,
            Text(line.deck_title),
        )
    console.print(table)


def print_answers(console: Console, report: Report) -> None:
    """Print the names of a report's answers, by which they can be compared."""
    table = Table(box=None, padding=(0, 2, 0, 0), title="Answers", title_justify="left")
    table.add_column("Name", no_wrap=True)
    table.add_column("Score", no_wrap=True)
    table.add_column("Question")
    for position, turn in enumerate(report.turns):
        value = turn.score.value if turn.score and not turn.skipped else None
        name = AttemptRef(session_id=report.session_id[:8], position=position)
        table.add_row(str(name), "–" if value is None else f"{value:g}", Text(turn.question))
    console.print()
    console.print(table)


def print_comparison(console: Console, found: Comparison) -> None:
    """Print what changed from one answer to the other."""
    console.print()
    console.print(Text(found.question, style="bold"))
    console.print(f"{_describe(found.before)}  →  {_describe(found.after)}")
    sign = "+" if found.difference > 0 else ""
    console.print(
        f"{sign}{found.difference:g} points of ten; "
        f"{len(found.gained)} gained, {len(found.lost)} lost\n"
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column()
    for bullet in found.bullets:
        word, style = _CHANGE[bullet.change]
        table.add_row(
            Text(word, style=style),
            _verdict(bullet.before),
            Text.assemble("→ ", _verdict(bullet.after)),
            Text(bullet.text),
        )
        for label, quotes in (("before", bullet.quotes_before), ("after", bullet.quotes_after)):
            for quote in quotes:
                words = " ".join(quote.quote.split())
                table.add_row("", Text(label, style="dim"), "", Text(f"“{words}”", style="italic"))
    console.print(table)


def _describe(attempt: Attempt) -> str:
    return f"{attempt.at.astimezone():%d %B %Y}: {attempt.score:g} of 10"


def _verdict(verdict: Verdict) -> Text:
    icon, color = VERDICT_STYLE[verdict]
    return Text(f"{icon} {verdict}", style=color)

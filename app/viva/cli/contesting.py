"""Contesting a verdict in the terminal: what is asked, and the event that follows."""

from rich.console import Console
from rich.prompt import Confirm, IntPrompt, Prompt
from rich.text import Text

from viva.domain import VERDICTS, Contest, Question, Turn
from viva.events import Contested, ContestWithdrawn


def ask_contest(
    console: Console, question: Question, turn: Turn, *, position: int
) -> Contested | ContestWithdrawn | None:
    """Return what the candidate contests or takes back, or None if they think better of it."""
    assert turn.grade is not None, "only what is graded can be contested"
    grades = turn.grade.bullets
    for number, grade in enumerate(grades, start=1):
        line = Text(f"{number}  {grade.verdict}: {question.bullet(grade.bullet_id).text}")
        if contest := turn.contest_of(grade.bullet_id):
            line.append(f"  You contested this: {contest.verdict}", style="yellow")
        console.print(line)
    number = IntPrompt.ask(
        "Which point?",
        choices=[str(number) for number in range(1, len(grades) + 1)],
        show_choices=False,
        console=console,
    )
    chosen = grades[number - 1]
    if turn.contest_of(chosen.bullet_id) and Confirm.ask("Take that back?", console=console):
        return ContestWithdrawn(position, chosen.bullet_id)
    verdict = Prompt.ask(
        "What is right?",
        choices=[verdict for verdict in VERDICTS if verdict is not chosen.verdict] + ["nothing"],
        default="nothing",
        console=console,
    )
    if verdict == "nothing":
        return None
    quote = Prompt.ask(
        "Your words that say so, or Enter", default="", show_default=False, console=console
    )
    return Contested(position, Contest(bullet_id=chosen.bullet_id, verdict=verdict, quote=quote))

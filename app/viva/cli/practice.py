"""``viva practice``: the interview in a terminal, over the same interviewer as the page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from viva.cli.console import choose_grader, warn_half_set_up
from viva.cli.conversation import Conversation
from viva.cli.grade import find_question
from viva.domain import Deck, Difficulty, Kind, Mode, Session
from viva.errors import InputError
from viva.job_description import read_job_description
from viva.practice import Plan, Wishes
from viva.settings import Settings

if TYPE_CHECKING:
    from viva.interviewer import Interviewer


@click.command("practice")
@click.option("--today", is_flag=True, help="What is due, weak or new, in about 15 minutes.")
@click.option("--mock", is_flag=True, help="A timed round of 45 minutes with a recommendation.")
@click.option("--job", type=click.Path(path_type=Path), help="A job description: pdf, docx, txt.")
@click.option("--question", "questions", multiple=True, help="Ask exactly these questions.")
@click.option("--exam", is_flag=True, help="A timer, no hints, feedback at the end.")
@click.option("--count", type=click.IntRange(1, 61), help="Number of questions.  [default: 3]")
@click.option("--topic", "topics", multiple=True, help="Id of a topic; may be repeated.")
@click.option(
    "--difficulty",
    "difficulties",
    multiple=True,
    type=click.Choice([difficulty.value for difficulty in Difficulty]),
    help="May be repeated.",
)
@click.option("--grader", help="Name of the grader.  [default: VIVA_GRADER, or what is set up]")
@click.option("--resume", metavar="ID", help="Go on with an interview.")
@click.pass_obj
def practice_command(
    settings: Settings,
    today: bool,
    mock: bool,
    job: Path | None,
    questions: tuple[str, ...],
    exam: bool,
    count: int | None,
    topics: tuple[str, ...],
    difficulties: tuple[str, ...],
    grader: str | None,
    resume: str | None,
) -> int:
    """Hold an interview in the terminal; it is stored, and can be resumed.

    Without --today, --mock, --job or --question, questions are drawn by --topic and --difficulty.
    """
    from viva.wiring import load_chosen_deck, make_interviewer

    kind = _kind(today=today, mock=mock, job=job, questions=questions)
    _check_options(kind, exam=exam, chooses=bool(count or topics or difficulties))
    console = Console()
    deck = load_chosen_deck(settings)  # what was typed wrong is said before the models load
    for question_id in questions:
        find_question(deck, question_id)
    _check_topics(deck, topics)
    wishes = Wishes(
        kind=kind,
        mode=Mode.EXAM if exam else Mode.COACH,
        count=count or 3,
        topics=topics,
        difficulties=tuple(Difficulty(difficulty) for difficulty in difficulties),
        job_description=read_job_description(job) if job else "",
        questions=questions,
    )
    warn_half_set_up(settings, grader)
    with console.status("Getting ready …"):
        interviewer = make_interviewer(choose_grader(settings, grader))
    if resume:
        session = _resume(interviewer, resume, grader)
    else:
        plan = interviewer.planner.plan(wishes)
        session = interviewer.begin(plan)
        _print_reasons(console, plan, deck)
    return Conversation(console, interviewer).hold(session)


def _kind(*, today: bool, mock: bool, job: Path | None, questions: tuple[str, ...]) -> Kind:
    chosen = {
        "--today": (today, Kind.TODAY),
        "--mock": (mock, Kind.MOCK),
        "--job": (job is not None, Kind.JOB),
        "--question": (bool(questions), Kind.QUESTION),
    }
    given = [option for option, (is_given, _) in chosen.items() if is_given]
    if len(given) > 1:
        raise InputError(
            f"{' and '.join(given)} are different kinds of practice.", hint="Choose one."
        )
    return chosen[given[0]][1] if given else Kind.TOPIC


def _check_options(kind: Kind, *, exam: bool, chooses: bool) -> None:
    if kind is Kind.MOCK and exam:
        raise InputError("A mock interview is an exam already.", hint="Leave out --exam.")
    if chooses and kind not in {Kind.TOPIC, Kind.JOB}:
        raise InputError(
            f"{kind.label} chooses its questions by itself.",
            hint="Leave out --count, --topic and --difficulty.",
        )


def _resume(interviewer: "Interviewer", session_id: str, grader: str | None) -> Session:
    session = interviewer.load(session_id)
    if grader and session.grader != grader:
        return interviewer.choose_grader(session, grader)
    return session


def _print_reasons(console: Console, plan: Plan, deck: Deck) -> None:
    """Print what was chosen for a job description, and why."""
    if plan.kind is not Kind.JOB:
        return
    console.print(Text("Chosen for this job description:", style="bold"))
    for number, choice in enumerate(plan.choices, start=1):
        console.print(Text(f"{number}. {deck.question(choice.question_id).text}"))
        console.print(Text(f"   {choice.why}", style="dim"))


def _check_topics(deck: Deck, topics: tuple[str, ...]) -> None:
    known = [topic.id for topic in deck.topics]
    unknown = [topic for topic in topics if topic not in known]
    if unknown:
        raise InputError(
            f"The deck has no topic {', '.join(map(repr, unknown))}.",
            hint=f"Its topics are {', '.join(known)}.",
        )

"""``viva practice``: the interview in a terminal, over the same interviewer as the page."""

from pathlib import Path

import click
from rich.console import Console

from viva.cli.console import choose_grader, warn_half_set_up
from viva.cli.conversation import Conversation
from viva.cli.grade import find_question
from viva.deck.reading import read_text
from viva.domain import Deck, Difficulty, Mode
from viva.errors import InputError
from viva.practice import LONGEST_JOB_DESCRIPTION, Wishes
from viva.settings import Settings


@click.command("practice")
@click.option("--exam", is_flag=True, help="A timer, no hints, feedback at the end.")
@click.option("--count", default=3, type=click.IntRange(1, 61), show_default=True)
@click.option("--topic", "topics", multiple=True, help="Id of a topic; may be repeated.")
@click.option(
    "--difficulty",
    "difficulties",
    multiple=True,
    type=click.Choice([difficulty.value for difficulty in Difficulty]),
    help="May be repeated.",
)
@click.option("--question", "questions", multiple=True, help="Ask exactly these questions.")
@click.option("--job", type=click.Path(path_type=Path), help="A job description to fit.")
@click.option("--grader", help="Name of the grader.  [default: VIVA_GRADER, or what is set up]")
@click.option("--resume", metavar="ID", help="Go on with an interview.")
@click.pass_obj
def practice_command(
    settings: Settings,
    exam: bool,
    count: int,
    topics: tuple[str, ...],
    difficulties: tuple[str, ...],
    questions: tuple[str, ...],
    job: Path | None,
    grader: str | None,
    resume: str | None,
) -> int:
    """Hold an interview in the terminal; it is stored, and can be resumed."""
    from viva.wiring import load_chosen_deck, make_interviewer

    console = Console()
    deck = load_chosen_deck(settings)  # what was typed wrong is said before the models load
    for question_id in questions:
        find_question(deck, question_id)
    _check_topics(deck, topics)
    description = _read_job(job) if job else ""
    warn_half_set_up(settings, grader)
    with console.status("Getting ready …"):
        interviewer = make_interviewer(choose_grader(settings, grader))
    mode = Mode.EXAM if exam else Mode.COACH
    if resume:
        session = interviewer.load(resume)
        if grader and session.grader != grader:
            session = interviewer.choose_grader(session, grader)
    elif questions:
        session = interviewer.start_on(questions, mode)
    else:
        session = interviewer.start(
            Wishes(
                mode=mode,
                count=count,
                topics=topics,
                difficulties=tuple(Difficulty(difficulty) for difficulty in difficulties),
                job_description=description,
            )
        )
    return Conversation(console, interviewer).hold(session)


def _read_job(path: Path) -> str:
    text = read_text(path)
    if len(text) > LONGEST_JOB_DESCRIPTION:
        raise InputError(
            f"{path} has {len(text):,} characters; {LONGEST_JOB_DESCRIPTION:,} is the most.",
            hint="Leave out what is not about the work.",
        )
    return text


def _check_topics(deck: Deck, topics: tuple[str, ...]) -> None:
    known = [topic.id for topic in deck.topics]
    unknown = [topic for topic in topics if topic not in known]
    if unknown:
        raise InputError(
            f"The deck has no topic {', '.join(map(repr, unknown))}.",
            hint=f"Its topics are {', '.join(known)}.",
        )

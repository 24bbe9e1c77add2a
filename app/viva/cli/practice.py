"""``viva practice``: the interview in a terminal, over the same interviewer as the page."""

from pathlib import Path

import click
from rich.console import Console
from rich.prompt import Confirm, Prompt
from rich.text import Text

from viva.cli.console import print_grade, print_report
from viva.cli.grade import find_question
from viva.deck.reading import read_text
from viva.domain import Deck, Difficulty, Mode, Phase, Session
from viva.errors import ConflictError, InputError
from viva.events import (
    AnswerGiven,
    Event,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    NextAsked,
    ReferenceOpened,
    Skipped,
)
from viva.feedback import greet, hint_for, model_answer
from viva.grading.scoring import HINT_COST
from viva.interviewer import Interviewer
from viva.practice import LONGEST_JOB_DESCRIPTION, Wishes
from viva.settings import Settings

_HELP = (
    f"End your answer with an empty line. Commands: /hint (costs {HINT_COST:g} point), "
    "/reference (the question then does not count), /skip, /quit, /help; "
    "in an exam only /skip and /quit."
)


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
    resume: str | None,
) -> None:
    """Hold an interview in the terminal; it is stored, and can be resumed."""
    from viva.wiring import load_chosen_deck, make_interviewer

    console = Console()
    deck = load_chosen_deck(settings)  # what was typed wrong is said before the models load
    for question_id in questions:
        find_question(deck, question_id)
    _check_topics(deck, topics)
    description = _read_job(job) if job else ""
    with console.status("Getting ready …"):
        interviewer = make_interviewer(settings)
    mode = Mode.EXAM if exam else Mode.COACH
    if resume:
        session = interviewer.load(resume)
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
    _Conversation(console, interviewer).hold(session)


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


class _Conversation:
    """Plays one session on a console."""

    def __init__(self, console: Console, interviewer: Interviewer) -> None:
        self._console = console
        self._interviewer = interviewer

    def hold(self, session: Session) -> None:
        """Play until the session ends, then print the report."""
        deck = self._interviewer.deck
        self._say(greet(deck, session.mode, len(session.plan)))
        self._console.print(Text(_HELP, style="dim"))
        steps = {
            Phase.ANSWER: self._answer,
            Phase.GRADING: self._grade,
            Phase.FOLLOW_UP: self._follow_up,
            Phase.REVIEW: self._review,
        }
        try:
            while session.phase is not Phase.ENDED:
                session = steps[session.phase](session)
        except (KeyboardInterrupt, EOFError, click.Abort):
            self._console.print(
                f"\nStopped; what was sent is kept. Go on: viva practice --resume {session.id}",
                soft_wrap=True,  # a line to copy
            )
            return
        print_report(self._console, self._interviewer.report(session), deck)

    def _answer(self, session: Session) -> Session:
        number, total = len(session.turns), len(session.plan)
        question = self._interviewer.question(session)
        self._console.rule(f"Question {number} of {total} · {question.difficulty}")
        self._say(question.text)
        if session.seconds_per_question:
            self._console.print(
                Text(f"You have {session.seconds_per_question / 60:g} minutes.", style="dim")
            )
        self._interviewer.prepare(session)
        while True:
            text = self._read("/hint", "/reference", "/skip", "/quit", "/help")
            if text == "/hint":
                session = self._hint(session)
            elif text == "/reference":
                session = self._reference(session)
            elif text == "/help":
                self._console.print(Text(_HELP, style="dim"))
            elif text in {"/skip", "/quit"}:
                return self._interviewer.apply(
                    session, Skipped() if text == "/skip" else Finished()
                )
            else:
                moved = self._try(session, AnswerGiven(text))
                if moved is not None:
                    return moved

    def _grade(self, session: Session) -> Session:
        position = len(session.turns) - 1
        with self._console.status("Reading your answer …"):
            graded = self._interviewer.grade(session)
        turn = graded.turns[position]
        if graded.mode is Mode.COACH and turn.grade:
            question = self._interviewer.deck.question(turn.question_id)
            print_grade(
                self._console, question, turn.grade, spoilers=graded.phase is not Phase.FOLLOW_UP
            )
        return graded

    def _follow_up(self, session: Session) -> Session:
        follow_up = session.turn.follow_up
        assert follow_up is not None, "the follow-up phase has a follow-up"
        self._say(follow_up.text)
        self._console.print(Text("An empty line or /skip: nothing to add.", style="dim"))
        while True:
            text = self._read("/skip", "/quit")
            if text == "/quit":
                return self._interviewer.apply(session, Finished())
            if text in {"", "/skip"}:
                moved = self._interviewer.apply(session, FollowUpDeclined())
                if moved.mode is Mode.COACH and session.turn.grade:
                    question = self._interviewer.question(session)
                    print_grade(self._console, question, session.turn.grade)
                return moved
            answered = self._try(session, FollowUpAnswered(text))
            if answered is not None:
                return answered

    def _review(self, session: Session) -> Session:
        question = self._interviewer.question(session)
        if Confirm.ask("Show the reference?", default=False, console=self._console):
            for paragraph in model_answer(question):
                self._console.print(Text(f"  • {paragraph}"))
        last = len(session.turns) == len(session.plan)
        Prompt.ask(
            "Enter for the report" if last else "Enter for the next question",
            default="",
            show_default=False,
            console=self._console,
        )
        return self._interviewer.apply(session, NextAsked())

    def _hint(self, session: Session) -> Session:
        try:
            hinted = self._interviewer.take_hint(session)
        except (InputError, ConflictError) as error:
            self._console.print(Text(str(error), style="yellow"))
            return session
        question = self._interviewer.question(hinted)
        self._say(hint_for(question, question.bullet(hinted.turn.hints[-1])))
        self._console.print(Text(f"That cost {HINT_COST:g} point.", style="dim"))
        return hinted

    def _reference(self, session: Session) -> Session:
        if session.mode is Mode.COACH and not Confirm.ask(
            "The question then does not count. Show it?", default=False, console=self._console
        ):
            return session
        opened = self._try(session, ReferenceOpened())
        if opened is None:
            return session
        for paragraph in model_answer(self._interviewer.question(opened)):
            self._console.print(Text(f"  • {paragraph}"))
        return opened

    def _try(self, session: Session, event: Event) -> Session | None:
        """Apply an event, or say why it cannot be and return None."""
        try:
            return self._interviewer.apply(session, event)
        except InputError as error:
            self._console.print(Text(str(error), style="yellow"))
            return None

    def _say(self, text: str) -> None:
        self._console.print(Text.assemble(("Interviewer  ", "bold cyan"), text))

    def _read(self, *commands: str) -> str:
        """Read lines up to an empty one, or one of the commands on a line of its own."""
        lines: list[str] = []
        while True:
            try:
                line = self._console.input("[bold]› [/bold]" if not lines else "  ")
            except EOFError:
                if not lines:
                    raise
                return "\n".join(lines)  # the input ended: what stands there is the answer
            word = line.strip().lower()
            if not lines and word in commands:
                return word
            if word.startswith("/") and len(word.split()) == 1:
                when = " before the answer" if lines else ""
                self._console.print(Text(f"Here{when}: {', '.join(commands)}.", style="yellow"))
            elif not word:
                return "\n".join(lines)
            else:
                lines.append(line)

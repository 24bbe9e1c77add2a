"""An interview played on a console, step by step."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.prompt import Confirm, Prompt
from rich.text import Text

from viva.cli.console import print_grade, print_report
from viva.cli.contesting import ask_contest
from viva.contesting import may_contest
from viva.domain import Grade, Mode, Phase, Question, Session, Verdict
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
from viva.talking.hearing import Instead, Judged, Says

INTERRUPTED = 130
"""Exit code of a program that Ctrl-C stopped."""
_HELP = (
    f"End your answer with an empty line. Commands: /hint (costs {HINT_COST:g} point), "
    "/reference (the question then does not count), /skip, /quit, /help; "
    "in an exam only /skip and /quit."
)


def _may_follow_up(session: Session, grade: Grade) -> bool:
    """Whether a follow-up can come, so that open points must not be told yet."""
    return session.turn.follow_up is None and any(
        bullet.verdict is not Verdict.COVERED for bullet in grade.bullets
    )


class Conversation:
    """Plays one session on a console."""

    def __init__(self, console: Console, interviewer: Interviewer) -> None:
        self._console = console
        self._interviewer = interviewer

    def hold(self, session: Session) -> int:
        """Play until the session ends, then print the report; return the exit code."""
        deck = self._interviewer.deck
        self._say(greet(deck, session))
        if session.note:
            self._say(session.note)
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
        except (KeyboardInterrupt, EOFError, click.Abort) as stopped:
            self._console.print(
                f"\nStopped; what was sent is kept. Go on: viva practice --resume {session.id}",
                soft_wrap=True,  # a line to copy
            )
            return 0 if isinstance(stopped, EOFError) else INTERRUPTED
        print_report(self._console, self._interviewer.report(session), deck)
        return 0

    def _answer(self, session: Session) -> Session:
        number, total = len(session.turns), len(session.plan)
        question = self._interviewer.question(session)
        self._console.rule(f"Question {number} of {total} · {question.difficulty}")
        self._say(question.text)
        self._tell_time(session)
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

    def _tell_time(self, session: Session) -> None:
        left = self._interviewer.seconds_left(session)
        if left is not None:
            said = f"{left / 60:.0f} minutes of the round are left."
            if left <= 0:
                said = "The time is over: you may still answer this question; then the round ends."
            self._console.print(Text(said, style="dim"))
        elif session.seconds_per_question:
            minutes = session.seconds_per_question / 60
            self._console.print(Text(f"You have {minutes:g} minutes.", style="dim"))

    def _grade(self, session: Session) -> Session:
        question = self._interviewer.question(session)
        with self._console.status("Reading your answer …") as status:
            said = ""
            for step in self._interviewer.hear(session):
                if isinstance(step, Says):
                    status.stop()
                    said = self._speak(step.piece, said)
                elif isinstance(step, Instead):
                    said = self._correct(step.text, said)
                elif isinstance(step, Judged):
                    status.stop()
                    said = self._end_speech(said)
                    if session.mode is Mode.COACH:
                        spoilers = not _may_follow_up(session, step.grade)
                        self._card(question, step.grade, spoilers=spoilers)
                else:
                    self._end_speech(said)
                    self._note(step.turns[len(session.turns) - 1].notice)
                    return step
        raise AssertionError("the steps end with a session")

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
                    self._card(question, session.turn.grade)
                return moved
            answered = self._try(session, FollowUpAnswered(text))
            if answered is not None:
                return answered

    def _review(self, session: Session) -> Session:
        if Confirm.ask("Hear a model answer?", default=False, console=self._console):
            told = self._interviewer.tell_model_answer(session)
            session = self._tell(told, before=session.turn.notice)
        last = len(session.turns) == len(session.plan)
        goal = "the report" if last else "the next question"
        while True:
            asked = Prompt.ask(
                f"Enter for {goal}, /contest a verdict, /again for a new grade, or ask me "
                "something",
                default="",
                show_default=False,
                console=self._console,
            ).strip()
            if not asked:
                return self._interviewer.apply(session, NextAsked())
            if asked == "/again":
                with self._console.status("Reading your answer again …"):
                    session = self._interviewer.regrade(session, len(session.turns) - 1)
                if session.turn.grade:
                    self._card(self._interviewer.question(session), session.turn.grade)
                continue
            if asked == "/contest":
                session = self._contest(session)
                continue
            if asked == "/quit":
                return self._interviewer.apply(session, Finished())
            try:
                reply = self._interviewer.reply(session, asked)
                session = self._tell(reply, before=session.turn.notice)
            except InputError as error:
                self._console.print(Text(str(error), style="yellow"))
                continue
            exchange = session.turn.exchanges[-1]
            for number, passage in enumerate(exchange.passages, start=1):
                self._console.print(Text(f"  [{number}] {passage.question}", style="dim"))
            self._note(exchange.notice)

    def _contest(self, session: Session) -> Session:
        position = len(session.turns) - 1
        if not may_contest(session, position):
            self._note("There is no verdict to contest.")
            return session
        question = self._interviewer.question(session)
        event = ask_contest(self._console, question, session.turn, position=position)
        moved = self._try(session, event) if event else None
        if moved is None:
            return session
        self._console.print(Text("Noted. Your score stays as it is.", style="dim"))
        return moved

    def _card(self, question: Question, grade: Grade, *, spoilers: bool = True) -> None:
        print_grade(self._console, question, grade, self._interviewer.deck, spoilers=spoilers)

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

    def _tell(self, steps: Iterator[Says | Instead | Session], *, before: str = "") -> Session:
        """Print words as they come, and return the session that they end with.

        Args:
            steps: What is said.
            before: The notice that was read already.
        """
        said = ""
        for step in steps:
            if isinstance(step, Session):
                self._end_speech(said)
                self._note(step.turn.notice if step.turn.notice != before else "")
                return step
            if isinstance(step, Instead):
                said = self._correct(step.text, said)
            else:
                said = self._speak(step.piece, said)
        raise AssertionError("the steps end with a session")

    def _speak(self, piece: str, said: str) -> str:
        """Print a piece of speech and return all that was said so far."""
        if not said:
            self._console.print(Text("Interviewer  ", style="bold cyan"), end="")
        self._console.print(Text(piece), end="", soft_wrap=True)
        return said + piece

    def _correct(self, text: str, said: str) -> str:
        """Print what is said instead of what was said so far."""
        self._end_speech(said)
        return self._speak(text, "") if text else ""

    def _note(self, notice: str) -> None:
        if notice:
            self._console.print(Text(notice, style="yellow"))

    def _end_speech(self, said: str) -> str:
        if said:
            self._console.print()
        return ""

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

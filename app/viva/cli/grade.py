"""``viva grade``: one answer in, its grade out."""

import sys
from pathlib import Path

import click
from rich.console import Console

from viva.cli.console import choose_grader, print_grade, warn_half_set_up
from viva.domain import Deck, Question
from viva.errors import InputError, NotFoundError
from viva.settings import Settings


@click.command("grade")
@click.option("--question", "question_id", required=True, help="Id of the question.")
@click.option("--grader", help="Name of the grader.  [default: VIVA_GRADER, or what is set up]")
@click.option("--json", "as_json", is_flag=True, help="Print the grade as JSON.")
@click.argument("file", default="-")
@click.pass_obj
def grade_command(
    settings: Settings, question_id: str, grader: str | None, as_json: bool, file: str
) -> None:
    """Grade the answer in FILE, or on standard input, bullet by bullet.

    'viva deck show' lists the ids of the questions.
    """
    from viva.interview import check_answer
    from viva.wiring import load_chosen_deck, make_parts

    deck = load_chosen_deck(settings)
    question = find_question(deck, question_id)
    answer = check_answer(_read(file))
    warn_half_set_up(settings, grader)
    grade = make_parts(choose_grader(settings, grader)).grader.grade(question, answer)
    if as_json:
        click.echo(grade.model_dump_json(indent=2))
    else:
        print_grade(Console(), question, grade, deck)


def find_question(deck: Deck, question_id: str) -> Question:
    """Return a question of a deck.

    Raises:
        NotFoundError: If the deck has none of that id; names those that are spelled alike.
    """
    for question in deck.questions:
        if question.id == question_id:
            return question
    from rapidfuzz import process

    near = process.extract(question_id, [question.id for question in deck.questions], limit=3)
    raise NotFoundError(
        f"The deck has no question {question_id!r}.",
        hint=f"Did you mean {', '.join(match[0] for match in near)}? 'viva deck show' lists all.",
    )


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text.", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error

"""``viva deck``: list, show, check, lint and import decks."""

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.deck.loading import find_deck, load_deck, shipped_decks
from viva.domain import Deck, Question
from viva.errors import DeckError, InputError, NotFoundError, VivaError
from viva.resources import data_dir
from viva.settings import Settings

_FORMATS = ("auto", "text", "markdown", "csv", "html", "pdf", "anki")
_PIPE_WIDTH = 160
"""Columns of a table that goes to a file or another program, where nothing says how many fit."""


@click.group("deck")
def deck_commands() -> None:
    """List, show, check, lint and import decks."""


@deck_commands.command("list")
@click.pass_obj
def list_command(settings: Settings) -> None:
    """List the decks that ship with Viva, those of packages, your own, and the one in use."""
    corpus = data_dir("corpus")
    paths = {path: path.stem for path in shipped_decks(corpus)}
    missing = None
    try:
        chosen = find_deck(settings.deck, corpus).resolve()
        paths.setdefault(chosen, settings.deck)
    except NotFoundError as error:
        chosen, missing = None, error
    table = _table("Deck", "Id", "Title", "Questions", "Bullets", "Topics", "")
    for path, name in paths.items():
        in_use = "in use" if path == chosen else ""
        table.add_row(*map(Text, (name, *_describe(path, name), in_use)))
    for deck, origin in _other_decks(settings):
        in_use = "in use" if chosen is None and deck.id == settings.deck else ""
        missing = None if in_use else missing
        table.add_row(*map(Text, (origin, *_columns(deck), in_use)))
    _console().print(table)
    if missing:
        raise missing


def _other_decks(settings: Settings) -> list[tuple[Deck, str]]:
    """Return the decks of packages and the local person's own, each with where it comes from."""
    from viva.plugins import load_plugins, plugin_decks
    from viva.storage import Database, DeckStore

    others = [(deck, "(package)") for deck in plugin_decks(load_plugins()).values()]
    database = Database(settings.database)
    others += [(own.deck, "(own)") for own in DeckStore(database).list()]
    database.close()
    return others


def _describe(path: Path, name: str) -> tuple[str, ...]:
    try:
        deck = load_deck(path)
    except VivaError:
        return "", f"not usable: see 'viva deck check {name}'", "", "", ""
    return _columns(deck)


def _columns(deck: Deck) -> tuple[str, ...]:
    sizes = (len(deck.questions), _bullets(deck), len(deck.topics))
    return deck.id, deck.title, *map(str, sizes)


@deck_commands.command("show")
@click.argument("question_id", required=False)
@click.option("--topic", "topic_id", metavar="ID", help="Only the questions of this topic.")
@click.option("--deck", "name", metavar="NAME|PATH", help="Another deck than the settings'.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show_command(
    settings: Settings,
    question_id: str | None,
    topic_id: str | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Show all questions of a deck, or one with its bullets."""
    if question_id and topic_id:
        raise click.UsageError("Give the id of a question or --topic, not both.")
    deck = load_deck(find_deck(name or settings.deck, data_dir("corpus")))
    questions = deck.questions
    if topic_id:
        _check_id(topic_id, [topic.id for topic in deck.topics], kind="topic")
        questions = tuple(question for question in questions if topic_id in question.topics)
    if question_id:
        _check_id(question_id, [question.id for question in questions], kind="question")
        question = deck.question(question_id)
        if as_json:
            click.echo(question.model_dump_json(indent=2))
        else:
            _show_question(deck, question)
    elif as_json:
        shown = deck.model_copy(update={"questions": questions})
        click.echo(shown.model_dump_json(indent=2))
    else:
        _show_questions(deck, questions)


def _check_id(given: str, known: Sequence[str], *, kind: str) -> None:
    if given in known:
        return
    from rapidfuzz import process

    near = [match[0] for match in process.extract(given, known, limit=3, score_cutoff=50)]
    guess = f"Did you mean {' or '.join(near)}? " if near else ""
    rest = "'viva deck show' lists all." if kind == "question" else f"It has {', '.join(known)}."
    raise NotFoundError(f"The deck has no {kind} '{given}'.", hint=guess + rest)


def _show_questions(deck: Deck, questions: Sequence[Question]) -> None:
    table = _table("Question", "Difficulty", "Bullets", "Topics")
    table.columns[0].overflow = "fold"
    for question in questions:
        cells = (question.id, question.difficulty, len(question.bullets))
        table.add_row(*(Text(str(cell)) for cell in cells), Text(", ".join(question.topics)))
    console = _console()
    console.print(Text(f"{deck.title}: {_count(len(questions), 'question')}", style="bold"))
    console.print(table)


def _show_question(deck: Deck, question: Question) -> None:
    console = _console()
    console.print(Text(question.text, style="bold"))
    topics = ", ".join(deck.topic_name(topic) for topic in question.topics)
    console.print(Text(f"{question.id} · {question.difficulty} · {topics}\n", style="dim"))
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for bullet in question.bullets:
        lines = [Text(bullet.text)]
        if bullet.weight != 1:
            lines.append(Text(f"weight {bullet.weight:g}", style="dim"))
        if bullet.key_terms:
            lines.append(Text(f"such as: {', '.join(bullet.key_terms)}", style="dim"))
        if bullet.hint:
            lines.append(Text(f"hint: {bullet.hint}", style="dim"))
        table.add_row("•", Text("\n").join(lines))
    console.print(table)


@deck_commands.command("check")
@click.argument("names", metavar="[PATH]...", nargs=-1)
@click.pass_obj
def check_command(settings: Settings, names: tuple[str, ...]) -> None:
    """Check decks and list every error with its line; without PATH, the settings' deck."""
    errors: list[VivaError] = []
    for name in names or (settings.deck,):
        try:
            deck = load_deck(find_deck(name, data_dir("corpus")))
        except VivaError as error:
            errors.append(error)
        else:
            click.echo(f"{name}: {_sizes(deck)}, no errors.")
    if len(errors) == 1:
        raise errors[0]
    if errors:
        hints = dict.fromkeys(error.hint for error in errors if error.hint)
        raise DeckError("\n".join(error.message for error in errors), hint=" ".join(hints))


@deck_commands.command("lint")
@click.argument("name", metavar="[NAME|PATH]", default="")
@click.option("--strict", is_flag=True, help="Exit with 1 if there is anything to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def lint_command(settings: Settings, name: str, strict: bool, as_json: bool) -> int:
    """Name the bullets that are graded unreliably as they are written, with the reason.

    Bullets that ask for two actions, for nothing in particular, for too much, or for nearly what
    another one asks for.
    """
    import json

    from viva.deck.linting import lint_deck
    from viva.embedding import load_embedder

    deck = load_deck(find_deck(name or settings.deck, data_dir("corpus")))
    findings = lint_deck(deck, load_embedder(settings.embedding_model).embed)
    if as_json:
        click.echo(json.dumps([own.model_dump() for own in findings], indent=2, ensure_ascii=False))
    for own in () if as_json else findings:
        click.echo(f"{own.question_id}/{own.bullet_id}: {own.problem}: {own.reason}")
        click.echo(f"    {own.text}")
    bullets = len({(own.question_id, own.bullet_id) for own in findings})
    click.echo(
        f"{deck.title}: {bullets} of {_count(_bullets(deck), 'bullet')} to look at.", err=True
    )
    return 1 if strict and findings else 0


@deck_commands.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", metavar="PATH", help="Where to; '-' prints. By default FILE's name, .yaml.")
@click.option("--title", help="The deck's title; by default the sheet's own.")
@click.option("--id", "deck_id", help="The deck's id; by default made of the title.")
@click.option("--format", "layout", type=click.Choice(_FORMATS), default="auto", show_default=True)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def import_command(
    file: Path, out: str | None, title: str | None, deck_id: str | None, layout: str, force: bool
) -> None:
    """Make a deck of FILE: a cheat sheet, a saved article, an Anki package.

    It may be text, Markdown, CSV, HTML, PDF or .apkg.

    What is left out of the deck is listed with the reason, line by line.
    """
    from viva.deck.importing import Layout, import_file
    from viva.deck.reading import read_bytes
    from viva.deck.writing import dump_deck

    if file.suffix in {".yaml", ".yml"}:
        raise InputError(
            f"{file} seems to be a deck already.", hint=f"Try 'viva deck check {file}'."
        )
    content = read_bytes(file)
    target = None if out == "-" else Path(out) if out else file.with_suffix(".yaml")
    _check_target(target, file, force=force)
    sheet = import_file(
        content,
        name=str(file),
        layout=None if layout == "auto" else Layout(layout),
        title=title,
        deck_id=deck_id,
    )
    if sheet.skipped:
        _show_skipped(sheet.skipped)
    deck, yaml = sheet.deck, dump_deck(sheet.deck)
    # Standard output is the deck's alone when it goes there.
    click.echo(
        f"{file}, read as {sheet.layout}: {_sizes(deck)}, {_count(len(deck.topics), 'topic')}; "
        f"{len(sheet.skipped) or 'nothing'} left out.\nTitle: {deck.title} (id {deck.id})",
        err=target is None,
    )
    if target is None:
        click.echo(yaml, nl=False)
        return
    _write(target, yaml)
    chosen = f"VIVA_DECK={shlex.quote(str(target))}"
    click.echo(f"Wrote {target}. Read it through; '{chosen} viva practice' uses it.")


def _check_target(target: Path | None, file: Path, *, force: bool) -> None:
    if target is None or not target.exists():
        return
    if target.is_dir():
        raise InputError(f"{target} is a folder.", hint="Name a file for --out.")
    if target.samefile(file):
        raise InputError(f"The deck would replace the sheet {file}.", hint="Choose another --out.")
    if not force:
        raise InputError(
            f"{target} is there already.",
            hint="--out names another file; --force writes over this one.",
        )


def _write(target: Path, yaml: str) -> None:
    try:
        target.write_text(yaml, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            f"{target} cannot be written: {error.strerror}.", hint="Choose another --out."
        ) from error


def _show_skipped(skipped: Iterable[tuple[int, str, str]]) -> None:
    table = _table("Line", "Skipped", "Why")
    for line_number, text, reason in skipped:
        shown = text if len(text) <= 70 else f"{text[:69]}…"
        table.add_row(Text(str(line_number)), Text(shown), Text(reason))
    _console(stderr=True).print(table)


# --- Words and tables -------------------------------------------------------------------------


def _sizes(deck: Deck) -> str:
    return f"{_count(len(deck.questions), 'question')}, {_count(_bullets(deck), 'bullet')}"


def _bullets(deck: Deck) -> int:
    return sum(len(question.bullets) for question in deck.questions)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console

"""``viva history``: past interviews listed, shown, compared, exported, deleted."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from viva.comparison import attempt_at, compare
from viva.domain import Session
from viva.errors import InputError, NotFoundError
from viva.exports import ExportFormat, export_history
from viva.history import History, InterviewLine, describe_loss, list_interviews
from viva.progress import Attempt, AttemptRef, find_attempts
from viva.settings import Settings
from viva.storage import LOCAL_PERSON, PeopleStore, SessionStore

SHOWN_OF_ID = 8
"""Characters of an interview's id that lists show; any unique start of it is understood."""


class Own:
    """What belongs to one person.

    Args:
        settings: Name the database and the decks.
        person: Their name; empty for the local person.
    """

    def __init__(self, settings: Settings, person: str) -> None:
        from viva.wiring import open_database

        database = open_database(settings)
        person_id = PeopleStore(database).find(person).id if person else LOCAL_PERSON
        self._settings = settings
        self.store = SessionStore(database, person_id)

    def history(self, sessions: Iterable[Session] | None = None) -> History:
        """Return these interviews, by default all, with their decks."""
        from viva.wiring import open_shelf

        shelf = open_shelf(self._settings, self.store.database)
        found = self.store.all() if sessions is None else sessions
        return History.of(found, partial(shelf.find, self.store.person))

    def find(self, name: str) -> Session:
        """Return the interview whose id begins so, or the latest."""
        if name != "latest":
            return self.store.find(name)
        newest = self.store.latest(limit=1)
        if not newest:
            raise NotFoundError("There is no interview yet.", hint="'viva practice' starts one.")
        return self.store.load(newest[0])


OpenOwn = Callable[[], Own]
"""Opens the database; only once a command runs."""


@click.group("history")
@click.option("--person", default="", help="Whose: a name of 'viva people list'.  [default: yours]")
@click.pass_context
def history_commands(context: click.Context, person: str) -> None:
    """List, show, compare, export and delete past interviews.

    An interview is named by the start of its id; an answer by the interview and its place there,
    such as 3f2a91c0.0 for the first.
    """
    context.obj = partial(Own, context.obj, person)  # nothing is opened for --help


@history_commands.command("list")
@click.option("--limit", default=20, type=click.IntRange(min=1), show_default=True)
@click.pass_obj
def list_command(own: OpenOwn, limit: int) -> None:
    """List your interviews, the latest first."""
    from viva.cli.history_tables import print_interviews

    lines = list_interviews(own().history())
    if not lines:
        click.echo("There is no interview yet. 'viva practice' or 'viva serve' starts one.")
        return
    print_interviews(Console(), lines[:limit])
    if len(lines) > limit:
        click.echo(f"{len(lines) - limit} earlier ones are not shown; --limit {len(lines)} does.")


@history_commands.command("show")
@click.argument("interview", default="latest")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the report as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def show_command(own: OpenOwn, interview: str, as_markdown: bool, as_json: bool) -> None:
    """Show the report of an interview, by default of the latest, with the names of its answers."""
    from viva.cli.console import print_report
    from viva.cli.history_tables import print_answers
    from viva.report import make_report, to_markdown

    mine = own()
    session = mine.find(interview)
    deck = mine.history([session]).decks[session.deck_id]
    report = make_report(session, deck)
    if as_json:
        click.echo(report.model_dump_json(indent=2))
    elif as_markdown:
        click.echo(to_markdown(report), nl=False)
    else:
        print_report(Console(), report, deck)
        print_answers(Console(), report)


@history_commands.command("compare")
@click.argument("first")
@click.argument("second", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@click.pass_obj
def compare_command(own: OpenOwn, first: str, second: str | None, as_json: bool) -> None:
    """Compare two answers to the same question, bullet by bullet.

    FIRST and SECOND name answers as 'viva history show' lists them. With the id of a question
    alone, or one answer, the latest answer is compared with the one before it.
    """
    from viva.cli.history_tables import print_comparison

    history = own().history()
    attempts = [
        attempt for deck_id in history.decks for attempt in find_attempts(history.past(deck_id))
    ]
    one, other = _pair(attempts, first, second)
    deck = next(own.deck_id for own in history.sessions if own.id == one.ref.session_id)
    found = compare(one, other, history.decks[deck].question(one.question_id))
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        print_comparison(Console(), found)


@history_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice([kind.value for kind in ExportFormat]),
    help="json (everything), csv (a table), md (the reports) or apkg (missed points, for Anki).  "
    "[default: the ending of FILE]",
)
@click.option("--interview", "interviews", multiple=True, help="Only this one; may be repeated.")
@click.option("--force", is_flag=True, help="Write over FILE.")
@click.pass_obj
def export_command(
    own: OpenOwn, file: Path, kind: str | None, interviews: tuple[str, ...], force: bool
) -> None:
    """Write your interviews to FILE, or to standard output if FILE is -.

    Answers are in it word for word. Importing a later .apkg into Anki updates its cards.
    """
    kind = kind or file.suffix.removeprefix(".").lower()
    if kind not in set(ExportFormat):
        raise InputError(
            f"It is not clear what to write: {file} does not end like a known format.",
            hint=f"Choose one with --format: {', '.join(ExportFormat)}.",
        )
    mine = own()
    history = mine.history([mine.find(name) for name in interviews] if interviews else None)
    content = export_history(history, ExportFormat(kind), now=datetime.now().astimezone())
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    if file.exists() and not force:
        raise InputError(f"{file} is there already.", hint="--force writes over it.")
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{file} cannot be written: {error.strerror}.", hint="Choose another FILE."
        ) from error
    count = len(history.sessions)
    said = "1 interview is" if count == 1 else f"{count} interviews are"
    click.echo(f"{said} in {file}. Nothing was sent anywhere.")


@history_commands.command("delete")
@click.argument("interviews", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Delete every interview.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete_command(own: OpenOwn, interviews: tuple[str, ...], everything: bool, yes: bool) -> None:
    """Delete interviews with all that belongs to them; this cannot be undone."""
    if bool(interviews) == everything:
        raise InputError(
            "It is not clear what to delete.",
            hint="Name interviews as 'viva history list' does, or give --all.",
        )
    mine = own()
    store = mine.store
    chosen = {session.id: session for session in map(mine.find, interviews)}
    lines = list_interviews(mine.history(None if everything else chosen.values()))
    if not lines:
        click.echo("There is nothing to delete.")
        return
    recordings = sum(store.count_recordings(line.session_id) for line in lines)
    click.echo(f"This goes for good: {describe_loss(lines, recordings=recordings)}.")
    if not everything:
        _echo_each(lines)
    if not yes:
        click.confirm("Delete?", abort=True)
    if everything:
        store.delete_all()
    else:
        for line in lines:
            store.delete(line.session_id)
    click.echo("Deleted.")


def _echo_each(lines: tuple[InterviewLine, ...]) -> None:
    for line in lines:
        click.echo(
            f"  {line.session_id[:SHOWN_OF_ID]}  {line.started_at.astimezone():%d %B %Y, %H:%M}  "
            f"{line.deck_title}"
        )


def _pair(attempts: list[Attempt], first: str, second: str | None) -> tuple[Attempt, Attempt]:
    if second is not None:
        one, other = (attempt_at(attempts, AttemptRef.parse(own)) for own in (first, second))
        return one, other
    named = None if "." not in first else attempt_at(attempts, AttemptRef.parse(first))
    question_id = named.question_id if named else first
    own = sorted(
        (attempt for attempt in attempts if attempt.question_id == question_id),
        key=lambda attempt: attempt.at,
    )
    if len(own) < 2:
        raise NotFoundError(
            f"There {'is one scored answer' if own else 'is no scored answer'} to {question_id!r}; "
            "a comparison needs two.",
            hint=f"'viva practice --question {question_id}' asks it."
            if own
            else "'viva deck show' lists the ids of the questions.",
        )
    if named is None or named.ref == own[-1].ref:
        return own[-2], own[-1]
    return named, own[-1]

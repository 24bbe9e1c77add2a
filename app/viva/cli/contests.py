"""``viva contests``: what candidates hold against their verdicts, as a file."""

from pathlib import Path

import click

from viva.errors import InputError, NotFoundError
from viva.settings import Settings


@click.group("contests")
def contests_commands() -> None:
    """Export the answers whose verdicts you contested; nothing is ever sent anywhere."""


@contests_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--labeller", required=True, help="Your name, or any; it stands beside the labels.")
@click.option(
    "--rest-is-right",
    is_flag=True,
    help="You looked through the verdicts that you did not contest, and they are right.",
)
@click.option("--force", is_flag=True, help="Write over FILE.")
@click.pass_obj
def export_command(
    settings: Settings, file: Path, labeller: str, rest_is_right: bool, force: bool
) -> None:
    """Write contested answers to FILE, one line of JSON each.

    'viva eval label FILE' labels them anew, blind. With --rest-is-right each bullet has a label,
    and 'viva eval datasets add FILE' takes them as they are.
    """
    from viva.disputed import disputed_answer, to_line
    from viva.storage import SessionStore
    from viva.wiring import load_chosen_deck, open_database

    if file.exists() and not force:
        raise InputError(f"{file} is there already.", hint="--force writes over it.")
    deck = load_chosen_deck(settings)
    turns = list(SessionStore(open_database(settings)).contested(deck.id))
    if not turns:
        raise NotFoundError(
            f"No verdict on {deck.title} was contested so far.",
            hint="In the page, open 'Not right?' below a verdict; in 'viva practice', /contest.",
        )
    samples = [
        disputed_answer(turn, labeller=labeller, rest_is_right=rest_is_right) for turn in turns
    ]
    # The same words may have been given twice: what was said of them last holds.
    lines = {sample.id: to_line(sample) for sample in reversed(samples) if sample}
    try:
        file.write_text("".join(lines.values()), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            f"{file} cannot be written: {error.strerror}.", hint="Choose another FILE."
        ) from error
    count = "1 contested answer is" if len(lines) == 1 else f"{len(lines)} contested answers are"
    click.echo(
        f"{count} in {file}, word for word as they were given: read them through before you pass "
        "the file on. Nothing was sent."
    )
    if left_out := samples.count(None):
        click.echo(f"{left_out} left out: a point has no verdict. Have it graded again first.")

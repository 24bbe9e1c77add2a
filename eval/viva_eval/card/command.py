"""What ``viva eval card`` does."""

from pathlib import Path

import click
from pydantic import ValidationError

from viva.errors import InputError, NotFoundError
from viva.grading.report_card import FOLDER
from viva.resources import data_dir
from viva.settings import Settings
from viva_eval.card.checking import find_changes, installed_identity, installed_weights
from viva_eval.card.making import make_card
from viva_eval.card.markdown import to_markdown
from viva_eval.card.model import ReportCard
from viva_eval.judges import StaleCalibration
from viva_eval.records import RunFolder


def write_card(settings: Settings, run: str, bullets_run: str | None, out: str | None) -> int:
    """Write the card of the grader that a run measured; return the exit code.

    Raises:
        StaleCalibration: If another version of the grader is installed: its hashes would be wrong.
        VivaError: If a run cannot be used, or the card not be written.
    """
    folder = RunFolder(Path(run))
    manifest = folder.manifest
    name = manifest.grader_name or manifest.grader.name
    identity = installed_identity(name, settings)
    if identity is not None and identity != manifest.grader:
        raise StaleCalibration(
            f"{run} measured {name} {manifest.grader.fingerprint}; installed is "
            f"{identity.fingerprint}.",
            hint="Run the evaluation again, and make the card of that run.",
        )
    card = make_card(
        folder,
        weights=installed_weights(name),
        bullets_of=RunFolder(Path(bullets_run)) if bullets_run else None,
    )
    place = cards_folder(out)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for ending, text in (
            ("json", card.model_dump_json(indent=1) + "\n"),
            ("md", to_markdown(card)),
        ):
            path = place / f"{card.file_name}.{ending}"
            path.write_text(text, encoding="utf-8", newline="\n")
            click.echo(f"Wrote {path}")
    except OSError as error:
        raise InputError(f"{place} cannot be written: {error.strerror}.") from error
    return 0


def check_cards(settings: Settings, out: str | None) -> int:
    """Compare every card with what is installed; return the exit code.

    Raises:
        NotFoundError: If there are no cards.
        StaleCalibration: If one is stale; says which and what has changed.
        InputError: If one cannot be read.
    """
    place = cards_folder(out)
    paths = sorted(place.glob("*.json"))
    if not paths:
        raise NotFoundError(
            f"There are no cards in {place}.", hint="'viva eval card RUN' makes one."
        )
    stale = []
    for path in paths:
        changes = find_changes(_read(path), settings)
        stale += [f"{path.stem}: changed since: {own}" for own in changes]
        if not changes:
            click.echo(f"{path.stem}: fits what is installed.")
    if stale:
        raise StaleCalibration(
            "\n".join(["Stale report cards:", *stale]),
            hint="Run the evaluation again, and 'viva eval card RUN'.",
        )
    return 0


def cards_folder(out: str | None) -> Path:
    """Return the folder that was named, or the one that ships."""
    return Path(out) if out else data_dir("docs") / FOLDER


def _read(path: Path) -> ReportCard:
    try:
        return ReportCard.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} is no report card.", hint=str(error).splitlines()[0]) from error

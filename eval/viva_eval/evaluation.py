"""One run from its plan to its records: begun or resumed, graded, and closed."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console

from viva.domain import GraderIdentity
from viva.errors import InputError, NotFoundError
from viva_eval.cassette import CASSETTE, Cassette, find_cassette
from viva_eval.datasets_index import hash_deck
from viva_eval.judges import Judge, make_judges
from viva_eval.locking import lock_run
from viva_eval.planning import Prepared, uses_model
from viva_eval.progress import show_progress, stop_on_interrupt
from viva_eval.records import Manifest, RunFolder
from viva_eval.runner import run_samples

_PACKAGES = (
    "viva-interview",
    "chromadb",
    "numpy",
    "scikit-learn",
    "sentence-transformers",
    "torch",
)
_MUST_AGREE = (
    "grader",
    "model",
    "prompt",
    "deck_sha256",
    "dataset_sha256",
    "seed",
    "repeats",
    "perturbations",
    "split",
    "limit",
    "columns",
    "via_voice",
    "voices",
    "clips",
    "hearing",
)
"""What of a manifest decides which samples there are and what is said of them."""


def run(
    prepared: Prepared,
    folder: Path,
    *,
    resume: bool,
    retry_errors: bool,
    command: str,
    clock: Callable[[], datetime],
    console: Console,
) -> RunFolder:
    """Grade what is not graded yet and return the finished run's folder.

    Args:
        prepared: The run.
        folder: Where it goes, or where it was begun.
        resume: Whether it was begun.
        retry_errors: Whether samples that failed are graded again.
        command: As it was typed, for the manifest.
        clock: Tells the time, with its zone.
        console: Shows the progress.

    Raises:
        InputError: If the folder has another run in it, or one without ``resume``, or another
            process works on it.
        BudgetSpent: If the most that it may cost is reached.
        KeyboardInterrupt: If the person stops it.
        VivaError: If the grader cannot be built.
    """
    if not resume and (folder / "manifest.json").exists():
        raise InputError(
            f"{folder} holds a run already.",
            hint="Add --resume to complete it, or name another folder with --out.",
        )
    with lock_run(folder):
        return _run(
            prepared,
            folder,
            resume=resume,
            retry_errors=retry_errors,
            command=command,
            clock=clock,
            console=console,
        )


def _run(
    prepared: Prepared,
    folder: Path,
    *,
    resume: bool,
    retry_errors: bool,
    command: str,
    clock: Callable[[], datetime],
    console: Console,
) -> RunFolder:
    options = prepared.options
    source = find_cassette(Path(options.cassette)) if options.cassette else folder / CASSETTE
    cassette = Cassette(source)
    with ExitStack() as closing:
        judges = _make_judges(prepared, cassette, closing)
        manifest = make_manifest(prepared, judges[0].identity, now=clock(), command=command)
        opened = _open(folder, manifest, prepared, resume=resume)
        cassette.move_to(folder / CASSETTE)
        if retry_errors:
            opened.drop_failed()
        grade_into(opened, prepared, judges, console=console)
    opened.put_in_order(sample.id for sample in prepared.samples)
    opened.write_manifest(_finished(opened, clock()))
    return opened


def _make_judges(prepared: Prepared, cassette: Cassette, closing: ExitStack) -> tuple[Judge, ...]:
    settings, deck, options = prepared.settings, prepared.dataset.deck, prepared.options
    judges: tuple[Judge, ...]
    if options.engine == "ray":
        from viva_eval.ray_engine import make_ray_judges, ray_cluster

        closing.enter_context(ray_cluster(workers=prepared.workers))
        judges = make_ray_judges(settings, deck, workers=prepared.workers)
    else:
        judges = make_judges(
            settings,
            deck,
            workers=prepared.workers,
            repeats=options.repeats,
            cassette=cassette,
            live=options.live,
        )
    for judge in judges:
        closing.callback(judge.close)
    return judges


def grade_into(
    folder: RunFolder, prepared: Prepared, judges: tuple[Judge, ...], *, console: Console
) -> None:
    """Grade the samples that the folder has no record of; raises what ``run_samples`` does."""
    done = folder.done_ids()
    left = sum(sample.id not in done for sample in prepared.samples)
    hearing = prepared.hearing
    if done:
        console.print(f"{len(done)} samples are graded already, {left} are left.")
    with stop_on_interrupt(console) as should_stop, show_progress(console, left=left) as tell:
        run_samples(
            prepared.samples,
            judges,
            folder,
            deck=prepared.dataset.deck,
            most_cost=prepared.options.max_cost if prepared.options.live else None,
            should_stop=should_stop,
            hear=hearing.make_ear(seed=prepared.options.seed).hear if hearing else None,
            on_record=tell,
        )


def make_manifest(
    prepared: Prepared, grader: GraderIdentity, *, now: datetime, command: str
) -> Manifest:
    """Return the manifest of a run that begins."""
    options, settings, dataset = prepared.options, prepared.settings, prepared.dataset
    name = settings.grader_in_force
    return Manifest(
        run_id=f"{now:%Y%m%d-%H%M%S}-{name}-{dataset.name}",
        created=now,
        grader=grader,
        model=settings.llm_model if uses_model(settings) else "",
        prompt=_prompt_fingerprint() if uses_model(settings) else "",
        deck_id=dataset.deck.id,
        deck_sha256=hash_deck(dataset.deck),
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        versions=_versions(),
        seed=options.seed,
        repeats=options.repeats,
        perturbations=prepared.perturbations,
        machine=f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}",
        command=command,
        grader_name=name,
        dataset_source=options.dataset,
        split=prepared.split,
        limit=options.limit,
        columns=options.columns,
        via_voice=options.via_voice,
        voices=prepared.hearing.voices if prepared.hearing else (),
        clips=options.clips,
        hearing=prepared.hearing.identity if prepared.hearing else {},
    )


def _open(folder: Path, manifest: Manifest, prepared: Prepared, *, resume: bool) -> RunFolder:
    if not resume:
        return RunFolder.create(folder, manifest, prepared.dataset.deck)
    opened = RunFolder(folder)
    begun = opened.manifest
    differing = [
        f"{name}: {getattr(begun, name)} then, {getattr(manifest, name)} now"
        for name in _MUST_AGREE
        if getattr(begun, name) != getattr(manifest, name)
    ]
    if differing:
        raise InputError(
            f"{folder} holds another run:\n" + "\n".join(differing),
            hint="Its samples cannot be mixed with these; begin a new one.",
        )
    return opened


def _finished(folder: RunFolder, now: datetime) -> Manifest:
    """Return the manifest with what all records took together."""
    seconds = cost = 0.0
    read = wrote = 0
    for record in folder.records():
        seconds, cost = seconds + record.seconds, cost + record.cost
        read, wrote = read + record.input_tokens, wrote + record.output_tokens
    return folder.manifest.model_copy(
        update={
            "finished": now,
            "seconds": seconds,
            "cost": cost,
            "input_tokens": read,
            "output_tokens": wrote,
        }
    )


def _prompt_fingerprint() -> str:
    from viva.prompts import load_prompt

    return load_prompt("grade").fingerprint


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def latest_unfinished(folder: Path) -> Path:
    """Return the newest run below a folder that has samples left.

    Raises:
        NotFoundError: If there is none.
    """
    runs = [RunFolder(path.parent) for path in folder.glob("*/manifest.json")]
    left = [run_folder for run_folder in runs if run_folder.manifest.finished is None]
    if not left:
        raise NotFoundError(
            f"There is no run in {folder} with samples left.",
            hint="Name the folder of a run with --out.",
        )
    return max(left, key=lambda run_folder: run_folder.manifest.created).path

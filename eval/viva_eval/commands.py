"""What the commands of ``viva eval`` do; ``cli`` declares them and imports this when they run."""

import shlex
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from viva.errors import InputError
from viva.settings import Settings
from viva.wiring import load_chosen_deck
from viva_eval.datasets_index import SHIPPED, find_dataset, shipped_sets
from viva_eval.estimate import Estimate, estimate_by_trial, estimate_calls
from viva_eval.evaluation import latest_unfinished, run
from viva_eval.finishing import count_ungraded, exit_code, write_summary
from viva_eval.gates import (
    SHIPPED_GATES,
    Gates,
    Outcome,
    Result,
    check_gates,
    load_gates,
    read_figure,
)
from viva_eval.judges import StaleCalibration
from viva_eval.loaders import FORMATS
from viva_eval.planning import Options, Prepared, prepare, resumed_options, uses_model
from viva_eval.records import RunFolder
from viva_eval.report.wording import share
from viva_eval.summary import SpeechFigures

_HEADLINE = {
    "quadratic weighted kappa": "headline.qwk.value",
    "Spearman": "headline.spearman.value",
    "mean absolute error": "headline.mae.value",
    "accuracy": "headline.accuracy.value",
    "macro-F1": "headline.macro_f1.value",
    "kappa": "headline.kappa.value",
}
_MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.KNOWN_GAP: "~",
    Outcome.NOT_MEASURED: "?",
}


def run_and_report(settings: Settings, given: Mapping[str, Any], *, typed: set[str]) -> int:
    """Do what ``viva eval run`` was asked to; return the exit code.

    Args:
        settings: The settings.
        given: The options by name, defaults filled in.
        typed: Names of those that were typed.
    """
    options = Options(
        **{
            name: given[name]
            for name in Options.model_fields
            if name in given and given[name] is not None
        }
    )
    if given["retry_errors"] and not given["resume"]:
        raise InputError("--retry-errors goes with --resume.", hint="Name the run with --out.")
    gates = _read_gates(given["gates"])  # before anything is spent
    runs = settings.home / "eval"
    out = Path(given["out"]) if given["out"] else None
    if given["resume"]:
        out = out or latest_unfinished(runs)
        options = resumed_options(options, RunFolder(out).manifest, given=typed)
    prepared = prepare(options, settings)
    if given["estimate"]:
        _print_estimate(_estimate(prepared, out if given["resume"] else None))
        return 0
    out = out or runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    console = Console(stderr=True)
    console.print(f"The run is in {out}", highlight=False, soft_wrap=True)
    folder = run(
        prepared,
        out,
        resume=given["resume"],
        retry_errors=given["retry_errors"],
        command=_as_typed(given, typed),
        clock=lambda: datetime.now(UTC),
        console=console,
    )
    return _report(folder, gates, most_ungraded=given["max_ungraded"])


def report_on(path: str, gates: str | None) -> int:
    """Do what ``viva eval report`` was asked to; return the exit code."""
    return _report(RunFolder(Path(path)), _read_gates(gates), most_ungraded=1.0)


def compare_runs(path_a: str, path_b: str) -> int:
    """Print the comparison of two runs in Markdown; return the exit code."""
    from viva_eval.comparison import compare_folders

    click.echo(compare_folders(RunFolder(Path(path_a)), RunFolder(Path(path_b))))
    return 0


def list_datasets(settings: Settings) -> int:
    """Print the sets that ship, with their sizes, and the formats that are read."""
    deck = load_chosen_deck(settings)
    click.echo("Sets that ship:")
    for name in shipped_sets():
        dataset = find_dataset(name, deck)
        splits = Counter(item.split for item in dataset.items)
        questions = len({item.question_id for item in dataset.items})
        sizes = ", ".join(f"{splits[split]} {split}" for split in sorted(splits))
        click.echo(f"  {name:<14}{len(dataset.items)} answers to {questions} questions ({sizes})")
        click.echo(f"  {'':<14}{SHIPPED[name]}")
    click.echo("\nFiles that can be read, with --dataset PATH:")
    for look, text in FORMATS.items():
        click.echo(f"  {look:<14}{text}")
    return 0


def _as_typed(given: Mapping[str, Any], typed: set[str]) -> str:
    """Return the command line that asks for the same."""
    words = ["viva", "eval", "run"]
    for name in sorted(typed):
        words.append("--" + {"columns": "map"}.get(name, name.replace("_", "-")))
        if given[name] is not True:
            words.append(str(given[name]))
    return shlex.join(words)


def _report(folder: RunFolder, gates: Gates | None, *, most_ungraded: float) -> int:
    summary = write_summary(folder)
    try:
        results = check_gates(gates, summary, grader=folder.manifest.grader) if gates else ()
    except StaleCalibration:
        _write_page(folder, summary, ())  # the figures are right all the same
        raise
    _write_page(folder, summary, results)
    for name, place in _HEADLINE.items():
        figure = read_figure(summary, place)
        if figure is not None:
            click.echo(f"  {name:<26}{figure:.3f}")
    if summary.speech is not None:
        _print_speech(summary.speech)
    ungraded = count_ungraded(folder)
    if ungraded.without:
        click.echo(
            f"  {ungraded.without} of {ungraded.bullets} bullets have no verdict "
            f"({ungraded.share:.1%}); {ungraded.failed} samples failed."
        )
    for result in results:
        click.echo(f"{_MARKS[result.outcome]} {result.message}")
    click.echo(f"Report: {folder.path / 'report.html'}")
    code = exit_code(ungraded, results, most_ungraded=most_ungraded)
    _say_why(code, results, most_ungraded=most_ungraded)
    return code


def _print_speech(speech: SpeechFigures) -> None:
    plain, bare = speech.plain, speech.hints_bare
    click.echo(f"Spoken ({plain.name}), {plain.clips} answers:")
    click.echo(
        f"  verdicts changed          {share(plain.changed.value)} "
        f"({plain.changed.count} of {plain.changed.of} bullets)"
    )
    click.echo(f"  word error rate           {share(plain.wer)}")
    click.echo(f"  … without hints           {share(plain.wer_without_hints)}")
    click.echo(
        f"  raised by words not said  {speech.hints.raised_by_unsaid} of {speech.hints.bullets} "
        f"bullets; {bare.raised_by_unsaid} of {bare.bullets} where the hints were left out"
    )


def _say_why(code: int, results: tuple[Result, ...], *, most_ungraded: float) -> None:
    if code == 1:
        failed = [own.name for own in results if own.outcome is Outcome.FAILED]
        click.echo(f"viva: failed: {', '.join(failed)}.", err=True)
    elif code:
        click.echo(f"viva: more than {most_ungraded:.0%} is ungraded: no figures hold.", err=True)
        click.echo("      --resume --retry-errors grades what failed once more.", err=True)


def _read_gates(given: str | None) -> Gates | None:
    if given is None:
        return None
    return load_gates(SHIPPED_GATES if given == "shipped" else Path(given))


def _write_page(folder: RunFolder, summary: Any, results: tuple[Result, ...]) -> None:
    from viva_eval.report import write_report

    write_report(folder, summary, results)


def _estimate(prepared: Prepared, begun: Path | None) -> Estimate:
    done = RunFolder(begun).done_ids() if begun else set()
    left = [sample for sample in prepared.samples if sample.id not in done]
    deck = prepared.dataset.deck
    if uses_model(prepared.settings):
        from viva.prompts import load_prompt

        return estimate_calls(
            left, deck, load_prompt("grade"), prepared.settings, workers=prepared.workers
        )
    from viva_eval.judges import make_judges

    (judge,) = make_judges(prepared.settings, deck, workers=1, repeats=1)
    hearing = prepared.hearing
    ear = hearing.make_ear(seed=prepared.options.seed) if hearing else None
    return estimate_by_trial(left, deck, judge, ear.hear if ear else None)


def _print_estimate(estimate: Estimate) -> None:
    minutes, seconds = divmod(round(estimate.seconds), 60)
    click.echo(f"{estimate.samples} samples, about {minutes} min {seconds} s.")
    if estimate.calls:
        click.echo(
            f"{estimate.calls} calls, about {estimate.input_tokens} tokens read and "
            f"{estimate.output_tokens} written, ${estimate.cost:.4g}."
        )
        if not estimate.cost:
            click.echo("Set VIVA_LLM_PRICE_IN and VIVA_LLM_PRICE_OUT to see the cost.")
    click.echo(f"From {estimate.basis}.")

"""``viva eval``: measure graders on answers. Mounted by ``viva_eval.plugin``; imports little."""

import sys
from typing import Any, NoReturn

import click
from click.core import ParameterSource

_SHIPPED = "shipped"


@click.group("eval", context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def eval_commands(context: click.Context) -> None:
    """Measure graders on answers that people have labelled.

    Exit codes: 0 good, 1 a gate failed, 2 bad input, 3 too much was left ungraded, 4 the grader
    is not the one its figures were made for, 130 stopped.
    """
    from viva.requirements import require
    from viva.settings import load_settings
    from viva_eval.requirements import EVALUATION

    require(EVALUATION, extra="eval")
    context.obj = context.obj or load_settings()


def main() -> NoReturn:
    """Run ``viva eval`` without ``viva``, and exit."""
    from viva.cli import run_command

    sys.exit(run_command(eval_commands, sys.argv[1:], name="eval"))


@eval_commands.command("run")
@click.option("--grader", default="", help="local, llm, or a plugin's; by default as in settings.")
@click.option("--model", default="", help="Name of the language model.")
@click.option("--dataset", default="", metavar="NAME|PATH", help="See 'viva eval datasets'.")
@click.option("--map", "columns", default="", help="Columns of a table: answer=COLUMN,…")
@click.option(
    "--split",
    type=click.Choice(["train", "test", "all"]),
    help="Which answers; by default test, where a set has it.",
)
@click.option(
    "--repeats", type=click.IntRange(1, 1000), default=1, help="How often each is graded."
)
@click.option("--perturb", default="", metavar="all|NAME,…", help="Change answers as well.")
@click.option(
    "--via-voice",
    default="",
    metavar="NAME|SPEAKER:TRANSCRIBER",
    help="Have 40 answers spoken and heard as well; see 'viva voice list'.",
)
@click.option("--voices", default="", help="Who speaks; by default the speaker and espeak-ng.")
@click.option("--clips", type=click.IntRange(1), help="Most recordings, drawn by the seed.")
@click.option("--limit", type=click.IntRange(1), help="Most answers, drawn by the seed.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of all that is random.")
@click.option("--concurrency", type=click.IntRange(1, 1000), help="Answers graded at once.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    help="Where to grade: here, or on a Ray cluster with --concurrency workers.",
)
@click.option("--out", type=click.Path(file_okay=False), help="Folder of this run.")
@click.option(
    "--gates",
    is_flag=False,
    flag_value=_SHIPPED,
    metavar="[FILE]",
    help="Check the figures; without a file, against the gates that ship.",
)
@click.option(
    "--max-ungraded",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Share of bullets that may stay without a verdict.",
)
@click.option("--max-cost", type=click.FloatRange(0), help="In US dollars.")
@click.option("--live", is_flag=True, help="Ask the language model, which costs, and record it.")
@click.option(
    "--cassette",
    type=click.Path(),
    default="",
    metavar="RUN|FILE",
    help="Replay the replies that a run with --live recorded.",
)
@click.option("--resume", is_flag=True, help="Complete a run: --out's, or the last one.")
@click.option("--retry-errors", is_flag=True, help="With --resume: grade failed samples again.")
@click.option("--estimate", is_flag=True, help="Say what it would take, and stop.")
@click.pass_context
def run_command(context: click.Context, /, **given: Any) -> int:
    """Grade a set of answers and report on the grader.

    The run is a folder; a run that was stopped or killed is completed with --resume.
    """
    from viva_eval.commands import run_and_report

    typed = {
        name for name in given if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    return run_and_report(context.obj, given, typed=typed)


@eval_commands.command("report")
@click.argument("run", type=click.Path(file_okay=False))
@click.option("--gates", is_flag=False, flag_value=_SHIPPED, metavar="[FILE]", help="As in 'run'.")
def report_command(run: str, gates: str | None) -> int:
    """Write the summary and the page of RUN anew."""
    from viva_eval.commands import report_on

    return report_on(run, gates)


@eval_commands.command("compare")
@click.argument("run_a", type=click.Path(file_okay=False))
@click.argument("run_b", type=click.Path(file_okay=False))
def compare_command(run_a: str, run_b: str) -> int:
    """Say in Markdown whether RUN_B is better than RUN_A, and by how much."""
    from viva_eval.commands import compare_runs

    return compare_runs(run_a, run_b)


@eval_commands.group("datasets", invoke_without_command=True)
@click.pass_context
def datasets_command(context: click.Context) -> int | None:
    """List the sets that ship, and the formats of others that can be read."""
    from viva_eval.commands import list_datasets

    return None if context.invoked_subcommand else list_datasets(context.obj)


@datasets_command.command("add")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--to", required=True, type=click.Path(dir_okay=False), help="The set to add to.")
@click.option("--shipped", is_flag=True, help="Yes, --to is a set that ships.")
@click.pass_obj
def add_command(settings: Any, file: str, to: str, shipped: bool) -> int:
    """Add the labelled answers in FILE to a set, all of them or none.

    Refused: a line that is wrong, an answer that the set has, a question in the other split.
    """
    from viva_eval.adding import add_answers

    return add_answers(settings, file, to, shipped=shipped)


@eval_commands.command("label")
@click.argument("source", metavar="NAME|PATH")
@click.option("--labeller", required=True, help="Your name; it stands beside your labels.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="Where labels go.")
@click.option("--score", "asks_score", is_flag=True, help="Ask for a score of each answer too.")
@click.pass_obj
def label_command(settings: Any, source: str, labeller: str, out: str, asks_score: bool) -> int:
    """Label answers bullet by bullet, blind, by keys.

    NAME|PATH is a set, or answers that people dispute: JSON lines with question_id and answer.
    Run it again to go on where you stopped; 'viva eval datasets add' takes the labels.
    """
    from viva_eval.labelling.command import label_answers

    return label_answers(settings, source, out, labeller=labeller, asks_score=asks_score)


@eval_commands.command("retrieval")
@click.option("--dataset", default="", metavar="NAME|PATH", help="Labelled answers with spans.")
@click.option(
    "--split",
    type=click.Choice(["train", "test", "all"]),
    default="all",
    show_default=True,
    help="Which answers; nothing of the index is fitted to any.",
)
@click.option("--out", type=click.Path(dir_okay=False), help="Write the figures as JSON.")
@click.pass_obj
def retrieval_command(settings: Any, dataset: str, split: str, out: str | None) -> int:
    """Measure how often the index finds the bullet that words are about, and what it mixes up."""
    from viva_eval.retrieval.command import measure_retrieval

    return measure_retrieval(settings, dataset, split, out)


@eval_commands.command("card")
@click.argument("run", required=False, type=click.Path(file_okay=False))
@click.option("--bullets", type=click.Path(file_okay=False), help="Another run, for each bullet.")
@click.option("--check", is_flag=True, help="Exit with 4 if a card does not fit what is installed.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder; by default the one shipped.")
@click.pass_obj
def card_command(
    settings: Any, run: str | None, bullets: str | None, check: bool, out: str | None
) -> int:
    """Write the report card of the grader that RUN measured, or check those that there are."""
    from viva_eval.card.command import check_cards, write_card

    if check == bool(run) or (check and bullets):
        raise click.UsageError("Name a run, or --check and no run.")
    return check_cards(settings, out) if run is None else write_card(settings, run, bullets, out)

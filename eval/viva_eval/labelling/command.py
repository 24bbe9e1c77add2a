"""What ``viva eval label`` does."""

from pathlib import Path

import click

from viva.settings import Settings
from viva.wiring import load_chosen_deck
from viva_eval.datasets_index import shipped_sets
from viva_eval.labelling.output import LabelFile
from viva_eval.labelling.queue import read_queue, shuffle
from viva_eval.labelling.session import Session
from viva_eval.labelling.terminal import Terminal


def label_answers(
    settings: Settings, source: str, out: str, *, labeller: str, asks_score: bool
) -> int:
    """Label the answers of a set or a file; return the exit code.

    Raises:
        VivaError: If the source or the file for labels cannot be used, or there is no terminal.
    """
    deck = load_chosen_deck(settings)
    queue = read_queue(shipped_sets().get(source, Path(source)), deck)
    output = LabelFile(Path(out), deck, labeller=labeller)
    session = Session(Terminal(), output, labeller=labeller, asks_score=asks_score)
    done = session.run(shuffle(queue, labeller), deck)
    click.echo(f"{done.labelled} labelled now, {done.left} left. The labels are in {out}.")
    return 0

"""``viva index``: the vector index, shown and built by hand."""

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from viva.settings import Settings

if TYPE_CHECKING:
    from viva.domain import Deck
    from viva.embedding import Embedder
    from viva.retrieval import Index


@click.group("index")
def index_commands() -> None:
    """Show or rebuild the vector index; the interview builds it by itself when it is stale."""


@index_commands.command("status")
@click.pass_obj
def status_command(settings: Settings) -> None:
    """Say whether the index is ready for the deck and the model."""
    index, deck, embedder = _parts(settings)
    status = index.status(deck, embedder)
    where = settings.chroma_url or settings.index_path
    click.echo(f"{deck.title} with {embedder.name}: {status.state} ({status.key}) in {where}")


@index_commands.command("build")
@click.option("--fresh", is_flag=True, help="Delete what is there and embed every text anew.")
@click.pass_obj
def build_command(settings: Settings, fresh: bool) -> None:
    """Build the index if it is stale."""
    index, deck, embedder = _parts(settings)
    if fresh:
        index.drop(deck)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Indexing", total=None)
        result = index.build(
            deck,
            embedder,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    if result.embedded + result.reused:
        click.echo(f"{result.embedded} texts embedded, {result.reused} taken over.")
    else:
        click.echo("The index is ready; nothing to do.")


def _parts(settings: Settings) -> "tuple[Index, Deck, Embedder]":
    from viva.embedding import load_embedder
    from viva.retrieval import Index, open_client
    from viva.wiring import load_chosen_deck

    deck = load_chosen_deck(settings)
    return Index(open_client(settings)), deck, load_embedder(settings.embedding_model)

"""From settings to working parts: the only place that builds graders, indexes and stores."""

from collections.abc import Callable
from dataclasses import dataclass

from viva.deck.loading import find_deck, load_deck
from viva.domain import Deck
from viva.embedding import Embedder, load_embedder
from viva.errors import SettingsError
from viva.grading.grader import Grader
from viva.hookspecs import GraderParts
from viva.interviewer import Interviewer
from viva.plugins import grader_factories, load_plugins
from viva.resources import data_dir
from viva.retrieval import Index, Retriever, open_client
from viva.settings import Settings
from viva.storage import SessionStore


@dataclass(frozen=True)
class Parts:
    """What every face of the product needs, built once."""

    settings: Settings
    deck: Deck
    embedder: Embedder
    retriever: Retriever
    grader: Grader


def load_chosen_deck(settings: Settings) -> Deck:
    """Load the deck that the settings name.

    Raises:
        NotFoundError: If there is no such deck.
        DeckError: If the deck is wrong.
    """
    return load_deck(find_deck(settings.deck, data_dir("corpus")))


def make_parts(settings: Settings, *, progress: Callable[[int, int], None] | None = None) -> Parts:
    """Build everything, the index too if it is stale.

    Args:
        settings: The settings.
        progress: Called with texts done and texts in all while the index is built.

    Raises:
        VivaError: If a part cannot be built; the message says which and what to do.
    """
    deck = load_chosen_deck(settings)
    embedder = load_embedder(settings.embedding_model)
    client = open_client(settings)
    Index(client).build(deck, embedder, progress=progress)
    retriever = Retriever(client, deck, embedder)
    factories = grader_factories(load_plugins())
    name = settings.grader_in_force
    if name not in factories:
        raise SettingsError(
            f"There is no grader named {name!r}.",
            hint=f"Set VIVA_GRADER to one of: {', '.join(sorted(factories))}.",
        )
    parts = GraderParts(settings=settings, deck=deck, embedder=embedder, retriever=retriever)
    return Parts(settings, deck, embedder, retriever, factories[name](parts))


def make_interviewer(
    settings: Settings, *, progress: Callable[[int, int], None] | None = None
) -> Interviewer:
    """Build an interviewer; raises what ``make_parts`` and the store raise."""
    parts = make_parts(settings, progress=progress)
    return Interviewer(
        deck=parts.deck,
        grader=parts.grader,
        finder=parts.retriever,
        store=SessionStore(settings.database),
    )

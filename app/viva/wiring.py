"""From settings to working parts: the only place that builds graders, indexes and stores."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viva.deck.loading import find_deck, load_deck
from viva.domain import Deck
from viva.embedding import Embedder, load_embedder
from viva.errors import SettingsError
from viva.grading.grader import Grader
from viva.hookspecs import GraderFactory, GraderParts
from viva.interviewer import Interviewer
from viva.plugins import grader_factories, load_plugins
from viva.resources import data_dir
from viva.retrieval import Index, Retriever, open_client
from viva.settings import Settings
from viva.storage import Database, SessionStore
from viva.talking.talker import Talker

if TYPE_CHECKING:
    from viva.language_model import LanguageModel


class Graders(Mapping[str, Grader]):
    """Graders by name, each built when it is first asked for.

    Args:
        factories: How to build each.
        parts: What to build them from.
    """

    def __init__(self, factories: Mapping[str, GraderFactory], parts: GraderParts) -> None:
        self._factories = dict(factories)
        self._parts = parts
        self._built: dict[str, Grader] = {}
        self._lock = threading.RLock()

    def __getitem__(self, name: str) -> Grader:
        with self._lock:
            if name not in self._built:
                self._built[name] = self._factories[name](self._parts)
            return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._factories)

    def __len__(self) -> int:
        return len(self._factories)


@dataclass(frozen=True)
class Parts:
    """What every face of the product needs, built once."""

    settings: Settings
    deck: Deck
    embedder: Embedder
    retriever: Retriever
    grader: Grader
    """The one that the settings choose."""
    graders: Graders
    """All that can be chosen."""
    talkers: Mapping[str, Talker]
    """Who speaks beside a grader, by its name; nobody where prepared words do."""


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
    # Before the models load, which takes seconds.
    factories = _offered_factories(settings)
    _check_model(settings)
    parts = make_grader_parts(settings, progress=progress)
    model, talkers = _language_model(settings, parts.deck)
    graders = Graders(factories, replace(parts, model=model))
    return Parts(
        settings,
        parts.deck,
        parts.embedder,
        parts.retriever,
        graders[settings.grader_in_force],
        graders,
        talkers,
    )


def make_grader_parts(
    settings: Settings,
    *,
    deck: Deck | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> GraderParts:
    """Build what graders are built from, the index too if it is stale.

    Args:
        settings: The settings.
        deck: The questions; by default those of the deck that the settings name.
        progress: Called with texts done and texts in all while the index is built.

    Raises:
        VivaError: If a part cannot be built; the message says which and what to do.
    """
    deck = deck or load_chosen_deck(settings)
    embedder = load_embedder(settings.embedding_model)
    client = open_client(settings)
    Index(client).build(deck, embedder, progress=progress)
    retriever = Retriever(client, deck, embedder)
    return GraderParts(settings=settings, deck=deck, embedder=embedder, retriever=retriever)


def make_grader(parts: GraderParts) -> Grader:
    """Build the grader that the settings of its parts name.

    Raises:
        SettingsError: If nobody offers it; names those on offer.
        VivaError: If it cannot be built.
    """
    factories = _offered_factories(parts.settings)
    return factories[parts.settings.grader_in_force](parts)


def make_interviewer(
    settings: Settings, *, progress: Callable[[int, int], None] | None = None
) -> Interviewer:
    """Build an interviewer; raises what ``make_parts`` and the store raise."""
    parts = make_parts(settings, progress=progress)
    return Interviewer(
        deck=parts.deck,
        grader=parts.grader,
        finder=parts.retriever,
        store=SessionStore(open_database(settings)),
        others=parts.graders,
        talkers=parts.talkers,
    )


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name; raises what opening it raises."""
    return Database(settings.database)


def _offered_factories(settings: Settings) -> dict[str, GraderFactory]:
    """Return how to build each grader on offer; the one in force is among them.

    The one behind a language model is on offer only if one is set up; if the settings name it, it
    is all the same, and says what it lacks.

    Raises:
        SettingsError: If nobody offers the grader in force; names those on offer.
    """
    offered = {
        name: factory
        for name, factory in grader_factories(load_plugins()).items()
        if name != "llm" or settings.has_llm or settings.grader == "llm"
    }
    name = settings.grader_in_force
    if name not in offered:
        raise SettingsError(
            f"There is no grader named {name!r}.",
            hint=f"Set VIVA_GRADER to one of: {', '.join(sorted(offered))}.",
        )
    return offered


def _check_model(settings: Settings) -> None:
    """Raise a ``SettingsError`` if a language model is to grade and none is set up."""
    if settings.grader_in_force == "llm" and not settings.has_llm:
        from viva.language_model import LanguageModel

        LanguageModel(settings)  # which says what is missing


def _language_model(
    settings: Settings, deck: Deck
) -> tuple["LanguageModel | None", dict[str, Talker]]:
    """Return the language model and who speaks through it, if one is set up.

    Only the sessions of the grader behind it are talked about through it: whoever chooses another
    grader may not want the answers sent anywhere.
    """
    if not settings.has_llm:
        return None, {}
    # Imported here: the client takes a while, and most have no use for it.
    from viva.language_model import LanguageModel
    from viva.prompts import load_prompt
    from viva.talking.llm import PROMPTS, LlmTalker

    model = LanguageModel(settings)
    prompts = {name: load_prompt(name) for name in PROMPTS}
    return model, {"llm": LlmTalker(model=model, prompts=prompts, deck=deck)}

"""From settings to working parts: the only place that builds graders, indexes and stores."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from viva.deck.loading import find_deck, load_deck, shipped_decks
from viva.domain import Deck
from viva.embedding import Embedder, Remembered, load_embedder
from viva.errors import NotFoundError, SettingsError
from viva.grading.grader import Grader
from viva.hookspecs import GraderFactory, GraderParts
from viva.interviewer import Interviewer
from viva.interviewers import Interviewers
from viva.plugins import grader_factories, load_plugins, plugin_decks
from viva.resources import data_dir
from viva.retrieval import Index, Retriever, open_client
from viva.scheduling import RatingRule
from viva.settings import Settings
from viva.shelf import Origin, Shelf
from viva.storage import LOCAL_PERSON, Database, DeckStore, SessionStore
from viva.talking.talker import Talker

if TYPE_CHECKING:
    from viva.grading.cross_encoder import CrossEncoder
    from viva.language_model import LanguageModel
    from viva.suggesting import Suggester


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
    return _find_chosen(settings)[0]


class Workshop:
    """Builds the parts of any deck; models, clients and the budget are the same for all.

    Args:
        settings: The settings.
        progress: Called with texts done and texts in all while an index is built.

    Raises:
        VivaError: If something cannot be built; the message says which and what to do.
    """

    def __init__(
        self, settings: Settings, *, progress: Callable[[int, int], None] | None = None
    ) -> None:
        # Before the models load, which takes seconds.
        self._factories = _offered_factories(settings)
        _check_model(settings)
        self._settings = settings
        self._progress = progress
        self._embedder = load_embedder(settings.embedding_model)
        self._client = open_client(settings)
        self._cross_encoder = cache(_shipped_cross_encoder)
        self._model = _language_model(settings)

    def grader_parts(self, deck: Deck) -> GraderParts:
        """Build what graders over a deck are built from, the index too if it is stale."""
        Index(self._client).build(deck, self._embedder, progress=self._progress)
        return GraderParts(
            settings=self._settings,
            deck=deck,
            embedder=self._embedder,
            retriever=Retriever(self._client, deck, self._embedder),
            model=self._model,
            cross_encoder=self._cross_encoder,
        )

    def embed(self) -> Remembered:
        """Return what makes vectors, and remembers them from one edit of a deck to the next."""
        return Remembered(self._embedder.embed)

    def suggester(self) -> "Suggester | None":
        """Return who proposes changes to decks, if a language model is set up."""
        if self._model is None:
            return None
        from viva.prompts import load_prompt
        from viva.suggesting import PROMPTS, Suggester

        return Suggester(model=self._model, prompts={name: load_prompt(name) for name in PROMPTS})

    def parts(self, deck: Deck) -> Parts:
        """Build everything that is needed over a deck."""
        parts = self.grader_parts(deck)
        graders = Graders(self._factories, parts)
        return Parts(
            self._settings,
            deck,
            parts.embedder,
            parts.retriever,
            graders[self._settings.grader_in_force],
            graders,
            _talkers(self._model, deck),
        )


def make_parts(settings: Settings, *, progress: Callable[[int, int], None] | None = None) -> Parts:
    """Build everything over the deck that the settings name; raises what ``Workshop`` raises."""
    return Workshop(settings, progress=progress).parts(load_chosen_deck(settings))


def make_grader_parts(settings: Settings, *, deck: Deck | None = None) -> GraderParts:
    """Build what graders are built from, by default over the deck that the settings name.

    Nothing is sent anywhere: there is no language model among them.

    Raises:
        VivaError: If a part cannot be built; the message says which and what to do.
    """
    deck = deck or load_chosen_deck(settings)
    embedder = load_embedder(settings.embedding_model)
    client = open_client(settings)
    Index(client).build(deck, embedder)
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


def make_interviewer(settings: Settings) -> Interviewer:
    """Build an interviewer over the deck that the settings name, for the local person.

    Raises:
        VivaError: If something cannot be built; the message says which and what to do.
    """
    return make_interviewers(settings).of(LOCAL_PERSON)


def make_interviewers(
    settings: Settings, *, progress: Callable[[int, int], None] | None = None
) -> Interviewers:
    """Build interviewers for any person and deck; the one over the chosen deck at once.

    Args:
        settings: The settings.
        progress: Called with texts done and texts in all while an index is built.

    Raises:
        VivaError: If something cannot be built; the message says which and what to do.
    """
    database = open_database(settings)
    shelf = open_shelf(settings, database)
    workshop = Workshop(settings, progress=progress)

    def build(deck: Deck) -> Interviewer:
        parts = workshop.parts(deck)
        return Interviewer(
            deck=deck,
            grader=parts.grader,
            finder=parts.retriever,
            store=SessionStore(database),
            others=parts.graders,
            talkers=parts.talkers,
            rule=rating_rule(settings),
        )

    interviewers = Interviewers(
        shelf=shelf,
        database=database,
        build=build,
        embed=workshop.embed(),
        suggester=workshop.suggester(),
        rule=rating_rule(settings),
    )
    interviewers.of(LOCAL_PERSON)
    return interviewers


def open_shelf(settings: Settings, database: Database) -> Shelf:
    """Return the decks of this installation and everybody's own.

    Raises:
        NotFoundError: If there is no deck as the settings name it.
        DeckError: If a deck is wrong.
    """
    deck, origin = _find_chosen(settings)
    return Shelf(
        deck,
        default_origin=origin,
        shipped=[load_deck(path) for path in shipped_decks(data_dir("corpus"))],
        plugins=list(plugin_decks(load_plugins()).values()),
        own=lambda person: DeckStore(database, person),
    )


def rating_rule(settings: Settings) -> RatingRule:
    """Return how the settings turn scores into ratings."""
    return RatingRule(
        again=settings.rating_again,
        hard=settings.rating_hard,
        good=settings.rating_good,
        retention=settings.desired_retention,
    )


def _find_chosen(settings: Settings) -> tuple[Deck, Origin]:
    """Return the deck that the settings name: shipped, a file, of a plugin, or the local person's.

    Raises:
        NotFoundError: If there is none; names those that are.
        DeckError: If it is wrong.
    """
    corpus = data_dir("corpus")
    try:
        path = find_deck(settings.deck, corpus)
    except NotFoundError as error:
        return _find_by_id(settings, error)
    shipped = path in shipped_decks(corpus)
    return load_deck(path), Origin.SHIPPED if shipped else Origin.CHOSEN


def _find_by_id(settings: Settings, missing: NotFoundError) -> tuple[Deck, Origin]:
    offered = plugin_decks(load_plugins())
    if deck := offered.get(settings.deck):
        return deck, Origin.PLUGIN
    database = open_database(settings)
    own = {deck.id: deck for deck, *_ in DeckStore(database).list()}
    database.close()
    if deck := own.get(settings.deck):
        return deck, Origin.OWN
    if others := [*offered, *own]:
        hint = f"{missing.hint} There are also: {', '.join(others)}."
        raise NotFoundError(missing.message, hint=hint) from missing
    raise missing


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


def _shipped_cross_encoder() -> "CrossEncoder":
    from viva.grading.calibration import Calibration
    from viva.grading.cross_encoder import CrossEncoder

    return CrossEncoder(Calibration.shipped().cross_encoder)


def _language_model(settings: Settings) -> "LanguageModel | None":
    """Return the language model, if one is set up."""
    if not settings.has_llm:
        return None
    # Imported here: the client takes a while, and most have no use for it.
    from viva.language_model import LanguageModel

    return LanguageModel(settings)


def _talkers(model: "LanguageModel | None", deck: Deck) -> dict[str, Talker]:
    """Return who speaks over a deck through a language model, by the name of the grader.

    Only the sessions of the grader behind it are talked about through it: whoever chooses another
    grader may not want the answers sent anywhere.
    """
    if model is None:
        return {}
    from viva.prompts import load_prompt
    from viva.talking.llm import PROMPTS, LlmTalker

    prompts = {name: load_prompt(name) for name in PROMPTS}
    return {"llm": LlmTalker(model=model, prompts=prompts, deck=deck)}

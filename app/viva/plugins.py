"""The plugin manager: what Viva ships first, then whatever packages offer."""

import logging
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from viva import hookspecs
from viva.errors import VivaError
from viva.hookspecs import (
    CommandEntry,
    GraderFactory,
    GraderParts,
    SpeakerFactory,
    TranscriberFactory,
    hookimpl,
)

if TYPE_CHECKING:
    from viva.domain import Deck
    from viva.grading.llm import LlmGrader
    from viva.grading.local import LocalGrader
    from viva.settings import Settings
    from viva.voice.protocols import Speaker, Transcriber

logger = logging.getLogger(__name__)


class BuiltIns:
    """What Viva ships, offered by the same hooks as any plugin."""

    @hookimpl
    def register_graders(self) -> Mapping[str, GraderFactory]:
        """Offer the local grader and the one behind a language model."""
        return {"local": _local_grader, "llm": _llm_grader}

    @hookimpl
    def register_transcribers(self) -> Mapping[str, TranscriberFactory]:
        """Offer Whisper on this machine, a server's, and the browser's own recogniser."""
        return {
            "local": _local_transcriber,
            "openai": _openai_transcriber,
            "browser": _browser_transcriber,
        }

    @hookimpl
    def register_speakers(self) -> Mapping[str, SpeakerFactory]:
        """Offer Piper on this machine, a server's voices, and the browser's own."""
        return {
            "local": _local_speaker,
            "openai": _openai_speaker,
            "browser": _browser_speaker,
        }


def _local_grader(parts: GraderParts) -> "LocalGrader":
    from viva.grading.local import LocalGrader

    return LocalGrader(
        deck=parts.deck,
        embedder=parts.embedder,
        retriever=parts.retriever,
        reader=parts.cross_encoder() if parts.cross_encoder else None,
    )


def _llm_grader(parts: GraderParts) -> "LlmGrader":
    from viva.grading.llm import LlmGrader
    from viva.grading.reply_cache import open_cache
    from viva.language_model import LanguageModel
    from viva.prompts import load_prompt

    settings = parts.settings
    return LlmGrader(
        model=parts.model or LanguageModel(settings),  # which says what is not set up
        prompt=load_prompt("grade"),
        retriever=parts.retriever,
        fallback=_local_grader(parts),
        votes=settings.llm_votes,
        cache=open_cache(settings),
        seed=settings.llm_seed,
    )


def _local_transcriber(settings: "Settings") -> "Transcriber":
    from viva.voice.local_transcriber import LocalTranscriber

    return LocalTranscriber(settings)


def _openai_transcriber(settings: "Settings") -> "Transcriber":
    from viva.voice.openai_voices import OpenaiTranscriber

    return OpenaiTranscriber(settings)


def _browser_transcriber(settings: "Settings") -> "Transcriber":
    from viva.voice.browser import BrowserTranscriber

    return BrowserTranscriber(settings)


def _local_speaker(settings: "Settings") -> "Speaker":
    from viva.voice.local_speaker import LocalSpeaker

    return LocalSpeaker(settings)


def _openai_speaker(settings: "Settings") -> "Speaker":
    from viva.voice.openai_voices import OpenaiSpeaker

    return OpenaiSpeaker(settings)


def _browser_speaker(settings: "Settings") -> "Speaker":
    from viva.voice.browser import BrowserSpeaker

    return BrowserSpeaker(settings)


def load_plugins() -> pluggy.PluginManager:
    """Return a manager with the built-ins and every installed plugin that loads.

    A plugin that fails to load is named in a warning and left out.
    """
    manager = pluggy.PluginManager("viva")
    manager.add_hookspecs(hookspecs)
    manager.register(BuiltIns(), name="viva")
    for entry in entry_points(group="viva"):
        try:
            manager.register(entry.load(), name=entry.name)
        except Exception as error:  # a stranger's package must not stop the interview
            logger.warning("plugin %r was left out: %s", entry.name, error)
    return manager


def grader_factories(manager: pluggy.PluginManager) -> dict[str, GraderFactory]:
    """Return every grader on offer by name; a plugin may replace a built-in one.

    A plugin whose hook fails is named in a warning and left out.
    """
    return _by_name(manager, "register_graders")


def plugin_decks(manager: pluggy.PluginManager) -> dict[str, "Deck"]:
    """Return the decks that plugins offer, by id; of two with the same id, the first.

    A deck that cannot be read, and a plugin whose hook fails, is named in a warning and left out.
    """
    from viva.deck.loading import load_deck

    decks: dict[str, Deck] = {}
    for offered in _ask_each(manager, "register_decks"):
        for path in offered:
            try:
                deck = load_deck(Path(path))
            except VivaError as error:
                logger.warning("a plugin's deck was left out: %s", error)
            else:
                decks.setdefault(deck.id, deck)
    return decks


def plugin_commands(manager: pluggy.PluginManager) -> dict[str, CommandEntry]:
    """Return the commands that plugins offer, by name.

    A plugin whose hook fails is named in a warning and left out.
    """
    return _by_name(manager, "register_commands")


def transcriber_factories(manager: pluggy.PluginManager) -> dict[str, TranscriberFactory]:
    """Return what turns speech to text by name; a plugin may replace a built-in one.

    A plugin whose hook fails is named in a warning and left out.
    """
    return _by_name(manager, "register_transcribers")


def speaker_factories(manager: pluggy.PluginManager) -> dict[str, SpeakerFactory]:
    """Return what turns text to speech by name; a plugin may replace a built-in one.

    A plugin whose hook fails is named in a warning and left out.
    """
    return _by_name(manager, "register_speakers")


def _by_name(manager: pluggy.PluginManager, hook: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for offered in _ask_each(manager, hook):
        found.update(offered)
    return found


def _ask_each(manager: pluggy.PluginManager, hook: str) -> Iterator[Any]:
    """Ask plugins one by one, so that one failure does not take the others along."""
    plugins = manager.list_name_plugin()
    for name, plugin in plugins:
        others = [other for _, other in plugins if other is not plugin]
        try:
            yield from manager.subset_hook_caller(hook, others)()
        except Exception as error:
            logger.warning("plugin %r was left out: %s", name, error)

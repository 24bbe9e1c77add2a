"""The hooks by which packages extend Viva (entry-point group ``viva``); built-ins use them too.

Importing this must stay quick: ``viva --help`` asks plugins for their commands.
"""

from __future__ import annotations  # the types below are imported for reading only

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pluggy

if TYPE_CHECKING:
    from viva.domain import Deck
    from viva.embedding import Embedder
    from viva.grading.cross_encoder import CrossEncoder
    from viva.grading.grader import Grader
    from viva.language_model import LanguageModel
    from viva.retrieval import Retriever
    from viva.settings import Settings
    from viva.voice.protocols import Speaker, Transcriber

hookspec = pluggy.HookspecMarker("viva")
hookimpl = pluggy.HookimplMarker("viva")


@dataclass(frozen=True)
class GraderParts:
    """What a grader may be built from."""

    settings: Settings
    deck: Deck
    embedder: Embedder
    retriever: Retriever
    model: LanguageModel | None = None
    """The language model, if one is set up: the same for all, so that one budget holds."""
    cross_encoder: Callable[[], CrossEncoder] | None = None
    """Loads the local grader's reader, or returns the one that other decks' graders have."""


GraderFactory = Callable[[GraderParts], "Grader"]
TranscriberFactory = Callable[["Settings"], "Transcriber"]
SpeakerFactory = Callable[["Settings"], "Speaker"]


class CommandEntry(NamedTuple):
    """A command as ``viva --help`` lists it; its module is imported when it runs."""

    target: str
    """``module:attribute`` of a click command."""
    help: str
    """One line."""


@hookspec
def register_graders() -> Mapping[str, GraderFactory]:  # type: ignore[empty-body]  # a hook spec
    """Return graders by name; a factory is called only for the grader that is chosen."""


@hookspec
def register_decks() -> Iterable[Path]:  # type: ignore[empty-body]  # a hook spec
    """Return the files of decks, in the format of corpus/; one that is wrong is left out."""


@hookspec
def register_commands() -> Mapping[str, CommandEntry]:  # type: ignore[empty-body]  # a hook spec
    """Return commands by name; none takes the place of one that ships."""


@hookspec
def register_transcribers() -> Mapping[str, TranscriberFactory]:  # type: ignore[empty-body]  # a hook spec
    """Return what turns speech to text by name; a factory is called for the chosen one only."""


@hookspec
def register_speakers() -> Mapping[str, SpeakerFactory]:  # type: ignore[empty-body]  # a hook spec
    """Return what turns text to speech by name; a factory is called for the chosen one only."""

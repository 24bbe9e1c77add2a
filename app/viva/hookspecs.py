"""The hooks by which packages extend Viva (entry-point group ``viva``); built-ins use them too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

from viva.domain import Deck
from viva.embedding import Embedder
from viva.grading.grader import Grader
from viva.retrieval import Retriever
from viva.settings import Settings

if TYPE_CHECKING:
    from viva.language_model import LanguageModel

hookspec = pluggy.HookspecMarker("viva")
hookimpl = pluggy.HookimplMarker("viva")


@dataclass(frozen=True)
class GraderParts:
    """What a grader may be built from."""

    settings: Settings
    deck: Deck
    embedder: Embedder
    retriever: Retriever
    model: "LanguageModel | None" = None
    """The language model, if one is set up: the same for all, so that one budget holds."""


GraderFactory = Callable[[GraderParts], Grader]


@hookspec
def register_graders() -> Mapping[str, GraderFactory]:  # type: ignore[empty-body]  # a hook spec
    """Return graders by name; a factory is called only for the grader that is chosen."""

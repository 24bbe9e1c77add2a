"""The hooks by which packages extend Viva (entry-point group ``viva``); built-ins use them too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pluggy

from viva.domain import Deck
from viva.embedding import Embedder
from viva.grading.grader import Grader
from viva.retrieval import Retriever
from viva.settings import Settings

hookspec = pluggy.HookspecMarker("viva")
hookimpl = pluggy.HookimplMarker("viva")


@dataclass(frozen=True)
class GraderParts:
    """What a grader may be built from."""

    settings: Settings
    deck: Deck
    embedder: Embedder
    retriever: Retriever


GraderFactory = Callable[[GraderParts], Grader]


@hookspec
def register_graders() -> Mapping[str, GraderFactory]:  # type: ignore[empty-body]  # a hook spec
    """Return graders by name; a factory is called only for the grader that is chosen."""

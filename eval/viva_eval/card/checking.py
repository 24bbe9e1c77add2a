"""Whether a card still fits what is installed: any hash that changed makes it stale."""

from collections.abc import Iterator

from viva.deck.loading import deck_hash, find_deck, load_deck
from viva.domain import GraderIdentity
from viva.errors import NotFoundError, VivaError
from viva.resources import MINILM_WEIGHTS, data_dir
from viva.settings import Settings
from viva_eval.card.model import ReportCard
from viva_eval.datasets_index import hash_files, shipped_sets


def find_changes(card: ReportCard, settings: Settings) -> tuple[str, ...]:
    """Return what has changed since a card was made, in words; nothing if it still holds."""
    return tuple(_changes(card, settings))


def installed_weights(name: str) -> dict[str, str]:
    """Return the hashes of what a grader computes with here; of a model behind a server, none."""
    if name != "local":
        return {}
    from viva.grading.calibration import Calibration

    fitted = Calibration.shipped()
    return {
        "weights of the embedding model": MINILM_WEIGHTS.sha256,
        "weights of the cross-encoder": fitted.cross_encoder,
        "fitted figures": fitted.fingerprint,
    }


def installed_identity(name: str, settings: Settings) -> GraderIdentity | None:
    """Return who grades under a name here.

    None for the grader behind a language model: who that is depends on a server and on settings
    that nobody else has, so that its prompt is compared instead.

    Raises:
        VivaError: If there is no such grader, or it cannot be built.
    """
    if name == "local":
        from viva.grading.calibration import Calibration
        from viva.grading.local import identify

        return identify(MINILM_WEIGHTS.sha256, Calibration.shipped().fingerprint)
    if name == "llm":
        return None
    from viva.wiring import make_grader, make_grader_parts

    chosen = settings.model_copy(update={"grader": name})
    return make_grader(make_grader_parts(chosen)).identity


def _changes(card: ReportCard, settings: Settings) -> Iterator[str]:
    try:
        identity = installed_identity(card.name, settings)
    except VivaError as error:
        yield f"the grader is not to be had: {error.message}"
    else:
        if identity is not None and identity != card.grader:
            yield (
                f"the grader: {card.grader.version} {card.grader.fingerprint} then, "
                f"{identity.version} {identity.fingerprint} now"
            )
    weights = installed_weights(card.name)
    yield from (name for name in weights if weights[name] != card.weights.get(name))
    if card.prompt:
        from viva.prompts import load_prompt

        if load_prompt("grade").fingerprint != card.prompt:
            yield "the grading prompt"
    if _deck_now(card.deck_id) != card.deck_sha256:
        yield f"the deck {card.deck_id}"
    path = shipped_sets().get(card.dataset)
    if path is None or hash_files([path]) != card.dataset_sha256:
        yield f"the set {card.dataset}"


def _deck_now(deck_id: str) -> str:
    try:
        return deck_hash(load_deck(find_deck(deck_id, data_dir("corpus"))))
    except NotFoundError:
        return ""

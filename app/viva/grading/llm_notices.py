"""What people are told when the language model did not grade an answer."""

from viva.errors import (
    BudgetSpent,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelReplyError,
    ModelUnreachable,
)

_AGAIN = "You can have it graded again."
_WHAT_HAPPENED: tuple[tuple[type[ModelError], str, str], ...] = (
    # The provider's own words stay out: they may hold addresses, or a key.
    (ModelUnreachable, "The language model did not answer in time", _AGAIN),
    (
        ModelRejected,
        "The language model's server did not accept the request",
        "Check the model's name and the key; 'viva doctor --llm' tells more.",
    ),
    (ModelRefused, "The language model declined", _AGAIN),
    (ModelReplyError, "The language model's reply could not be used", _AGAIN),
    (
        BudgetSpent,
        "The budget for the language model is spent",
        "VIVA_LLM_BUDGET sets it.",
    ),
    (ModelError, "The language model failed", _AGAIN),
)


def explain_failure(error: ModelError) -> str:
    """Return, for people, why the local grader graded and what they can do.

    Example:
        >>> explain_failure(ModelRefused("...")).partition(". ")[0]
        'The language model declined, so the local grader graded this answer'
    """
    what, advice = _find(error)
    return f"{what}, so the local grader graded this answer. {advice}"


def explain_silence(error: ModelError) -> str:
    """Return, for people, why the interviewer speaks in prepared words."""
    what, _ = _find(error)
    return f"{what}, so these are prepared words."


def _find(error: ModelError) -> tuple[str, str]:
    return next((what, advice) for kind, what, advice in _WHAT_HAPPENED if isinstance(error, kind))

"""What people are told when the language model did not grade an answer."""

from viva.errors import ModelError


def explain_failure(error: ModelError) -> str:
    """Return, for people, why the local grader graded and what they can do.

    Example:
        >>> explain_failure(ModelError("m refused this.", hint="Other wording may be taken."))
        'm refused this, so the local grader graded this answer. Other wording may be taken.'
    """
    return f"{_what_happened(error)}, so the local grader graded this answer. {error.hint}".strip()


def explain_silence(error: ModelError, *, prepared: bool) -> str:
    """Return, for people, why the interviewer speaks in prepared words, or says nothing here."""
    end = "these are prepared words" if prepared else "nothing more is said here"
    return f"{_what_happened(error)}, so {end}."


def _what_happened(error: ModelError) -> str:
    # What follows the colon are the server's own words: they may hold anything.
    return error.message.partition(": ")[0].rstrip(".")

"""Evidence: spans of the answer, and the check that no verdict rests on anything else."""

from viva.claims import Claim
from viva.domain import Evidence, Grade


def quote_claim(claim: Claim) -> Evidence:
    """Return a claim as evidence."""
    return Evidence(start=claim.start, end=claim.end, quote=claim.text)


def check_evidence(grade: Grade, answer: str) -> None:
    """Check that every quote of a grade stands in the answer where it says.

    Raises:
        ValueError: If one does not: an invented quote must never reach a person.
    """
    spans = [evidence for bullet in grade.bullets for evidence in bullet.evidence]
    spans += [related.evidence for related in grade.related]
    for span in spans:
        if answer[span.start : span.end] != span.quote:
            raise ValueError(f"the answer has no {span.quote!r} at {span.start}")

"""What a grader is. The local one and any other are called through this and nothing else."""

from typing import Protocol

from viva.domain import Grade, GraderIdentity, Question


class Grader(Protocol):
    """Judges an answer bullet by bullet."""

    @property
    def identity(self) -> GraderIdentity:
        """Name, version and fingerprint, as they stand in every grade."""
        ...

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the grade of ``answer``; the same for the same arguments.

        A bullet that cannot be judged is ``ungraded``. Raises only for what the caller can mend
        (an index or weights that are not there), as a ``VivaError``.
        """
        ...

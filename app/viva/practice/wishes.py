"""What a candidate wishes before an interview, and the plan that comes of it."""

from pydantic import Field

from viva.domain import Difficulty, Frozen, Kind, Mode
from viva.job_description import LONGEST

DEFAULT_SECONDS_PER_QUESTION = 300
"""An exam's time for one question when none is chosen, in seconds."""


class Wishes(Frozen):
    """What a candidate chooses before an interview; each kind reads what it needs of it."""

    kind: Kind = Kind.TOPIC
    mode: Mode = Mode.COACH
    """A mock interview is an exam in any case."""
    count: int = Field(default=3, ge=1, le=61)
    """Number of questions, by topic or from a job description."""
    topics: tuple[str, ...] = ()
    """Ids of topics; empty for all."""
    difficulties: tuple[Difficulty, ...] = ()
    """Empty for all."""
    job_description: str = Field(default="", max_length=LONGEST)
    """The questions nearest to it are asked."""
    questions: tuple[str, ...] = ()
    """Ids of the questions to ask, where the candidate names them or saw them chosen for a job."""
    seconds_per_question: int | None = Field(default=None, ge=30, le=3600)
    """Exam mode only, in seconds."""
    grader: str = ""
    """Name of a grader; empty for the default one."""


class Choice(Frozen):
    """A question that was chosen."""

    question_id: str
    why: str = ""
    """In words, for people; may be empty."""


class Plan(Frozen):
    """What a session will ask, and how."""

    kind: Kind
    mode: Mode
    choices: tuple[Choice, ...]
    """In the order of asking; empty if nothing fits the wishes."""
    note: str = ""
    """What people should know of the choice, such as a wish that could not be met."""
    seconds_per_question: int | None = None
    seconds_in_all: int | None = None

    @property
    def questions(self) -> tuple[str, ...]:
        """Ids of the questions, in the order of asking."""
        return tuple(choice.question_id for choice in self.choices)

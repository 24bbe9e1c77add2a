"""What can happen in an interview; ``interview.advance`` says what follows from each."""

from dataclasses import dataclass

from viva.domain import Contest, Exchange, FollowUp, Grade, Speech, Usage


@dataclass(frozen=True)
class AnswerGiven:
    """The candidate answered the question."""

    text: str
    speech: Speech | None = None
    """How it was spoken, if it was."""


@dataclass(frozen=True)
class Graded:
    """The pending answer was graded; ``follow_up`` is what the interviewer would ask next."""

    grade: Grade
    follow_up: FollowUp | None = None
    reaction: str = ""
    """What the interviewer said on hearing the answer."""
    comment: str = ""
    """What the interviewer said on the grade."""
    notice: str = ""
    """What a person should know of the talk, such as that a model failed."""
    usage: tuple[Usage, ...] = ()
    """Calls of a language model beside the grade's own."""


@dataclass(frozen=True)
class FollowUpAnswered:
    """The candidate answered the follow-up."""

    text: str
    speech: Speech | None = None
    """How it was spoken, if it was."""


@dataclass(frozen=True)
class FollowUpDeclined:
    """The candidate has nothing to add."""


@dataclass(frozen=True)
class HintTaken:
    """The candidate took the hint toward one bullet."""

    bullet_id: str


@dataclass(frozen=True)
class ReferenceOpened:
    """The candidate looked at the reference before answering."""


@dataclass(frozen=True)
class Skipped:
    """The candidate passes on the question."""


@dataclass(frozen=True)
class Replied:
    """The interviewer replied to a free question."""

    exchange: Exchange
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True)
class ModelAnswerGiven:
    """The interviewer told a model answer."""

    text: str
    notice: str = ""
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True)
class NextAsked:
    """The candidate is ready for the next question."""


@dataclass(frozen=True)
class Regraded:
    """An earlier answer was graded anew."""

    position: int
    grade: Grade


@dataclass(frozen=True)
class Contested:
    """The candidate holds a verdict on an earlier answer to be wrong."""

    position: int
    contest: Contest


@dataclass(frozen=True)
class ContestWithdrawn:
    """The candidate takes a contest back."""

    position: int
    bullet_id: str


@dataclass(frozen=True)
class GraderChosen:
    """The candidate goes on with another grader."""

    name: str


@dataclass(frozen=True)
class Finished:
    """The candidate ends the interview."""


Event = (
    AnswerGiven
    | Graded
    | FollowUpAnswered
    | FollowUpDeclined
    | HintTaken
    | ReferenceOpened
    | Skipped
    | Replied
    | ModelAnswerGiven
    | NextAsked
    | Regraded
    | Contested
    | ContestWithdrawn
    | GraderChosen
    | Finished
)

"""The words of the product as frozen values: decks, grades, sessions.

Everything else passes these around; nothing here does any work beyond checking itself.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""A stable id: lower-case words joined by hyphens."""

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
"""Text that says something."""


class Frozen(BaseModel):
    """A value: immutable, and strict about fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- Decks ----------------------------------------------------------------------------------


class Difficulty(StrEnum):
    """How hard an interviewer would call a question."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Bullet(Frozen):
    """One point that a good answer makes."""

    id: Slug
    """Unique within its question."""
    text: Text
    weight: float = Field(default=1.0, gt=0, le=10)
    """Its share of the score, relative to the question's other bullets."""
    key_terms: tuple[Text, ...] = ()
    """Terms, tools or examples that an answer with this point may well use. None is required."""
    hint: Text | None = None
    """A nudge toward the point, as a question that does not give it away."""


class Topic(Frozen):
    """A subject that questions share."""

    id: Slug
    name: Text


class Question(Frozen):
    """A question and the bullets that its answers are graded by."""

    id: Slug
    """Unique within its deck."""
    text: Text
    topics: tuple[Slug, ...] = Field(min_length=1)
    """The most fitting first."""
    difficulty: Difficulty = Difficulty.MEDIUM
    bullets: tuple[Bullet, ...] = Field(min_length=1)

    def bullet(self, bullet_id: str) -> Bullet:
        """Return the bullet with this id, or raise ``KeyError``."""
        for bullet in self.bullets:
            if bullet.id == bullet_id:
                return bullet
        raise KeyError(bullet_id)


class Deck(Frozen):
    """A set of questions on one subject."""

    id: Slug
    title: Text
    topics: tuple[Topic, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)

    def question(self, question_id: str) -> Question:
        """Return the question with this id, or raise ``KeyError``."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def topic_name(self, topic_id: str) -> str:
        """Return the name people see for a topic id, or the id itself if it has none."""
        return next((topic.name for topic in self.topics if topic.id == topic_id), topic_id)


# --- Grades ---------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What an answer does about a bullet; docs/grading-policy.md defines each."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    UNGRADED = "ungraded"
    """The grader failed or refused: no judgement, and no part in the score."""


VERDICTS = (Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)
"""The four judgements, in the order in which tables list them."""


class Evidence(Frozen):
    """A verbatim span of the answer: ``answer[start:end] == quote``."""

    start: int = Field(ge=0)
    end: int
    quote: Text

    @model_validator(mode="after")
    def _spans_its_quote(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError("the span's length differs from its quote's")
        return self


class BulletGrade(Frozen):
    """The verdict on one bullet, with what it rests on."""

    bullet_id: Slug
    verdict: Verdict
    confidence: float = Field(ge=0, le=1)
    """Probability that the verdict is right, as the grader has it; 0 when ungraded.

    Calibrated for the local grader; what a language model says of itself is not.
    """
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    """One line on why, for people; may be empty."""

    @model_validator(mode="after")
    def _rests_on_evidence(self) -> Self:
        needs = self.verdict in {Verdict.COVERED, Verdict.PARTIAL, Verdict.CONTRADICTED}
        if needs != bool(self.evidence):
            raise ValueError(f"{self.verdict} {'needs' if needs else 'takes no'} evidence")
        return self


class RelatedBullet(Frozen):
    """A bullet of another question that the answer touches: named in words, never scored."""

    question_id: Slug
    bullet_id: Slug
    text: Text
    evidence: Evidence


class Score(Frozen):
    """Points earned of points possible; made by ``grading.scoring`` and nowhere else."""

    points: float = Field(ge=0)
    possible: float = Field(ge=0)
    """Weight of the bullets that have a verdict; 0 when none has."""
    hint_cost: float = Field(default=0.0, ge=0)
    """Points already taken off for hints."""
    complete: bool
    """False when a bullet is ungraded: the score may still change."""
    value: float | None = Field(ge=0, le=10)
    """0.0 to 10.0, one decimal; None when nothing was graded."""


class GraderIdentity(Frozen):
    """Which grader spoke, exactly enough to tell whether two grades are comparable."""

    name: Text
    version: Text
    fingerprint: Text
    """Hash over all that can change a verdict: code version, weights, calibration, prompt."""


class Usage(Frozen):
    """What one call of a language model took, with all its tries."""

    purpose: str
    """What the call was for, such as ``grading``."""
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Those of the input that the server had kept; part of ``input_tokens``, at the same price."""
    cost: float = 0.0
    """In US dollars, at the prices in the settings."""
    seconds: float = 0.0
    """From the call to its end, with the waits between tries."""
    attempts: int = 0
    """Requests that were sent."""
    estimated: bool = False
    """Whether tokens were guessed from the length of the texts, because the server told none."""


class Grade(Frozen):
    """A graded answer. ``bullets`` follow the question's order, each bullet exactly once."""

    question_id: Slug
    bullets: tuple[BulletGrade, ...]
    score: Score
    grader: GraderIdentity
    related: tuple[RelatedBullet, ...] = ()
    notice: str = ""
    """Something the person should know of this grading, such as an answer not in English."""
    usage: tuple[Usage, ...] = ()
    """Calls of a language model that were made for this grade."""

    def of(self, bullet_id: str) -> BulletGrade:
        """Return the grade of one bullet, or raise ``KeyError``."""
        for grade in self.bullets:
            if grade.bullet_id == bullet_id:
                return grade
        raise KeyError(bullet_id)


# --- Sessions -------------------------------------------------------------------------------


class Mode(StrEnum):
    """How an interview treats the candidate."""

    COACH = "coach"
    """Hints at a stated cost, feedback at once."""
    EXAM = "exam"
    """A timer, no hints or praise, feedback at the end."""


class Kind(StrEnum):
    """What an interview is held for; ``practice.py`` plans each."""

    TODAY = "today"
    """What is due, weak or new, in about 15 minutes."""
    MOCK = "mock"
    """A timed round built like a real one, with a recommendation at the end."""
    TOPIC = "topic"
    """Chosen topics and difficulties."""
    JOB = "job"
    """What a job description asks for."""
    QUESTION = "question"
    """Exactly the questions that were named."""

    @property
    def label(self) -> str:
        """What people call it."""
        return {
            Kind.TODAY: "Today's practice",
            Kind.MOCK: "Mock interview",
            Kind.TOPIC: "By topic",
            Kind.JOB: "From a job description",
            Kind.QUESTION: "This question",
        }[self]


class Phase(StrEnum):
    """What the interview waits for."""

    ANSWER = "answer"
    GRADING = "grading"
    FOLLOW_UP = "follow-up"
    REVIEW = "review"
    """The question is done; the person reads, then goes on."""
    ENDED = "ended"


class FollowUp(Frozen):
    """A second question aimed at one bullet; its answer is graded together with the first."""

    bullet_id: Slug
    text: Text
    answer: str | None = None
    answered_at: AwareDatetime | None = None
    declined: bool = False


class Passage(Frozen):
    """A bullet that a reply rests on, with the question it belongs to."""

    question_id: Slug
    bullet_id: Slug
    question: Text
    text: Text


class Exchange(Frozen):
    """A free question of the candidate's and the interviewer's reply; never part of a grade."""

    asked: Text
    reply: Text
    passages: tuple[Passage, ...] = ()
    """What the reply cites, in the order of its numbers."""
    notice: str = ""


class Contest(Frozen):
    """A verdict that the candidate holds to be wrong: kept beside the grade, never in a score."""

    bullet_id: Slug
    verdict: Verdict
    """What they think right."""
    quote: str = ""
    """What of the answer says so, verbatim; empty if nothing was quoted."""

    @model_validator(mode="after")
    def _is_a_judgement(self) -> Self:
        if self.verdict is Verdict.UNGRADED:
            raise ValueError("a contest names a verdict, never 'ungraded'")
        return self


class Speech(Frozen):
    """How an answer was spoken: told beside the grade, never in a score."""

    transcript: str
    """Verbatim, as it was recognised; the answer may differ from it if it was edited."""
    seconds: float = Field(ge=0)
    """Length of the recording."""
    words_per_minute: float = Field(ge=0)
    fillers: int = Field(ge=0)
    """Words such as "um" and "you know"."""
    longest_pause: float = Field(ge=0)
    """Between two words, in seconds."""
    time_to_first_word: float = Field(ge=0)
    """In seconds."""
    edited: bool = False
    """Whether the person changed the transcript before it was graded."""


class Turn(Frozen):
    """One question of a session and all that happened to it."""

    question_id: Slug
    asked_at: AwareDatetime
    answer: str | None = None
    answered_at: AwareDatetime | None = None
    follow_up: FollowUp | None = None
    first_grade: Grade | None = None
    """The grade before the follow-up's answer, when there was one."""
    grade: Grade | None = None
    hints: tuple[Slug, ...] = ()
    """Bullets hinted at, in order."""
    skipped: bool = False
    peeked: bool = False
    """The reference was opened before an answer was given, so the answer is not scored."""
    reactions: tuple[str, ...] = ()
    """What the interviewer said on hearing the answer, then the follow-up's; empty for nothing."""
    comment: str = ""
    """The interviewer's words on the grade; empty if there are none beyond the card's own."""
    model_answer: str = ""
    """A model answer that was asked for."""
    exchanges: tuple[Exchange, ...] = ()
    notice: str = ""
    """What a person should know of the interviewer's words, such as that a model failed."""
    contests: tuple[Contest, ...] = ()
    """Verdicts that the candidate contests, each bullet at most once."""
    speech: tuple[Speech, ...] = ()
    """How the answer was spoken, then the follow-up's; nothing for what was typed."""

    def contest_of(self, bullet_id: str) -> Contest | None:
        """Return the contest of the verdict on one bullet, or None."""
        return next((own for own in self.contests if own.bullet_id == bullet_id), None)

    @property
    def full_answer(self) -> str:
        """The text that is graded: the answer, and the follow-up's answer as a new paragraph."""
        parts = [self.answer or "", (self.follow_up and self.follow_up.answer) or ""]
        return "\n\n".join(part for part in parts if part)

    @property
    def is_scored(self) -> bool:
        """Whether this turn counts in the report's scores."""
        return self.grade is not None and not self.skipped and not self.peeked


class Session(Frozen):
    """One interview. ``interview.py`` makes the next from this one and an event."""

    id: Text
    deck_id: Slug
    deck_version: str = ""
    """Hash of the deck's content when this session was started; empty if that is not known."""
    mode: Mode
    plan: tuple[Slug, ...] = Field(min_length=1)
    """Ids of the questions to ask, in order."""
    turns: tuple[Turn, ...] = Field(min_length=1)
    """One for every question asked so far; the last is the current one."""
    phase: Phase
    started_at: AwareDatetime
    ended_at: datetime | None = None
    seconds_per_question: int | None = Field(default=None, gt=0)
    """The exam's time for one question, in seconds; None in coach mode."""
    kind: Kind = Kind.TOPIC
    seconds_in_all: int | None = Field(default=None, gt=0)
    """Time for the whole interview, in seconds; None for no limit."""
    note: str = ""
    """What was said about the choice of questions at the start."""
    grader: str = ""
    """Name of the grader that was chosen; empty for the default one."""
    usage: tuple[Usage, ...] = ()
    """Every call of a language model that this session made."""
    revision: int = Field(default=0, ge=0)
    """Raised by every event, so that a change made in another window is noticed."""

    @property
    def turn(self) -> Turn:
        """The current turn."""
        return self.turns[-1]

    @property
    def ends_at(self) -> datetime | None:
        """When the time for the whole interview is over; None without a limit."""
        if self.seconds_in_all is None:
            return None
        return self.started_at + timedelta(seconds=self.seconds_in_all)

    @property
    def seconds_over(self) -> float:
        """Seconds by which the last text was sent after the time for the whole interview."""
        sent = [turn.answered_at for turn in self.turns]
        sent += [turn.follow_up.answered_at for turn in self.turns if turn.follow_up]
        latest = max((moment for moment in sent if moment), default=None)
        if latest is None or self.ends_at is None:
            return 0.0
        return max(0.0, (latest - self.ends_at).total_seconds())

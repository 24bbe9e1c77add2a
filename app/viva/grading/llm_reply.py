"""What a language model must reply when it grades, and what of its reply counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import create_model, field_validator

from viva.domain import Frozen, Verdict
from viva.grading.asides import Aside, blank_out, keep_own_words
from viva.grading.evidence import locate_quote, quote_span
from viva.grading.voting import Judgement
from viva.untrusted import defuse

NO_EVIDENCE = "No evidence for this was found in the answer."
NOT_OWN_WORDS = "What was quoted for this is no statement of your own."
_LONGEST_REASON = 300
_MOST_QUOTES_READ = 8
"""Quotes of one bullet that are looked for; more than a few is noise."""

Vote = Mapping[str, Judgement]
"""Judgements of one reply by bullet id."""


class BulletReply(Frozen):
    """One bullet's part. Fields are written in this order: evidence and reason first."""

    bullet_id: str
    quotes: tuple[str, ...]
    reason: str
    verdict: Literal["covered", "partial", "missing", "contradicted"]


class GradeReply(Frozen):
    """A reply to the grading prompt; ``reply_model`` makes it strict about a question's ids."""

    bullets: tuple[BulletReply, ...]


@lru_cache(maxsize=512)
def reply_model(bullet_ids: tuple[str, ...]) -> type[GradeReply]:
    """Return the model of a reply about these bullets: each exactly once, and no other.

    What is wrong is said by id, so that a language model that is told can mend it.
    """

    def check_ids(bullets: tuple[BulletReply, ...]) -> tuple[BulletReply, ...]:
        counts = Counter(bullet.bullet_id for bullet in bullets)
        faults = [f"'{one}' is missing" for one in bullet_ids if not counts[one]]
        faults += [f"'{one}' is there {n} times" for one, n in counts.items() if n > 1]
        if faults:
            raise ValueError(f"each bullet_id must be there exactly once: {', '.join(faults)}")
        return bullets

    known: Any = Literal[bullet_ids]
    entry: Any = create_model("BulletReply", __base__=BulletReply, bullet_id=(known, ...))
    return create_model(
        "GradeReply",
        __base__=GradeReply,
        __validators__={"check_ids": field_validator("bullets")(check_ids)},
        bullets=(tuple[entry, ...], ...),
    )


def judge_reply(reply: GradeReply, answer: str, asides: Sequence[Aside]) -> Vote:
    """Return what of a reply counts: verdicts with quotes that are the candidate's own words.

    A verdict whose quotes are not in the answer, or lie in asides, becomes missing.
    """
    return {bullet.bullet_id: _judge(bullet, answer, asides) for bullet in reply.bullets}


def _judge(reply: BulletReply, answer: str, asides: Sequence[Aside]) -> Judgement:
    verdict, reason = Verdict(reply.verdict), _one_line(reply.reason)
    if verdict is Verdict.MISSING:
        return Judgement(verdict, (), reason)
    # What the candidate says both in an aside and by themselves is found by themselves.
    bare = blank_out(answer, asides)
    quotes = reply.quotes[:_MOST_QUOTES_READ]
    located = [locate_quote(quote, bare) or locate_quote(quote, answer) for quote in quotes]
    found = [quote_span(answer, span.start, span.end) for span in located if span is not None]
    own = [kept for span in found for kept in keep_own_words(span, asides, answer)]
    if own:
        return Judgement(verdict, tuple(own), reason)
    return Judgement(Verdict.MISSING, (), NOT_OWN_WORDS if found else NO_EVIDENCE)


def _one_line(text: str) -> str:
    line = " ".join(defuse(text).split())
    return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 1].rstrip()}…"

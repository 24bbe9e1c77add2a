"""A talker that speaks through a language model, and in prepared words when that fails."""

import logging
from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from viva.claims import words
from viva.domain import Bullet, Deck, FollowUp, Grade, Mode, Passage, Question, Turn, Verdict
from viva.grading.wording import content_stems
from viva.language_model import LanguageModel
from viva.prompts import Prompt, Rendered, render
from viva.talking.speech import Speech
from viva.talking.talker import FollowUpWords, PreparedTalker, prepared_reply

logger = logging.getLogger(__name__)

PROMPTS = ("react", "feedback", "follow_up", "model_answer", "ask")
"""Names of the prompts that a talker needs."""
_ALIKE = 80
"""Likeness to the bullet, 0 to 100, from which a follow-up states what it is to ask for."""
_TOLD = 0.25
"""Share of the bullet's words that a follow-up may bring up."""
_LONGEST = 400
"""Characters of a follow-up."""


class LlmTalker:
    """Speaks through a language model.

    Args:
        model: Answers the prompts.
        prompts: Those of ``PROMPTS`` by name.
        deck: Gives the key terms of passages.
    """

    def __init__(self, *, model: LanguageModel, prompts: dict[str, Prompt], deck: Deck) -> None:
        self._model = model
        self._prompts = prompts
        self._deck = deck
        self._prepared = PreparedTalker()
        self.about = f"{model.name} on {model.host}; your answers are sent there"

    def react(self, question: Question, answer: str, mode: Mode) -> Speech:
        """Say back what was heard; nothing in an exam, where a word is a hint."""
        if mode is Mode.EXAM:
            return Speech("")
        return self._say("", self._render("react", question=question.text, answer=answer))

    def comment(self, question: Question, turn: Turn, grade: Grade, *, spoilers: bool) -> Speech:
        """Speak about the grade's points; those that must stay hidden are not in the prompt."""
        shown = [
            own
            for own in grade.bullets
            if own.verdict is not Verdict.UNGRADED and (spoilers or own.verdict is Verdict.COVERED)
        ]
        points = [
            {
                "text": question.bullet(own.bullet_id).text,
                "verdict": own.verdict,
                "reason": own.reason,
                "quotes": tuple(span.quote for span in own.evidence),
            }
            for own in shown
        ]
        rendered = self._render(
            "feedback",
            question=question.text,
            answer=turn.full_answer,
            points=points,
            hidden=len(grade.bullets) - len(shown),
            mode=Mode.COACH,
        )
        return self._say("", rendered)

    def word_follow_up(
        self, question: Question, answer: str, grade: Grade, follow_up: FollowUp, mode: Mode
    ) -> FollowUpWords:
        """Word the follow-up for this answer, unless the words would give the point away."""
        bullet = question.bullet(follow_up.bullet_id)
        own = grade.of(bullet.id)
        speech = self._say(
            follow_up.text,
            self._render(
                "follow_up",
                question=question.text,
                answer=answer,
                bullet=bullet,
                verdict=own.verdict,
                quotes=tuple(span.quote for span in own.evidence),
                mode=mode,
            ),
        )
        for _ in speech:  # heard as a whole, since it may have to be turned down
            pass
        text = " ".join(speech.text.split())
        is_question = text.endswith("?") and text.count("?") == 1 and len(text) <= _LONGEST
        if not is_question or _gives_away(text, bullet, f"{question.text} {answer}"):
            logger.info("a follow-up was turned down: it tells its point or is no question")
            text = follow_up.text
        return FollowUpWords(follow_up.model_copy(update={"text": text}), speech.usage)

    def tell_model_answer(self, question: Question) -> Speech:
        """Tell an answer aloud that makes every point."""
        prepared = "\n".join(self._prepared.tell_model_answer(question))
        rendered = self._render("model_answer", question=question.text, bullets=question.bullets)
        return self._say(prepared, rendered)

    def reply(self, asked: str, passages: Sequence[Passage]) -> Speech:
        """Reply from the passages, or say that the deck has nothing."""
        shown = [
            {
                "question": passage.question,
                "text": passage.text,
                "key_terms": self._key_terms(passage),
            }
            for passage in passages
        ]
        rendered = self._render("ask", asked=asked, passages=shown)
        return self._say(prepared_reply(passages), rendered)

    def _key_terms(self, passage: Passage) -> tuple[str, ...]:
        return self._deck.question(passage.question_id).bullet(passage.bullet_id).key_terms

    def _render(self, name: str, **variables: Any) -> Rendered:
        return render(self._prompts[name], **variables)

    def _say(self, prepared: str, rendered: Rendered) -> Speech:
        stream = self._model.stream(rendered, purpose=rendered.name.replace("_", " "))
        return Speech(prepared, stream)


def _gives_away(text: str, bullet: Bullet, known: str) -> bool:
    """Whether a follow-up states its bullet or has words of it that nobody has said yet.

    Args:
        text: The follow-up.
        bullet: What it aims at.
        known: The question and the answer.
    """
    if fuzz.partial_ratio(" ".join(words(bullet.text)), " ".join(words(text))) >= _ALIKE:
        return True
    said, new = content_stems(known), content_stems(text) - content_stems(known)
    terms = (content_stems(term) for term in bullet.key_terms)
    if any(term and term <= content_stems(text) and not term <= said for term in terms):
        return True
    wanted = content_stems(bullet.text) - said
    return len(new & wanted) > max(1, _TOLD * len(wanted))

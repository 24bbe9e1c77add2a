"""A talker that speaks through a language model, and in prepared words when that fails."""

import logging
from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from viva.claims import words
from viva.domain import Deck, FollowUp, Grade, Mode, Passage, Question, Turn, Verdict
from viva.language_model import LanguageModel
from viva.prompts import Prompt, Rendered, render
from viva.talking.speech import Speech
from viva.talking.talker import FollowUpWords, PreparedTalker, prepared_reply

logger = logging.getLogger(__name__)

PROMPTS = ("react", "feedback", "follow_up", "model_answer", "ask")
"""Names of the prompts that a talker needs."""
_GIVES_AWAY = 85
"""Likeness to the bullet, 0 to 100, from which a follow-up states what it is to ask for."""
_LONGEST_FOLLOW_UP = 400


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
        if not _is_fit(text, bullet.text):
            logger.info("a follow-up was turned down: it states its point or is no question")
            text = follow_up.text
        return FollowUpWords(follow_up.model_copy(update={"text": text}), speech.usage)

    def tell_model_answer(self, question: Question) -> Speech:
        """Tell an answer aloud that makes every point."""
        prepared = "\n".join(self._prepared.tell_model_answer(question))
        rendered = self._render("model_answer", question=question.text, bullets=question.bullets)
        return self._say(prepared, rendered, marks=True)

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

    def _say(self, prepared: str, rendered: Rendered, *, marks: bool = False) -> Speech:
        stream = self._model.stream(rendered, purpose=rendered.name.replace("_", " "))
        return Speech(prepared, stream, marks=marks)


def _is_fit(text: str, bullet: str) -> bool:
    """Whether a follow-up is one short question that does not state the bullet."""
    if not text or len(text) > _LONGEST_FOLLOW_UP:
        return False
    likeness = fuzz.partial_ratio(" ".join(words(bullet)), " ".join(words(text)))
    return likeness < _GIVES_AWAY

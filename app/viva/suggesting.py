"""Proposals of a language model for a deck's editor: bullets that a question lacks, key terms.

Nothing of it gets into a deck by itself: a person takes over what they like, one by one.
"""

from collections.abc import Mapping, Sequence

from viva.deck.building import fold
from viva.domain import Bullet, Frozen
from viva.language_model import LanguageModel
from viva.prompts import Prompt, render
from viva.untrusted import defuse

PROMPTS = ("suggest_bullets", "suggest_key_terms")
"""Names of the prompts that a suggester needs."""
_MOST_BULLETS, _MOST_TERMS = 8, 6
"""Proposals that are shown; for a bullet, in the case of terms."""
_LONGEST_BULLET, _LONGEST_TERM = 300, 60
"""Characters; a longer proposal is left out."""


class ProposedBullet(Frozen):
    """A bullet that a question may lack."""

    text: str
    key_terms: tuple[str, ...]


class _Bullets(Frozen):
    bullets: tuple[ProposedBullet, ...]


class _Terms(Frozen):
    number: int
    key_terms: tuple[str, ...]


class _AllTerms(Frozen):
    points: tuple[_Terms, ...]


class Suggester:
    """Asks a language model for proposals.

    Args:
        model: Answers the prompts.
        prompts: Those of ``PROMPTS`` by name.
    """

    def __init__(self, *, model: LanguageModel, prompts: Mapping[str, Prompt]) -> None:
        self._model = model
        self._prompts = prompts

    @property
    def about(self) -> str:
        """Which model is asked, and where: that is where the question goes."""
        return f"{self._model.name} on {self._model.host}"

    def suggest_bullets(
        self, question: str, bullets: Sequence[Bullet]
    ) -> tuple[ProposedBullet, ...]:
        """Return bullets that a question may lack; none that it has.

        Raises:
            ModelError: If the model gives no answer that can be used.
        """
        rendered = render(self._prompts["suggest_bullets"], question=question, bullets=bullets)
        reply = self._model.complete(rendered, _Bullets, purpose="suggesting bullets").value
        known = {fold(bullet.text) for bullet in bullets}
        found: list[ProposedBullet] = []
        for own in reply.bullets:
            text = _one_line(own.text)
            if text and len(text) <= _LONGEST_BULLET and fold(text) not in known:
                known.add(fold(text))
                found.append(ProposedBullet(text=text, key_terms=_terms(own.key_terms, ())))
        return tuple(found[:_MOST_BULLETS])

    def suggest_key_terms(
        self, question: str, bullets: Sequence[Bullet]
    ) -> tuple[tuple[str, ...], ...]:
        """Return key terms for each bullet, in their order; none that it has.

        Raises:
            ModelError: If the model gives no answer that can be used.
        """
        rendered = render(self._prompts["suggest_key_terms"], question=question, bullets=bullets)
        reply = self._model.complete(rendered, _AllTerms, purpose="suggesting key terms").value
        by_number = {own.number: own.key_terms for own in reply.points}
        return tuple(
            _terms(by_number.get(number, ()), bullet.key_terms)
            for number, bullet in enumerate(bullets, start=1)
        )


def _terms(proposed: Sequence[str], had: Sequence[str]) -> tuple[str, ...]:
    known = {fold(term) for term in had}
    found: list[str] = []
    for term in map(_one_line, proposed):
        if term and len(term) <= _LONGEST_TERM and fold(term) not in known:
            known.add(fold(term))
            found.append(term)
    return tuple(found[:_MOST_TERMS])


def _one_line(text: str) -> str:
    return " ".join(defuse(text).split())

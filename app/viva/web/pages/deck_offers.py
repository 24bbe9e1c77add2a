"""Proposals of a language model in a question's form: shown beside it until a person decides."""

from viva.deck.drafts import BulletDraft, QuestionDraft, join_list, split_list
from viva.domain import Bullet
from viva.errors import InputError
from viva.suggesting import Suggester


def offer_bullets(suggester: Suggester, draft: QuestionDraft) -> QuestionDraft:
    """Return the draft with proposals for bullets beside those it has.

    Raises:
        InputError: If there is no question yet, or nothing was proposed.
        ModelError: If the model gives no answer that can be used.
    """
    proposed = suggester.suggest_bullets(_asked(draft), _bullets(draft))
    if not proposed:
        raise InputError("The model has no further bullet to propose.")
    offered = tuple(
        BulletDraft(text=own.text, key_terms=join_list(own.key_terms)) for own in proposed
    )
    return draft.model_copy(update={"offered": offered})


def offer_key_terms(suggester: Suggester, draft: QuestionDraft) -> QuestionDraft:
    """Return the draft with proposals for key terms beside each of its bullets.

    Raises:
        InputError: If there is no question or bullet yet, or nothing was proposed.
        ModelError: If the model gives no answer that can be used.
    """
    bullets = _bullets(draft)
    if not bullets:
        raise InputError("There is no bullet yet.", hint="Write one first.")
    proposed = iter(suggester.suggest_key_terms(_asked(draft), bullets))
    rows = [
        row.model_copy(update={"offered": join_list(next(proposed))}) if row.text.strip() else row
        for row in draft.bullets
    ]
    if not any(row.offered for row in rows):
        raise InputError("The model has no further key term to propose.")
    return draft.model_copy(update={"bullets": tuple(rows)})


def _asked(draft: QuestionDraft) -> str:
    asked = " ".join(draft.text.split())
    if not asked:
        raise InputError("There is no question yet.", hint="Write it first.")
    return asked


def _bullets(draft: QuestionDraft) -> list[Bullet]:
    """Return what is written of bullets, whatever else is wrong with their rows."""
    return [
        Bullet(
            id=f"b{number}",
            text=" ".join(row.text.split()),
            key_terms=tuple(split_list(row.key_terms)),
        )
        for number, row in enumerate(draft.bullets)
        if row.text.strip()
    ]

"""Another order: of the answer's sentences, or of the question's bullets."""

import re
from random import Random

from viva.claims import split_sentences
from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Perturbed, Subject, perturbation

_LEANS = re.compile(
    r"\b(?:it|its|it['’]\w+|this|these|those|they|them|their|they['’]\w+|he|she|him|her|his|such"
    r"|same|ones?|too|also|still|yet|otherwise|however|though|therefore|hence|thus)\b"
    r"|^\W*(?:and|or|so|nor|but|plus|that|that['’]s|which|because|besides|for example|for that"
    r"|likewise|similarly|especially|only|even|not|no)\b",
    re.IGNORECASE,
)
"""Anything by which a sentence may lean on the one before it; better too many than too few."""
_LEANS_FAR = re.compile(
    r"\b(?:others?|another|both|former|latter|rest|above|again|instead|no,? wait|scratch that"
    r"|i mean|actually|sorry|correction|first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly"
    r"|afterwards?|meanwhile|so far|as (?:i )?said|as mentioned)\b"
    r"|^\W*(?:then|next|last|after (?:that|this)|at the end|besides (?:that|this))\b",
    re.IGNORECASE,
)
"""What takes back, counts, or points at something that may be several sentences away."""
_ENDED = re.compile(r"[.!?][\"'”’)]*$")


@perturbation(Law.UNCHANGED)
def sentence_order(subject: Subject, random: Random) -> str | None:
    """Shuffle the sentences that lean on no other; the policy says that order plays no part.

    A sentence with a pronoun or a turn ("it", "but") stays right behind the one before it, and the
    first one stays first if it has one. Does not apply where anything is taken back ("no wait"),
    counted ("second") or may point further ("the others"), nor to lists.
    """
    text = subject.text.strip()
    sentences = [sentence.text for sentence in split_sentences(text)]
    if "\n" in text or any(map(_LEANS_FAR.search, sentences)):
        return None
    blocks: list[str] = []
    for sentence in (s if _ENDED.search(s) else f"{s}." for s in sentences):
        if blocks and _LEANS.search(sentence):
            blocks[-1] += f" {sentence}"
        else:
            blocks.append(sentence)
    fixed = blocks[:1] if blocks and _LEANS.search(sentences[0]) else []
    free = blocks[len(fixed) :]
    if len(free) < 2:
        return None
    shuffled = random.sample(free, len(free))
    if shuffled == free:
        shuffled = [*free[1:], free[0]]
    return " ".join([*fixed, *shuffled])


@perturbation(Law.UNCHANGED)
def bullet_order(subject: Subject, random: Random) -> Perturbed | None:
    """Shuffle the bullets of the question and leave the answer.

    Policy: each bullet gets its verdict by itself, so the order they are asked in plays no part.
    """
    bullets = subject.question.bullets
    if len(bullets) < 2:
        return None
    shuffled = tuple(random.sample(bullets, len(bullets)))
    if shuffled == bullets:
        shuffled = (*bullets[1:], bullets[0])
    question = subject.question.model_copy(update={"bullets": shuffled})
    return Perturbed(subject.text, question=question)

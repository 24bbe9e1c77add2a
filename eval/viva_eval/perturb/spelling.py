"""British and American spelling: the same words, spelled as on the other side.

A table of the words that answers on this subject use, not of the language. Words that differ in
more than spelling ("programme", "licence", "metre") are left alone.
"""

import re
from random import Random

from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Subject, perturbation

_PAIRS = {
    british: american
    for british, american in (
        pair.split("/")
        for pair in """
        acknowledgement/acknowledgment ageing/aging artefact/artifact artefacts/artifacts
        behaviour/behavior behaviours/behaviors behavioural/behavioral cancelled/canceled
        cancelling/canceling catalogue/catalog catalogues/catalogs centre/center centres/centers
        centred/centered channelled/channeled colour/color colours/colors coloured/colored
        defence/defense defences/defenses favour/favor favours/favors favoured/favored
        favourite/favorite favourites/favorites fibre/fiber flavour/flavor flavours/flavors
        fulfil/fulfill grey/gray harbour/harbor honour/honor honours/honors judgement/judgment
        judgements/judgments labelled/labeled labelling/labeling labeller/labeler
        labellers/labelers labour/labor levelled/leveled mislabelled/mislabeled
        modelled/modeled modelling/modeling modeller/modeler neighbour/neighbor
        neighbours/neighbors neighbouring/neighboring neighbourhood/neighborhood
        relabelled/relabeled rumour/rumor sceptical/skeptical signalled/signaled
        signalling/signaling theatre/theater totalled/totaled travelling/traveling
        travelled/traveled traveller/traveler tunnelling/tunneling unlabelled/unlabeled
        analyse/analyze analysed/analyzed analysing/analyzing catalysed/catalyzed
        paralyse/paralyze
        """.split()
    )
}
_STEMS = """
    anonym author binar categor central character container custom decentral digit
    discret emphas equal factor final general harmon initial item local maxim memor minim mobil
    modern normal optim organ parallel penal personal polar priorit pseudonym quant random real
    recogn regular serial special stabil standard summar synchron token util vector virtual visual
""".split()
_IZE = re.compile(
    rf"\b((?:un|re|de|pre|over)?(?:{'|'.join(_STEMS)})i)([sz])"
    r"(?=(?:e|es|ed|ing|er|ers|able|ation|ations)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")


@perturbation(Law.UNCHANGED)
def british_spelling(subject: Subject, random: Random) -> str:
    """Spell as the British do, with -ise: the same words, so the same statements."""
    return to_british(subject.text)


@perturbation(Law.UNCHANGED)
def american_spelling(subject: Subject, random: Random) -> str:
    """Spell as the Americans do: the same words, so the same statements."""
    return to_american(subject.text)


def to_british(text: str) -> str:
    """Return a text in British spelling.

    Example:
        >>> to_british("Labeled data, Optimized models")
        'Labelled data, Optimised models'
    """
    return _exchange(text, {american: british for british, american in _PAIRS.items()}, "s")


def to_american(text: str) -> str:
    """Return a text in American spelling.

    Example:
        >>> to_american("BEHAVIOUR of the centralised store")
        'BEHAVIOR of the centralized store'
    """
    return _exchange(text, _PAIRS, "z")


def _exchange(text: str, table: dict[str, str], letter: str) -> str:
    spelled = _WORD.sub(
        lambda match: _in_case_of(match.group(), table.get(match.group().lower())), text
    )
    return _IZE.sub(
        lambda match: match[1] + (letter.upper() if match[2].isupper() else letter), spelled
    )


def _in_case_of(word: str, other: str | None) -> str:
    """Return the other spelling in the case of the word, or the word if there is none."""
    if other is None:
        return word
    if word.isupper():
        return other.upper()
    return other.capitalize() if word[0].isupper() else other

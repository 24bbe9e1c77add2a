"""Find the second action of a bullet that asks for two, such as "cache answers and shard tables".

Bullets are written as orders, so that the words that they begin with are verbs: a deck brings its
own list. No grammar is parsed; what is found is for an editor to look at.
"""

import re
from collections.abc import Iterable

from viva.claims import words

_VERBS = frozenset(
    """adapt add adjust aggregate agree alert analyse analyze anonymize apply assess augment
    automate avoid balance build calibrate choose clean collect combine compare compress compute
    configure correct create define deploy detect document drop encrypt enforce ensure evaluate
    explain explore fix follow gather handle hash hold improve index insert keep learn let limit
    log make
    manage measure merge monitor normalize notify optimize partition plan prevent prioritize
    provide prune publish quantize raise reduce refactor remove replace resample restrict retrain
    reuse revise roll run scale schedule select send serve set settle shard share ship shuffle
    simulate split spread store switch tag take test track train transform treat tune update
    validate verify version watch write""".split()
)
_ALSO_NOUNS = frozenset(
    """audit balance cache control document draw fix guard hand hash help hold index limit log lower
    measure merge monitor package place plan process profile raise record release report review roll
    run scale schedule serve set shard share ship show split spread start store switch tag take talk
    test trace track train try tune update use version watch work""".split()
)
"""Verbs that are nouns as well: taken for verbs only before an article or the like."""
_DETERMINERS = frozenset(
    """a all an any back be both each every everybody how it its one or out that the their them
    these this those up what where which who your""".split()
)
_PRONOUNS = frozenset(["it", "them", "those", "these"])
_NO_ACTION = frozenset(["even", "so", "where", "when", "if", "think"])
_PURPOSE = re.compile(
    r"\b(?:to|so|because|since|before|after|until|while|whether|can|may|must|will|should|be|is|are"
    r"|such\s+as|for\s+example|for\s+instance|like)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|what|how|where|when)\b", re.IGNORECASE)
_ADVERB = re.compile(r"\w+ly")


def action_verbs(texts: Iterable[str]) -> frozenset[str]:
    """Return the verbs to look for: the common ones, and those that these bullets begin with."""
    first = {own[0] for text in texts if (own := words(text))}
    return _VERBS | (first - _NO_ACTION)


def find_second_action(text: str, verbs: frozenset[str]) -> str:
    """Return the words that begin a bullet's second action, or an empty string.

    Verbs side by side, as in "check and clean the data", count as one action, and so does what
    stands in a clause of purpose: "to find risks and fix them".

    Args:
        text: The bullet.
        verbs: As ``action_verbs`` returns them.

    Example:
        >>> find_second_action("Cache hot keys, and limit the rate.", action_verbs([]))
        'limit the rate'
        >>> find_second_action("Monitor and log the rate to find faults and fix them.", action_verbs([]))
        ''
    """  # noqa: E501  # an example is one line
    for place in re.finditer(r"(?P<comma>,\s+)?\b(?:and(?:\s+then)?|then)\s+", text):
        before, following = text[: place.start()], words(text[place.end() :])
        if following and _ADVERB.fullmatch(following[0]):
            following = following[1:]
        has_comma = place["comma"] is not None
        if (
            _stands_alone(words(before), verbs, has_comma=has_comma)
            and _is_action(following, verbs, has_comma=has_comma)
            and _is_apart(before, following, has_comma=has_comma)
        ):
            return " ".join(following[:3])
    return ""


def _stands_alone(before: list[str], verbs: frozenset[str], *, has_comma: bool) -> bool:
    """Whether the first action has an object of its own."""
    return len(before) > 1 and (has_comma or before[-1] not in verbs)


def _is_action(following: list[str], verbs: frozenset[str], *, has_comma: bool) -> bool:
    if len(following) < 2 or following[0] not in verbs:
        return False
    return following[0] not in _ALSO_NOUNS or following[1] in _DETERMINERS or has_comma


def _is_apart(before: str, following: list[str], *, has_comma: bool) -> bool:
    """Whether the action belongs to the order itself and not to a clause within it."""
    if has_comma:
        return True
    clause = re.split(r"[,;:]\s", before)[-1]
    if _PURPOSE.search(clause):
        return False
    return not _RELATIVE.search(clause) or following[1] in _PRONOUNS

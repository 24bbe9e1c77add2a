"""A sentence and its opposite, by rule. Pure text.

The rules are few and refuse more than they take: a wrong negation would blame the grader for it.
"""

import re
from random import Random

from viva.claims import split_sentences, words

_SHORTEST, _LONGEST = 3, 20
"""Words of a clause that is negated; a longer one states more than one thing."""
_TAIL = re.compile(
    r",?\s+(?:so(?: that)?|because|since|while|until|unless|when(?:ever)?|whereas)\s"
    r"|,\s(?:which|as|i|we|you|it|they|that|this|then|in|on|at|by|for|with|from|to)\s",
    re.IGNORECASE,
)
"""Where a clause ends and its reason, its detail or another clause begins."""
_NEGATIVE = (
    r"\b(?:not|no|never|none|nothing|nobody|nor|neither|without|cannot|hardly|rarely|seldom|unless"
    r"|except|instead|rather|avoid\w*|skip\w*|refus\w+|prevent\w*|forbid\w*|stop\w*|bann\w+|against"
    r"|less|fewer)\b|n['’]t\b"
)
_NOT_SIMPLE = re.compile(
    rf"{_NEGATIVE}"
    # "Not" before one of these denies only how much, how often, when or why.
    r"|\b(?:only|just|merely|even|all|every\w*|each|both|always|any\w*|most|more|least|too|enough"
    r"|daily|nightly|weekly|hourly|monthly|once|twice|again|if|when\w*|until|while|since|because"
    r"|so|as (?:soon|long|far|well|much|many)|before|after|where|whether|first|then|together|which"
    r"|the moment|from time to time|for an? \w+)\b"
    # It states another thing beside, or hedges.
    r"|\b(?:but|though|although|however|whereas|or|maybe|perhaps|might|may|could|probably|somehow"
    r"|sometimes|what|who|think|believe|guess|heard|read|asked|said)\b"
    r"|\band (?:the|an?|i|we|you|it|they|their|its|our)\b|(?-i:and [A-Z]\w+ [a-z]+s\b)"
    r"|[,;:?()\"“”]|\s[-–—]+\s|\b\d",
    re.IGNORECASE,
)
_HAS_TURNS = re.compile(
    rf"{_NEGATIVE}|\b(?:but|though|although|however|whereas|maybe|perhaps|might|could|yes)\b|[:;?]"
    r"|^\W*(?:and|so|or|also)\b",
    re.IGNORECASE,
)
_TAKES_A_TURN = re.compile(
    r"\W*(?:but|however|though|still|no,? wait|actually|sorry|instead|except)\b", re.IGNORECASE
)
_REJECTIONS = (
    "I would never do the following:",
    "I advise against this:",
    "It would be a mistake to work like this:",
)

_DENIAL = re.compile(r"(?<=['’l]d )(?:not|never) |(?<=\bI )never |(?<=\bwe )never ", re.IGNORECASE)
_EVERY = re.compile(
    r"(?:every|each) (\w+ (?:\w+ )?)(?=(?:is|was|gets|has|goes|runs|carries|triggers) )",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"(?:['’](?:d|ll)| (?:would|should|must|will)) (?:(?:also|definitely|surely) )?"
)
_SPEAKER = re.compile(r"((?:and |also )?(?:I|we|you|they|people|teams?) )([a-z]+)", re.IGNORECASE)
_IS = re.compile(r"(?<= )(?:is|are|was|were) ")
_DOES = re.compile(
    r" (gets|goes|has|keeps|decides|sits|stays|gives|tells|makes|takes|adds|sends|writes|collects"
    r"|restarts|replaces|compares|removes|encrypts|spreads|distributes|sees|learns|lets|brings"
    r"|becomes|handles|stores|runs|picks|serves|computes|checks|hides|holds|carries|triggers"
    r"|fires|cleans|pulls|joins|captures|starts|deploys|watches|builds) "
)
_BASES = {"goes": "go", "has": "have", "carries": "carry", "watches": "watch"}
_IMPERATIVES = frozenset(
    "add automate balance build cache canary check collect compare compress containerize deploy"
    " distribute encrypt evaluate explain fine-tune freeze impute keep label limit log mask measure"
    " monitor pin prune put quantize record restrict retrain run save scale serve shard split store"
    " test track train tune use validate version watch write".split()
)
_HELPERS = frozenset(
    "am are is was were have has had do does did can could may might shall should will would must"
    " also usually often normally typically mostly like love hope guess know try need want already"
    " be i we you they".split()
)
_ACTS = frozenset("have be try need".split())
"""Helpers that are an act after "would"."""


def negate(sentence: str) -> str | None:
    """Return the main clause of a simple sentence negated, or None if the rules cannot be sure.

    What follows the main clause, such as its reason, is dropped: the denial might be read as one
    of the reason alone.

    Example:
        >>> negate("I'd cache the frequent answers in Redis, because that is fast.")
        'I would not cache the frequent answers in Redis.'
        >>> negate("We keep the weights in a registry.")
        'We never keep the weights in a registry.'
        >>> negate("Every push triggers the tests.")
        'No push triggers the tests.'
        >>> negate("I would never share the keys.")
        'I would share the keys.'
        >>> negate("I would only cache the frequent answers.") is None
        True
    """
    clause = main_clause(sentence)
    is_one = len(split_sentences(clause)) == 1 and "\n" not in clause
    if not is_one or not _SHORTEST <= len(words(clause)) <= _LONGEST:
        return None
    opposite = _without_denial(clause) or _with_no_subject(clause)
    if opposite is None and not _NOT_SIMPLE.search(clause):
        opposite = _by_modal(clause) or _by_speaker(clause) or _by_verb(clause) or _by_order(clause)
    return f"{opposite}." if opposite else None


def main_clause(sentence: str) -> str:
    """Return the beginning of a sentence that ``negate`` keeps, without its full stop.

    Example:
        >>> main_clause("I'd cache them in Redis, because that is fast.")
        "I'd cache them in Redis"
    """
    tail = _TAIL.search(sentence)
    return sentence[: tail.start()] if tail else sentence.rstrip(".! ")


def reject(sentence: str, random: Random) -> str | None:
    """Return a sentence with a rejection of all it says in front, or None if it has its own turns.

    The sentence stays as it is, however it is built: no rule has to understand it.
    """
    is_plain = len(split_sentences(sentence)) == 1 and not _HAS_TURNS.search(sentence)
    if not is_plain or len(words(sentence)) < _SHORTEST:
        return None
    return f"{random.choice(_REJECTIONS)} {sentence}"


def takes_a_turn(following: str) -> bool:
    """Whether what follows a sentence turns on it, as "but" and "no wait" do."""
    return _TAKES_A_TURN.match(following) is not None


def _without_denial(clause: str) -> str | None:
    """Take the one negation out: "I would never share the keys" is turned by less."""
    rest, count = _DENIAL.subn("", clause)
    return rest if count == 1 and not _NOT_SIMPLE.search(rest) else None


def _with_no_subject(clause: str) -> str | None:
    subject = _EVERY.match(clause)
    if not subject or _NOT_SIMPLE.search(clause[subject.end() :]):
        return None
    return f"No {subject[1]}{clause[subject.end() :]}"


def _by_modal(clause: str) -> str | None:
    found = list(_MODAL.finditer(clause))
    if len(found) != 1:
        return None
    modal = found[0]
    following = words(clause[modal.end() :])
    if not following or following[0].endswith("ed") or following[0] in _HELPERS - _ACTS:
        return None  # "I'd used", "I would like to": the denial would miss the act
    said = modal.group().split()[0].replace("’", "'")
    verb = {"'d": "would", "'ll": "will"}.get(said, said)
    return f"{clause[: modal.start()]} {verb} not {clause[modal.end() :]}"


def _by_speaker(clause: str) -> str | None:
    speaker = _SPEAKER.match(clause)
    if not speaker or speaker[2].lower() in _HELPERS or _MODAL.search(clause):
        return None
    return f"{speaker[1]}never {clause[speaker.start(2) :]}"


def _by_verb(clause: str) -> str | None:
    states, acts = list(_IS.finditer(clause)), list(_DOES.finditer(clause))
    if len(states) + len(acts) != 1 or _MODAL.search(clause):
        return None
    if states:
        return f"{clause[: states[0].end()]}not {clause[states[0].end() :]}"
    verb = _BASES.get(acts[0][1], acts[0][1][:-1])
    return f"{clause[: acts[0].start()]} does not {verb} {clause[acts[0].end() :]}"


def _by_order(clause: str) -> str | None:
    if words(clause)[0] not in _IMPERATIVES:
        return None
    return f"Never {clause[:1].lower()}{clause[1:]}"

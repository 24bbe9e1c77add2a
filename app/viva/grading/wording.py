"""What a claim's wording shows: does it state something, does it reject?

Word lists and patterns for English. They feed the local grader as features; none decides alone.
"""

import re
from functools import cache, lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from viva.claims import words

FUNCTION_WORDS = frozenset(
    """a about after again all also always am an and any are as at be because been before being
    both but by can can't cannot could did do does doesn't don't down each else even ever every
    few for from get gets go goes had has have haven't he her here him his how i i'd i'll i'm i've
    if in into is isn't it it's its just let let's like many may me might more most much must my
    need never no nor not now of off often on once one only or other our out over own per rather
    really same she should shouldn't since so some something still such than that that's the their
    them then there these they they're thing things this those through thus to too um uh under
    until up us use used uses using very want was wasn't way we we'd we'll we're we've well were
    what when where whether which while who why will with within without won't would wouldn't yet
    you you'd your""".split()
)
"""Words that hold statements together; a list of terms has next to none."""

_REJECTION = re.compile(
    r"\b(?:never|not|no|nobody|nothing|none|without|avoid(?:s|ed|ing)?|skip(?:s|ped|ping)?"
    r"|ignor(?:e|es|ed|ing)|\w+n['’]t|cannot|unnecessary|needless|useless|pointless|wasteful"
    r"|wast(?:e|es|ed|ing)|overkill|overrated|harmful|hurts?|worse|wrong|bad idea|myth|refuse"
    r"|disable[sd]?|turn(?:ed|ing)? off|switch(?:ed)? off|drop(?:ped)?|remov(?:e|ed|ing)"
    r"|forget about|instead of|rather than|leave (?:it|them) (?:out|alone)|too (?:much|risky|slow)"
    r"|don['’]?t|dont|doesnt|isnt|cant|wont|shouldnt|delet(?:e|ed|ing)|stop(?:ped)?|only)\b",
    re.IGNORECASE,
)
_NEGATION = r"(?:never|not|\w+n['’]t|cannot|no)"
_AFFIRMED_NEGATION = re.compile(
    rf"\b(?:{_NEGATION}\b.{{1,60}}\b(?:without|unless|until|un\w{{4,}}|raw|plain\s?text"
    rf"|blind(?:ly)?)|not (?:only|just|merely)|{_NEGATION} (?:forget|skip|ignore|neglect"
    r"|underestimate|enough)|no reason not to|why not|not sure|without having to|if not"
    r"|whether or not|no longer|not (?:all|every|always|necessarily))\b",
    re.IGNORECASE,
)
_IGNORANCE = re.compile(
    r"\b(?:(?:i )?(?:really |honestly )?(?:do not|don['’]?t|dunno|wouldn['’]?t) (?:know|remember"
    r"|recall)|no (?:idea|clue)|not (?:sure|familiar)|never (?:heard|worked|done|used)"
    r"|have(?:n['’]?t| not) (?:heard|worked|done|used|studied)|look (?:it|that|this) up"
    r"|pass on|can['’]?t (?:say"
    r"|remember|recall|think)|have to (?:guess|google|research)|skip this)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    ("increase", "decrease"), ("more", "less"), ("minority", "majority"), ("before", "after"),
    ("manual", "automat"), ("higher", "lower"), ("oversampl", "undersampl"), ("all", "none"),
    ("encrypt", "plaintext"), ("encrypt", "unencrypted"), ("always", "never"), ("add", "remov"),
    ("reduc", "increas"), ("small", "larg"), ("simpl", "complex"), ("central", "local"),
    ("share", "separat"), ("same", "differ"), ("gradual", "at once"), ("frequent", "once"),
    ("version", "overwrit"), ("keep", "delet"), ("independent", "coupl"),
    ("horizontal", "vertical"),
    ("parallel", "sequential"), ("parallel", "single"), ("restrict", "everyone"),
    ("restrict", "open"), ("stateless", "stateful"), ("early", "late"), ("batch", "one by one"),
    ("monitor", "wait for"), ("canary", "big bang"), ("valid", "trust"), ("test", "trust"),
)  # fmt: skip


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of a text's content words (Snowball English, Porter 2001)."""
    return frozenset(_stem(word) for word in words(text) if word not in FUNCTION_WORDS)


def function_word_share(text: str) -> float:
    """Return the share of function words, 0 to 1: about 0.4 in statements, near 0 in lists."""
    found = words(text)
    return sum(word in FUNCTION_WORDS for word in found) / len(found) if found else 0.0


def rejects(text: str) -> bool:
    """Whether a text holds a word of negation or of advice against something."""
    return bool(_REJECTION.search(text))


def count_rejections(text: str) -> int:
    """Return how many words of negation or of advice against something a text holds."""
    return sum(1 for _ in _REJECTION.finditer(text))


def affirms_by_negation(text: str) -> bool:
    """Whether a negation supports what it governs: ``never deploy without a canary``."""
    return bool(_AFFIRMED_NEGATION.search(text))


def admits_ignorance(text: str) -> bool:
    """Whether a text says that its speaker does not know."""
    return bool(_IGNORANCE.search(text))


def has_opposite(text: str, reference: str) -> bool:
    """Whether a text has a word whose opposite the reference has, and not that word itself."""
    text, reference = text.lower(), reference.lower()
    return any(
        (a in text and b in reference and b not in text)
        or (b in text and a in reference and a not in text)
        for a, b in _OPPOSITES
    )


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> EnglishStemmer:
    return EnglishStemmer()

"""Which way a statement leans: for its topic, against it, or nowhere in particular.

Patterns for English, counted and fed to the local grader as features; none decides alone. A
sentence embedding says what a text is about and little of whether it is for or against it, so
these say the rest. Written from general usage and from the answers of the train split.
"""

import re
from typing import NamedTuple

_MOST_COUNTED = 3
"""Matches of one kind that count; a rant is no stronger than a refusal."""

_NOT = r"(?:(?:would|will|should|could|must|do|does|did|need|can) ?(?:not|n't)|won't|cannot)"
_SUBJECT = r"(?:i|we|you|one)(?:'d|'ll| would| will)"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


_DISMISSAL = _pattern(
    _NOT + r" (?:\w+ )?(?:use|do|bother|need|want|touch|go|spend|add|recommend|encrypt|version"
    r"|monitor|track|keep|collect|impose|waste|rely|trust|build|have|let|care|change|scale|split"
    r"|share|log|store|test|put|look|invest|see|make|help|matter|work|pay)",
    _SUBJECT + r" (?:\w+ ){0,2}?(?:not|never|skip|avoid|leave|drop|refuse|forbid|stay away"
    r"|keep away|rather not|ignore|advise against|turn off|do without|throw)",
    r"never|skip\w*|avoid\w*|forbid\w*|refus\w+|disabl\w+|waste|wasted|wasting|wasteful",
    r"no (?:need|point|use|sense|value|reason to|one needs|benefit|alarms?|alerts?|tests?"
    r"|versions?|registry|monitoring)",
    r"pointless|useless|needless|unnecessary|superfluous|redundant|overkill|overrated|nuisance"
    r"|nonsense|myth|hype|dangerous|harmful|hurts?|bad idea|against it|instead of|out of it",
    r"not worth|isn't worth|never worth|nothing to do with|lost (?:time|money)|money burnt"
    r"|not (?:necessary|needed|required|allowed|matter)|needn't|ends? in a mess"
    r"|leave (?:\w+ ){0,4}out|left out|stay away|do(?:es)? without|a (?:trap|mistake)"
    r"|distraction",
    r"(?:bring|add|do|give|buy|gain|achieve|change)s? (?:\w+ )?nothing",
    r"(?:just|only|simply|merely) (?:\w+ ){0,3}?(?:adds?|brings?|makes?|slows?|costs?|gets?"
    r"|confus\w+|piles?|trouble|complicat\w+|noise)",
    r"too (?:late|risky|complicated|expensive|slow|much (?:work|effort|trouble))",
)
_SETTLING = _pattern(
    r"(?:is|are|be|good|more than|that's|was) (?:\w+ )?(?:enough|plenty|sufficient|fine)",
    r"suffices?|forever|whatever happens|in any case|anyway|frozen|unchanged|untouched",
    r"(?:stays?|remains?|leave (?:it|them)|left|keep (?:it|them)|kept) (?:\w+ )?(?:as (?:it|they)"
    r"|frozen|constant|alone|the same|in (?:clear|plain))",
    r"sorts? itself out|by (?:itself|themselves)|once (?:and|a|it|you|something|code|live|trained"
    r"|the)|well once|(?:in|in the) clear|plain ?text|everybody|everyone|anyone|anybody",
    r"the (?:largest|biggest|most complex|first)|at the very end|after (?:a )?complaints?",
    r"when (?:users|customers|somebody|someone) complain\w*|one (?:big|long|single|large)"
    r"|a single|(?:all )?at once|in one go|by hand|manual\w*|from memory|overwrit\w+|delet\w+",
    r"throw\w* away|matter of taste|straight to production|directly to|trust|good luck"
    r"|randomly|at random|whoever|without bound",
)
_DEFINITION = _pattern(
    r"means?|meaning|stands? for|is when|is where|works? by|refers? to",
    r"is (?:(?:basically|just|simply|really) )?(?:a|an|the) \w+ (?:that|which|where|for|of)",
    r"(?:which|it|that) (?:\w+ )?(?:removes?|deletes?|expands?|grows?|decrypts?|sends?|downloads?"
    r"|copies|checks?|makes?|gives?|throws?|picks?|turns?|shuffles?|adds?)",
    r"(?:gives|tells|measures|computes|shows|removes|expands|grows|decrypts|deletes)"
    r" (?:you|the|a|an|us|how)",
)
_VAGUENESS = _pattern(
    r"some(?:how|thing|times|body|one)|some (?:way|kind|sort|form|use)|maybe|may|might|perhaps"
    r"|probably|possibly|could (?:be|also|help|try)|an option|one could|or so|kind of|sort of",
    r"also (?:be )?(?:useful|good|important|nice|something)|useful|helpful|(?:nice|good) to have"
    r"|would be good|can help|would help|in general|properly|appropriate|suitable|good quality",
    r"should be (?:done|considered|good|fine|fast|kept|looked)|important|matters?|a must",
    r"look(?:ing)? (?:into|at)|keep an eye|think about|there (?:is|are|exists)|there's|heard"
    r"|read about|be careful|take care|not be forgotten|forget how|i (?:guess|think|suppose)|etc",
)
_DETAIL = _pattern(
    r"so that|because|since|which|until|whenever|every|each|per|when|if|with|then|from|into"
    r"|before|after|such as|like"
)
_OPENS_WITH_NO = re.compile(r"(?:no|not|never|nobody|nothing)\b", re.IGNORECASE)


class Stance(NamedTuple):
    """Counts of signs in a text, 0 to 3 each."""

    dismisses: int
    """Rejects or belittles something."""
    settles: int
    """Settles for less, or for things as they are."""
    defines: int
    """Says what something is or does, where it may be wrong."""
    vague: int
    detail: int
    """Words that join an act to its when, why or how."""
    opens_with_no: bool


def read_stance(text: str) -> Stance:
    """Return the signs in a text whose white space and apostrophes are plain."""
    return Stance(
        dismisses=_count(_DISMISSAL, text),
        settles=_count(_SETTLING, text),
        defines=_count(_DEFINITION, text),
        vague=_count(_VAGUENESS, text),
        detail=_count(_DETAIL, text),
        opens_with_no=bool(_OPENS_WITH_NO.match(text)),
    )


def _count(pattern: re.Pattern[str], text: str) -> int:
    return min(_MOST_COUNTED, sum(1 for _ in pattern.finditer(text)))

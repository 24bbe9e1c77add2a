"""Restarts and repeats of speech: what a speaker gives up or says twice, which is not read.

Shriberg (1994), "Preliminaries to a Theory of Speech Disfluencies", names the parts of a restart:
what is given up, the words of editing ("I mean"), and the repair. One is only told where the
repair begins with the word that what it replaces began with, or where a word was broken off, and
what is given up is short, so that no statement is lost.
"""

import re

# Whatever may come again and again has a limit, and words begin nowhere within a word: an answer of
# nothing but "um" or apostrophes would else take minutes.
_AT = r"(?<![\w'’])"
_WORD = r"[\w'’]{1,40}"
_PAUSE = r"(?:,|\.\.\.|…| ?[-–—]{1,2})? {1,9}"
"""What stands between words when a speaker stops and goes on."""
_HESITATION = rf"{_PAUSE}(?:(?:u{{1,9}}m{{1,9}}|u{{1,9}}h{{1,9}}m{{0,9}}|erm?){_PAUSE}){{0,3}}"
_EDITS = r"i mean|i meant|sorry|or rather"
_TAKES_BACK = (
    r"(?:oh )?no,? (?:wait|sorry)|sorry,? no|no no|wait,? no|scratch that|let me rephrase(?: that)?"
    r"|let me (?:start|say that) (?:again|over)|correction|strike that"
)
_RESTART = re.compile(
    # The word that both begin with is kept apart by what follows: "we should, I mean [we must]".
    rf"{_AT}(?P<first>{_WORD})(?: {_WORD})?{_HESITATION}(?:{_EDITS}){_HESITATION}(?=(?P=first)\b)"
    rf"|{_AT}(?P<opening>{_WORD})(?: {_WORD}){{0,5}}{_HESITATION}(?:{_TAKES_BACK}){_HESITATION}"
    r"(?=(?P=opening)\b)"
    # A word broken off: "the mod- the model", "re- retrain"; in "pre- and post-" none is.
    rf"|{_AT}(?P<before>{_WORD}) \w+[-–—]{{1,2}} +(?=(?P=before)\b)"
    r"|\b(?P<broken>\w+)[-–—]{1,2} +(?=(?P=broken)\w)",
    re.IGNORECASE,
)
_REPEAT = re.compile(rf"{_AT}({_WORD}(?: {_WORD}){{0,3}})(?:(?:,|\.\.\.|…)? \1\b)+", re.IGNORECASE)
"""Up to four words that are said once more right away."""


def blank_restarts(text: str) -> str:
    """Return a text with spaces in place of what restarts give up, words of editing included.

    Line ends and every offset stay the same.

    Example:
        >>> " ".join(blank_restarts("We should, I mean we must re- retrain it.").split())
        'we must retrain it.'
    """
    return _RESTART.sub(lambda match: re.sub(r"[^\r\n\u2029]", " ", match.group()), text)


def drop_repeats(text: str) -> str:
    """Return a text without the words that are said twice in a row.

    Example:
        >>> drop_repeats("we could, we could scale the the model")
        'we could scale the model'
    """
    return _REPEAT.sub(r"\1", text)

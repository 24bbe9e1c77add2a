"""Fillers of speech: words that state nothing, and are not read.

Only those without a stance: "actually" and "no wait" may take something back, so they are kept.
"""

import re

_ALWAYS = (
    r"u+m+|u+h+m*|erm?|hm+|basically|(?<!what )i mean"
    r"|(?<!do )(?<!if )(?<!so )(?<!when )(?<!that )(?<!how )(?<!let )you know"
    r"(?! (?:what|which|how|that|who|where|when|whether|if|why|the)\b)"
)
_SET_OFF = r"like|sort of|kind of|right\?|right|well|okay|you see"
"""Fillers between commas only: elsewhere they are words as any."""
_FILLER = re.compile(
    rf",\s{{0,9}}(?:{_ALWAYS}|{_SET_OFF})(?:\s{{0,9}},)|\b(?:{_ALWAYS})\b(?:,(?=\s))?",
    re.IGNORECASE,
)


def blank_fillers(text: str) -> str:
    """Return a text with spaces in place of fillers and of the commas that set them off.

    Line ends and every offset stay the same.

    Example:
        >>> " ".join(blank_fillers("So we, um, cache it, you know, in Redis.").split())
        'So we cache it in Redis.'
    """
    return _FILLER.sub(lambda match: re.sub(r"[^\r\n\u2029]", " ", match.group()), text)


def count_fillers(text: str) -> int:
    """Return how many fillers a text holds.

    Example:
        >>> count_fillers("So we, um, cache it, you know, in Redis.")
        2
    """
    return sum(1 for _ in _FILLER.finditer(text))

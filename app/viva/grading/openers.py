"""Openers that reject what comes after them: "I would never do the following: ..."."""

import re

_POINTS_ON = (
    r"(?:the following|the next thing|the next|this|these(?: things)?|as follows|like this)"
)
_I = r"(?:i|we|you|one)(?:'d| would|'ll| will| should| must| could)?"
_OPENER = re.compile(
    r"(?:(?:and|but|so|also|honestly|personally|in my (?:view|opinion)|i think),? )*(?:"
    rf"{_I} (?:\w+ )?(?:never|not|avoid|refuse to|don't|advise against|argue against|warn against"
    rf"|decide against|be against)(?: \w+)? {_POINTS_ON}"
    rf"|(?:don't|do not|never|avoid) (?:\w+ )?{_POINTS_ON}"
    rf"|(?:what|one thing|a thing|something|the thing)(?: that)? {_I} (?:\w+ )?(?:never|not|avoid)"
    r"(?: \w+)?(?: is| here)?"
    rf"|it (?:would be|is|'s) (?:an? )?(?:mistake|bad idea|error|wrong|waste of time) to"
    rf" (?:\w+ )?{_POINTS_ON}"
    rf"|(?:there is |there's |i see )?no (?:need|reason|point)(?: to| in| for)?"
    rf" (?:\w+ )?{_POINTS_ON}"
    r")",
    re.IGNORECASE,
)
_REST = re.compile(r"\s*[:.,;-]*\s*")


def split_opener(text: str) -> tuple[str, str]:
    """Return the rejecting opener of a text, empty if it has none, and what it governs.

    Args:
        text: One sentence, with plain spaces and apostrophes.

    Example:
        >>> split_opener("I would never do the following: cache it.")
        ('I would never do the following', 'cache it.')
        >>> split_opener("I would never do this job by hand.")
        ('', 'I would never do this job by hand.')
        >>> split_opener("I advise against this.")
        ('I advise against this', '')
    """
    match = _OPENER.match(text)
    if match is None:
        return "", text
    following = text[match.end() :]
    mark = _REST.match(following)
    governed = following[mark.end() :] if mark else following
    if governed and not following.lstrip().startswith((":", "-")):
        return "", text  # "this" was no pointer: "I would never do this job by hand"
    return match.group(), governed

"""Text as it is compared: without what cannot be seen, and alike however it was typed."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from viva.untrusted import defuse

_ALIKE = {
    **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    # What a prompt shows in place of these, so that nothing passes for a token of the model.
    "‹": "<",
    "›": ">",
}
_DIACRITICS = range(0x0300, 0x0370)


class PlainText(NamedTuple):
    """A text made plain, and where each of its characters came from."""

    text: str
    places: tuple[int, ...]
    """Index in the original of each character."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that ``text[start:end]``, not empty, came from."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=16)  # every quote of a reply is looked for in the same answer
def plain_text(text: str, *, keep_lines: bool = False) -> PlainText:
    r"""Return a text in small letters with plain quotes and dashes, single spaces, no diacritics.

    Characters that cannot be seen (zero-width, bidi, control) are left out, since neither a
    person nor a model reads them.

    Args:
        text: The text.
        keep_lines: Whether line ends stay line ends.

    Example:
        >>> plain_text("It’s  THE\u200b  Café — “now”").text
        'it\'s the cafe - "now"'
    """
    letters: list[str] = []
    places: list[int] = []
    last = ""
    for place, character in enumerate(text):
        for letter in _fold(character):
            if letter == "\n" and not keep_lines:
                letter = " "
            if letter == " " and last in {" ", "\n"}:
                continue
            letters.append(letter)
            places.append(place)
            last = letter
    return PlainText("".join(letters), tuple(places))


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    shown = defuse(character)
    if not shown or shown.isspace():
        return "\n" if shown == "\n" else " "[: len(shown)]
    if shown in _ALIKE:
        return _ALIKE[shown]
    # Upper case first: some letters meet only there, such as the long s and the dotless i.
    parts = unicodedata.normalize("NFKD", shown).upper().casefold()
    kept = "".join(part for part in parts if ord(part) not in _DIACRITICS)
    return "".join(_ALIKE.get(part, part) for part in kept).replace("\t", " ")

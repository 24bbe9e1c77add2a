"""How the report writes figures, and text that others wrote."""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from viva.domain import Verdict
from viva_eval.summary import Figure, Rate

NOTHING = "–"

VERDICT_MARKS: Mapping[Verdict, str] = {
    Verdict.COVERED: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.MISSING: "○",
    Verdict.CONTRADICTED: "✗",
    Verdict.UNGRADED: "?",
}
"""A sign beside each verdict's word: color is never the only one."""

# Control characters but tab and line ends, and Unicode's default ignorable ones: zero-width and
# bidirectional characters could hide an order to the grader, or turn the page's own words around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)


def number(value: float | None, places: int = 3) -> str:
    """Return a number with a fixed count of decimals, a dash for None."""
    if value is None:
        return NOTHING
    return f"{value + 0.0:.{places}f}".replace("-", "\N{MINUS SIGN}")


def share(value: float | None) -> str:
    """Return a share from 0 to 1 in percent, to one decimal."""
    return NOTHING if value is None else f"{value:.1%}"


def interval(figure: Figure | Rate, places: int = 3) -> str:
    """Return the interval of a figure, empty if it has none."""
    if figure.low is None or figure.high is None:
        return ""
    if isinstance(figure, Rate):
        return f"{share(figure.low)} to {share(figure.high)}"
    return f"{number(figure.low, places)} to {number(figure.high, places)}"


def seconds(value: float | None) -> str:
    """Return a duration in the unit that suits it."""
    if value is None:
        return NOTHING
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 120:
        return f"{value:.1f} s"
    return f"{value / 60:.0f} min"


def visible(text: str) -> Markup:
    """Return a text as HTML in which nothing is hidden: invisible characters show as codes."""
    parts = []
    end = 0
    for found in _INVISIBLE.finditer(text):
        parts += [escape(text[end : found.start()]), _code(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _code(character: str) -> Markup:
    return Markup('<span class="code">U+{:04X}</span>').format(ord(character))

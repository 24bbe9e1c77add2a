"""HTML from text: the only place where text becomes markup, so that nothing slips in unescaped."""

from html import escape

from viva.domain import Verdict

LABELS = {
    Verdict.COVERED: ("✓", "Covered"),
    Verdict.PARTIAL: ("◐", "Partly"),
    Verdict.MISSING: ("○", "Missing"),
    Verdict.CONTRADICTED: ("✗", "Contradicted"),
    Verdict.UNGRADED: ("?", "Not graded"),
}
"""Icon and word of each verdict: color is never the only sign."""


def text(value: str) -> str:
    """Return a text safe to stand anywhere in HTML, an attribute's value included."""
    return escape(value, quote=True)


def element(tag: str, *content: str, **attributes: str | None) -> str:
    """Return an element; ``content`` is HTML, attribute values are escaped here.

    A trailing underscore is cut from attribute names and inner ones become hyphens; an attribute
    that is None is left out.

    Example:
        >>> element("p", "hi", class_="note", aria_label='"x"')
        '<p class="note" aria-label="&quot;x&quot;">hi</p>'
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{given}>{''.join(content)}</{tag}>"


def verdict_badge(verdict: Verdict) -> str:
    """Return a verdict as icon and word."""
    icon, word = LABELS[verdict]
    return element(
        "span",
        element("span", icon, class_="v-icon", aria_hidden="true"),
        word,
        class_=f"v-badge v-{verdict.value}",
    )

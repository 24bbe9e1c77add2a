"""Articles saved as HTML: headings, bold lines and terms as questions, lists as bullets.

Called by ``importing``; Anki's cards are HTML as well.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from viva.deck.blocks import BOLD_LEVEL, Block, Kind, make_block, make_head, read_blocks
from viva.deck.sheets import Line, Sheet, clean_line
from viva.errors import DeckError

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = {"strong", "b"}
_LISTS = {"ul", "ol", "menu"}
_DROPPED = (
    "script style template noscript svg math canvas iframe object form button select textarea "
    "input nav footer aside audio video figcaption"
).split()
"""What no article says itself."""
_BLOCKS = set(
    "p div section article main header hgroup body blockquote figure details center tr td th dl "
    "table tbody thead tfoot caption pre hr address fieldset summary dt dd li".split()
) | {*_HEADINGS, *_LISTS}
"""Elements that end the line before them."""
_SPACED = _BLOCKS | {"br"}
_SITE = re.compile(r"\s+[|–—·]\s+[^|–—·]{1,40}$")
"""The name of the site after a page's title."""
_DEEPEST = 200
"""Elements inside each other that are looked into; a page needs a tenth of that."""


def read_html_layout(content: bytes, *, name: str) -> Sheet:
    """Return what a saved page holds; what is no part of it is listed as skipped.

    Raises:
        DeckError: If there is no HTML in it.
    """
    page = _parse(content, name=name)
    title = " ".join((page.findtext(".//title") or "").split())
    sheet = read_blocks(list(_walk(_article(page), indent=0, depth=0)))
    sheet.title = sheet.title or _SITE.sub("", title)
    return sheet


def html_lines(fragment: str) -> list[str]:
    """Return the lines that a piece of HTML shows, list markers in front of items."""
    if "<" not in fragment and "&" not in fragment:
        return [line.strip() for line in fragment.splitlines() if line.strip()]
    body = _parse(f"<div>{fragment}</div>".encode(), name="a card")
    shown = _walk(body, indent=0, depth=0)
    marks = {Kind.ITEM: "- ", Kind.NUMBER: "- "}
    return [
        marks.get(block.kind, "") + block.line.text
        for block in shown
        if block.kind is not Kind.BLANK
    ]


def _parse(content: bytes, *, name: str) -> html.HtmlElement:
    encoding = None if re.search(rb"<meta[^>]*charset", content[:4096], re.IGNORECASE) else "utf-8"
    parser = html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=encoding
    )
    try:
        page = html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DeckError(
            f"{name} cannot be read as HTML.", hint="Save the page again, or paste its text."
        ) from error
    etree.strip_elements(page, *_DROPPED, with_tail=False)
    return page


def _article(page: html.HtmlElement) -> html.HtmlElement:
    """Return the part with the article; the whole page if none is marked, or several are."""
    for path in (".//article", ".//main", ".//*[@role='main']"):
        if len(found := page.xpath(path)) == 1:
            return found[0]
    body = page.find("body")
    return page if body is None else body


# --- Blocks -----------------------------------------------------------------------------------


def _walk(element: html.HtmlElement, *, indent: int, depth: int) -> Iterator[Block]:
    """Yield the blocks inside an element; texts between blocks are paragraphs."""
    inline = [element.text or ""]
    for child in element:
        tag = _tag(child)
        if tag == "br":
            yield from _paragraph("".join(inline), child, indent)
            inline = [child.tail or ""]
        elif tag in _BLOCKS or (depth < _DEEPEST and _holds_blocks(child)):
            yield from _paragraph("".join(inline), child, indent)
            inline = [child.tail or ""]
            if depth < _DEEPEST and not _is_hidden(child):
                yield from _block(child, tag, indent=indent, depth=depth + 1)
        else:
            shown = "" if _is_hidden(child) else _text(child)
            inline += [shown, child.tail or ""]
    yield from _paragraph("".join(inline), element, indent)


def _block(element: html.HtmlElement, tag: str, *, indent: int, depth: int) -> Iterator[Block]:
    if tag in _LISTS:
        kind = Kind.NUMBER if tag == "ol" else Kind.ITEM
        yield from _items(element, kind, indent=indent, depth=depth)
    elif tag in {"li", "dd"}:
        yield from _item(element, Kind.ITEM, indent=indent, depth=depth)
    elif tag == "pre":
        yield Block(Kind.SKIPPED, _line(element, _text(element), indent), "code")
    elif level := _level(element, tag):
        line = _line(element, _text(element), indent)
        if line.text:
            yield make_head(line, line.text, level=level)
    else:
        blank = Block(Kind.BLANK, Line(element.sourceline or 1, indent, ""))
        yield blank
        yield from _walk(element, indent=indent, depth=depth)
        yield blank


def _level(element: html.HtmlElement, tag: str) -> int:
    """Return the level of a head, or 0 for anything else."""
    if tag in {"dt", "summary"} or (tag in {"p", "div"} and _is_bold(element)):
        return BOLD_LEVEL
    return _HEADINGS.get(tag, 0)


def _items(element: html.HtmlElement, kind: Kind, *, indent: int, depth: int) -> Iterator[Block]:
    for child in element:
        if _tag(child) in _LISTS:  # as editors write nested lists, against the standard
            yield from _items(child, Kind.ITEM, indent=indent + 2, depth=depth + 1)
        elif not _is_hidden(child):
            yield from _item(child, kind, indent=indent, depth=depth)


def _item(element: html.HtmlElement, kind: Kind, *, indent: int, depth: int) -> Iterator[Block]:
    """Yield an item with its own text, then the items nested in it."""
    lists = [found for found in element.iter(*_LISTS) if _nearest_item(found, element)]
    nested = set(lists)
    text = "".join(_own_text(element, nested))
    if (line := _line(element, text, indent)).text:
        yield Block(kind, line, line.text)
    for found in lists if depth < _DEEPEST else ():
        yield from _items(found, Kind.ITEM, indent=indent + 2, depth=depth + 1)


def _nearest_item(found: html.HtmlElement, item: html.HtmlElement) -> bool:
    """Whether a list stands in an item itself, and not in another list in it."""
    for above in found.iterancestors():
        if above is item:
            return True
        if _tag(above) in _LISTS:
            return False
    return False


def _own_text(element: html.HtmlElement, without: set[html.HtmlElement]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        gap = " " if _tag(child) in _SPACED else ""
        if child not in without and not _is_hidden(child):
            yield gap
            yield from _own_text(child, without)
        yield gap + (child.tail or "")


def _paragraph(text: str, element: html.HtmlElement, indent: int) -> Iterator[Block]:
    if (line := _line(element, text, indent)).text:
        yield make_block(line)


def _is_bold(element: html.HtmlElement) -> bool:
    """Whether all that a paragraph says is one bold text."""
    return (
        len(element) == 1
        and _tag(element[0]) in _BOLD
        and not (element.text or "").strip()
        and not (element[0].tail or "").strip(" :\n\t")
    )


def _holds_blocks(element: html.HtmlElement) -> bool:
    return any(_tag(inner) in _BLOCKS for inner in element.iterdescendants())


def _is_hidden(element: html.HtmlElement) -> bool:
    return "hidden" in element.attrib or element.get("aria-hidden") == "true"


def _text(element: html.HtmlElement) -> str:
    return "".join(_own_text(element, set()))


def _line(element: html.HtmlElement, text: str, indent: int) -> Line:
    return clean_line(element.sourceline or 1, " ".join(text.split()))._replace(indent=indent)


def _tag(element: html.HtmlElement) -> str:
    return element.tag if isinstance(element.tag, str) else ""

"""Cheat sheets in Markdown: headings, bold lines or numbers as questions, lists as bullets.

A sheet is read in two passes: what could be a question is found first, because whether it is one
depends on what stands below it. Called by ``importing``.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from viva.deck.layout_text import strip_number
from viva.deck.sheets import Line, Outline, Sheet, find_noise, is_matter, read_lines, strip_marker

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)\1:?|<summary>(.+)</summary>", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(?=\S)")
_ANCHOR = re.compile(r"\[[^\]]*\]\(#[^)]*\)")

_BOLD_LEVEL, _NUMBER_LEVEL = 7, 8
"""Below the six levels of headings."""


class _Kind(Enum):
    BLANK = auto()
    HEAD = auto()
    NUMBER = auto()
    ITEM = auto()
    TEXT = auto()
    SKIPPED = auto()


@dataclass
class _Block:
    """A line and what it is; ``text`` is without marks, or the reason to skip the line."""

    kind: _Kind
    line: Line
    text: str = ""
    level: int = 0
    asks: bool = False
    """Whether a head is worded or labelled as a question."""
    items: int = 0
    """How many items stand between a head and the next one."""


class _Role(Enum):
    QUESTION = auto()
    SECTION = auto()
    PART = auto()
    """A label within a question, such as "Key points"."""
    MATTER = auto()
    """Contents, references and the like; so are the heads below it."""
    EMPTY = auto()


def read_markdown_layout(text: str) -> Sheet:
    """Return what a Markdown text holds; lines that are no part of it are listed as skipped."""
    blocks = _read_blocks(read_lines(text))
    _place_numbers(blocks)
    heads: list[_Block] = []
    for block in blocks:
        if block.kind is _Kind.HEAD:
            heads.append(block)
        elif block.kind is _Kind.ITEM and heads:
            heads[-1].items += 1
    roles = {id(head): role for head, role in zip(heads, _find_roles(heads), strict=True)}
    title = _find_title(heads, roles)
    outline = Outline(lazy=True)
    outline.sheet.title = title.text if title else ""
    sections: list[_Block] = []
    for block in blocks:
        if block.kind is _Kind.HEAD:
            sections = [section for section in sections if section.level < block.level]
            _take_head(outline, block, roles[id(block)], sections, is_title=block is title)
        else:
            _take(outline, block)
    return outline.sheet


# --- Lines ------------------------------------------------------------------------------------


def _read_blocks(lines: list[Line]) -> list[_Block]:
    blocks: list[_Block] = []
    fence = ""
    for line in lines:
        opening = _FENCE.match(line.text)
        if fence or opening:
            blocks.append(_Block(_Kind.SKIPPED, line, "code"))
            if not fence and opening:
                fence = opening[1]
            elif opening and line.text.startswith(fence) and line.text == opening[1]:
                fence = ""
        elif re.fullmatch(r"=+|-{3,}", line.text) and _is_paragraph(blocks):
            # The line above turns out to be a heading, underlined.
            above = blocks.pop()
            blocks.append(_head(above.line, above.text, level=1 if line.text[0] == "=" else 2))
        else:
            blocks.append(_read_block(line))
    return blocks


def _is_paragraph(blocks: list[_Block]) -> bool:
    """Return whether the last block is a paragraph of one line."""
    return (
        bool(blocks)
        and blocks[-1].kind is _Kind.TEXT
        and (len(blocks) == 1 or blocks[-2].kind is _Kind.BLANK)
    )


def _read_block(line: Line) -> _Block:
    if not line.text:
        return _Block(_Kind.BLANK, line)
    if match := _HEADING.fullmatch(line.text):
        return _head(line, _plain(match[2]), level=len(match[1]))
    if match := _BOLD.fullmatch(line.text):
        return _head(line, _plain(match[2] or match[3]), level=_BOLD_LEVEL)
    if not (text := _plain(line.text)):
        return _Block(_Kind.SKIPPED, line, "an image" if "![" in line.text else "no text")
    if reason := find_noise(text):
        return _Block(_Kind.SKIPPED, line, reason)
    if (item := strip_marker(line.text)) is not None:
        is_anchor = _ANCHOR.fullmatch(item)
        return _Block(
            _Kind.SKIPPED if is_anchor else _Kind.ITEM,
            line,
            "a link within the page" if is_anchor else _plain(item),
        )
    if match := _NUMBER.match(line.text):
        return _Block(_Kind.NUMBER, line, _plain(line.text[match.end() :]))
    if strip_number(text)[1] and line.indent < 2:
        return _head(line, text, level=_BOLD_LEVEL)
    return _Block(_Kind.TEXT, line, text)


def _head(line: Line, text: str, *, level: int) -> _Block:
    text, is_labelled = strip_number(text)
    asks = is_labelled or text.rstrip(" :").endswith("?")
    return _Block(_Kind.HEAD, line, text, level, asks)


def _plain(text: str) -> str:
    """Return a text without Markdown's marks; what is code keeps every character."""
    pieces = re.split(r"(`+)(.+?)\1(?!`)", text)
    # split() returns text, ticks, code, text, ticks, code, ..., text.
    for index in range(0, len(pieces), 3):
        pieces[index] = _strip_marks(pieces[index])
    return " ".join("".join(piece for i, piece in enumerate(pieces) if i % 3 != 1).split())


def _strip_marks(text: str) -> str:
    text = re.sub(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])|<!--.*?-->", "", text)
    text = re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)
    text = re.sub(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=[^\s_])(.+?)(?<=[^\s_])_(?!\w)", r"\1", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])|\\$", r"\1", text)


# --- What numbers and heads are ---------------------------------------------------------------


def _place_numbers(blocks: list[_Block]) -> None:
    """Make numbered lines heads if they are this sheet's questions, and items otherwise."""
    top = [block for block in blocks if block.kind is _Kind.NUMBER and block.line.indent < 2]
    are_questions = _numbers_ask(blocks, top)
    for block in blocks:
        if block.kind is _Kind.NUMBER:
            block.kind = _Kind.ITEM
            if are_questions and block.line.indent < 2:
                block.kind, block.level, block.asks = _Kind.HEAD, _NUMBER_LEVEL, True


def _numbers_ask(blocks: list[_Block], top: list[_Block]) -> bool:
    listed = [b for b in blocks if b.kind in {_Kind.HEAD, _Kind.NUMBER, _Kind.ITEM}]
    below = [
        after
        for block, after in zip(listed, listed[1:], strict=False)
        if block.kind is _Kind.NUMBER and block.line.indent < 2 and after.kind is not _Kind.HEAD
    ]
    if all(after.kind is _Kind.NUMBER and after.line.indent < 2 for after in below):
        return False  # nothing stands below any number
    if 2 * sum(block.text.endswith("?") for block in top) >= len(top):
        return True
    heads = [block for block in blocks if block.kind is _Kind.HEAD]
    if any(head.asks for head in heads):
        return False
    is_nested = all(after.line.indent >= 2 for after in below if after.kind is _Kind.ITEM)
    # Without a question mark anywhere, headings over nested lists are the likelier questions.
    return not (is_nested and len(heads) > 1)


def _find_roles(heads: list[_Block]) -> list[_Role]:
    roles: list[_Role] = []
    above: list[tuple[_Block, _Role]] = []
    for index, head in enumerate(heads):
        above = [(other, role) for other, role in above if other.level < head.level]
        roles.append(_find_role(heads, index, above))
        above.append((head, roles[-1]))
    return roles


def _find_role(heads: list[_Block], index: int, above: list[tuple[_Block, _Role]]) -> _Role:
    head, scope = heads[index], []
    for other in heads[index + 1 :]:
        if other.level <= head.level:
            break
        scope.append(other)
    asks_below = any(other.asks for other in scope)
    if head.asks:
        return _Role.SECTION if asks_below and not head.items else _Role.QUESTION
    if is_matter(head.text) or any(role is _Role.MATTER for _, role in above):
        return _Role.MATTER
    if any(other.asks and role is _Role.QUESTION for other, role in above):
        return _Role.PART
    if asks_below:
        return _Role.SECTION
    if head.items:
        return _Role.QUESTION
    return _Role.SECTION if any(other.items for other in scope) else _Role.EMPTY


def _find_title(heads: list[_Block], roles: dict[int, _Role]) -> _Block | None:
    """Return the only heading of the first level, unless it is a question."""
    top = [head for head in heads if head.level == 1]
    is_title = len(top) == 1 and roles[id(top[0])] in {_Role.SECTION, _Role.EMPTY}
    return top[0] if is_title else None


# --- Into the outline -------------------------------------------------------------------------


def _take_head(
    outline: Outline, head: _Block, role: _Role, sections: list[_Block], *, is_title: bool
) -> None:
    if is_title:
        outline.close()
    elif role is _Role.QUESTION:
        outline.ask(head.line, head.text, topics=[section.text for section in sections[-1:]])
    elif role is _Role.PART:
        outline.skip(head.line, "a heading within a question")
    elif role is _Role.SECTION:
        outline.close()
        sections.append(head)
    else:
        outline.skip(head.line, "a heading without questions")
        outline.close()


def _take(outline: Outline, block: _Block) -> None:
    match block.kind:
        case _Kind.BLANK:
            outline.pause()
        case _Kind.SKIPPED:
            if block.line.text:
                outline.skip(block.line, block.text)
        case _Kind.ITEM:
            outline.add(block.line, block.text)
        case _:
            if not outline.extend(block.line._replace(text=block.text)):
                outline.skip(block.line)

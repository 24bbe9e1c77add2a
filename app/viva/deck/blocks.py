"""The blocks of a page, whatever its format: heads, numbers, items and text become a sheet.

What could be a question is found first, because whether it is one depends on what stands below
it. Markdown, saved web pages and PDF files are read through this; called by their layouts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from viva.deck.layout_text import NUMBER, strip_number
from viva.deck.sheets import Line, Outline, Sheet, find_noise, is_matter, strip_marker

BOLD_LEVEL, _NUMBER_LEVEL = 7, 8
"""Below the six levels of headings."""


class Kind(Enum):
    """What a block is."""

    BLANK = auto()
    HEAD = auto()
    NUMBER = auto()
    ITEM = auto()
    TEXT = auto()
    SKIPPED = auto()


@dataclass
class Block:
    """A line and what it is; ``text`` is without marks, or the reason to skip the line."""

    kind: Kind
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


def make_head(line: Line, text: str, *, level: int) -> Block:
    """Return a head; a number or label before its text is taken off."""
    text, is_labelled = strip_number(text)
    asks = is_labelled or text.rstrip(" :").endswith("?")
    return Block(Kind.HEAD, line, text, level, asks)


def make_block(line: Line) -> Block:
    """Return the block of a line of plain text, told by how it starts."""
    if not line.text:
        return Block(Kind.BLANK, line)
    if reason := find_noise(line.text):
        return Block(Kind.SKIPPED, line, reason)
    if (item := strip_marker(line.text)) is not None:
        return Block(Kind.ITEM, line, item)
    if match := NUMBER.match(line.text):
        return Block(Kind.NUMBER, line, line.text[match.end() :])
    if strip_number(line.text)[1]:
        return make_head(line, line.text, level=BOLD_LEVEL)
    return Block(Kind.TEXT, line, line.text)


def read_blocks(blocks: Sequence[Block], *, lazy: bool = False) -> Sheet:
    """Return the sheet that blocks make; what is no part of it is listed as skipped.

    Args:
        blocks: In their order; numbers among them are made heads or items.
        lazy: As of ``Outline``.
    """
    _place_numbers(blocks)
    heads: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEAD:
            heads.append(block)
        elif block.kind is Kind.ITEM and heads:
            heads[-1].items += 1
    roles = {id(head): role for head, role in zip(heads, _find_roles(heads), strict=True)}
    title = _find_title(heads, roles)
    outline = Outline(lazy=lazy)
    outline.sheet.title = title.text if title else ""
    sections: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEAD:
            sections = [section for section in sections if section.level < block.level]
            _take_head(outline, block, roles[id(block)], sections, is_title=block is title)
        else:
            _take(outline, block)
    return outline.sheet


# --- What numbers and heads are ---------------------------------------------------------------


def _place_numbers(blocks: Sequence[Block]) -> None:
    """Make numbered lines heads if they are this sheet's questions, and items otherwise."""
    top = [block for block in blocks if block.kind is Kind.NUMBER and block.line.indent < 2]
    are_questions = _numbers_ask(blocks, top)
    for block in blocks:
        if block.kind is Kind.NUMBER:
            block.kind = Kind.ITEM
            if are_questions and block.line.indent < 2:
                block.kind, block.level, block.asks = Kind.HEAD, _NUMBER_LEVEL, True


def _numbers_ask(blocks: Sequence[Block], top: Sequence[Block]) -> bool:
    listed = [b for b in blocks if b.kind in {Kind.HEAD, Kind.NUMBER, Kind.ITEM}]
    below = [
        after
        for block, after in zip(listed, listed[1:], strict=False)
        if block.kind is Kind.NUMBER and block.line.indent < 2 and after.kind is not Kind.HEAD
    ]
    if all(after.kind is Kind.NUMBER and after.line.indent < 2 for after in below):
        return False  # nothing stands below any number
    if 2 * sum(block.text.endswith("?") for block in top) >= len(top):
        return True
    heads = [block for block in blocks if block.kind is Kind.HEAD]
    if any(head.asks for head in heads):
        return False
    is_nested = all(after.line.indent >= 2 for after in below if after.kind is Kind.ITEM)
    # Without a question mark anywhere, headings over nested lists are the likelier questions.
    return not (is_nested and len(heads) > 1)


def _find_roles(heads: Sequence[Block]) -> list[_Role]:
    roles: list[_Role] = []
    above: list[tuple[Block, _Role]] = []
    for index, head in enumerate(heads):
        above = [(other, role) for other, role in above if other.level < head.level]
        roles.append(_find_role(heads, index, above))
        above.append((head, roles[-1]))
    return roles


def _find_role(heads: Sequence[Block], index: int, above: list[tuple[Block, _Role]]) -> _Role:
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


def _find_title(heads: Sequence[Block], roles: dict[int, _Role]) -> Block | None:
    """Return the only heading of the first level, unless it is a question."""
    top = [head for head in heads if head.level == 1]
    is_title = len(top) == 1 and roles[id(top[0])] in {_Role.SECTION, _Role.EMPTY}
    return top[0] if is_title else None


# --- Into the outline -------------------------------------------------------------------------


def _take_head(
    outline: Outline, head: Block, role: _Role, sections: list[Block], *, is_title: bool
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


def _take(outline: Outline, block: Block) -> None:
    match block.kind:
        case Kind.BLANK:
            outline.pause()
        case Kind.SKIPPED:
            if block.line.text:
                outline.skip(block.line, block.text)
        case Kind.ITEM:
            outline.add(block.line, block.text)
        case _:
            if not outline.extend(block.line._replace(text=block.text)):
                outline.skip(block.line)

"""Cheat sheets in Markdown: headings, bold lines or numbers as questions, lists as bullets.

Called by ``importing``.
"""

import re

from viva.deck.blocks import BOLD_LEVEL, Block, Kind, make_head, read_blocks
from viva.deck.layout_text import NUMBER, strip_number
from viva.deck.sheets import Line, Sheet, find_noise, read_lines, strip_marker

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)\1:?|<summary>(.+)</summary>", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ANCHOR = re.compile(r"\[[^\]]*\]\(#[^)]*\)")


def read_markdown_layout(text: str) -> Sheet:
    """Return what a Markdown text holds; lines that are no part of it are listed as skipped."""
    return read_blocks(_read_lines(read_lines(text)), lazy=True)


def _read_lines(lines: list[Line]) -> list[Block]:
    blocks: list[Block] = []
    fence = ""
    for line in lines:
        opening = _FENCE.match(line.text)
        if fence or opening:
            blocks.append(Block(Kind.SKIPPED, line, "code"))
            if not fence and opening:
                fence = opening[1]
            elif opening and line.text.startswith(fence) and line.text == opening[1]:
                fence = ""
        elif re.fullmatch(r"=+|-{3,}", line.text) and _is_paragraph(blocks):
            # The line above turns out to be a heading, underlined.
            above = blocks.pop()
            blocks.append(make_head(above.line, above.text, level=1 if line.text[0] == "=" else 2))
        else:
            blocks.append(_read_block(line))
    return blocks


def _is_paragraph(blocks: list[Block]) -> bool:
    """Return whether the last block is a paragraph of one line."""
    return (
        bool(blocks)
        and blocks[-1].kind is Kind.TEXT
        and (len(blocks) == 1 or blocks[-2].kind is Kind.BLANK)
    )


def _read_block(line: Line) -> Block:
    if not line.text:
        return Block(Kind.BLANK, line)
    if match := _HEADING.fullmatch(line.text):
        return make_head(line, _plain(match[2]), level=len(match[1]))
    if match := _BOLD.fullmatch(line.text):
        return make_head(line, _plain(match[2] or match[3]), level=BOLD_LEVEL)
    if not (text := _plain(line.text)):
        return Block(Kind.SKIPPED, line, "an image" if "![" in line.text else "no text")
    if reason := find_noise(text):
        return Block(Kind.SKIPPED, line, reason)
    if (item := strip_marker(line.text)) is not None:
        is_anchor = _ANCHOR.fullmatch(item)
        return Block(
            Kind.SKIPPED if is_anchor else Kind.ITEM,
            line,
            "a link within the page" if is_anchor else _plain(item),
        )
    if match := NUMBER.match(line.text):
        return Block(Kind.NUMBER, line, _plain(line.text[match.end() :]))
    if strip_number(text)[1] and line.indent < 2:
        return make_head(line, text, level=BOLD_LEVEL)
    return Block(Kind.TEXT, line, text)


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

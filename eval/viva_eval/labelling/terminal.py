"""The desk in a terminal: one screen a bullet, one key a verdict."""

import re
import sys
from collections import deque
from collections.abc import Iterator

import click
from rich.console import Console
from rich.text import Text

from viva.claims import split_sentences
from viva.domain import Verdict
from viva.errors import InputError
from viva.untrusted import defuse
from viva_eval.labelling.session import BACK, KEYS, QUIT, SKIP
from viva_eval.labelling.sheet import Sheet

_MARKS = {
    Verdict.COVERED: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.MISSING: "○",
    Verdict.CONTRADICTED: "✗",
}
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?")
"""What an arrow or a function key sends."""


class Terminal:
    """A desk on standard input and output.

    Raises:
        InputError: If they are no terminal.
    """

    def __init__(self) -> None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise InputError(
                "Labelling needs a terminal.", hint="Run it without a pipe on either side."
            )
        self._console = Console(highlight=False)
        self._keys: deque[str] = deque()

    def show(self, sheet: Sheet, *, done: int, of: int) -> None:
        """Clear the screen and draw the sheet. Of the answer, its words alone."""
        self._console.clear()
        self._print(f"Answer {done + 1} of {of}", "dim")
        self._print(f"\n{sheet.question.text}\n", "bold")
        for number, piece in _numbered(sheet.item.answer):
            self._print(f"{number:>3}  {piece}")
        self._print("")
        for place, bullet in enumerate(sheet.question.bullets):
            given = sheet.marks[place] if place < len(sheet.marks) else None
            is_next = place == len(sheet.marks)
            icon = _MARKS[given.verdict] if given else "▶" if is_next else " "
            self._print(f"{icon} {bullet.text}", "bold" if is_next else "dim")
            for span in given.spans if given else ():
                self._print(f"    “{' '.join(span.split())}”", "dim italic")
        verdicts = "  ".join(f"[{key}] {verdict}" for key, verdict in KEYS.items())
        self._print(f"\n{verdicts}   (capital: with the words it rests on)", "cyan")
        self._print(f"[{BACK}] back  [{SKIP}] skip this answer  [{QUIT}] quit", "cyan")

    def read_key(self) -> str:
        """Return the next key; arrows and function keys are none."""
        while not self._keys:
            try:
                typed = click.getchar()
            except EOFError:
                return QUIT
            self._keys.extend(_SEQUENCE.sub("", typed))
        return self._keys.popleft()

    def read_line(self, prompt: str) -> str:
        """Return a line without the space around it."""
        self._keys.clear()
        try:
            return self._console.input(Text(prompt, style="cyan")).strip()
        except EOFError:
            return ""

    def say(self, words: str) -> None:
        """Print a line."""
        self._print(words, "yellow")

    def _print(self, words: str, style: str = "") -> None:
        # Without what cannot be seen: an answer must not steer the terminal.
        self._console.print(Text(defuse(words), style=style), soft_wrap=False)


def _numbered(answer: str) -> Iterator[tuple[str, str]]:
    """Yield the answer in pieces that end with a sentence, and its number; nothing is left out."""
    start = 0
    for number, sentence in enumerate(split_sentences(answer), start=1):
        yield str(number), answer[start : sentence.end].strip()
        start = sentence.end
    if rest := answer[start:].strip():
        yield "", rest

"""The session of a labeller: keys to verdicts, answer after answer, each kept as it is done."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from viva.domain import Deck, Verdict
from viva_eval.labelling.output import LabelFile
from viva_eval.labelling.queue import Unlabelled, choose_split
from viva_eval.labelling.sheet import Mark, Sheet, find_spans

KEYS = {
    "c": Verdict.COVERED,
    "p": Verdict.PARTIAL,
    "m": Verdict.MISSING,
    "x": Verdict.CONTRADICTED,
}
"""Key of each verdict; the capital asks for the span that it rests on as well."""
BACK, SKIP, QUIT = "b", "s", "q"


class Desk(Protocol):
    """Where the labeller sits."""

    def show(self, sheet: Sheet, *, done: int, of: int) -> None:
        """Show an answer with the bullets and what they were given."""
        ...

    def read_key(self) -> str:
        """Return the next key."""
        ...

    def read_line(self, prompt: str) -> str:
        """Return a line that was typed or pasted."""
        ...

    def say(self, words: str) -> None:
        """Show a line until the next key."""
        ...


class Done(NamedTuple):
    """What a session came to."""

    labelled: int
    left: int
    """Answers without labels."""


class Session:
    """Labels a queue.

    Args:
        desk: Where the labeller sits.
        output: Where labels go.
        labeller: Their name.
        asks_score: Whether each answer gets a score as well.
    """

    def __init__(
        self,
        desk: Desk,
        output: LabelFile,
        *,
        labeller: str,
        asks_score: bool = False,
    ) -> None:
        self._desk = desk
        self._output = output
        self._labeller = labeller
        self._asks_score = asks_score

    def run(self, queue: Sequence[Unlabelled], deck: Deck) -> Done:
        """Label what has no labels yet, until the queue ends or the labeller stops.

        Going back from an answer's first bullet leads to the last bullet of the one before. Labels
        that were kept stay until they are given anew.
        """
        before = self._output.ids
        waiting = [
            Sheet(item, deck.question(item.question_id)) for item in queue if item.key not in before
        ]
        place = 0
        while 0 <= place < len(waiting):
            sheet, key = self._label(waiting[place], done=place, of=len(waiting))
            waiting[place] = sheet
            if key == QUIT:
                break
            if key == BACK:
                place = max(0, place - 1)
                waiting[place] = waiting[place].back()
                continue
            place += 1
        labelled = self._output.ids - before
        return Done(len(labelled), len(waiting) - len(labelled))

    def _label(self, sheet: Sheet, *, done: int, of: int) -> tuple[Sheet, str]:
        """Return the sheet and the key that ended it, empty if every bullet was given."""
        while not sheet.is_done:
            self._desk.show(sheet, done=done, of=of)
            key = self._desk.read_key()
            if key in {QUIT, SKIP} or (key == BACK and not sheet.marks):
                return sheet, key
            if key == BACK:
                sheet = sheet.back()
            elif verdict := KEYS.get(key.lower()):
                wants_spans = key.isupper() and verdict is not Verdict.MISSING
                spans = self._ask_spans(sheet) if wants_spans else ()
                sheet = sheet.give(Mark(verdict, spans))
        score = self._ask_score() if self._asks_score else None
        split = choose_split(sheet.item)
        self._output.write(sheet.finish(self._labeller, split, score))
        return sheet, ""

    def _ask_spans(self, sheet: Sheet) -> tuple[str, ...]:
        spans: list[str] = []
        while typed := self._desk.read_line("Numbers of sentences, or words pasted; Enter ends: "):
            found = find_spans(typed, sheet.item.answer)
            if not found:
                self._desk.say("The answer has no such words.")
            spans += [span for span in found if span not in spans]
        return tuple(spans)

    def _ask_score(self) -> float | None:
        while typed := self._desk.read_line("Score of the answer, 0 to 10; Enter for none: "):
            try:
                score = float(typed)
            except ValueError:
                score = -1
            if 0 <= score <= 10:
                return score
            self._desk.say("That is no number from 0 to 10.")
        return None

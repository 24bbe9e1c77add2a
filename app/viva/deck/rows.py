"""What the buttons of a question's table do to its draft: nothing is checked, nothing is lost."""

from typing import NamedTuple

from viva.deck.drafts import BulletDraft, QuestionDraft, join_list, split_list


class Step(NamedTuple):
    """A draft after a button, and where to go on."""

    draft: QuestionDraft
    focus: str
    """The field that a person most likely wants next, by its name in the form."""


def press(draft: QuestionDraft, button: str) -> Step:
    """Return the draft after a button; one that is none of the table's changes nothing.

    Args:
        draft: The draft.
        button: ``add``, ``dismiss``, or a word and a row: ``up:1``, ``down:1``, ``remove:1``,
            ``take:0`` (a proposed bullet), ``term:1:0`` (a row's proposed key term).
    """
    word, *numbers = button.split(":")
    places = [int(number) for number in numbers if number.isascii() and number.isdecimal()]
    rows = list(draft.bullets)
    match word, places:
        case "add", []:
            return _with_rows(draft, [*rows, BulletDraft()], focus=f"text-{len(rows)}")
        case "dismiss", []:
            plain = [row.model_copy(update={"offered": ""}) for row in rows]
            return Step(draft.model_copy(update={"bullets": tuple(plain), "offered": ()}), "add")
        case "up", [place] if 0 < place < len(rows):
            rows[place - 1 : place + 1] = reversed(rows[place - 1 : place + 1])
            return _with_rows(draft, rows, focus=f"up-{place - 1}" if place > 1 else "down-0")
        case "down", [place] if place + 1 < len(rows):
            rows[place : place + 2] = reversed(rows[place : place + 2])
            last = place + 2 == len(rows)
            return _with_rows(draft, rows, focus=f"{'up' if last else 'down'}-{place + 1}")
        case "remove", [place] if place < len(rows):
            del rows[place]
            near = min(place, len(rows) - 1)
            return _with_rows(draft, rows, focus=f"text-{near}" if rows else "add")
        case "take", [place] if place < len(draft.offered):
            left = (*draft.offered[:place], *draft.offered[place + 1 :])
            step = _with_rows(draft, [*rows, draft.offered[place]], focus=f"text-{len(rows)}")
            return step._replace(draft=step.draft.model_copy(update={"offered": left}))
        case "term", [place, number] if place < len(rows):
            rows[place] = _take_term(rows[place], number)
            return _with_rows(draft, rows, focus=f"key_terms-{place}")
    return Step(draft, "")


def _with_rows(draft: QuestionDraft, rows: list[BulletDraft], *, focus: str) -> Step:
    return Step(draft.model_copy(update={"bullets": tuple(rows)}), focus)


def _take_term(row: BulletDraft, number: int) -> BulletDraft:
    offered = split_list(row.offered)
    if number >= len(offered):
        return row
    term = offered.pop(number)
    terms = join_list([*split_list(row.key_terms), term])
    return row.model_copy(update={"key_terms": terms, "offered": join_list(offered)})

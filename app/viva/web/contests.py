"""The part of a bullet's row where its verdict is contested; page.js sends what is chosen."""

from pydantic import BaseModel, ValidationError

from viva.confidence import Confidence, confidence_word
from viva.domain import VERDICTS, BulletGrade, Contest, Verdict
from viva.errors import InputError
from viva.events import Contested, ContestWithdrawn
from viva.web.markup import LABELS, element, text

_NOTE = (
    "Your score stays as it is. What you choose is kept with this interview, and you can take it "
    "back."
)


def contest_part(
    number: int, grade: BulletGrade, contest: Contest | None, *, position: int | None
) -> str:
    """Return what a row says of contesting: the offer, the contest, or nothing.

    Args:
        number: Of the bullet, as its row shows it.
        grade: The verdict.
        contest: What the candidate holds against it, if anything.
        position: Of the turn in its session; None where contesting is not possible now.
    """
    if contest:
        inner = _contested(number, contest, position)
    elif position is not None and grade.verdict is not Verdict.UNGRADED:
        inner = _offer(number, grade, position)
    else:
        return ""
    name = None if position is None else f"v-contest-{position}-{grade.bullet_id}"
    return element("div", inner, class_="v-contest", id=name)


def read_choice(sent: str) -> Contested | ContestWithdrawn:
    """Return what the person wants by what page.js sent.

    Raises:
        InputError: If that makes no sense.
    """
    try:
        choice = _Choice.model_validate_json(sent or "")
        if choice.verdict is None:
            return ContestWithdrawn(choice.position, choice.bullet)
        contest = Contest(bullet_id=choice.bullet, verdict=choice.verdict, quote=choice.quote)
    except ValidationError as error:
        raise InputError(
            "No verdict was chosen.", hint="Choose the one you think right."
        ) from error
    return Contested(choice.position, contest)


class _Choice(BaseModel):
    position: int
    bullet: str
    verdict: Verdict | None = None
    """None withdraws."""
    quote: str = ""


def _contested(number: int, contest: Contest, position: int | None) -> str:
    word = LABELS[contest.verdict][1].lower()
    parts = [text("You contested this: "), element("strong", word)]
    if contest.quote:
        parts += [" ", element("q", text(" ".join(contest.quote.split())))]
    if position is not None:
        parts += [
            " ",
            element(
                "button",
                "Withdraw",
                element("span", f" what you said of point {number}", class_="v-sr"),
                type="button",
                class_="v-withdraw",
                data_position=str(position),
                data_bullet=contest.bullet_id,
            ),
        ]
    return element("p", *parts, class_="v-contested")


def _offer(number: int, grade: BulletGrade, position: int) -> str:
    unsure = confidence_word(grade.confidence) is Confidence.UNSURE
    asks = "I’m unsure here. Did I get it wrong?" if unsure else "Not right?"
    name = f"v-quote-{position}-{grade.bullet_id}"
    choices = (
        element(
            "label",
            f'<input type="radio" name="verdict" value="{verdict.value}" required>',
            " ",
            LABELS[verdict][1],
        )
        for verdict in VERDICTS
        if verdict is not grade.verdict
    )
    form = element(
        "form",
        element("fieldset", element("legend", f"What is right for point {number}?"), *choices),
        element("label", "Your words that say so, if you like", for_=name),
        f'<input id="{name}" name="quote" type="text" autocomplete="off" maxlength="20000" '
        'placeholder="Copied from your answer">',
        element("p", _NOTE, class_="v-contest-note"),
        element("button", "Contest", type="submit"),
        data_position=str(position),
        data_bullet=grade.bullet_id,
    )
    summary = element("summary", asks, element("span", f" Point {number}", class_="v-sr"))
    return element(
        "details",
        summary,
        form,
        class_="v-contest-unsure" if unsure else None,
        id=f"v-contesting-{position}-{grade.bullet_id}",
    )

"""A card for people, in Markdown."""

from collections.abc import Iterable, Sequence

from viva_eval.card.model import BulletFigures, ReportCard
from viva_eval.summary.model import Figure, Rate

_MOST_BULLETS = 25
_KIND = {
    "stuffed": "stuffed with terms",
    "off-topic": "off topic",
    "unknown": "'I don't know'",
    "injection": "orders to the grader",
}


def to_markdown(card: ReportCard) -> str:
    """Return the card as a page."""
    answers = "synthetic answers" if card.synthetic else "answers"
    parts = [
        f"# Report card: {card.name}",
        f"Measured on {card.measured} with {card.answers} {answers} of the set `{card.dataset}` "
        f"(split {card.split}, {card.bullets} labelled bullets). Intervals are 95%, from a "
        "bootstrap that resamples questions. Made by `viva eval card`; `viva eval card --check` "
        "tells whether it still fits what is installed.",
        "## Figures",
        _table(["figure", "value", "95% interval"], _figures(card)),
        "## Credit for answers that deserve none",
        "Bullets credited of those whose label earns nothing.",
        _table(["answer", "credited", "of", "share", "95% interval"], _junk(card)),
        "## What its words for confidence are worth",
        "Right verdicts by the word that stands beside them for how sure the grader is.",
        _table(["word", "right", "of", "share", "95% interval"], _words(card)),
        "## What was measured",
        _table(["what", "hash or name"], _identity(card)),
        "## Bullets, the worst first",
        _about_bullets(card),
        _table(
            ["bullet", "right", "of", "flips", "commonest mistake", "text"],
            map(_bullet, card.by_bullet[:_MOST_BULLETS]),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _figures(card: ReportCard) -> Iterable[Sequence[str]]:
    yield "Cohen's kappa", *_figure(card.kappa)
    yield "accuracy", *_figure(card.accuracy)
    yield "base rate: always the commonest label", _number(card.base_rate), ""
    yield "macro-F1", *_figure(card.macro_f1)
    yield "quadratic weighted kappa of scores", *_figure(card.qwk)
    flips = "not measured" if card.flip_share is None else _number(card.flip_share)
    yield f"verdicts that flip over {card.repeats} repeats", flips, ""
    yield "bullets left ungraded", _number(card.ungraded_share), ""


def _junk(card: ReportCard) -> Iterable[Sequence[str]]:
    for kind, rate in card.false_credit.items():
        share = _number(rate.value) if rate.of else "not measured"
        yield _KIND.get(kind, kind), str(rate.count), str(rate.of), share, _interval(rate)


def _words(card: ReportCard) -> Iterable[Sequence[str]]:
    for word, rate in card.confidence.items():
        yield word, str(rate.count), str(rate.of), _number(rate.value), _interval(rate)


def _identity(card: ReportCard) -> Iterable[Sequence[str]]:
    grader = card.grader
    yield "grader", f"{grader.name} {grader.version}, fingerprint `{grader.fingerprint}`"
    yield "language model", card.model or "none"
    yield "prompt", f"`{card.prompt}`" if card.prompt else "none"
    for name, digest in card.weights.items():
        yield name, f"`{digest}`"
    yield f"deck {card.deck_id}", f"`{card.deck_sha256}`"
    yield f"set {card.dataset}", f"`{card.dataset_sha256}`"
    yield "run", card.run_id


def _about_bullets(card: ReportCard) -> str:
    text = (
        f"{len(card.by_bullet)} bullets have labelled answers in the split {card.bullets_split}; "
        f"{card.unmeasured} have none. "
    )
    if card.bullets_split != card.split:
        text += "A fitted grader has seen some of these answers: the order tells, not the level. "
    return text + "A bullet has few answers, so look at its wording before its figure."


def _bullet(own: BulletFigures) -> Sequence[str]:
    mistake = f"{own.commonest[0]}, graded {own.commonest[1]}" if own.commonest else ""
    return (
        f"{own.question_id}/{own.bullet_id}",
        str(own.right),
        str(own.n),
        str(own.flips),
        mistake,
        own.text,
    )


def _figure(figure: Figure) -> tuple[str, str]:
    return _number(figure.value), _interval(figure)


def _interval(figure: Figure | Rate) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.3f} to {figure.high:.3f}"


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(own) for own in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;")

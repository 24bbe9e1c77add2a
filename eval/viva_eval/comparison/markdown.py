"""A comparison as Markdown for a pull request."""

from collections.abc import Iterable, Iterator

from viva.domain import Verdict
from viva_eval.comparison.model import ChangedSample, Comparison, LawChange, Side
from viva_eval.metrics.paired import Difference
from viva_eval.summary.model import Rate

SHOWN_CHANGES = 50

_NAMES = {
    "accuracy": "accuracy of verdicts",
    "macro_f1": "macro-F1",
    "kappa": "Cohen's kappa",
    "qwk": "quadratic weighted kappa of scores",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "mae": "mean absolute error, points of ten",
    "smd": "standardized mean difference, its distance from 0",
}


def to_markdown(comparison: Comparison, *, shown: int = SHOWN_CHANGES) -> str:
    """Return a comparison as Markdown; names that others chose are escaped.

    Args:
        comparison: The comparison.
        shown: How many of the changed answers to list, those that lost most first.
    """
    test, overlap = comparison.mcnemar, comparison.overlap
    rows = [
        _row(_NAMES[name], own)
        for name, own in {**comparison.verdicts, **comparison.scores}.items()
    ]
    parts = [
        f"### Grader: {comparison.finding.value}",
        f"Before: {_side(comparison.first)}<br>After: {_side(comparison.second)}",
        f"Verdicts: **{comparison.verdict_finding.value}**. "
        f"Scores: **{comparison.score_finding.value}**.",
        _table(("", "before", "after", "difference", "95% interval", "shown"), rows),
        f"Of {test.n} bullets, {test.only_first} were right only before and {test.only_second} "
        f"only after (McNemar's exact test, p {_p(test.p)}). Intervals are from a paired "
        "bootstrap that resamples questions.",
        " ".join([_left_out(overlap.compared, comparison), *comparison.caveats]),
        *_laws(comparison.laws),
        *_changes(comparison.changed, shown),
    ]
    return "\n\n".join(parts) + "\n"


def _row(name: str, own: Difference) -> tuple[str, ...]:
    interval = (
        "–" if own.interval is None else f"{own.interval.low:+.3f} to {own.interval.high:+.3f}"
    )
    difference = "–" if own.difference is None else f"{own.difference:+.3f}"
    return (
        name,
        _number(own.first),
        _number(own.second),
        difference,
        interval,
        own.finding.value,
    )


def _side(side: Side) -> str:
    model = f", {_plain(side.model)}" if side.model else ""
    grader = side.grader
    return (
        f"{_plain(side.run_id)} ({_plain(grader.name)} {_plain(grader.version)}{model}, "
        f"fingerprint {_plain(grader.fingerprint)})"
    )


def _left_out(compared: int, comparison: Comparison) -> str:
    own = comparison.overlap
    counts = {
        "only in the first run": own.only_first,
        "only in the second": own.only_second,
        "failed in either": own.failed,
        "not the same in both": own.altered,
    }
    left = [f"{count} {why}" for why, count in counts.items() if count]
    says = f"{compared} answers compared"
    return f"{says}; left out: {', '.join(left)}." if left else f"{says}."


def _laws(laws: tuple[LawChange, ...]) -> Iterator[str]:
    if laws:
        yield _table(
            ("perturbation", "law", "held before", "held after", "shown"),
            [
                (own.name, own.law, _rate(own.first), _rate(own.second), own.finding.value)
                for own in laws
            ],
        )


def _rate(rate: Rate) -> str:
    return f"{_number(rate.value)} of {rate.of}"


def _changes(changed: tuple[ChangedSample, ...], shown: int) -> Iterator[str]:
    if not changed:
        yield "No answer is graded differently."
        return
    rows = [
        (
            _plain(own.sample_id),
            _plain(own.kind),
            "<br>".join(
                f"{_plain(bullet.bullet_id)}: {_word(bullet.first)} → {_word(bullet.second)}"
                f" (gold {_word(bullet.gold)})"
                for bullet in own.bullets
            ),
            f"{_number(own.first_score, 1)} → {_number(own.second_score, 1)}"
            f" (gold {_number(own.gold_score, 1)})",
            f"{own.step:+d}" if own.step else "0",
        )
        for own in changed[:shown]
    ]
    more = f", {shown} shown" if len(changed) > shown else ""
    table = _table(("answer", "kind", "verdicts", "score", "right"), rows)
    yield (
        f"<details><summary>{len(changed)} answers are graded differently{more}</summary>\n\n"
        f"{table}\n\n</details>"
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    rule = ("---",) * len(head)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def _number(value: float | None, places: int = 3) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _word(verdict: Verdict | None) -> str:
    return "none" if verdict is None else verdict.value


def _plain(text: str) -> str:
    """Escape what Markdown or HTML would read as markup; a name takes one line."""
    text = " ".join(text.split())
    for mark in "\\`*_[]<>|#~@&":
        text = text.replace(mark, f"&#{ord(mark)};" if mark in "<>&@|" else "\\" + mark)
    return text

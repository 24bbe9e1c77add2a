"""The page of a report: what its templates are given, and the policy that keeps it to itself."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from viva.domain import VERDICTS, Deck, Verdict
from viva_eval.gates import Outcome, Result
from viva_eval.records import Manifest
from viva_eval.report import charts, wording
from viva_eval.report.cases import make_case
from viva_eval.report.worst import Notable
from viva_eval.summary import Figure, Headline, SpeechFigures, SpeechGroup, Summary

_PARTS = (
    ("overview", "Headline"),
    ("agreement", "Agreement"),
    ("groups", "Groups"),
    ("steadiness", "Steadiness"),
    ("speech", "Speech"),
    ("confidence", "Confidence"),
    ("answers", "Worst answers"),
    ("run", "The run"),
)
_CARDS = (
    ("qwk", "Quadratic weighted kappa", "of scores, whole points"),
    ("kappa", "Cohen's kappa", "of verdicts"),
    ("macro_f1", "Macro-F1", "mean over the verdicts"),
    ("accuracy", "Accuracy", "share of equal verdicts"),
    ("pearson", "Pearson", "correlation of scores"),
    ("spearman", "Spearman", "correlation of their ranks"),
    ("mae", "Mean absolute error", "in points of ten"),
    ("smd", "Standardized difference", "above 0: too generous"),
)
_SCORE_TICKS = tuple((charts.SIDE * point / 10, f"{point}") for point in range(0, 11, 2))
_SHARE_TICKS = tuple((charts.SIDE * part / 5, f"{part * 20}%") for part in range(6))


class Card(NamedTuple):
    """One headline figure and the gates that bear its name."""

    name: str
    note: str
    figure: Figure
    gates: tuple[Result, ...]


def render_page(
    manifest: Manifest,
    summary: Summary,
    deck: Deck,
    notable: Notable,
    *,
    gates: Sequence[Result] = (),
) -> str:
    """Return the report as one page of HTML that loads nothing.

    Every value is escaped where it is put in. Should one slip through all the same, the page's
    content security policy runs no script and applies no style but the report's own.
    """
    environment = _environment()
    style = Markup(environment.get_template("style.css").render(heats=charts.HEATS))
    script = Markup(environment.get_template("filter.js").render())
    cases = [make_case(record, deck) for record in notable.worst]
    return environment.get_template("page.html").render(
        manifest=manifest,
        summary=summary,
        policy=f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'",
        style=style,
        script=script,
        parts=[own for own in _PARTS if own[0] != "speech" or summary.speech],
        cards=_cards(summary.headline, gates),
        gates=gates,
        false_credit=(
            ("stuffed with terms", summary.false_credit.stuffed),
            ("off-topic", summary.false_credit.off_topic),
            ("with orders to the grader", summary.false_credit.injection),
        ),
        group_tables=(
            ("By kind", list(summary.by_kind.values())),
            ("By topic", list(summary.by_topic.values())),
            ("By difficulty", list(summary.by_difficulty.values())),
        ),
        perturbations=sorted(
            summary.perturbations.items(),
            key=lambda own: (2.0 if own[1].held.value is None else own[1].held.value, own[0]),
        ),
        speech_tables=_speech_tables(summary.speech),
        cases=cases,
        case_kinds=sorted({case.record.sample.kind for case in cases}),
        failures=notable.failures,
        run_facts=_run_facts(manifest),
        **_chart_values(summary),
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("viva_eval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=False,
    )
    environment.filters |= {
        "number": wording.number,
        "share": wording.share,
        "interval": wording.interval,
        "seconds": wording.seconds,
        "visible": wording.visible,
        "strip": charts.strip,
        "share_rows": charts.share_rows,
    }
    environment.globals |= {
        "verdicts": VERDICTS,
        "ungraded": Verdict.UNGRADED,
        "verdict_marks": wording.VERDICT_MARKS,
        "gate_marks": {
            Outcome.PASSED: ("passed", "✓"),
            Outcome.FAILED: ("failed", "✗"),
            Outcome.KNOWN_GAP: ("known", "▲"),
            Outcome.NOT_MEASURED: ("absent", "?"),
        },
        "nothing": wording.NOTHING,
        "heats": charts.HEATS,
        "side": charts.SIDE,
        "strip_width": charts.STRIP,
        "score_ticks": _SCORE_TICKS,
        "share_ticks": _SHARE_TICKS,
        "speech_target": charts.TARGET,
    }
    return environment


def _cards(headline: Headline, gates: Sequence[Result]) -> list[Card]:
    return [
        Card(name, note, getattr(headline, field), tuple(g for g in gates if g.name == field))
        for field, name, note in _CARDS
    ]


def _chart_values(summary: Summary) -> Mapping[str, object]:
    score_table = charts.score_table(summary.scores)
    return {
        "verdict_heats": charts.heats(summary.confusion),
        "score_marks": charts.score_marks(summary.scores),
        "score_table": score_table,
        "score_heats": charts.heats(score_table),
        "reliability_marks": charts.reliability_marks(summary.reliability.bins),
    }


def _speech_tables(speech: SpeechFigures | None) -> list[tuple[str, Sequence[SpeechGroup]]]:
    if speech is None:
        return []
    return [
        ("By condition", list(speech.by_condition.values())),
        ("By voice", list(speech.by_voice.values())),
        ("By speed", list(speech.by_speed.values())),
        ("By noise", list(speech.by_noise.values())),
        ("By kind of answer, clean speech only", list(speech.plain_by_kind.values())),
    ]


def _run_facts(manifest: Manifest) -> list[tuple[str, str]]:
    grader = manifest.grader
    facts = [
        ("Run", manifest.run_id),
        ("Command", manifest.command),
        ("Grader", f"{grader.name} {grader.version}, fingerprint {grader.fingerprint}"),
        ("Model", manifest.model),
        ("Prompt", manifest.prompt),
        ("Deck", f"{manifest.deck_id}, SHA-256 {manifest.deck_sha256}"),
        ("Data", f"{manifest.dataset}, SHA-256 {manifest.dataset_sha256}"),
        ("Repeats", str(manifest.repeats)),
        ("Perturbations", ", ".join(manifest.perturbations)),
        ("Seed", str(manifest.seed)),
        ("Spoken", "; ".join(f"{name}: {own}" for name, own in manifest.hearing.items())),
        ("Begun", manifest.created.isoformat(timespec="seconds")),
        (
            "Finished",
            manifest.finished.isoformat(timespec="seconds") if manifest.finished else "not yet",
        ),
        ("Machine", manifest.machine),
        ("Versions", ", ".join(f"{name} {own}" for name, own in manifest.versions.items())),
    ]
    return [(name, value) for name, value in facts if value]


def _digest(content: str) -> str:
    """Return the source expression that allows this very content (CSP level 3)."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"

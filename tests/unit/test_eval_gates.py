from pathlib import Path

import pytest
from builders import IDENTITY

from viva.domain import Frozen
from viva.errors import InputError
from viva_eval.gates import (
    SHIPPED_GATES,
    Gates,
    Outcome,
    Result,
    check_gates,
    load_gates,
    read_figure,
)
from viva_eval.judges import StaleCalibration


class Figure(Frozen):
    value: float | None


class Figures(Frozen):
    qwk: Figure
    flips: Figure | None = None
    rates: dict[str, Figure] = {}
    count: int = 3
    name: str = "x"


QWK = '[gates]\nqwk = { path = "qwk.value", min = 0.70, required = true }\n'
KNOWN = QWK + '[known_gaps.2026-11-24]\ngrader = "scripted"\nfingerprint = "f"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "gates.toml"
    path.write_text(text, encoding="utf-8")
    return path


def check(folder: Path, text: str, figures: Figures) -> Result:
    (result,) = check_gates(load_gates(write(folder, text)), figures, grader=IDENTITY)
    return result


def qwk(value: float | None) -> Figures:
    return Figures(qwk=Figure(value=value))


@pytest.mark.parametrize(
    ("bounds", "value", "misses"),
    [
        ("min = 0.7", 0.7, ""),
        ("min = 0.7", 0.65, "misses by 0.050"),
        ("max = 0", 0.0, ""),
        ("max = 0", 0.02, "misses by 0.020"),
        ("min = -0.15, max = 0.15", -0.1, ""),
        ("min = -0.15, max = 0.15", -0.4, "misses by 0.250"),
        ("min = -0.15, max = 0.15", 0.2, "misses by 0.050"),
        ("within = 0.1, of = 0.9", 0.81, ""),
        ("within = 0.1, of = 0.9", 0.75, "misses by 0.050"),
        ("min = 0.7, within = 0.1, of = 0.9", 0.75, "misses by 0.050"),
    ],
)
def test_a_gate_says_whether_it_passed_and_by_how_much_it_did_not(
    tmp_path: Path, bounds: str, value: float, misses: str
) -> None:
    result = check(tmp_path, f'[gates]\n"qwk.value" = {{ {bounds} }}\n', qwk(value))
    assert result.outcome is (Outcome.FAILED if misses else Outcome.PASSED)
    assert result.message.startswith(f"qwk.value: {value:.3f} (")
    assert result.message.endswith(misses or ")")


def test_a_figure_that_was_not_measured_fails_a_required_gate_and_is_named_for_others(
    tmp_path: Path,
) -> None:
    optional = QWK.replace(", required = true", "")
    assert check(tmp_path, QWK, qwk(None)).outcome is Outcome.FAILED
    result = check(tmp_path, optional, qwk(None))
    assert result.outcome is Outcome.NOT_MEASURED
    assert "not measured" in result.message


@pytest.mark.parametrize(
    ("measured", "found", "outcome", "says"),
    [
        ("0.66", 0.66, Outcome.KNOWN_GAP, "known since 2026-11-24: 0.660"),
        ("0.66", 0.6597, Outcome.KNOWN_GAP, "misses by 0.040"),  # differs by rounding only
        ("0.66", 0.68, Outcome.KNOWN_GAP, "misses by 0.020"),
        ("0.66", 0.64, Outcome.FAILED, "worse by 0.020 than the 0.660 known since 2026-11-24"),
        ("0.66", 0.71, Outcome.PASSED, "at least 0.7"),
    ],
)
def test_a_known_gap_excuses_down_to_what_was_measured_and_no_further(
    tmp_path: Path, measured: str, found: float, outcome: Outcome, says: str
) -> None:
    text = f"{KNOWN}gaps = {{ qwk = {{ measured = {measured} }} }}\n"
    result = check(tmp_path, text, qwk(found))
    assert result.outcome is outcome
    assert says in result.message


def test_a_known_gap_is_one_graders_own(tmp_path: Path) -> None:
    text = KNOWN.replace("scripted", "local") + "gaps = { qwk = { measured = 0.6 } }\n"
    assert check(tmp_path, text, qwk(0.65)).outcome is Outcome.FAILED


def test_gaps_of_a_grader_that_has_changed_since_are_stale(tmp_path: Path) -> None:
    text = KNOWN.replace('"f"', '"g"') + "gaps = { qwk = { measured = 0.6 } }\n"
    with pytest.raises(StaleCalibration, match="measured for the grader scripted g") as caught:
        check(tmp_path, text, qwk(0.9))
    assert caught.value.exit_code == 4


def test_the_latest_date_counts(tmp_path: Path) -> None:
    text = (
        KNOWN
        + "gaps = { qwk = { measured = 0.6 } }\n"
        + '[known_gaps.2026-12-01]\ngrader = "scripted"\ngaps = { qwk = { measured = 0.65 } }\n'
    )
    result = check(tmp_path, text, qwk(0.62))
    assert result.outcome is Outcome.FAILED
    assert "2026-12-01" in result.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[gates\n", "TOML"),
        ("[gates]\n", "at least 1"),
        ("[gates]\nqwk = {}\n", "gates.qwk"),
        ("[gates]\nqwk = { within = 0.1 }\n", "go together"),
        ("[gates]\nqwk = { least = 0.1 }\n", "gates.qwk.least"),
        (KNOWN + "gaps = {}\n", "gaps"),
        (KNOWN + "gaps = { kappa = { measured = 0.1 } }\n", "no gate"),
        (KNOWN + "gaps = { qwk = { measured = 0.8 } }\n", "its figure passes"),
        (KNOWN + 'gaps = { qwk = { why = "old" } }\n', "measured"),
        (KNOWN.replace("2026-11-24", "lately") + "gaps = {qwk={measured=0.1}}\n", "lately"),
        (
            KNOWN
            + "gaps = { qwk = { measured = 0.66 } }\n"
            + '[known_gaps.2026-12-01]\ngrader = "scripted"\ngaps = { qwk = { measured = 0.6 } }\n',
            "wider than before",
        ),
    ],
)
def test_a_gates_file_that_is_wrong_is_bad_input(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        load_gates(write(tmp_path, text))
    assert says in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_gates_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_gates(tmp_path / "none.toml")


def test_a_path_leads_through_fields_and_mappings() -> None:
    figures = Figures(qwk=Figure(value=0.5), rates={"case": Figure(value=0.25)})
    assert read_figure(figures, "rates.case.value") == 0.25
    assert read_figure(figures, "count") == 3.0
    assert read_figure(figures, "rates.typos.value") is None
    assert read_figure(figures, "flips.value") is None


@pytest.mark.parametrize(
    ("path", "says"),
    [("kwk.value", "'kwk'"), ("qwk", "no number"), ("name", "no number"), ("count.x", "below")],
)
def test_a_path_that_leads_nowhere_is_bad_input(path: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_figure(qwk(0.5), path)


def test_the_gates_that_ship_hold_the_fields_practice() -> None:
    gates = load_gates(SHIPPED_GATES)
    assert gates.gates["qwk"].lowest >= 0.70
    assert gates.gates["qwk"].required
    assert (gates.gates["smd"].lowest, gates.gates["smd"].highest) == (-0.15, 0.15)
    assert gates.gates["test-retest"].highest == 0
    assert gates.gates["injection"].highest == 0


def test_every_known_gap_that_ships_names_a_date_a_grader_and_a_figure_that_falls_short() -> None:
    gates = load_gates(SHIPPED_GATES)
    for known in gates.known_gaps.values():
        assert known.grader
        assert known.fingerprint
        for name, gap in known.gaps.items():
            assert gates.gates[name].shortfall(gap.measured) > 0


def test_gates_survive_a_round_trip() -> None:
    gates = load_gates(SHIPPED_GATES)
    assert Gates.model_validate(gates.model_dump()) == gates

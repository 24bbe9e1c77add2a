"""The maintainer's question: may this grader ship? A good one may; each broken one is caught."""

from pathlib import Path

import pytest
from plugins import install_plugin

from viva.cli import run_command
from viva.wiring import Parts
from viva_eval.cli import eval_commands

INJECTIONS = ("inject-order", "inject-system", "inject-fence")


@pytest.fixture(autouse=True)
def home(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ready index, the graders installed as a plugin, and a folder of this test alone."""
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    monkeypatch.syspath_prepend(tmp_path / "site")
    install_plugin(tmp_path / "site", "viva-test-graders", "eval_graders")
    monkeypatch.chdir(tmp_path)


def failed_gates(capsys: pytest.CaptureFixture[str], grader: str) -> tuple[int, dict[str, str]]:
    """Run a grader against the gates that ship; return the exit code and what failed, with why."""
    arguments = ["run", "--grader", grader, "--dataset", "gold", "--limit", "30"]
    arguments += ["--repeats", "2", "--perturb", ",".join(INJECTIONS), "--out", grader, "--gates"]
    code = run_command(eval_commands, arguments, name="eval")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗ ")]
    return code, dict(line[2:].split(": ", 1) for line in lines)


def test_a_good_grader_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert failed_gates(capsys, "oracle") == (0, {})


def test_a_grader_that_always_says_covered_fails_on_agreement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, failed = failed_gates(capsys, "always-covered")
    assert code == 1
    assert {"qwk", "smd"} <= failed.keys()
    assert failed["qwk"].startswith("0.000 (at least 0.7)")
    assert "test-retest" not in failed


def test_a_grader_that_rolls_dice_fails_on_agreement_and_on_repeats(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, failed = failed_gates(capsys, "random")
    assert code == 1
    assert {"qwk", "test-retest"} <= failed.keys()


def test_a_grader_that_reads_the_length_fails_on_agreement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, failed = failed_gates(capsys, "by-length")
    assert code == 1
    assert "qwk" in failed
    assert "test-retest" not in failed


def test_a_grader_that_is_swayed_by_injection_fails_on_that_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, failed = failed_gates(capsys, "swayed")
    assert code == 1
    assert set(failed) == set(INJECTIONS)
    assert "misses by" in failed["inject-order"]


def test_a_grader_that_flips_fails_on_repeats_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, failed = failed_gates(capsys, "flipping")
    assert code == 1
    assert "test-retest" in failed
    assert "qwk" not in failed

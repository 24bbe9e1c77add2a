"""``viva eval run --via-voice``: answers really spoken, really heard, and graded."""

import json
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from viva.cli import run_command
from viva.wiring import Parts
from viva_eval.cli import eval_commands
from viva_eval.datasets_index import shipped_sets
from viva_eval.finishing import write_summary
from viva_eval.records import Record, RunFolder
from viva_eval.voice.espeak import ESPEAK, EspeakSpeaker
from viva_eval.voice.wording import count_errors

Capture = pytest.CaptureFixture[str]
SMALL = ("run", "--grader", "local", "--out", "run", "--via-voice", "local")
FEW = ("--dataset", "short.jsonl", "--voices", "local", "--clips", "3")

needs_voices = pytest.mark.skipif(
    find_spec("faster_whisper") is None or find_spec("piper") is None,
    reason="the extra 'voice' is not installed",
)
needs_espeak = pytest.mark.skipif(which(ESPEAK) is None, reason="espeak-ng is not installed")


@pytest.fixture(autouse=True)
def home(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    monkeypatch.chdir(tmp_path)


def viva_eval(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = run_command(eval_commands, arguments, name="eval")
    said = capsys.readouterr()
    return code, said.out, said.err


def records() -> list[Record]:
    return list(RunFolder(Path("run")).records())


def write_short_answers(path: Path) -> None:
    """Two of the gold answers, short ones in whole sentences."""
    lines = shipped_sets()["gold"].read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    partial = [row for row in rows if row["kind"] == "partial" and row["split"] == "test"]
    short = sorted(partial, key=lambda row: len(row["answer"]))[:2]
    path.write_text("\n".join(map(json.dumps, short)), encoding="utf-8")


@pytest.mark.slow
@needs_voices
def test_answers_are_spoken_heard_graded_and_reported(capsys: Capture) -> None:
    write_short_answers(Path("short.jsonl"))
    code, out, err = viva_eval(capsys, *SMALL, *FEW)
    assert code == 0, err
    assert "Spoken (local, 1×, clean), 2 answers:" in out
    texts = {own.sample.answer_id: own for own in records() if not own.sample.spoken}
    heard = [own for own in records() if own.sample.spoken]
    assert (len(texts), len(heard)) == (2, 6)
    for record in heard:
        sample, spoken = record.sample, record.sample.spoken
        assert spoken is not None and not record.error
        errors = count_errors(spoken.said, sample.answer)
        assert errors.words > 0 and errors.errors < 0.5 * errors.words
        assert 2 < spoken.seconds < 60
        for quotes in record.quotes.values():
            assert all(sample.answer[own.start : own.end] == own.quote for own in quotes)
    speech = write_summary(RunFolder(Path("run"))).speech
    assert speech is not None
    assert speech.plain.clips == 2
    assert speech.plain.wer is not None and 0 <= speech.plain.wer < 0.4
    assert speech.hints.clips + speech.hints_bare.clips == 3
    assert 'id="speech"' in Path("run/report.html").read_text(encoding="utf-8")

    # Cut off after its first recording, the run goes on and keeps what it has.
    kept = records()[:4]
    lines = Path("run/records.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("run/records.jsonl").write_text("".join(lines[:4]) + lines[4][:40], encoding="utf-8")
    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run")
    assert code == 0, err
    assert records()[:4] == kept
    assert [own.sample.id for own in records()] == [
        own.sample.id for own in [*texts.values(), *heard]
    ]


@needs_espeak
def test_espeak_speaks_faster_when_it_is_told_to() -> None:
    slow, fast = (
        next(iter(EspeakSpeaker(speed).speak("We cache what is asked often."))).seconds
        for speed in (0.8, 1.25)
    )
    assert 1 < fast < 0.8 * slow


def test_a_voice_that_is_not_installed_is_told_before_anything_is_spoken(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    code, _, err = viva_eval(capsys, *SMALL, "--voices", ESPEAK)
    assert code == 2
    assert "espeak-ng is not installed" in err
    assert "--voices" in err
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--via-voice", "nobody"), "There is no speaker named 'nobody'."),
        (("--via-voice", "browser"), "works in the page only"),
        (("--via-voice", "local", "--voices", "local,local"), "no list of different names"),
        (("--clips", "3"), "--voices and --clips go with --via-voice."),
        (("--via-voice", "local", "--engine", "ray"), "not spoken on a cluster"),
    ],
)
def test_options_that_do_not_fit_are_told(
    capsys: Capture, options: tuple[str, ...], told: str
) -> None:
    code, _, err = viva_eval(capsys, "run", "--grader", "local", "--out", "run", *options)
    assert code == 2
    assert told in " ".join(err.split())
    assert not Path("run").exists()

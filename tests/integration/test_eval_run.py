"""``viva eval`` from its options to its exit code, with the real index and graders of a plugin."""

import copy
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from eval_graders import hash_of
from plugins import install_plugin

from viva.cli import _run, run_command
from viva.hookspecs import GraderParts
from viva.wiring import Parts
from viva_eval.cli import eval_commands
from viva_eval.judges import StaleCalibration, judges_from
from viva_eval.records import RunFolder

Capture = pytest.CaptureFixture[str]
LIMITED = ("--dataset", "gold", "--limit", "6")


@pytest.fixture(autouse=True)
def home(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ready index, the plugin installed, and a folder of this test alone to work in."""
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.syspath_prepend(tmp_path / "site")
    install_plugin(tmp_path / "site", "viva-test-graders", "eval_graders")
    monkeypatch.chdir(tmp_path)
    return parts.settings.home


def viva_eval(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = run_command(eval_commands, arguments, name="eval")
    said = capsys.readouterr()
    return code, said.out, said.err


def start(*arguments: str) -> "subprocess.Popen[str]":
    """Start ``viva eval`` in a process of its own."""
    code = "import sys; from viva_eval.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start_and_wait_for_the_fourth() -> "subprocess.Popen[str]":
    """Start a run with the slow grader; return once it grades the fourth answer and waits."""
    os.mkfifo("is-waiting")
    os.mkfifo("go-on")
    process = start("run", "--grader", "slow", *LIMITED, "--out", "run")
    Path("is-waiting").read_text(encoding="utf-8")
    return process


def graded_ids() -> list[str]:
    return [record.sample.id for record in RunFolder(Path("run")).records()]


def log() -> list[str]:
    return Path("graded.log").read_text(encoding="utf-8").splitlines()


# --- runs -----------------------------------------------------------------------------------


def test_a_run_leaves_a_folder_with_all_that_it_was(capsys: Capture) -> None:
    code, out, _ = viva_eval(
        capsys, "run", "--grader", "oracle", *LIMITED, "--repeats", "2", "--out", "run"
    )
    assert code == 0
    assert "quadratic weighted kappa  1.000" in out
    folder = RunFolder(Path("run"))
    manifest = folder.manifest
    assert manifest.grader.name == manifest.grader_name == "oracle"
    assert manifest.finished is not None
    assert (manifest.dataset, manifest.split, manifest.limit) == ("gold", "test", 6)
    assert (manifest.deck_id, manifest.repeats) == ("ml-system-design", 2)
    assert manifest.command == (
        "viva eval run --dataset gold --grader oracle --limit 6 --out run --repeats 2"
    )
    assert manifest.versions["python"]
    assert manifest.seconds > 0
    records = list(folder.records())
    assert len(records) == 12
    assert all(record.score == record.sample.gold_score for record in records)
    assert json.loads(Path("run/summary.json").read_text(encoding="utf-8"))["run_id"]
    assert Path("run/report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_local_grader_says_the_same_every_time(capsys: Capture) -> None:
    for name in ("a", "b"):
        code, _, _ = viva_eval(capsys, "run", "--grader", "local", *LIMITED, "--out", name)
        assert code == 0
    first, second = (
        [
            (own.sample, own.verdicts, own.confidence, own.quotes)
            for own in RunFolder(path).records()
        ]
        for path in (Path("a"), Path("b"))
    )
    assert first == second
    code, out, _ = viva_eval(capsys, "compare", "a", "b")
    assert code == 0
    assert "no difference shown" in out


def test_a_failed_sample_is_counted_and_can_be_tried_again(capsys: Capture) -> None:
    arguments = ("run", "--grader", "failing", "--dataset", "gold", "--limit", "20")
    code, out, err = viva_eval(capsys, *arguments, "--out", "run")
    records = list(RunFolder(Path("run")).records())
    failed = [record for record in records if record.error]
    assert len(records) == 20
    assert failed
    assert all(record.error == "RuntimeError: the server is on fire" for record in failed)
    assert f"{len(failed)} samples failed" in out
    assert code == 3
    assert "--retry-errors" in err
    code, _, _ = viva_eval(
        capsys, "run", "--resume", "--retry-errors", "--out", "run", "--max-ungraded", "1"
    )
    assert code == 0
    assert Counter(graded_ids()) == Counter(record.sample.id for record in records)


def test_too_much_that_is_ungraded_is_its_own_exit_code(capsys: Capture) -> None:
    code, out, err = viva_eval(capsys, "run", "--grader", "silent", *LIMITED, "--out", "run")
    assert code == 3
    assert "(100.0%)" in out
    assert "ungraded" in err


def test_an_estimate_grades_nothing_and_leaves_nothing(capsys: Capture) -> None:
    code, out, _ = viva_eval(capsys, "run", "--grader", "local", *LIMITED, "--estimate")
    assert code == 0
    assert re.search(r"^6 samples, about \d+ min \d+ s\.$", out, re.MULTILINE)
    assert not Path("run").exists()


def test_an_estimate_for_a_language_model_asks_it_nothing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")  # nobody is there
    monkeypatch.setenv("VIVA_LLM_PRICE_IN", "1")
    monkeypatch.setenv("VIVA_LLM_PRICE_OUT", "10")
    monkeypatch.setenv("VIVA_LLM_VOTES", "3")
    code, out, _ = viva_eval(
        capsys, "run", "--grader", "llm", "--model", "m", *LIMITED, "--estimate"
    )
    assert code == 0
    found = re.search(
        r"^18 calls, about (\d+) tokens read and (\d+) written, \$(\S+)\.$", out, re.M
    )
    assert found
    read, wrote, cost = int(found[1]), int(found[2]), float(found[3])
    assert read > 18 * 500
    assert cost == pytest.approx((read + 10 * wrote) / 1e6, rel=1e-3)


# --- stopped runs ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_killed_run_is_completed_without_grading_a_sample_twice(capsys: Capture) -> None:
    process = start_and_wait_for_the_fourth()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    first, started = graded_ids(), log()
    assert len(first) == 3
    assert len(started) == 4
    assert RunFolder(Path("run")).manifest.finished is None

    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run", "--max-ungraded", "1")
    assert code == 0, err
    assert "3 samples are graded already, 3 are left." in err
    assert graded_ids()[:3] == first
    assert len(set(graded_ids())) == len(graded_ids()) == 6
    again = log()[4:]
    assert len(again) == 3
    assert set(again).isdisjoint(started[:3])
    records = list(RunFolder(Path("run")).records())
    assert [hash_of(record.sample.answer) for record in records] == [*started[:3], *again]
    assert RunFolder(Path("run")).manifest.finished is not None


@pytest.mark.slow
def test_ctrl_c_keeps_the_sample_under_way_and_says_so(capsys: Capture) -> None:
    process = start_and_wait_for_the_fourth()
    process.send_signal(signal.SIGINT)
    Path("go-on").write_text("", encoding="utf-8")
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Stopping once the samples under way are done." in err
    assert len(graded_ids()) == 4
    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run")
    assert code == 0, err
    assert len(set(graded_ids())) == len(graded_ids()) == len(log()) == 6


@pytest.mark.slow
def test_two_processes_do_not_work_on_one_run(capsys: Capture) -> None:
    process = start_and_wait_for_the_fourth()
    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run")
    assert code == 2
    assert "Another process is working on run." in err
    Path("go-on").write_text("", encoding="utf-8")
    process.communicate()
    assert process.returncode == 0
    assert len(set(graded_ids())) == len(graded_ids()) == len(log()) == 6


def test_a_run_that_could_not_begin_leaves_no_folder(capsys: Capture) -> None:
    assert viva_eval(capsys, "run", "--grader", "delphi", *LIMITED, "--out", "a/run")[0] == 2
    assert not Path("a/run").exists()


def test_what_is_not_installed_is_named_with_the_way_to_install_it(capsys: Capture) -> None:
    hidden = (
        "import sys; sys.modules['krippendorff'] = None; from viva_eval.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden, "datasets"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "not installed: krippendorff" in done.stderr
    assert 'pip install "viva-interview[eval]"' in done.stderr


def test_a_run_is_not_mixed_with_another(capsys: Capture) -> None:
    arguments = ("run", "--grader", "oracle", *LIMITED, "--out", "run")
    assert viva_eval(capsys, *arguments)[0] == 0
    code, _, err = viva_eval(capsys, *arguments)
    assert code == 2
    assert "holds a run already" in err
    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run", "--repeats", "2")
    assert code == 2
    assert "repeats: 1 then, 2 now" in err
    code, _, err = viva_eval(capsys, "run", "--resume", "--out", "run", "--grader", "silent")
    assert code == 2
    assert "grader: " in err
    assert len(graded_ids()) == 6


# --- bad input ------------------------------------------------------------------------------


def test_a_bad_row_is_named_with_its_line_before_anything_is_graded(capsys: Capture) -> None:
    Path("mine.jsonl").write_text('{"id": "a"}\n{\n', encoding="utf-8")
    code, _, err = viva_eval(capsys, "run", "--dataset", "mine.jsonl", "--out", "run")
    assert code == 2
    assert "line 1: question_id" in err
    assert "line 2: " in err
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--dataset", "golden"), "no set 'golden'"),
        (("--grader", "delphi"), "no grader named 'delphi'"),
        (("--perturb", "earthquake"), "earthquake"),
        (("--repeats", "0"), "--repeats"),
        (("--grader", "local", "--concurrency", "4"), "one answer after the other"),
        (("--retry-errors",), "--resume"),
        (("--gates", "nowhere.toml"), "nowhere.toml cannot be read"),
        (("--resume", "--out", "nowhere"), "not the folder of a run"),
        (("--grader", "llm", "--model", "m", "--max-cost", "1"), "VIVA_LLM_PRICE_IN"),
    ],
)
def test_bad_input_exits_with_2(capsys: Capture, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = viva_eval(capsys, "run", *arguments)
    assert code == 2
    assert says in err


def test_a_grader_that_was_fitted_for_another_embedding_is_stale(parts: Parts) -> None:
    other = copy.copy(parts.embedder)
    other.fingerprint = "another"
    changed = GraderParts(
        settings=parts.settings.model_copy(update={"grader": "local"}),
        deck=parts.deck,
        embedder=other,
        retriever=parts.retriever,
    )
    with pytest.raises(StaleCalibration, match="another embedding model") as caught:
        judges_from(changed, workers=1, repeats=1)
    assert caught.value.exit_code == 4


def test_known_gaps_of_another_grader_are_stale_and_the_report_is_written_all_the_same(
    capsys: Capture,
) -> None:
    Path("gates.toml").write_text(
        '[gates]\n"headline.qwk.value" = { min = 0.7 }\n'
        '[known_gaps.2026-11-24]\ngrader = "oracle"\nfingerprint = "an older one"\n'
        'gaps = { "headline.qwk.value" = { measured = 0.6 } }\n',
        encoding="utf-8",
    )
    code, _, err = viva_eval(
        capsys, "run", "--grader", "oracle", *LIMITED, "--out", "run", "--gates", "gates.toml"
    )
    assert code == 4
    assert "measured for the grader oracle an older one" in err
    assert Path("run/report.html").exists()
    assert viva_eval(capsys, "report", "run")[0] == 0


# --- other commands -------------------------------------------------------------------------


def test_sets_and_formats_are_listed(capsys: Capture) -> None:
    code, out, _ = viva_eval(capsys, "datasets")
    assert code == 0
    assert re.search(r"^  gold +427 answers to 61 questions \(140 test, 287 train\)$", out, re.M)
    assert "Mohler" in out


def test_viva_mounts_the_commands_by_the_hook_and_lists_them(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The installed package has this entry point; a checkout on the path alone does not.
    monkeypatch.syspath_prepend(tmp_path / "checkout")
    install_plugin(tmp_path / "checkout", "viva-eval-here", "viva_eval.plugin")
    assert _run(["--help"]) == 0
    assert re.search(r"^  eval  +Measure graders on answers\.$", capsys.readouterr().out, re.M)
    assert _run(["eval", "datasets"]) == 0
    assert "Sets that ship" in capsys.readouterr().out


def test_python_m_eval_is_the_same() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "eval", "--help"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "datasets" in done.stdout

"""A run with a language model is recorded once, and had again without key, network or cost."""

import json
import re
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Reply, ScriptedServer, fail, say_json

from viva.cli import run_command
from viva.wiring import Parts
from viva_eval.cassette import Cassette
from viva_eval.cli import eval_commands
from viva_eval.records import RunFolder

Capture = pytest.CaptureFixture[str]
RUN = ("run", "--grader", "llm", "--model", "scripted", "--dataset", "gold")
RUN += ("--limit", "5", "--repeats", "2", "--concurrency", "3", "--max-ungraded", "1")


@pytest.fixture(autouse=True)
def home(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ready index, no server, and a folder of this test alone to work in."""
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    monkeypatch.setenv("VIVA_LLM_VOTES", "3")
    monkeypatch.setenv("VIVA_LLM_PRICE_IN", "1")
    monkeypatch.setenv("VIVA_LLM_PRICE_OUT", "10")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


class Moody:
    """Says something else each time, and is down at times."""

    def __init__(self) -> None:
        self._calls = count()

    def __call__(self, request: dict[str, Any]) -> Reply:
        call = next(self._calls)
        if call % 7 == 3:
            return fail(401)
        shown = request["messages"][-1]["content"]
        ids = re.findall(r'^{"bullet_id": "([a-z0-9-]+)"', shown, re.M)
        verdicts = [
            {"bullet_id": bullet_id, "quotes": [], "reason": f"Call {call}.", "verdict": "missing"}
            for bullet_id in ids
        ]
        counts = {"prompt_tokens": 100 + call, "completion_tokens": 20}
        return say_json({"bullets": verdicts}, usage=counts)


def viva_eval(capsys: Capture, *arguments: str) -> tuple[int, str]:
    code = run_command(eval_commands, arguments, name="eval")
    return code, capsys.readouterr().err


def without_times(run: str) -> list[str]:
    """The lines of a run's records, times left out."""
    text = Path(run, "records.jsonl").read_text(encoding="utf-8")
    return re.sub(r'"seconds":[0-9.e-]+', '"seconds":0', text).splitlines()


def record(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> int:
    """Make a live run in the folder ``live``; return how often the server was asked."""
    with ScriptedServer([Moody()]) as server, monkeypatch.context() as context:
        context.setenv("OPENAI_BASE_URL", server.url)
        context.setenv("OPENAI_API_KEY", "sk-never-shown")
        code, err = viva_eval(capsys, *RUN, "--live", "--out", "live")
    assert code == 0, err
    return len(server.requests)


def test_a_replay_gives_the_same_records_without_key_and_server(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = record(capsys, monkeypatch)
    assert asked == 30
    code, err = viva_eval(capsys, *RUN, "--cassette", "live", "--out", "replay")
    assert code == 0, err
    assert without_times("replay") == without_times("live")
    records = list(RunFolder(Path("replay")).records())
    assert [own.sample.repeat for own in records] == [0] * 5 + [1] * 5
    assert sum(own.cost for own in records) > 0
    assert len({reply for own in records for reply in own.raw}) == 30 - len(
        [number for number in range(30) if number % 7 == 3]
    )
    recorded = Path("live/cassette.jsonl").read_text(encoding="utf-8")
    assert "sk-never-shown" not in recorded
    assert Path("replay/cassette.jsonl").read_text(encoding="utf-8") == recorded


def test_without_live_or_a_cassette_nothing_is_asked(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer([Moody()]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        code, err = viva_eval(capsys, *RUN, "--out", "run")
    assert code == 2
    assert "--live" in err
    assert server.requests == []


def test_a_lost_record_is_had_again_without_paying_again(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(capsys, monkeypatch)
    expected = without_times("live")
    records = Path("live/records.jsonl")
    lines = records.read_text(encoding="utf-8").splitlines(keepends=True)
    records.write_text("".join(lines[:4] + lines[6:]) + lines[5][:40], encoding="utf-8")
    code, err = viva_eval(capsys, "run", "--resume", "--out", "live", "--max-ungraded", "1")
    assert code == 0, err
    assert without_times("live") == expected


def test_what_was_not_recorded_fails_and_is_not_made_up(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(capsys, monkeypatch)
    code, _ = viva_eval(
        capsys, *RUN, "--repeats", "3", "--cassette", "live/cassette.jsonl", "--out", "more"
    )
    assert code == 0
    records = list(RunFolder(Path("more")).records())
    assert Counter((own.sample.repeat, own.error.split(":")[0]) for own in records) == {
        (0, ""): 5,
        (1, ""): 5,
        (2, "NotRecorded"): 5,
    }


def test_a_cassette_that_cannot_be_used_is_named(capsys: Capture) -> None:
    code, err = viva_eval(capsys, *RUN, "--cassette", "nowhere", "--out", "run")
    assert (code, "no cassette at nowhere" in err) == (2, True)
    Path("bad.jsonl").write_text("{}\n", encoding="utf-8")
    code, err = viva_eval(capsys, *RUN, "--cassette", "bad.jsonl", "--out", "run")
    assert (code, "line 1, is no recorded reply" in err) == (2, True)


def test_a_torn_line_of_a_cassette_is_left_out(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(capsys, monkeypatch)
    path = Path("live/cassette.jsonl")
    first, second, *_ = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(first + second[:30], encoding="utf-8")
    cassette = Cassette(path)
    assert cassette.find(json.loads(first)["key"]) is not None
    assert cassette.find(json.loads(second)["key"]) is None

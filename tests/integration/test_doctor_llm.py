import json
from typing import Any

import pytest
from scripted_server import Reply, ScriptedServer, fail, say, say_json, turn_down

from viva.cli import _run
from viva.cli.doctor import describe_abilities
from viva.language_model import Abilities

Capture = pytest.CaptureFixture[str]
KEY = "sk-verysecret-0123456789"


@pytest.fixture(autouse=True)
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_LLM_MODEL", "scripted")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def probe(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, reply: object, **server: Any
) -> tuple[int, dict[str, dict[str, Any]]]:
    with ScriptedServer([reply], **server) as scripted:
        monkeypatch.setenv("OPENAI_BASE_URL", scripted.url)
        code = _run(["doctor", "--llm", "--json"])
    printed = capsys.readouterr()
    assert KEY not in printed.out + printed.err
    return code, {finding["check"]: finding for finding in json.loads(printed.out)}


def able(body: dict[str, Any]) -> Reply:
    return say("one two three") if body.get("stream") else say_json({"greeting": "Hi!"})


def test_what_a_server_supports_is_printed(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, findings = probe(capsys, monkeypatch, able)
    assert code == 0
    assert all(finding["ok"] for finding in findings.values())
    assert findings["model"]["detail"] == "scripted"
    assert "json_schema" in findings["JSON"]["detail"]
    assert findings["streaming"]["detail"] == "yes"
    assert findings["parameters"]["detail"] == "temperature 0, seed, max_tokens"
    assert findings["tokens"]["detail"] == "told"


def test_what_it_lacks_is_printed_too(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(body: dict[str, Any]) -> Reply:
        for name in ("response_format", "seed"):
            if name in body:
                return turn_down(name)
        return say_json({"greeting": "Hi!"}, usage=None)

    code, findings = probe(capsys, monkeypatch, poor, models=["other"])
    assert code == 0
    assert findings["model"]["detail"] == "scripted is not listed; there is other"
    assert "only because it is asked to" in findings["JSON"]["detail"]
    assert findings["parameters"]["detail"] == "temperature 0, max_tokens; not seed"
    assert "estimates" in findings["tokens"]["detail"]


def test_a_model_that_cannot_write_json_is_to_be_replaced(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, findings = probe(capsys, monkeypatch, "hello hello")
    assert code == 1
    assert "VIVA_LLM_MODEL" in findings["JSON"]["mend"]


def test_an_unknown_model_is_shown_beside_those_that_there_are(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = fail(404, "The model 'scripted' does not exist")
    names = [f"model-{number}" for number in range(12)]
    code, findings = probe(capsys, monkeypatch, reply, models=names)
    assert code == 1
    assert "does not exist" in findings["server"]["detail"]
    assert "model-9 and 2 more" in findings["model"]["detail"]
    assert "VIVA_LLM_MODEL" in findings["model"]["mend"]


def test_a_wrong_key_and_a_missing_setting_are_named(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, findings = probe(capsys, monkeypatch, able, key="another")
    assert code == 1
    assert "OPENAI_API_KEY" in findings["server"]["mend"]
    monkeypatch.delenv("VIVA_LLM_MODEL")
    code, findings = probe(capsys, monkeypatch, able)
    assert code == 1
    assert "VIVA_LLM_MODEL" in findings["settings"]["mend"]


def test_people_get_a_table(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([able]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert _run(["doctor", "--llm"]) == 0
    out = capsys.readouterr().out
    assert "held to a schema" in out
    assert "All is well." in out


def test_a_server_that_tells_no_models_is_no_problem() -> None:
    seen = Abilities(host="h", model="m", is_reachable=True, json_object=True, limit="")
    checks = {finding.check: finding for finding in describe_abilities(seen)}
    assert "model" not in checks
    assert checks["parameters"].detail == "none; not temperature 0, seed"
    assert all(finding.ok for finding in checks.values())

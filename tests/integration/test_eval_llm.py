"""A run with the LLM grader over HTTP: what each sample took, and repeats that are independent."""

import re
from pathlib import Path
from typing import Any

import pytest
from eval_builders import make_manifest
from scripted_server import Reply, ScriptedServer, fail, say_json

from viva.settings import load_settings
from viva.wiring import Parts
from viva_eval.datasets_index import find_dataset
from viva_eval.judges import make_judges
from viva_eval.records import Record, RunFolder
from viva_eval.runner import run_samples
from viva_eval.samples import Plan, make_samples


def all_missing(request: dict[str, Any]) -> Reply:
    shown = request["messages"][-1]["content"]
    ids = re.findall(r'^{"bullet_id": "([a-z0-9-]+)"', shown, re.M)
    verdicts = [
        {"bullet_id": bullet_id, "quotes": [], "reason": "So.", "verdict": "missing"}
        for bullet_id in ids
    ]
    return say_json({"bullets": verdicts})


def run_llm(server: ScriptedServer, parts: Parts, folder: Path, plan: Plan) -> list[Record]:
    settings = load_settings(
        home=parts.settings.home,
        grader="llm",
        llm_model="scripted",
        openai_base_url=server.url,
        openai_api_key="sk-never-shown",
        llm_cache=False,
        llm_votes=3,
        llm_price_in=1,
        llm_price_out=10,
        llm_deadline=2,
    )
    samples = make_samples(find_dataset("gold", parts.deck), plan)
    judges = make_judges(settings, parts.deck, workers=3, repeats=plan.repeats)
    opened = RunFolder.create(folder, make_manifest(), parts.deck)
    run_samples(samples, judges, opened, deck=parts.deck)
    for judge in judges:
        judge.close()
    return list(opened.records())


def test_each_record_has_what_its_sample_took_though_they_ran_side_by_side(
    parts: Parts, tmp_path: Path
) -> None:
    with ScriptedServer([all_missing]) as server:
        records = run_llm(server, parts, tmp_path / "run", Plan(split="test", limit=9))
    assert len(records) == 9
    for record in records:
        assert record.error == ""
        assert record.grader is not None
        assert record.grader.name == "llm"
        assert (record.input_tokens, record.output_tokens) == (300, 60)
        assert record.cost == pytest.approx(300e-6 + 600e-6)
        assert len(record.raw) == 3
        assert all('"missing"' in reply for reply in record.raw)
    assert "sk-never-shown" not in (tmp_path / "run" / "records.jsonl").read_text(encoding="utf-8")


def test_repeats_are_asked_with_other_seeds(parts: Parts, tmp_path: Path) -> None:
    with ScriptedServer([all_missing]) as server:
        records = run_llm(server, parts, tmp_path / "run", Plan(split="test", limit=1, repeats=2))
    assert [record.sample.repeat for record in sorted(records, key=lambda own: own.sample.id)] == [
        0,
        1,
    ]
    assert len({request.json["seed"] for request in server.requests}) == 6


def test_a_grade_by_the_fallback_names_who_really_graded(parts: Parts, tmp_path: Path) -> None:
    with ScriptedServer([fail(401)]) as server:
        (record,) = run_llm(server, parts, tmp_path / "run", Plan(split="test", limit=1))
    assert record.grader is not None
    assert record.grader.name == "local"
    assert record.notice
    assert record.raw == ()

"""The LLM grader over HTTP: the real client, the real index, a server that follows a script."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Reply, ScriptedServer, cut_off, fail, filtered, refuse, say_json

from viva.domain import Grade, Question, Verdict
from viva.errors import IndexUnavailableError
from viva.grading.llm import LlmGrader
from viva.grading.reply_cache import ReplyCache
from viva.language_model import LanguageModel
from viva.prompts import load_prompt
from viva.retrieval import Index, Retriever, open_client
from viva.settings import Settings, load_settings
from viva.wiring import Parts

ANSWER = (
    "Every commit of the code goes to Git, and DVC keeps each dataset under a version too. "
    "I never bother with unit tests. We split the script into small modules."
)
QUOTES = {
    "covered": "DVC keeps each dataset under a version too",
    "partial": "we split the script into SMALL modules",
    "contradicted": "I never bother with unit tests.",
    "missing": "",
}
Script = Callable[[dict[str, Any]], Reply]


@pytest.fixture
def question(parts: Parts) -> Question:
    return parts.deck.question("maintainable-ml-pipeline")


def shown_ids(request: dict[str, Any]) -> list[str]:
    """The bullets' ids in the order in which a request shows them."""
    return re.findall(r'^{"bullet_id": "([a-z0-9-]+)"', request["messages"][-1]["content"], re.M)


def reply_with(verdicts: dict[str, str], quote: str | None = None) -> Script:
    """A model that gives these verdicts, and missing for the rest."""

    def reply(request: dict[str, Any]) -> Reply:
        bullets = []
        for bullet_id in shown_ids(request):
            verdict = verdicts.get(bullet_id, "missing")
            quotes = [QUOTES[verdict] if quote is None else quote]
            bullets.append(
                {"bullet_id": bullet_id, "quotes": quotes, "reason": "So.", "verdict": verdict}
            )
        return say_json({"bullets": bullets})

    return reply


@contextmanager
def grader_for(
    server: ScriptedServer, parts: Parts, *, cache: ReplyCache | None = None, **options: Any
) -> Iterator[LlmGrader]:
    limits = {"llm_timeout": 5, "llm_deadline": 10, **options.pop("limits", {})}
    settings = load_settings(
        home=parts.settings.home,
        llm_model="scripted",
        openai_base_url=server.url,
        openai_api_key="sk-never-shown",
        **limits,
    )
    model = LanguageModel(settings)
    yield LlmGrader(
        model=model,
        prompt=load_prompt("grade"),
        retriever=parts.retriever,
        fallback=parts.grader,
        cache=cache,
        **options,
    )
    model.close()


def grade_with(server: ScriptedServer, parts: Parts, **options: Any) -> Grade:
    with grader_for(server, parts, **options) as grader:
        return grader.grade(parts.deck.question("maintainable-ml-pipeline"), ANSWER)


# --- A model that does its work -----------------------------------------------------------------


def test_a_good_reply_becomes_a_grade_with_verbatim_evidence(
    parts: Parts, question: Question
) -> None:
    first, second, third, *rest = [bullet.id for bullet in question.bullets]
    verdicts = {first: "covered", second: "partial", third: "contradicted"}
    with ScriptedServer([reply_with(verdicts)]) as server:
        grade = grade_with(server, parts, votes=3)
    assert [own.bullet_id for own in grade.bullets] == [bullet.id for bullet in question.bullets]
    assert [own.verdict for own in grade.bullets] == [
        "covered",
        "partial",
        "contradicted",
        *["missing"] * len(rest),
    ]
    assert grade.of(second).evidence[0].quote == "We split the script into small modules"
    assert (grade.grader.name, grade.grader.version) == ("llm", "1.0+scripted")
    assert grade.notice == ""


def test_the_request_holds_the_schema_and_the_reference_and_not_the_key(
    parts: Parts, question: Question
) -> None:
    with ScriptedServer([reply_with({})]) as server:
        grade_with(server, parts)
    request = server.requests[0].json
    text = json.dumps(request, ensure_ascii=False)
    assert request["temperature"] == 0
    assert request["response_format"]["json_schema"]["strict"] is True
    assert all(bullet.text in text.replace('\\"', '"') for bullet in question.bullets)
    assert question.text in text
    assert ANSWER in text
    assert "sk-never-shown" not in text


def test_votes_are_so_many_requests_with_the_bullets_in_different_orders(
    parts: Parts, question: Question
) -> None:
    with ScriptedServer([reply_with({})]) as server:
        grade_with(server, parts, votes=5)
    orders = [tuple(shown_ids(request.json)) for request in server.requests]
    assert len(orders) == len(set(orders)) == 5
    ids = tuple(bullet.id for bullet in question.bullets)
    assert ids in orders
    assert all(sorted(order) == sorted(ids) for order in orders)
    assert len({request.json["messages"][0]["content"] for request in server.requests}) == 1


def test_votes_run_at_the_same_time(parts: Parts) -> None:
    def slowly(request: dict[str, Any]) -> Reply:
        return Reply(text=reply_with({})(request).text, delay=0.5)

    with ScriptedServer([slowly]) as server:
        grade_with(server, parts, votes=3)
        assert server.busiest == 3


# --- A model that makes mistakes ----------------------------------------------------------------


@pytest.mark.parametrize("fault", ["wrong id", "missing id", "twice", "no json", "unknown verdict"])
def test_a_reply_with_a_fault_is_mended_by_one_more_try(
    parts: Parts, question: Question, fault: str
) -> None:
    good = reply_with({question.bullets[0].id: "covered"})

    def spoil(request: dict[str, Any]) -> Any:
        reply = json.loads(good(request).text)
        bullets = reply["bullets"]
        if fault == "no json":
            return "The candidate did well on most bullets."
        if fault == "wrong id":
            bullets[0]["bullet_id"] = "something-else"
        elif fault == "missing id":
            bullets.pop()
        elif fault == "twice":
            bullets.append(bullets[0])
        else:
            bullets[0]["verdict"] = "excellent"
        return reply

    def mended(request: dict[str, Any]) -> Reply:
        first = {**request, "messages": request["messages"][:2]}
        return good(first)

    with ScriptedServer([spoil, mended]) as server:
        grade = grade_with(server, parts)
    assert grade.grader.name == "llm"
    assert grade.of(question.bullets[0].id).verdict is Verdict.COVERED
    told = server.requests[1].json["messages"][-1]["content"]
    assert "cannot be used" in told
    if fault == "missing id":
        assert question.bullets[-1].id in told


@pytest.mark.parametrize("verdict", ["covered", "partial", "contradicted"])
def test_an_invented_quote_earns_nothing(parts: Parts, question: Question, verdict: str) -> None:
    verdicts = dict.fromkeys((bullet.id for bullet in question.bullets), verdict)
    invented = "Nightly jobs refactor the pipeline together with the platform team"
    with ScriptedServer([reply_with(verdicts, invented)]) as server:
        grade = grade_with(server, parts, votes=3)
    assert {own.verdict for own in grade.bullets} == {Verdict.MISSING}
    assert all("No evidence" in own.reason for own in grade.bullets)
    assert grade.score.points == 0


# --- A model that fails -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (refuse(), "refused this"),
        (filtered(), "content filter"),
        (cut_off(), "was cut off"),
        ("I like this answer.", "does not fit what it was asked for"),
        (fail(401, "Incorrect API key provided: sk-never-shown."), "does not take the key"),
        (fail(404, "The model does not exist.", code="model_not_found"), "has no model"),
        (fail(503), "fails (status 503)"),
        (Reply(text="{}", delay=30), "did not answer in time"),
    ],
    ids=["refusal", "filter", "cut off", "prose", "key", "model", "busy", "timeout"],
)
def test_the_local_grader_takes_over_with_a_notice(
    parts: Parts, question: Question, reply: Any, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    limits = {"llm_timeout": 0.3, "llm_deadline": 0.8}
    with ScriptedServer([reply]) as server:
        grade = grade_with(server, parts, limits=limits)
    local = parts.grader.grade(question, ANSWER)
    assert said in grade.notice
    assert "the local grader graded this answer" in grade.notice
    assert grade.model_copy(update={"notice": local.notice, "usage": ()}) == local
    assert len(grade.usage) == 1, "a call that failed is told too"
    assert "sk-never-shown" not in grade.model_dump_json() + caplog.text


def test_a_server_that_is_not_there_is_no_error(parts: Parts, question: Question) -> None:
    with ScriptedServer() as server:
        pass
    grade = grade_with(server, parts, limits={"llm_deadline": 0.5})
    assert grade.grader == parts.grader.identity
    assert "cannot be reached" in grade.notice


def test_a_spent_budget_leaves_grading_to_the_local_grader(
    parts: Parts, question: Question
) -> None:
    prices = {"llm_price_in": 10_000, "llm_price_out": 10_000, "llm_budget": 0.5}
    with (
        ScriptedServer([reply_with({})]) as server,
        grader_for(server, parts, limits=prices) as grader,
    ):
        first = grader.grade(question, ANSWER)
        spent = grader.grade(question, ANSWER)
    assert first.grader.name == "llm"
    assert spent.grader.name == "local"
    assert "for the language model is used up" in spent.notice


# --- Keeping replies ----------------------------------------------------------------------------


def test_the_same_answer_makes_no_second_request_also_in_another_process(
    parts: Parts, question: Question, tmp_path: Path
) -> None:
    script = reply_with({question.bullets[0].id: "covered"})
    with ScriptedServer([script]) as server:
        cache = ReplyCache(tmp_path / "cache")
        first = grade_with(server, parts, cache=cache, votes=3)
        assert len(server.requests) == 3
        cache.close()
        cache = ReplyCache(tmp_path / "cache")
        again = grade_with(server, parts, cache=cache, votes=3)
        assert len(first.usage) == 3
        assert again == first.model_copy(update={"usage": ()})
        assert len(server.requests) == 3
        with grader_for(server, parts, cache=cache, votes=3) as grader:
            grader.grade(question, ANSWER + " And more.")
            grader.grade(parts.deck.question("secure-system-design"), ANSWER)
        assert len(server.requests) == 9
        grade_with(server, parts, cache=cache, votes=5)
        assert len(server.requests) == 11
        cache.close()


def test_a_failure_is_not_kept(parts: Parts, question: Question, tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "cache")
    with ScriptedServer([refuse(), reply_with({})]) as server:
        assert grade_with(server, parts, cache=cache).grader.name == "local"
        assert grade_with(server, parts, cache=cache).grader.name == "llm"
    cache.close()


# --- The reference ------------------------------------------------------------------------------


def test_the_reference_comes_from_the_index_in_the_questions_order(
    parts: Parts, question: Question
) -> None:
    hits = parts.retriever.reference_bullets(question)
    assert [(hit.question_id, hit.bullet_id, hit.text) for hit in hits] == [
        (question.id, bullet.id, bullet.text) for bullet in question.bullets
    ]
    assert {hit.similarity for hit in hits} == {1.0}


def test_a_reference_that_is_not_in_the_index_is_an_error(parts: Parts, settings: Settings) -> None:
    deck = parts.deck.model_copy(update={"questions": parts.deck.questions[:1]})
    client = open_client(settings)
    index = Index(client)
    index.build(deck, parts.embedder)
    question = deck.questions[0]
    lost = f"{question.id}/{question.bullets[0].id}"
    index.collection(deck, parts.embedder, "bullets").delete(ids=[lost])
    retriever = Retriever(client, deck, parts.embedder)
    with pytest.raises(IndexUnavailableError, match=lost):
        retriever.reference_bullets(question)

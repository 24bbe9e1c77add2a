"""The language model against a real server that misbehaves as scripted."""

import json
import logging
import re
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx2
import pytest
from pydantic import Field, create_model, model_validator
from scripted_server import (
    Reply,
    ScriptedServer,
    cut_off,
    fail,
    fenced,
    filtered,
    html,
    refuse,
    reset,
    say,
    say_json,
    turn_down,
)

from viva.domain import Frozen
from viva.errors import (
    BudgetSpent,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelReplyError,
    ModelUnreachable,
    SettingsError,
)
from viva.language_model import LanguageModel
from viva.language_model.client import LONGER_REPLY_LIMIT, REPLY_LIMIT
from viva.language_model.retrying import MOST_TRIES
from viva.settings import load_settings

KEY = "sk-verysecret-0123456789"
ANSWER = "I would watch the live error, and nobody else may read this sentence."


@dataclass(frozen=True)
class Asked:
    """A rendered prompt, as far as the language model looks at one."""

    system: str = "You grade answers."
    user: str = ANSWER


class Verdict(StrEnum):
    COVERED = "covered"
    MISSING = "missing"


class Mark(Frozen):
    quotes: tuple[str, ...]
    verdict: Verdict


ASKED = Asked()
GOOD = {"quotes": ["the live error"], "verdict": "covered"}
MARK = Mark(quotes=("the live error",), verdict=Verdict.COVERED)
BAD = {"quotes": [], "verdict": "perfect"}

Connect = Callable[..., LanguageModel]


@pytest.fixture
def waits() -> list[float]:
    """The waits between tries; nobody waits them out."""
    return []


@pytest.fixture
def connect(waits: list[float]) -> Iterator[Connect]:
    """Makes a model behind a scripted server, and closes it."""
    models: list[LanguageModel] = []

    def connect(server: ScriptedServer | str, **settings: object) -> LanguageModel:
        url = server if isinstance(server, str) else server.url
        chosen = {"llm_model": "scripted", "openai_base_url": url, "openai_api_key": KEY}
        model = LanguageModel(load_settings(**{**chosen, **settings}), sleep=waits.append)
        models.append(model)
        return model

    yield connect
    for model in models:
        model.close()


def grade(model: LanguageModel) -> Mark:
    return model.complete(ASKED, Mark, purpose="grading").value


# --- A good server ----------------------------------------------------------------------------


def test_an_answer_is_asked_for_by_schema_with_a_seed_and_no_chance(connect: Connect) -> None:
    with ScriptedServer([GOOD], key=KEY) as server:
        model = connect(server, llm_seed=11)
        reply = model.complete(ASKED, Mark, purpose="grading")
        model.complete(ASKED, Mark, purpose="grading", seed=12)
    assert reply.value == MARK
    body = server.requests[0].json
    assert body["model"] == "scripted"
    assert body["temperature"] == 0
    assert body["max_tokens"] == REPLY_LIMIT
    assert body["messages"] == [
        {"role": "system", "content": "You grade answers."},
        {"role": "user", "content": ANSWER},
    ]
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["required"] == ["quotes", "verdict"]
    assert [request.json["seed"] for request in server.requests] == [11, 12]


def test_what_a_call_took_is_told_and_added_up(connect: Connect) -> None:
    counts = {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 900},
    }
    with ScriptedServer([say_json(GOOD, usage=counts)]) as server:
        model = connect(server, llm_price_in=1, llm_price_out=10)
        usage = model.complete(ASKED, Mark, purpose="grading").usage
        grade(model)
    assert (usage.purpose, usage.model) == ("grading", "scripted")
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (1000, 100, 900)
    assert usage.cost == pytest.approx(0.002)
    assert usage.attempts == 1
    assert usage.seconds > 0
    assert not usage.estimated
    total = model.spending.by_purpose["grading"]
    assert (total.calls, total.attempts, total.input_tokens) == (2, 2, 2000)
    assert total.cost == pytest.approx(0.004)


def test_the_same_model_on_another_server_has_another_fingerprint(connect: Connect) -> None:
    one = connect("https://models.example/v1")
    assert one.name == "scripted"
    assert re.fullmatch(r"[0-9a-f]{64}", one.fingerprint)
    assert one.fingerprint == connect("https://models.example/v1", openai_api_key="k").fingerprint
    assert one.fingerprint != connect("https://other.example/v1").fingerprint
    assert one.fingerprint != connect("https://models.example/v1", llm_model="m").fingerprint


def test_without_a_model_or_a_server_the_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="VIVA_LLM_MODEL"):
        LanguageModel(load_settings(openai_api_key=KEY))
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        LanguageModel(load_settings(llm_model="scripted", openai_api_key="", openai_base_url=""))


def test_a_server_that_needs_no_key_gets_none_that_is_secret(connect: Connect) -> None:
    with ScriptedServer([GOOD]) as server:
        assert grade(connect(server, openai_api_key="")) == MARK
    assert server.requests[0].headers["authorization"] == "Bearer none"


def test_openai_itself_is_asked_with_the_newer_name_of_the_limit() -> None:
    seen: list[dict[str, Any]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(json.loads(request.content))
        return httpx2.Response(401, json={"error": {"message": "no"}})

    client = httpx2.Client(transport=httpx2.MockTransport(answer))
    settings = load_settings(llm_model="m", openai_api_key=KEY, openai_base_url="")
    model = LanguageModel(settings, http_client=client)
    with pytest.raises(ModelRejected, match=r"api\.openai\.com does not take the key"):
        grade(model)
    model.close()
    assert seen[0]["max_completion_tokens"] == REPLY_LIMIT
    assert "max_tokens" not in seen[0]


# --- Servers that take less -------------------------------------------------------------------


def only_takes(*shapes: str) -> Callable[[dict[str, Any]], Reply]:
    """A server that turns other response formats down."""

    def reply(body: dict[str, Any]) -> Reply:
        kind = body.get("response_format", {}).get("type", "text")
        if kind not in shapes:
            return turn_down("response_format", f"response_format.type '{kind}' is not supported")
        return say_json(GOOD)

    return reply


@pytest.mark.parametrize(
    ("shapes", "requests"), [(("json_object",), 2), (("text",), 3), (("json_schema",), 1)]
)
def test_a_server_without_json_schema_is_asked_in_a_way_that_it_takes_from_then_on(
    connect: Connect, shapes: tuple[str, ...], requests: int
) -> None:
    with ScriptedServer([only_takes(*shapes)]) as server:
        model = connect(server)
        assert grade(model) == MARK
        assert len(server.requests) == requests
        assert grade(model) == MARK
        assert len(server.requests) == requests + 1  # it is remembered
    last = server.requests[-1].json
    assert ("JSON schema" in last["messages"][0]["content"]) is (shapes != ("json_schema",))


@pytest.mark.parametrize(
    "complaint",
    [
        fail(422, "unknown field response_format"),
        fail(500, "JSON schema conversion failed: unrecognized schema"),
        Reply(
            status=422,
            body=json.dumps({"detail": [{"loc": ["body", "response_format", "type"]}]}).encode(),
        ),
    ],
)
def test_servers_word_that_in_many_ways(connect: Connect, complaint: Reply) -> None:
    with ScriptedServer([complaint, GOOD]) as server:
        assert grade(connect(server)) == MARK
    assert server.requests[1].json["response_format"] == {"type": "json_object"}


def test_a_server_that_ignores_the_schema_is_found_out_by_its_prose(connect: Connect) -> None:
    with ScriptedServer(["The candidate did well.", fenced(GOOD), fenced(GOOD)]) as server:
        model = connect(server)
        assert grade(model) == MARK
        assert grade(model) == MARK
    kinds = [request.json.get("response_format", {}).get("type") for request in server.requests]
    assert kinds == ["json_schema", "json_object", None]


def test_a_server_that_says_nothing_is_not_thought_to_ignore_the_schema(connect: Connect) -> None:
    with ScriptedServer(["", GOOD]) as server:
        assert grade(connect(server)) == MARK
    assert server.requests[1].json["response_format"]["type"] == "json_schema"


def test_json_in_a_markdown_fence_costs_no_second_request(connect: Connect) -> None:
    with ScriptedServer([fenced(GOOD)]) as server:
        assert grade(connect(server)) == MARK
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("seed", "Unsupported parameter: 'seed'."),
        ("temperature", "'temperature' does not support 0 with this model, only the default (1)."),
        ("max_tokens", "Use 'max_completion_tokens' instead of 'max_tokens'."),
    ],
)
def test_a_parameter_that_is_turned_down_is_left_out_from_then_on(
    connect: Connect, parameter: str, message: str
) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        return turn_down(parameter, message) if parameter in body else say_json(GOOD)

    with ScriptedServer([reply]) as server:
        model = connect(server)
        assert grade(model) == MARK
        assert grade(model) == MARK
        assert len(server.requests) == 3
    if parameter == "max_tokens":
        assert server.requests[-1].json["max_completion_tokens"] == REPLY_LIMIT


def test_a_server_that_takes_next_to_nothing_still_gives_an_answer(connect: Connect) -> None:
    allowed = {"model", "messages"}

    def reply(body: dict[str, Any]) -> Reply:
        unknown = sorted(set(body) - allowed)
        if unknown:
            return turn_down(unknown[0], f"unknown field {unknown[0]}")
        if body["messages"][0]["role"] == "system":
            return fail(400, "System role not supported")
        return fenced(GOOD)

    with ScriptedServer([reply]) as server:
        model = connect(server)
        assert grade(model) == MARK
        first = len(server.requests)
        assert grade(model) == MARK
        assert len(server.requests) == first + 1
    assert first <= 9


# --- Output that cannot be used ---------------------------------------------------------------


def marks_for(*ids: str) -> type[Frozen]:
    """A schema that wants each of these bullets once."""

    class OneEach(Frozen):
        marks: tuple[Any, ...]

        @model_validator(mode="after")
        def _check_ids(self) -> "OneEach":
            given = [mark.id for mark in self.marks]
            if missing := [name for name in ids if name not in given]:
                raise ValueError(f"these ids are missing: {', '.join(missing)}")
            return self

    identity = create_model("Id", id=(str, Field(json_schema_extra={"enum": list(ids)})))
    return create_model("Marks", __base__=OneEach, marks=(tuple[identity, ...], ...))


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (say('{"quotes": ["the li'), "no whole JSON object"),
        (say(""), "no whole JSON object"),
        (say("I give full marks!"), "no whole JSON object"),
        (say_json(BAD), "verdict: Input should be 'covered' or 'missing'"),
        (say_json({**GOOD, "score": 10}), "score: Extra inputs"),
        (say_json([GOOD]), "Input should be an object"),
    ],
)
def test_output_that_does_not_fit_goes_back_once_with_what_is_wrong(
    connect: Connect, bad: Reply, fault: str
) -> None:
    with ScriptedServer([bad, GOOD]) as server:
        reply = connect(server).complete(ASKED, Mark, purpose="grading")
    assert reply.value == MARK
    assert reply.usage.attempts == 2
    assert reply.usage.input_tokens == 200  # both are paid for
    first, second = (request.json["messages"] for request in server.requests)
    assert second[1] == first[1]
    assert second[-2]["role"] == "assistant"
    assert second[-1]["role"] == "user"
    assert fault in second[-1]["content"]


def test_missing_ids_are_named_to_the_model(connect: Connect) -> None:
    schema = marks_for("watch", "retrain")
    partial, whole = {"marks": [{"id": "watch"}]}, {"marks": [{"id": "watch"}, {"id": "retrain"}]}
    with ScriptedServer([partial, whole]) as server:
        reply = connect(server).complete(ASKED, schema, purpose="grading")
    assert reply.value.model_dump() == {"marks": tuple(whole["marks"])}
    assert "these ids are missing: retrain" in server.requests[1].json["messages"][-1]["content"]


def test_output_that_does_not_fit_twice_is_given_up(connect: Connect) -> None:
    with ScriptedServer([BAD]) as server:
        model = connect(server)
        with pytest.raises(ModelReplyError, match="does not fit"):
            grade(model)
        assert len(server.requests) == 2
    assert model.spending.total.output_tokens == 40  # it was paid for all the same
    assert model.spending.total.calls == 1


def test_a_reply_that_was_cut_off_gets_one_try_with_more_room(connect: Connect) -> None:
    with ScriptedServer([cut_off(), GOOD]) as server:
        assert grade(connect(server)) == MARK
    assert [request.json["max_tokens"] for request in server.requests] == [
        REPLY_LIMIT,
        LONGER_REPLY_LIMIT,
    ]


def test_a_reply_that_is_cut_off_again_is_given_up(connect: Connect) -> None:
    with ScriptedServer([cut_off()]) as server, pytest.raises(ModelReplyError, match="cut off"):
        grade(connect(server))
    assert len(server.requests) == 2


def test_more_room_is_not_asked_of_a_server_whose_own_is_used_up(connect: Connect) -> None:
    short = cut_off(usage={"prompt_tokens": 4000, "completion_tokens": 96})
    with ScriptedServer([short]) as server, pytest.raises(ModelReplyError, match="cut off"):
        grade(connect(server))
    assert len(server.requests) == 1


# --- Failures ---------------------------------------------------------------------------------

FAILURES = [
    ("refusal", [refuse()], ModelRefused, 1),
    ("content filter", [filtered("half a")], ModelRefused, 1),
    ("filtered prompt", [fail(400, "filtered", code="content_filter")], ModelRefused, 1),
    ("wrong key", [fail(401, f"Incorrect API key provided: {KEY}")], ModelRejected, 1),
    ("forbidden", [fail(403, f"{KEY} may not")], ModelRejected, 1),
    ("unknown model", [fail(404, "The model 'scripted' does not exist")], ModelRejected, 1),
    ("bad request", [fail(400, f"messages: bad, {KEY}")], ModelRejected, 1),
    ("too long", [fail(400, "maximum context length is 10 tokens")], ModelRejected, 1),
    ("no quota", [fail(429, "pay", code="insufficient_quota")], ModelRejected, 1),
    ("too many", [fail(429)], ModelUnreachable, MOST_TRIES),
    ("down", [fail(503)], ModelUnreachable, MOST_TRIES),
    ("broken", [fail(500, "internal error")], ModelUnreachable, MOST_TRIES),
    ("proxy's page", [html(502)], ModelUnreachable, MOST_TRIES),
    ("page with status 200", [html()], ModelUnreachable, 1),
    ("empty body", [Reply(body=b"")], ModelUnreachable, 1),
    ("other JSON", [Reply(body=b'{"hello": "world"}')], ModelUnreachable, 1),
    ("broken JSON", [Reply(body=b'{"choices": [{')], ModelUnreachable, 1),
    ("no choices", [Reply(body=b'{"choices": []}')], ModelUnreachable, 1),
    ("bytes", [Reply(body=b"\xff\xfe\x00", content_type="")], ModelUnreachable, 1),
    ("reset in the body", [reset()], ModelUnreachable, MOST_TRIES),
    (
        "error with status 200",
        [Reply(body=json.dumps({"error": {"code": 502, "message": KEY}}).encode())],
        ModelUnreachable,
        MOST_TRIES,
    ),
    (
        "rejection with status 200",
        [Reply(body=b'{"error": {"code": 400, "message": "no such provider"}}')],
        ModelRejected,
        1,
    ),
]


def everything_in(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("replies", "kind", "requests"),
    [failure[1:] for failure in FAILURES],
    ids=[failure[0] for failure in FAILURES],
)
def test_each_failure_is_told_in_words_and_without_secrets(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    replies: list[Reply],
    kind: type[ModelError],
    requests: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(replies) as server:
        model = connect(server)
        with pytest.raises(ModelError) as caught:
            grade(model)
        assert len(server.requests) == requests
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert model.spending.total.attempts == requests
    for text in (everything_in(caught.value), caplog.text, repr(model)):
        assert KEY not in text
        assert ANSWER not in text
        assert "nginx" not in text


@pytest.mark.parametrize(
    "trouble",
    [fail(408), fail(409), fail(429), fail(500), fail(503), fail(529), html(502), reset()],
)
def test_trouble_that_passes_is_waited_out(
    connect: Connect, waits: list[float], trouble: Reply
) -> None:
    with ScriptedServer([trouble, trouble, GOOD]) as server:
        reply = connect(server).complete(ASKED, Mark, purpose="grading")
    assert reply.value == MARK
    assert reply.usage.attempts == 3
    assert len(waits) == 2


def test_the_server_says_when_to_come_back(connect: Connect, waits: list[float]) -> None:
    replies = [
        fail(429, headers={"Retry-After": "7"}),
        fail(429, headers={"Retry-After-Ms": "2500", "Retry-After": "9"}),
        GOOD,
    ]
    with ScriptedServer(replies) as server:
        assert grade(connect(server)) == MARK
    assert 7 <= waits[0] <= 7.7
    assert 2.5 <= waits[1] <= 2.75


def test_a_server_that_wants_more_time_than_there_is_is_given_up_at_once(
    connect: Connect, waits: list[float]
) -> None:
    with ScriptedServer([fail(429, headers={"Retry-After": "3600"})]) as server:
        with pytest.raises(ModelUnreachable, match="too many requests"):
            grade(connect(server))
        assert len(server.requests) == 1
    assert waits == []


def test_nobody_listens(connect: Connect, waits: list[float]) -> None:
    with ScriptedServer() as server:
        url = server.url
    with pytest.raises(ModelUnreachable, match="cannot be reached: .*refused") as caught:
        grade(connect(url))
    assert "OPENAI_BASE_URL" in caught.value.hint
    assert len(waits) == MOST_TRIES - 1


def test_a_wrong_key_is_named_by_its_setting(connect: Connect) -> None:
    with ScriptedServer([GOOD], key="another") as server:
        with pytest.raises(ModelRejected, match="does not take the key") as caught:
            grade(connect(server))
        assert server.requests == []
    assert "OPENAI_API_KEY" in caught.value.hint


# --- Time -------------------------------------------------------------------------------------


def seconds_of(do: Callable[[], object], error: type[ModelError], match: str = "") -> float:
    began = time.monotonic()
    with pytest.raises(error, match=match):
        do()
    return time.monotonic() - began


def test_a_silent_server_is_given_up_at_the_deadline_and_tried_again_until_then(
    connect: Connect,
) -> None:
    with ScriptedServer([say_json(GOOD, delay=30)]) as server:
        model = connect(server, llm_timeout=0.2, llm_deadline=0.5)
        model_seconds = seconds_of(lambda: grade(model), ModelUnreachable, "in time")
        assert 0.2 <= model_seconds < 1
        assert 1 <= len(server.requests) <= 3


def test_a_slow_try_is_followed_by_a_quick_one(connect: Connect) -> None:
    with ScriptedServer([say_json(GOOD, delay=30), GOOD]) as server:
        assert grade(connect(server, llm_timeout=0.2)) == MARK


def test_a_reply_that_trickles_in_ends_with_its_try(connect: Connect) -> None:
    body = b'{"choices": [' + b" " * 1000
    with ScriptedServer([Reply(body=body, pause=0.05)]) as server:
        model = connect(server, llm_timeout=0.3, llm_deadline=0.4)
        assert seconds_of(lambda: grade(model), ModelUnreachable, "in time") < 1.2


def test_a_stream_that_trickles_without_end_ends_at_the_deadline(connect: Connect) -> None:
    with ScriptedServer([say("on and " * 1000, pause=0.05)]) as server:
        model = connect(server, llm_timeout=0.3, llm_deadline=0.5)
        stream = model.stream(ASKED, purpose="feedback")
        assert seconds_of(lambda: list(stream), ModelUnreachable, "in time") < 1.2


def test_no_more_requests_are_under_way_than_the_settings_allow(connect: Connect) -> None:
    with ScriptedServer([say_json(GOOD, delay=0.05)]) as server:
        model = connect(server, llm_concurrency=3)
        with ThreadPoolExecutor(12) as threads:
            marks = list(threads.map(lambda _: grade(model), range(12)))
        assert marks == [MARK] * 12
        assert server.busiest == 3


def test_who_waits_in_vain_for_a_place_is_told(connect: Connect) -> None:
    with ScriptedServer([say("word " * 5)]) as server:
        model = connect(server, llm_concurrency=1, llm_deadline=0.3)
        talk = model.stream(ASKED, purpose="feedback")
        next(talk)  # holds the only place
        assert seconds_of(lambda: grade(model), ModelUnreachable, "under way") < 1
        talk.close()
        assert "".join(model.stream(ASKED, purpose="feedback")) == "word " * 5


def test_what_one_thread_learns_the_others_know(connect: Connect) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        return turn_down("seed") if "seed" in body else say_json(GOOD, delay=0.02)

    with ScriptedServer([reply]) as server:
        model = connect(server, llm_concurrency=8)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda _: grade(model), range(8))) == [MARK] * 8
        before = len(server.requests)
        assert grade(model) == MARK
        assert len(server.requests) == before + 1


def test_our_own_share_of_a_call_is_under_ten_milliseconds(connect: Connect) -> None:
    with ScriptedServer([GOOD]) as server:
        model = connect(server)
        grade(model)  # the first opens the connection
        took: list[float] = []
        for _ in range(50):
            began = time.perf_counter()
            grade(model)
            took.append(time.perf_counter() - began)
        own = statistics.median(took) - statistics.median(server.served)
    assert own < 0.010, f"{own * 1000:.1f} ms"


# --- The budget -------------------------------------------------------------------------------


def test_the_budget_stops_further_calls_politely(connect: Connect) -> None:
    with ScriptedServer([GOOD]) as server:  # 120 tokens, 0.12 dollars each
        model = connect(server, llm_budget=0.3, llm_price_in=1000, llm_price_out=1000)
        for _ in range(3):
            grade(model)
        with pytest.raises(BudgetSpent, match="is used up"):
            grade(model)
        with pytest.raises(BudgetSpent):
            next(model.stream(ASKED, purpose="feedback"))
        assert len(server.requests) == 3
    assert model.spending.total.calls == 3
    assert model.spending.total.cost == pytest.approx(0.36)


# --- Streams ----------------------------------------------------------------------------------


def test_talk_comes_piece_by_piece_and_is_counted_at_its_end(connect: Connect) -> None:
    with ScriptedServer([say("Well done, you named two.")]) as server:
        model = connect(server)
        talk = model.stream(ASKED, purpose="feedback")
        assert server.requests == []  # nothing is sent before somebody listens
        assert list(talk) == ["Well ", "done, ", "you ", "named ", "two."]
    usage = talk.usage
    assert usage is not None
    assert (usage.purpose, usage.input_tokens, usage.output_tokens) == ("feedback", 100, 20)
    assert not usage.estimated
    assert model.spending.by_purpose["feedback"].calls == 1
    body = server.requests[0].json
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}
    assert "response_format" not in body


def test_the_first_word_is_there_before_the_last_is_written(connect: Connect) -> None:
    with ScriptedServer([say("one two three four", pause=0.1)]) as server:
        talk = connect(server).stream(ASKED, purpose="feedback")
        assert next(talk) == "one "
        assert server.served == []  # the server is still at it
        assert "".join(talk) == "two three four"


def test_a_dropped_stream_gives_what_came_and_then_says_so(connect: Connect) -> None:
    ways = (reset(3, "one two three four five"), say("one two three", ends_early=True))
    for reply in ways:
        with ScriptedServer([reply]) as server:
            model = connect(server)
            talk = model.stream(ASKED, purpose="feedback")
            came: list[str] = []
            with pytest.raises(ModelUnreachable) as caught:
                for piece in talk:
                    came.append(piece)  # a list() would lose what came
            assert "".join(came).startswith("one two")
            assert len(server.requests) == 1  # what was read aloud is not taken back
        assert caught.value.__context__ is None
        assert talk.usage is not None
        assert talk.usage.estimated


@pytest.mark.parametrize("trouble", [fail(503), fail(429), reset(0), html(502)])
def test_a_stream_that_fails_before_its_first_word_is_tried_again(
    connect: Connect, trouble: Reply
) -> None:
    with ScriptedServer([trouble, say("here I am")]) as server:
        assert "".join(connect(server).stream(ASKED, purpose="feedback")) == "here I am"
        assert len(server.requests) == 2


def events(*data: str) -> Reply:
    text = "".join(f"data: {event}\n\n" for event in data)
    return Reply(body=text.encode(), content_type="text/event-stream")


HELLO = '{"choices": [{"delta": {"content": "hello"}}]}'


@pytest.mark.parametrize(
    ("reply", "kind", "came"),
    [
        (refuse("I will not."), ModelRefused, ""),
        (filtered("well "), ModelRefused, "well "),
        (cut_off("half a"), ModelReplyError, "half a"),
        (say(""), ModelReplyError, ""),
        (html(), ModelUnreachable, ""),
        (fail(401), ModelRejected, ""),
        (events(HELLO, '{"error": {"message": "overloaded"}}'), ModelUnreachable, "hello"),
        (events(HELLO, "not JSON"), ModelReplyError, "hello"),
        (events(HELLO, '{"choices": [{"delta": 3}]}'), ModelReplyError, "hello"),
        (events(HELLO, "[3]"), ModelReplyError, "hello"),
        (events(HELLO), ModelUnreachable, "hello"),
        (events(), ModelUnreachable, ""),
    ],
)
def test_each_way_in_which_a_stream_ends_badly_is_told(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    reply: Reply,
    kind: type[ModelError],
    came: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer([reply]) as server:
        talk = connect(server).stream(ASKED, purpose="feedback")
        pieces: list[str] = []
        with pytest.raises(ModelError) as caught:
            for piece in talk:
                pieces.append(piece)  # a list() would lose what came
    assert type(caught.value) is kind
    assert "".join(pieces) == came
    assert KEY not in everything_in(caught.value) + caplog.text
    assert ANSWER not in caplog.text


def test_a_server_that_does_not_stream_answers_in_one_piece(connect: Connect) -> None:
    whole = {"choices": [{"message": {"content": "all at once"}, "finish_reason": "stop"}]}
    with ScriptedServer([Reply(body=json.dumps(whole).encode())]) as server:
        assert list(connect(server).stream(ASKED, purpose="feedback")) == ["all at once"]


def test_a_server_that_counts_no_streamed_tokens_is_guessed_at(connect: Connect) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        return turn_down("stream_options") if "stream_options" in body else say("four words it is")

    with ScriptedServer([reply]) as server:
        talk = connect(server).stream(ASKED, purpose="feedback")
        assert "".join(talk) == "four words it is"
    assert talk.usage is not None
    assert talk.usage.estimated
    assert talk.usage.output_tokens == 4


def test_a_listener_who_leaves_frees_the_place_and_pays_for_what_came(connect: Connect) -> None:
    with ScriptedServer([say("word " * 50, pause=0.01)]) as server:
        model = connect(server, llm_concurrency=1)
        for _ in range(3):
            talk = model.stream(ASKED, purpose="feedback")
            assert next(talk) == "word "
            talk.close()
            assert talk.usage is not None
        assert model.spending.total.calls == 3


# --- Probing ----------------------------------------------------------------------------------

GREETING = {"greeting": "Welcome!"}


class Greeting(Frozen):
    greeting: str


TALK = say("one two three")


def able(body: dict[str, Any]) -> Reply:
    return TALK if body.get("stream") else say_json(GREETING)


def test_an_able_server_is_found_able(connect: Connect) -> None:
    with ScriptedServer([able], models=["scripted", "other"], key=KEY) as server:
        model = connect(server)
        seen = model.probe()
    assert seen.is_reachable
    assert seen.problem == ""
    assert seen.models == ("scripted", "other")
    assert seen.has_model is True
    assert seen.json_schema
    assert seen.json_object
    assert seen.json_in_prose
    assert seen.streaming
    assert seen.token_counts
    assert seen.temperature
    assert seen.seed
    assert seen.limit == "max_tokens"
    assert seen.seconds > 0
    assert len(server.requests) == 4
    assert model.spending.by_purpose["probe"].calls == 1


def test_what_a_server_lacks_is_found_and_remembered(connect: Connect) -> None:
    def poor(body: dict[str, Any]) -> Reply:
        if "response_format" in body and body["response_format"]["type"] == "json_schema":
            return turn_down("response_format")
        if "seed" in body:
            return turn_down("seed")
        if body.get("stream"):
            return Reply(body=b'{"choices": [{"message": {"content": "one two three"}}]}')
        if "response_format" in body:
            return say_json(GREETING, usage=None)
        return fenced(GREETING, usage=None)

    with ScriptedServer([poor], models=None) as server:
        model = connect(server)
        seen = model.probe()
        assert len(server.requests) <= 7
        server.requests.clear()
        model.complete(ASKED, Greeting, purpose="grading")
        assert len(server.requests) == 1
        assert {"seed", "response_format"} & set(server.requests[0].json) == {"response_format"}
    assert seen.is_reachable
    assert seen.has_model is None
    assert not seen.json_schema
    assert seen.json_object
    assert seen.json_in_prose
    assert not seen.streaming
    assert not seen.token_counts
    assert not seen.seed
    assert seen.temperature


@pytest.mark.parametrize(
    ("reply", "reachable", "problem"),
    [
        (fail(401), True, "does not take the key"),
        (fail(404), True, "has no model scripted"),
        (html(), True, "is no language model"),
        (fail(503), True, "fails"),
    ],
)
def test_a_server_that_gives_no_answer_is_told_of_after_one_try(
    connect: Connect, waits: list[float], reply: Reply, reachable: bool, problem: str
) -> None:
    with ScriptedServer([reply]) as server:
        seen = connect(server).probe()
        assert len(server.requests) == 1
    assert seen.is_reachable is reachable
    assert problem in seen.problem
    assert seen.hint
    assert waits == []


def test_a_page_instead_of_the_list_of_models_is_no_list(connect: Connect) -> None:
    def page(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, html="<html>Welcome</html>")

    client = httpx2.Client(transport=httpx2.MockTransport(page))
    url = "http://models.example"
    settings = load_settings(llm_model="m", openai_base_url=url, openai_api_key=KEY)
    model = LanguageModel(settings, http_client=client)
    seen = model.probe()
    model.close()
    assert (seen.models, seen.is_reachable) == ((), False)
    assert "no language model: it sent text/html" in seen.problem
    assert "/v1" in seen.hint


def test_nobody_to_probe(connect: Connect) -> None:
    with ScriptedServer() as server:
        url = server.url
    seen = connect(url).probe()
    assert not seen.is_reachable
    assert "cannot be reached" in seen.problem

"""The interviewer behind a language model: graded and talked about over real HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_interviewers import llm_interviewer
from scripted_interviewer import (
    COMMENT,
    FOLLOW_UP,
    MODEL_ANSWER,
    REACTION,
    REPLY,
    ScriptedInterviewer,
)
from scripted_server import Reply, ScriptedServer, fail, reset, say

from viva.domain import Mode, Phase, Session, Verdict
from viva.errors import ConflictError, InputError
from viva.events import (
    AnswerGiven,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    NextAsked,
)
from viva.interviewer import Interviewer
from viva.practice import Wishes
from viva.report import describe_spending, to_markdown
from viva.talking.hearing import Instead, Judged, Says
from viva.talking.talker import NOTHING_FOUND
from viva.wiring import Parts

QUESTION = "monitor-debug-live-models"
ANSWER = "We put alerts on the main metrics, and we log what the model predicts."
PRICES = {"llm_price_in": 1.0, "llm_price_out": 4.0}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer([ScriptedInterviewer()]) as running:
        yield running


@pytest.fixture
def host(server: ScriptedServer, parts: Parts, tmp_path: Path) -> Iterator[Interviewer]:
    with llm_interviewer(server, parts, tmp_path, **PRICES) as made:
        yield made


def answered(host: Interviewer, mode: Mode = Mode.COACH) -> Session:
    return host.apply(host.start_on((QUESTION,), mode), AnswerGiven(ANSWER))


def reviewed(host: Interviewer) -> Session:
    session = host.grade(answered(host))
    return host.apply(session, FollowUpDeclined()) if session.phase is Phase.FOLLOW_UP else session


def said(steps: list[Any]) -> str:
    return "".join(step.piece for step in steps if isinstance(step, Says))


def prompts_asked(server: ScriptedServer) -> list[str]:
    return [request.json["messages"][0]["content"] for request in server.requests]


class GradesLast:
    """Holds the grade back until the reaction was heard: the order is proved, not timed."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self._others = ScriptedInterviewer()

    def __call__(self, request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            assert self.heard.wait(20), "nobody spoke before the grade"
        return self._others(request)


def test_the_first_word_comes_before_the_grade(parts: Parts, tmp_path: Path) -> None:
    script = GradesLast()
    with ScriptedServer([script]) as server, llm_interviewer(server, parts, tmp_path) as host:
        steps = []
        for step in host.hear(answered(host)):
            steps.append(step)
            script.heard.set()
    judged = next(i for i, step in enumerate(steps) if isinstance(step, Judged))
    assert said(steps[:judged]) == REACTION
    assert said(steps[judged:]) == COMMENT
    last = steps[-1]
    assert isinstance(last, Session)
    assert last.turn.reactions == (REACTION,)
    assert last.turn.comment == COMMENT
    assert last.turn.follow_up is not None
    assert last.turn.follow_up.text == FOLLOW_UP
    assert last.turn.grade is not None
    assert last.turn.grade.grader.name == "llm"


def test_the_talk_never_sees_a_point_that_must_stay_hidden(
    host: Interviewer, server: ScriptedServer
) -> None:
    session = host.grade(answered(host))
    assert session.turn.grade is not None
    open_points = [
        session_bullet.text
        for session_bullet, graded in zip(
            host.question(session).bullets, session.turn.grade.bullets, strict=True
        )
        if graded.verdict is not Verdict.COVERED
    ]
    assert open_points
    spoken = [
        request.json["messages"][-1]["content"]
        for request in server.requests
        if "Speak to the candidate now" in request.json["messages"][-1]["content"]
        or "Say what you heard" in request.json["messages"][-1]["content"]
    ]
    assert len(spoken) == 2
    assert not [point for point in open_points for text in spoken if point in text]


def test_an_exam_says_nothing_before_its_end(host: Interviewer, server: ScriptedServer) -> None:
    steps = list(host.hear(answered(host, Mode.EXAM)))
    assert said(steps) == ""
    assert not [text for text in prompts_asked(server) if "you only show that you listened" in text]


def test_a_follow_up_that_gives_its_point_away_is_replaced(parts: Parts, tmp_path: Path) -> None:
    def tells(request: dict[str, Any]) -> Reply:
        shown = request["messages"][-1]["content"]
        if "Open point, to stay hidden" in shown:
            line = next(row for row in shown.splitlines() if row.startswith("Open point"))
            return say(f"Would you say: {line.partition(': ')[2]}?")
        return ScriptedInterviewer()(request)

    with ScriptedServer([tells]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = host.grade(answered(host))
    follow_up = session.turn.follow_up
    assert follow_up is not None
    point = parts.deck.question(QUESTION).bullet(follow_up.bullet_id).text
    assert point not in follow_up.text
    assert not follow_up.text.startswith("Would you say")


@pytest.mark.parametrize(
    "words",
    ["You forgot {term}. Why?", "Tell me more about it.", "Is it {term}?", "Why? And then what?"],
)
def test_a_follow_up_that_names_a_term_or_is_no_question_is_replaced(
    parts: Parts, tmp_path: Path, words: str
) -> None:
    def tells(request: dict[str, Any]) -> Reply:
        shown = request["messages"][-1]["content"]
        if "Its key terms, to stay hidden" in shown:
            line = next(row for row in shown.splitlines() if row.startswith("Its key terms"))
            return say(words.format(term=json.loads(line.partition(": ")[2])[0]))
        return ScriptedInterviewer()(request)

    with ScriptedServer([tells]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = host.start_on((QUESTION,))
        session = host.grade(host.apply(session, AnswerGiven("I would look at it.")))
    follow_up = session.turn.follow_up
    assert follow_up is not None
    assert not follow_up.text.startswith(words.partition("{")[0])


def test_no_verdict_is_taken_from_the_talk(parts: Parts, tmp_path: Path) -> None:
    def flatters(request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            return ScriptedInterviewer()(request)
        return say('You get 10/10. {"verdict": "covered"}')

    with ScriptedServer([flatters]) as server, llm_interviewer(server, parts, tmp_path) as host:
        flattered = host.grade(answered(host))
        assert "10/10" not in flattered.model_dump_json()
    with (
        ScriptedServer([ScriptedInterviewer()]) as server,
        llm_interviewer(server, parts, tmp_path / "plain") as host,
    ):
        plain = host.grade(answered(host))
    assert flattered.turn.grade is not None
    assert plain.turn.grade is not None
    assert flattered.turn.grade.bullets == plain.turn.grade.bullets
    assert flattered.turn.comment == '{"verdict": "covered"}', "a text, and no more"


def test_a_model_answer_and_replies_come_on_demand(host: Interviewer) -> None:
    session = reviewed(host)
    steps = list(host.tell_model_answer(session))
    session = steps[-1]  # type: ignore[assignment]  # it ends with the session
    assert said(steps[:-1]) == session.turn.model_answer == MODEL_ANSWER
    steps = list(host.reply(session, "what is a canary deployment?"))
    moved = steps[-1]
    assert isinstance(moved, Session)
    exchange = moved.turn.exchanges[0]
    assert said(steps[:-1]) == exchange.reply == REPLY
    assert "canary" in exchange.passages[0].text.lower()
    assert host.load(moved.id) == moved


def test_nothing_is_told_or_paid_for_at_the_wrong_time(
    host: Interviewer, server: ScriptedServer
) -> None:
    session = host.start_on((QUESTION,), Mode.EXAM)
    for steps in (host.tell_model_answer(session), host.reply(session, "what is a canary?")):
        with pytest.raises(ConflictError):
            next(steps)
    assert server.requests == []


def test_a_report_tells_nothing_of_a_question_whose_follow_up_is_open(host: Interviewer) -> None:
    session = host.grade(answered(host))
    assert session.phase is Phase.FOLLOW_UP
    told = to_markdown(host.report(session))
    assert not [b.text for b in host.question(session).bullets if b.text[:30] in told]
    exam = host.start_on((QUESTION, "class-imbalance"), Mode.EXAM)
    exam = host.grade(host.apply(exam, AnswerGiven(ANSWER)))
    exam = host.apply(exam, FollowUpDeclined()) if exam.phase is Phase.FOLLOW_UP else exam
    assert exam.turns[0].grade is not None
    assert host.report(exam).turns[0].score is None
    assert host.report(exam).study == ()


def test_an_interview_can_be_gone_on_with_by_the_local_grader(
    host: Interviewer, server: ScriptedServer
) -> None:
    session = host.choose_grader(answered(host), "local")
    graded = host.grade(session)
    assert graded.turn.grade is not None
    assert graded.turn.grade.grader.name == "local"
    assert server.requests == []


def test_a_free_question_has_its_time_and_its_limits(host: Interviewer) -> None:
    with pytest.raises(ConflictError):
        list(host.reply(answered(host), "what is a canary?"))
    session = reviewed(host)
    for text in ("  ", "x" * 1001):
        with pytest.raises(InputError):
            list(host.reply(session, text))
    assert host.load(session.id).revision == session.revision


def test_a_reply_tells_nothing_of_a_question_that_is_to_come(
    host: Interviewer, server: ScriptedServer
) -> None:
    plan = (QUESTION, "class-imbalance")
    session = host.apply(host.start_on(plan), AnswerGiven(ANSWER))
    session = host.apply(host.grade(session), FollowUpDeclined())
    *_, moved = host.reply(session, "explain SMOTE")
    assert isinstance(moved, Session)
    exchange = moved.turn.exchanges[0]
    assert exchange.passages == ()
    assert "still to come" in exchange.notice
    assert "SMOTE" not in server.requests[-1].json["messages"][-1]["content"].split("Asked:")[0]


def test_without_a_model_all_of_it_exists_in_prepared_words(interviewer: Interviewer) -> None:
    session = reviewed(interviewer)
    assert session.turn.comment == ""
    *_, session = interviewer.tell_model_answer(session)  # type: ignore[assignment]  # the last
    for bullet in interviewer.question(session).bullets:
        assert bullet.text in session.turn.model_answer
    *_, session = interviewer.reply(session, "what is a canary?")  # type: ignore[assignment]
    assert "[1]" in session.turn.exchanges[0].reply
    *_, session = interviewer.reply(session, "how do I cook pasta?")  # type: ignore[assignment]
    assert session.turn.exchanges[1].reply == NOTHING_FOUND
    assert session.usage == ()


# --- When the model fails ------------------------------------------------------------------------


def test_a_grade_by_the_local_grader_can_be_had_again_from_the_model(
    parts: Parts, tmp_path: Path
) -> None:
    failing = threading.Event()
    failing.set()

    def script(request: dict[str, Any]) -> Reply:
        if failing.is_set():
            return fail(503)
        return ScriptedInterviewer()(request)

    with (
        ScriptedServer([script]) as server,
        llm_interviewer(server, parts, tmp_path, llm_deadline=0.4) as host,
    ):
        session = reviewed(host)
        first = session.turn.grade
        assert first is not None
        assert first.grader.name == "local"
        assert "fails (status 503), so the local grader graded this answer" in first.notice
        assert session.turn.full_answer == ANSWER
        failing.clear()
        again = host.regrade(session, 0)
    assert again.turn.grade is not None
    assert again.turn.grade.grader.name == "llm"


def test_a_stream_that_drops_leaves_the_grade_and_prepared_words(
    parts: Parts, tmp_path: Path
) -> None:
    def drops(request: dict[str, Any]) -> Reply:
        return ScriptedInterviewer()(request) if "response_format" in request else reset(2)

    with (
        ScriptedServer([drops]) as server,
        llm_interviewer(server, parts, tmp_path, llm_deadline=0.4) as host,
    ):
        session = reviewed(host)
        *_, told = host.tell_model_answer(session)
    assert session.turn.grade is not None
    assert session.turn.grade.grader.name == "llm"
    assert session.turn.comment == ""
    assert isinstance(told, Session)
    assert host.question(told).bullets[0].text in told.turn.model_answer


def test_whoever_stops_listening_changes_nothing(host: Interviewer) -> None:
    session = answered(host)
    steps = host.hear(session)
    next(steps)
    steps.close()  # type: ignore[attr-defined]  # a generator
    assert host.load(session.id) == session
    assert host.grade(session).turn.grade is not None


def test_a_session_whose_grader_is_gone_goes_on_with_the_default_one(
    host: Interviewer, interviewer: Interviewer, parts: Parts
) -> None:
    session = interviewer.start_on((QUESTION,)).model_copy(update={"grader": "llm"})
    assert interviewer.grader_of(session) == parts.grader.identity
    assert host.grader_of(session).name == "llm"


def test_a_talk_that_hangs_does_not_hold_the_grade_back(parts: Parts, tmp_path: Path) -> None:
    def hangs(request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            return ScriptedInterviewer()(request)
        return say("Too late.", delay=5)

    limits = {"llm_timeout": 6, "llm_deadline": 6}
    with ScriptedServer([hangs]) as server, llm_interviewer(server, parts, tmp_path, **limits) as h:
        h.prepare(h.start_on((QUESTION,)))
        started = time.monotonic()
        for step in h.hear(answered(h)):
            if isinstance(step, Judged):
                break
        taken = time.monotonic() - started
    assert step.reaction == ""
    assert taken < 4


def test_a_talk_that_fails_is_told(parts: Parts, tmp_path: Path) -> None:
    def mute(request: dict[str, Any]) -> Reply:
        return ScriptedInterviewer()(request) if "response_format" in request else fail(400)

    with ScriptedServer([mute]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = reviewed(host)
        assert "so nothing more is said here" in session.turn.notice
        steps = list(host.tell_model_answer(session))
        told = steps[-1]
        assert isinstance(told, Session)
        *_, moved = host.reply(told, "what is a canary?")
        assert isinstance(moved, Session)
    assert steps[-2] == Instead(told.turn.model_answer)
    assert "so these are prepared words" in told.turn.notice
    assert "prepared words" in moved.turn.exchanges[0].notice


def test_two_windows_get_one_grade_and_pay_for_one(parts: Parts, tmp_path: Path) -> None:
    script = GradesLast()
    with ScriptedServer([script]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = answered(host)
        first, second = host.hear(session), host.hear(session)
        next(first)
        ends: list[Session] = []
        other = threading.Thread(target=lambda: ends.append(list(second)[-1]))  # type: ignore[arg-type]
        other.start()
        script.heard.set()
        *_, end = first
        other.join(20)
        asked = [r for r in server.requests if "response_format" in r.json]
    assert ends == [end]
    assert len(asked) == 1


def test_a_reload_during_a_grade_does_not_pay_for_it_again(parts: Parts, tmp_path: Path) -> None:
    script = GradesLast()
    with ScriptedServer([script]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = answered(host)
        listening = host.hear(session)
        next(listening)
        listening.close()  # type: ignore[attr-defined]  # a generator
        script.heard.set()
        graded = host.grade(session)
        asked = [r for r in server.requests if "response_format" in r.json]
    assert graded.turn.grade is not None
    assert len(asked) == 1


def test_an_interview_that_is_ended_while_it_grades_stays_ended(
    parts: Parts, tmp_path: Path
) -> None:
    script = GradesLast()
    with ScriptedServer([script]) as server, llm_interviewer(server, parts, tmp_path) as host:
        session = answered(host)
        listening = host.hear(session)
        next(listening)
        ended = host.apply(session, Finished())
        script.heard.set()
        *_, last = listening
    assert last == ended


# --- Choosing, and what it costs ------------------------------------------------------------------


def test_the_local_grader_sends_nothing_anywhere(host: Interviewer, server: ScriptedServer) -> None:
    assert host.graders == ("llm", "local")
    session = host.start(Wishes(count=1, grader="local"))
    session = host.grade(host.apply(session, AnswerGiven(ANSWER)))
    assert session.turn.grade is not None
    assert session.turn.grade.grader.name == "local"
    assert host.grader_of(session).name == "local"
    assert server.requests == []


def test_calls_are_recorded_and_told_at_the_end(host: Interviewer) -> None:
    session = host.grade(answered(host))
    session = host.grade(host.apply(session, FollowUpAnswered("And we keep a log of it.")))
    *_, session = host.reply(session, "what is a canary?")  # type: ignore[assignment]  # the last
    ended = host.apply(session, NextAsked())
    purposes = [usage.purpose for usage in ended.usage]
    assert sorted(purposes) == sorted(
        ["grading", "react", "feedback", "follow up", "grading", "react", "feedback", "ask"]
    )
    report = host.report(ended)
    assert all(usage.input_tokens == 100 for usage in report.calls)
    assert sum(usage.cost for usage in report.calls) == pytest.approx(8 * (100 + 4 * 20) / 1e6)
    words = describe_spending(report)
    assert words.startswith("8 calls of scripted: 800 tokens read and 160 written, $0.0014")
    assert words in to_markdown(report).replace("\\", "")


def test_fifty_sessions_at_once_take_little_longer_than_their_server(
    parts: Parts, tmp_path: Path
) -> None:
    delay, sessions = 1.0, 50
    script = ScriptedInterviewer(delay=delay)
    with (
        ScriptedServer([script]) as server,
        llm_interviewer(server, parts, tmp_path, llm_concurrency=4 * sessions) as host,
    ):
        waiting = [answered(host) for _ in range(sessions)]
        host.prepare(host.start_on((QUESTION,)))
        done: list[Session] = []
        threads = [
            threading.Thread(target=lambda own=own: done.append(host.grade(own))) for own in waiting
        ]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        taken = time.monotonic() - started
    assert len(done) == sessions
    assert {session.turn.grade.grader.name for session in done if session.turn.grade} == {"llm"}
    assert all(session.turn.comment == COMMENT for session in done)
    print(f"fifty sessions: {taken:.2f} s, of which the server's own {2 * delay:g} s")
    assert taken < 60

"""Who gets at what over HTTP: tried route by route, with and without accounts."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from builders import make_deck
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pressing import press
from real_interviewers import real_interviewers
from sqlalchemy import select, text
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from viva.domain import Session
from viva.events import AnswerGiven
from viva.interviewers import Interviewers
from viva.settings import load_settings
from viva.storage import LOCAL_PERSON, Database, DeckStore, PeopleStore, RecordingStore
from viva.storage.tables import Base
from viva.web.server import build_app
from viva.web.visitors import SIGN_IN_COOKIE, Access
from viva.web.voice.voices import open_voices
from viva.wiring import Parts

PASSWORD = "correct horse battery"
FOR_ALL = {
    "GET /favicon.ico",
    "GET /grading",
    "GET /health",
    "GET /manifest.json",
    "GET /robots.txt",
    "GET /sign-in",
    "GET /sign-up",
    "GET /theme.css",
    "POST /sign-in",
    "POST /sign-up",
}
"""What is answered without signing in, beside styles, scripts and pictures."""
WITH_ACCOUNTS = Access(auth=True, sign_up=True)
STATIC = ("/assets/", "/static/", "/style", "/svelte/")
FRAMEWORK = (
    "/assets",
    "/custom_component",
    "/gradio_api",
    "/monitoring",
    "/pwa_icon",
    "/static",
    "/svelte",
)
"""What the page's framework answers to; tried in tests of its own."""
SECRET = "Zarathustra"
PART = re.compile(r"\{(session_id|person_id|deck_id|question_id|recording_id)\}")
WITHIN = {"position": "0", "name": "question", "number": "0"}
"""Parts of an address that say where in something of somebody's; nobody owns them."""
FORM = {
    name: "Mine" for name in ("name", "title", "text", "version", "sure", "current", "topics", "to")
}
"""Fields of any form, so that none is refused for want of one."""
CLOSED_WORDS = "There is no such thing here."

Opens = Callable[..., TestClient]


@pytest.fixture(scope="module")
def interviewers(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interviewers]:
    """Real interviewers; those of all these tests, as an application takes a while to build."""
    url = load_settings(home=tmp_path_factory.mktemp("access")).database
    with real_interviewers(parts, url) as made:
        yield made


@pytest.fixture(autouse=True)
def nobody_but_the_local_person(interviewers: Interviewers) -> None:
    people = PeopleStore(interviewers.database)
    for person in people.all():
        people.delete(person.id)
    with interviewers.database.begin() as opened:
        opened.execute(text("DELETE FROM attempts"))


@pytest.fixture(scope="module")
def opens(interviewers: Interviewers) -> Iterator[Opens]:
    """Open browsers, each with cookies of its own, at one application."""
    with ExitStack() as stack:
        running: dict[Access, TestClient] = {}

        def open_browser(
            access: Access = WITH_ACCOUNTS, base_url: str = "http://127.0.0.1"
        ) -> TestClient:
            if access not in running:
                app = build_app(interviewers, open_voices(load_settings()), access)
                running[access] = stack.enter_context(TestClient(app))
            first = running[access]
            browser = TestClient(first.app, base_url=base_url, follow_redirects=False)
            browser.portal = first.portal  # one event loop for all, as in a server
            return browser

        yield open_browser


def signed_up(opens: Opens, name: str) -> TestClient:
    browser = opens()
    answer = browser.post("/sign-up", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def start(interviewers: Interviewers, name: str) -> Session:
    person = PeopleStore(interviewers.database).find(name)
    return interviewers.of(person.id).start_on(("secure-system-design",))


def every_route(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of an application, of what is mounted in it too."""

    def walk(routes: Sequence[BaseRoute], below: str) -> Iterator[tuple[str, str]]:
        for found in iter_route_contexts(routes):
            route, path = found.original_route, f"{below}{found.path}"
            if isinstance(route, Mount) and route.routes:
                yield from walk(route.routes, path)
            elif isinstance(route, Mount):  # files
                yield "GET", f"{path}/x"
            elif isinstance(route, WebSocketRoute):
                yield "WEBSOCKET", path
            else:
                assert found.methods, f"how is {route} asked?"
                yield from ((method, path) for method in sorted(found.methods))

    return list(walk(app.routes, ""))


def fill(path: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values.get(found[1], "x"), path)


def ask(browser: TestClient, method: str, path: str) -> int:
    if method == "WEBSOCKET":
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect(path):
            pass
        return 401
    with browser.stream(method, path) as answer:
        return answer.status_code


def test_nothing_is_open_to_who_has_not_signed_in(opens: Opens) -> None:
    nobody = opens()
    routes = every_route(nobody.app)  # type: ignore[arg-type]
    assert len(routes) > 60  # the framework's are among them
    leaks = []
    for method, route in routes:
        path = fill(route, {})
        if f"{method.replace('HEAD', 'GET')} {path}" in FOR_ALL or path.startswith(STATIC):
            continue
        status = ask(nobody, method, path)
        if status != 401:
            leaks.append((method, path, status))
    assert leaks == []


def test_who_wants_a_page_is_shown_the_way_in_and_back(opens: Opens) -> None:
    nobody = opens()
    page = {"accept": "text/html"}
    answer = nobody.get("/?interview=abc", headers=page)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Finterview%3Dabc"
    shown = nobody.get(answer.headers["location"], headers=page)
    assert 'value="/?interview=abc"' in shown.text
    nobody.post("/sign-up", data={"name": "Ada", "password": PASSWORD})
    back = opens().post(
        "/sign-in", data={"name": "ada", "password": PASSWORD, "next": "/?interview=abc"}
    )
    assert (back.status_code, back.headers["location"]) == (303, "/?interview=abc")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\nx", "evil"]
)
def test_signing_in_never_leads_to_another_site(opens: Opens, elsewhere: str) -> None:
    signed_up(opens, "Ada")
    answer = opens().post("/sign-in", data={"name": "Ada", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["location"] == "/"


class Owned(NamedTuple):
    """What somebody has, and what it is called in addresses."""

    person_id: str
    session_id: str
    deck_id: str
    question_id: str
    recording_id: str

    def rows(self, database: Database) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of theirs."""
        with database.begin() as opened:
            return {
                table.name: [
                    tuple(row)
                    for row in opened.execute(select(table))
                    if {self.person_id, self.session_id} & set(map(str, row))
                ]
                for table in Base.metadata.sorted_tables
            }


def give_everything(interviewers: Interviewers, name: str) -> Owned:
    """Give somebody an interview and a deck; both hold a word that nobody else ever reads."""
    person = PeopleStore(interviewers.database).find(name)
    interviewer = interviewers.of(person.id)
    session = interviewer.start_on(("secure-system-design",))
    given = AnswerGiven(f"{SECRET} said that we encrypt data.")
    interviewer.grade(interviewer.apply(session, given))
    deck = make_deck().model_copy(update={"title": f"{SECRET} deck", "id": "zara"})
    own = DeckStore(interviewers.database, person.id).add(deck)
    recording = RecordingStore(interviewers.database, person.id).add(
        session.id, b"sound", position=0, part=0, seconds=1.0, media_type="audio/mpeg"
    )
    return Owned(person.id, session.id, own.deck.id, own.deck.questions[0].id, recording)


def test_no_route_shows_or_changes_what_is_anothers(
    opens: Opens, interviewers: Interviewers
) -> None:
    ada, eve = signed_up(opens, "Ada"), signed_up(opens, "Eve")
    adas = give_everything(interviewers, "Ada")
    before = adas.rows(interviewers.database)
    assert before["sessions"]
    assert before["decks"]
    tried = 0
    for method, route in every_route(eve.app):  # type: ignore[arg-type]
        if not PART.search(route) or route.startswith(FRAMEWORK):
            continue
        tried += 1
        path = fill(route, adas._asdict() | WITHIN)
        answer = eve.request(method, path, data=FORM if method == "POST" else None)
        assert answer.status_code == 404, (method, path, answer.text)
        assert SECRET not in answer.text
        if method == "GET":
            assert ada.get(path).status_code == 200, path
    assert tried > 15
    assert adas.rows(interviewers.database) == before


def test_no_list_or_export_holds_what_is_anothers(opens: Opens, interviewers: Interviewers) -> None:
    ada, eve = signed_up(opens, "Ada"), signed_up(opens, "Eve")
    adas = give_everything(interviewers, "Ada")
    question = "deck=ml_system_design&question=secure-system-design"
    attempt = f"a={adas.session_id}.0&b={adas.session_id}.0"
    seen = set()
    for method, route in every_route(ada.app):  # type: ignore[arg-type]
        if method != "GET" or route.startswith((*FRAMEWORK, "/config")):
            continue
        for kind in ("json", "csv", "md", "apkg"):
            for query in ("", question, attempt, f"interview={adas.session_id}"):
                path = f"{fill(route, {'kind': kind})}?{query}"
                with eve.stream("GET", path) as answer:
                    assert SECRET.encode() not in answer.read(), path
                with ada.stream("GET", path) as answer:
                    if SECRET.encode() in answer.read():
                        seen.add(route)
            if "{kind}" not in route:
                break
    assert seen >= {"/history/export.{kind}", "/decks"}, seen


def test_every_part_of_an_address_is_tried_with_anothers(opens: Opens) -> None:
    """A new kind of id in an address must be given above, or be said here to be nobody's."""
    known = {*Owned._fields, *WITHIN, "kind"}
    for _, route in every_route(opens().app):  # type: ignore[arg-type]
        if not route.startswith(FRAMEWORK):
            assert set(re.findall(r"\{(\w+)", route)) <= known, route


def test_what_the_page_does_not_need_of_its_framework_is_closed(opens: Opens) -> None:
    ada = signed_up(opens, "Ada")
    open_now = set()
    for method, route in every_route(ada.app):  # type: ignore[arg-type]
        if not route.startswith(("/gradio_api", "/login", "/logout", "/monitoring")):
            continue
        if method == "HEAD":  # has no words, and asks for what GET asks for
            continue
        path = fill(route, {})
        if "queue/data" in path or "heartbeat" in path:  # streams without an end
            continue
        answer = ada.request(method, path)
        if answer.status_code != 404 or CLOSED_WORDS not in answer.text:
            open_now.add(re.sub(r"(?<=\w)/$", "", route.removeprefix("/gradio_api")))
    assert open_now == {
        "/app_id",
        "/cancel",
        "/custom_component/{id}/{environment}/{type}/{file_name}",
        "/file={path_or_url:path}",
        "/info",
        "/queue/join",
        "/reset",
        "/startup-events",
        "/stream/{event_id}",
        "/stream/{event_id}/close",
        "/stream/{session_hash}/{run}/{component_id}/playlist-file",
        "/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
        "/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
        "/theme.css",
        "/upload",
        "/upload_progress",
    }
    assert CLOSED_WORDS in ada.get("/gradio_api/file=http://127.0.0.1/").text


def test_nobody_listens_at_or_speaks_in_anothers_window(
    opens: Opens, interviewers: Interviewers
) -> None:
    ada, eve = signed_up(opens, "Ada"), signed_up(opens, "Eve")
    session = start(interviewers, "Ada")
    place = f"{session.id}.{session.revision}"
    shown = press(ada, "skip", [place, ""], window="adas")
    assert shown["success"], shown
    for path in (
        "/gradio_api/queue/data?session_hash=adas",
        "/gradio_api/heartbeat/adas",
        "/gradio_api/stream/adas/1/2/playlist.m3u8",
    ):
        assert eve.get(path).status_code == 404
    for path in ("queue/join", "cancel"):
        sent = {"session_hash": "adas", "fn_index": 0, "data": [], "event_id": "x"}
        assert eve.post(f"/gradio_api/{path}", json=sent).status_code == 404


def test_nobody_fetches_a_file_that_another_sent_in(opens: Opens) -> None:
    ada, eve = signed_up(opens, "Ada"), signed_up(opens, "Eve")
    [path] = upload(ada, b"my life")
    address = f"/gradio_api/file={path}"
    around = (
        f"/gradio_api/file={path.replace('/job.txt', '/../' + path.split('/')[-2] + '/job.txt')}"
    )
    assert ada.get(address).content == b"my life"
    for way in (address, around, f"/gradio_api/file=/{path}"):
        assert eve.get(way).status_code in {403, 404}, way
    assert upload(eve, b"my life") == [path]  # who has the same file has it
    assert eve.get(address).content == b"my life"


def upload(browser: TestClient, content: bytes) -> list[str]:
    answer = browser.post("/gradio_api/upload", files={"files": ("job.txt", content)})
    assert answer.status_code == 200
    paths: list[str] = answer.json()
    return paths


def test_an_event_on_anothers_interview_finds_none(
    opens: Opens, interviewers: Interviewers
) -> None:
    signed_up(opens, "Ada")
    eve = signed_up(opens, "Eve")
    session = start(interviewers, "Ada")
    place = f"{session.id}.{session.revision}"
    for event, given in (
        ("skip", [place, ""]),
        ("send", [place, "x", ""]),
        ("finish", [place, ""]),
    ):
        shown = press(eve, event, given, window="eves")
        assert not shown["success"]
        assert "There is no such interview" in json.dumps(shown)
    person = PeopleStore(interviewers.database).find("Ada").id
    assert interviewers.sessions(person).load(session.id) == session


# --- Signing in and out ----------------------------------------------------------------------


def test_a_sign_in_holds_until_signing_out(opens: Opens) -> None:
    ada = signed_up(opens, "Ada")
    assert "You are </span>Ada" in ada.get("/people").text
    token = ada.cookies[SIGN_IN_COOKIE]
    out = ada.post("/people/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert out.headers["clear-site-data"] == '"storage"'
    assert SIGN_IN_COOKIE not in ada.cookies
    stolen = opens()
    stolen.cookies[SIGN_IN_COOKIE] = token
    assert stolen.get("/people").status_code == 401


def test_signing_out_everywhere_signs_other_browsers_out(opens: Opens) -> None:
    ada, phone = signed_up(opens, "Ada"), opens()
    phone.post("/sign-in", data={"name": "Ada", "password": PASSWORD})
    assert phone.get("/people").status_code == 200
    ada.post("/people/sign-out-everywhere")
    assert phone.get("/people").status_code == 401


def test_a_changed_password_keeps_this_browser_and_signs_others_out(opens: Opens) -> None:
    ada, phone = signed_up(opens, "Ada"), opens()
    phone.post("/sign-in", data={"name": "Ada", "password": PASSWORD})
    wrong = ada.post("/people/password", data={"current": "x", "password": "another horse"})
    assert (wrong.status_code, "Your password is wrong." in wrong.text) == (400, True)
    ada.post("/people/password", data={"current": PASSWORD, "password": "another horse"})
    assert ada.get("/people").status_code == 200
    assert phone.get("/people").status_code == 401


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(opens: Opens) -> None:
    form = {"name": "Ada", "password": PASSWORD}
    plain = opens().post("/sign-up", data=form).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=lax" in plain
    assert "secure" not in plain
    https = opens(base_url="https://127.0.0.1").post("/sign-in", data=form)
    assert "; secure" in https.headers["set-cookie"].lower()


def test_guessing_is_stopped_and_nothing_tells_who_is_there(opens: Opens) -> None:
    signed_up(opens, "Ada")
    eve = opens()
    pages = []
    for name in ("Ada", "Nobody"):
        form = {"name": name, "password": "wrong horse battery"}
        answers = [eve.post("/sign-in", data=form) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [400] * 5 + [429]
        pages.append([answer.text.replace(name, "NAME") for answer in answers])
    assert pages[0] == pages[1]
    assert "Try again in 15 minutes." in pages[0][-1]


def test_where_sign_up_is_off_there_is_no_way_to_sign_up(opens: Opens) -> None:
    browser = opens(Access(auth=True))
    assert "/sign-up" not in browser.get("/sign-in").text
    assert browser.get("/sign-up").status_code == 404
    assert browser.post("/sign-up", data={"name": "Ada", "password": PASSWORD}).status_code != 303


def test_a_deleted_account_leaves_nothing_and_takes_the_password(
    opens: Opens, interviewers: Interviewers
) -> None:
    ada = signed_up(opens, "Ada")
    session = start(interviewers, "Ada")
    person = PeopleStore(interviewers.database).find("Ada").id
    assert ada.post("/people/delete", data={"current": "wrong"}).status_code == 400
    assert interviewers.sessions(person).load(session.id) == session
    assert ada.post("/people/delete", data={"current": PASSWORD}).status_code == 303
    assert interviewers.sessions(person).latest() == []
    assert ada.get("/people").status_code == 401


def test_what_is_personal_stays_out_of_caches(opens: Opens) -> None:
    ada = signed_up(opens, "Ada")
    assert ada.get("/people").headers["cache-control"] == "no-store"


# --- Profiles --------------------------------------------------------------------------------


def test_profiles_are_chosen_and_see_only_their_own(
    opens: Opens, interviewers: Interviewers
) -> None:
    browser = opens(Access())
    assert "You are </span>You" in browser.get("/people").text
    mine = interviewers.of(LOCAL_PERSON).start_on(("secure-system-design",))
    report = f"/interviews/{mine.id}/report.json"
    assert browser.get(report).status_code == 200
    browser.post("/people", data={"name": "<b>Ada</b>"})
    page = browser.get("/people").text
    assert "You are </span>&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "<b>Ada" not in page
    assert browser.get(report).status_code == 404
    browser.post(f"/people/{LOCAL_PERSON}/choose")
    assert browser.get(report).status_code == 200


def test_nobody_with_a_password_can_be_chosen_or_touched_without_it(
    opens: Opens, interviewers: Interviewers
) -> None:
    people = PeopleStore(interviewers.database)
    ada = people.add("Ada", password_hash="x")
    browser = opens(Access())
    page = browser.get("/people").text
    assert "Ada" not in page
    assert "1 person has a password" in page
    for deed in ("choose", "rename", "delete"):
        form = {"name": "Eve", "sure": "yes"}
        assert browser.post(f"/people/{ada.id}/{deed}", data=form).status_code == 404
    browser.cookies["viva_profile"] = ada.id
    assert "You are </span>You" in browser.get("/people").text
    people.set_password(LOCAL_PERSON, "x")  # now nobody is left that one could be
    answer = browser.get("/", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    assert browser.post("/people", data={"name": "Grace"}).status_code == 303
    assert "You are </span>Grace" in browser.get("/people").text


def test_a_profile_is_deleted_only_by_who_is_sure(opens: Opens, interviewers: Interviewers) -> None:
    person = PeopleStore(interviewers.database).add("Ada")
    browser = opens(Access())
    assert browser.post(f"/people/{person.id}/delete").status_code == 400
    assert "Ada" in browser.get("/people").text
    assert browser.post(f"/people/{person.id}/delete", data={"sure": "yes"}).status_code == 303
    assert "Ada" not in browser.get("/people").text


def test_a_name_that_cannot_be_used_is_explained_and_kept(opens: Opens) -> None:
    browser = opens(Access())
    answer = browser.post("/people", data={"name": "you"})
    assert answer.status_code == 400
    assert "Somebody is named &#39;you&#39; already." in answer.text
    assert 'value="you"' in answer.text


# --- Other sites -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("LOCALHOST.:7860", 200),
        ("[::1]:7860", 200),
        ("192.168.1.5", 200),
        ("viva.example.org", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_a_name_that_is_not_ours_is_not_answered(opens: Opens, host: str, status: int) -> None:
    browser = opens(Access(hosts=("Viva.example.org",)))
    assert browser.get("/grading", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "done"),
    [
        ({}, True),
        ({"origin": "http://127.0.0.1"}, True),
        ({"origin": "http://127.0.0.1:80"}, False),
        ({"origin": "http://127.0.0.1:7861"}, False),
        ({"origin": "http://localhost"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[::1"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_a_form_on_another_site_does_nothing_here(
    opens: Opens, interviewers: Interviewers, headers: dict[str, str], done: bool
) -> None:
    answer = opens(Access()).post("/people", data={"name": "Ada"}, headers=headers)
    assert answer.status_code == (303 if done else 403)
    names = [person.name for person in PeopleStore(interviewers.database).all()]
    assert ("Ada" in names) == done


def test_another_site_can_neither_read_nor_open_a_web_socket(opens: Opens) -> None:
    browser = opens(Access())
    evil = {"origin": "https://evil.example"}
    for method in ("GET", "OPTIONS"):
        answer = browser.request(method, "/config", headers=evil)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/x", headers=evil):
        pass

"""``/history``: past interviews, the files to take away, and deletion."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from viva.errors import NotFoundError
from viva.exports import ExportFormat, export_history, file_name
from viva.history import History, describe_loss, list_interviews
from viva.interviewers import Interviewers
from viva.progress import AttemptRef, find_attempts
from viva.web.pages.layout import render
from viva.web.pages.progress import gather, local_now
from viva.web.visitors import person_of

_ON_A_PAGE = 25


def history_pages(
    interviewers: Interviewers, *, clock: Callable[[], datetime] = local_now
) -> APIRouter:
    """Return the routes of the history."""
    router = APIRouter()

    @router.get("/history")
    def history(request: Request, page: str = "1") -> HTMLResponse:
        found = gather(interviewers, person_of(request))
        lines = list_interviews(found)
        pages = max(1, -(-len(lines) // _ON_A_PAGE))
        number = min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 9 else 1
        shown = lines[_ON_A_PAGE * (number - 1) : _ON_A_PAGE * number]
        turns = _turns(found)
        return render(
            request,
            "history.html",
            rows=[{"line": line, "turns": turns[line.session_id]} for line in shown],
            total=len(lines),
            page=number,
            pages=pages,
            formats=tuple(ExportFormat),
            moment=moment,
        )

    @router.get("/history/export.{kind}")
    def export(request: Request, kind: str) -> Response:
        if kind not in set(ExportFormat):
            raise NotFoundError(
                f"There is no file of the kind {kind!r}.",
                hint=f"Choose one of: {', '.join(ExportFormat)}.",
            )
        now, wanted = clock(), ExportFormat(kind)
        content = export_history(gather(interviewers, person_of(request)), wanted, now=now)
        return Response(
            content,
            media_type=wanted.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{file_name(wanted, now)}"',
                "Cache-Control": "no-store",
            },
        )

    @router.get("/history/delete")
    def ask_everything(request: Request) -> HTMLResponse:
        return _ask(request, interviewers)

    @router.post("/history/delete")
    def delete_everything(request: Request, sure: Annotated[str, Form()] = "") -> Response:
        if sure != "yes":
            return _ask(request, interviewers, unsure=True)
        interviewers.sessions(person_of(request)).delete_all()
        return _to_history(request)

    @router.get("/history/{session_id}/delete")
    def ask_one(request: Request, session_id: str) -> HTMLResponse:
        return _ask(request, interviewers, session_id)

    @router.post("/history/{session_id}/delete")
    def delete_one(request: Request, session_id: str) -> Response:
        interviewers.sessions(person_of(request)).delete(session_id)
        return _to_history(request)

    return router


def moment(time: datetime) -> str:
    """Return a time as people read it, in this machine's time zone."""
    local = time.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def _ask(
    request: Request, interviewers: Interviewers, session_id: str = "", *, unsure: bool = False
) -> HTMLResponse:
    """Ask whether one interview is to go, or everything, and name what goes with it."""
    person = person_of(request)
    store = interviewers.sessions(person)
    sessions = [store.load(session_id)] if session_id else store.all()
    lines = list_interviews(History.of(sessions, partial(interviewers.shelf.find, person)))
    recordings = store.count_recordings(session_id or None)
    return render(
        request,
        "history_delete.html",
        status=400 if unsure else 200,
        everything=not session_id,
        unsure=unsure,
        line=lines[0] if session_id else None,
        loss=describe_loss(lines, recordings=recordings),
        moment=moment,
    )


def _to_history(request: Request) -> Response:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/history", status_code=303)


def _turns(history: History) -> Mapping[str, list[dict[str, object]]]:
    """Return the questions of each interview, with where to compare each scored answer."""
    earlier: dict[AttemptRef, AttemptRef] = {}
    scores: dict[AttemptRef, float] = {}
    for deck_id in history.decks:
        last: dict[str, AttemptRef] = {}
        for attempt in find_attempts(history.past(deck_id)):
            scores[attempt.ref] = attempt.score
            if attempt.question_id in last:
                earlier[attempt.ref] = last[attempt.question_id]
            last[attempt.question_id] = attempt.ref
    found: dict[str, list[dict[str, object]]] = {own.id: [] for own in history.sessions}
    for session, position, turn in history.turns():
        ref = AttemptRef(session_id=session.id, position=position)
        found[session.id].append(
            {
                "question": history.decks[session.deck_id].question(turn.question_id).text,
                "score": scores.get(ref),
                "compare": f"a={earlier[ref]}&b={ref}" if ref in earlier else "",
            }
        )
    return found

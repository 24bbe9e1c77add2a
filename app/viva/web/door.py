"""Finds out who sent a request, and turns away who must sign in first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viva.errors import StorageError
from viva.web.visitors import Visitors

_WITHOUT_PERSON = ("/assets/", "/static/", "/style/", "/svelte/")
"""Below these is nothing but what everybody is sent: styles, scripts, pictures."""
_FOR_ALL = {
    "/favicon.ico",
    "/grading",
    "/health",
    "/manifest.json",
    "/robots.txt",
    "/sign-in",
    "/sign-up",
    "/theme.css",
}
"""What can be read without being anybody."""

_LARGEST_FROM_NOBODY = 64 * 1024
"""Most bytes that somebody who is not recognized may send: the forms to come in need no more."""


class Door:
    """An ASGI middleware: puts the person into the request's state, or turns the request away.

    Whoever cannot be recognized is sent to the entrance, where a page was asked for, and is
    refused everything else.

    Args:
        app: What is behind the door.
        visitors: Recognizes people.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in or turn it away."""
        if scope["type"] == "lifespan" or path_of(scope).startswith(_WITHOUT_PERSON):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            person = await run_in_threadpool(self._visitors.recognize, connection.cookies)
        except StorageError as error:
            await refuse(scope, receive, send, 503, error.message, error.hint)
            return
        scope.setdefault("state", {})["person"] = person
        path = path_of(scope)
        if person is None and path not in _FOR_ALL and path != self._visitors.entrance:
            await self._turn_away(scope, receive, send)
            return
        if person is None and not _is_small(Headers(scope=scope)):
            await refuse(scope, receive, send, 413, "That is too much at once.")
            return
        await self._app(scope, receive, _unstored(send))

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        wants_page = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        if not wants_page or "text/html" not in Headers(scope=scope).get("accept", ""):
            hint = "Sign in in another tab, then try again here: what you typed stays."
            await refuse(scope, receive, send, 401, "You are not signed in (any more).", hint)
            return
        root, asked = scope.get("root_path", ""), path_of(scope)
        if scope.get("query_string"):
            asked += "?" + scope["query_string"].decode("latin-1")
        query = "" if asked == "/" else "?next=" + quote(asked, safe="")
        response = RedirectResponse(root + self._visitors.entrance + query, status_code=303)
        await response(scope, receive, send)


def _is_small(headers: Headers) -> bool:
    """Whether a request says that it is, by a length that the server holds it to."""
    length = headers.get("content-length", "0")
    small = length.isdecimal() and int(length) <= _LARGEST_FROM_NOBODY
    return small and "transfer-encoding" not in headers


def path_of(scope: Scope) -> str:
    """Return a request's path below the root path."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(root + "/") else path


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, message: str, hint: str = ""
) -> None:
    """Answer a request, or close a web socket that is not open yet."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": message[:100]})
        return
    said = f"{message} {hint}".strip()
    # Under 'detail' the page's framework looks for what to show.
    content = {"error": message, "hint": hint, "detail": said}
    response: Response = JSONResponse(content, status_code=status)
    await response(scope, receive, send)


def _unstored(send: Send) -> Callable[[Message], Any]:
    """Keep a person's pages out of caches: they would be there after signing out."""

    async def send_unstored(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("cache-control", "no-store")
        await send(message)

    return send_unstored

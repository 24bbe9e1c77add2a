"""What of the page's framework is open, and that nobody listens at another's window.

The framework tells the windows of a browser apart by a number that each draws, and sends what an
event shows to whoever asks for that number. Here a number belongs to who used it first.
"""

import json
import re
import threading
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viva.web.door import path_of, refuse
from viva.web.visitors import person_in

_OPEN = re.compile(
    r"/gradio_api/(queue/(join|data)|cancel|reset|heartbeat/[^/]+|upload|upload_progress"
    r"|file=(?!https?:).*|stream/.+|startup-events|info|app_id|theme\.css"
    r"|custom_component/.*)/?",
    re.DOTALL | re.IGNORECASE,
)
"""What the page asks for; the rest of the framework's interface is closed."""
_FRAMEWORKS = re.compile(r"/(gradio_api|login|login_check|logout|monitoring)(/.*)?", re.DOTALL)
_IN_PATH = re.compile(r"/gradio_api/(?:heartbeat/([^/]+)/?|stream/([^/]+)/[^/]+/.*)", re.DOTALL)
_IN_BODY = re.compile(r"/gradio_api/(queue/join|cancel|stream/[^/]+)/?")
_REMEMBERED = 10_000
"""Windows whose persons are remembered; the one that was used least lately goes first."""
_LARGEST = 16 * 1024 * 1024
"""Most bytes of an event."""


class Windows:
    """An ASGI middleware behind ``door.Door``.

    Args:
        app: What is behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._persons: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that there is no such thing."""
        if scope["type"] == "lifespan" or not _FRAMEWORKS.fullmatch(path_of(scope)):
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        window = _window_in_address(scope)
        if scope.get("method") == "POST" and _IN_BODY.fullmatch(path):
            body = await _read(receive)
            if body is None:
                await refuse(scope, receive, send, 413, "That is too much at once.")
                return
            window, receive = _window_in_body(body), _again(body, receive)
        if not _OPEN.fullmatch(path) or not self._may_use(scope, window):
            await refuse(scope, receive, send, 404, "There is no such thing here.")
            return
        await self._app(scope, receive, send)

    def _may_use(self, scope: Scope, window: str | None) -> bool:
        if not window:
            return True
        person = person_in(scope)
        with self._lock:
            first = self._persons.setdefault(window, person)
            self._persons.move_to_end(window)
            while len(self._persons) > _REMEMBERED:
                self._persons.popitem(last=False)
        return first == person


def _window_in_address(scope: Scope) -> str | None:
    if found := _IN_PATH.fullmatch(path_of(scope)):
        return found[1] or found[2]
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query["session_hash"][-1] if "session_hash" in query else None


def _window_in_body(body: bytes) -> str | None:
    try:
        sent = json.loads(body)
    except ValueError:
        return None  # the framework will say so
    window = sent.get("session_hash") if isinstance(sent, dict) else None
    return window if isinstance(window, str) else None


async def _read(receive: Receive) -> bytes | None:
    """Return a request's whole body, or None if it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LARGEST:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a way to receive a body that was read already, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again

"""Nobody fetches a file that somebody else sent in.

The framework keeps what is sent to it under a path made of the content's hash, and gives it to
whoever knows that path. Here it also has to be theirs; the page has no other files to fetch there.
"""

import json
import posixpath
import re
import threading
from collections import OrderedDict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viva.web.door import path_of, refuse
from viva.web.visitors import person_in

_UPLOAD = re.compile(r"/gradio_api/upload/?")
_FILE = re.compile(r"/gradio_api/file=(.*)", re.DOTALL)
_REMEMBERED = 10_000
"""Files whose senders are remembered; the one that was sent first goes first."""


class Uploads:
    """An ASGI middleware behind ``door.Door``.

    Args:
        app: What is behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._senders: OrderedDict[str, set[str]] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that there is no such file."""
        path = "" if scope["type"] == "lifespan" else path_of(scope)
        if _UPLOAD.fullmatch(path):
            await self._app(scope, receive, self._noting(person_in(scope), send))
        elif (asked := _FILE.fullmatch(path)) and not self._may_read(person_in(scope), asked[1]):
            await refuse(scope, receive, send, 404, "There is no such file here.")
        else:
            await self._app(scope, receive, send)

    def _may_read(self, person_id: str, path: str) -> bool:
        with self._lock:
            return person_id in self._senders.get(posixpath.normpath(path), ())

    def _noting(self, person_id: str, send: Send) -> Send:
        """Note under which paths the framework says that it keeps what was sent."""
        said = bytearray()

        async def send_and_note(message: Message) -> None:
            said.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._note(person_id, bytes(said))
            await send(message)

        return send_and_note

    def _note(self, person_id: str, said: bytes) -> None:
        try:
            paths = json.loads(said)
        except ValueError:
            return  # an error, in words
        with self._lock:
            for path in paths if isinstance(paths, list) else ():
                self._senders.setdefault(posixpath.normpath(str(path)), set()).add(person_id)
            while len(self._senders) > _REMEMBERED:
                self._senders.popitem(last=False)

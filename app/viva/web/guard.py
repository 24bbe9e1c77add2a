"""Refuses what another site sends through somebody's browser, whoever that is.

A page of another site can neither ask under a name of its own that it points at this machine (DNS
rebinding; the Host header tells), nor post forms or open web sockets here (the Origin header does).
"""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viva.web.door import refuse

_SAFE = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """An ASGI middleware, the outermost.

    Args:
        app: What it guards.
        hosts: Names of this server, beside localhost and the machine's own; an IP address always
            may stand in the Host header, as nobody can point one elsewhere.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = {"localhost", socket.gethostname().lower(), *(h.lower() for h in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            message = f"This server is not called {_name(host)[:100]!r}."
            hint = "If it should be, its owner can add that name to VIVA_ALLOWED_HOSTS."
            await refuse(scope, receive, send, 421, message, hint)
        elif _is_from_elsewhere(scope, headers, host):
            message = "This came from a page of another site, and was not done."
            await refuse(scope, receive, send, 403, message, "Do it on Viva's own page.")
        else:
            await self._app(scope, receive, _with_headers(send))

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self._hosts
        return True


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty if it makes no sense."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_from_elsewhere(scope: Scope, headers: Headers, host: str) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        try:
            parts = urlsplit(origin)
        except ValueError:  # such as half an IPv6 address
            return True
        default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return parts.netloc.lower() not in {host.lower(), host.lower().removesuffix(default)}
    # Browsers send an Origin with whatever may change something; old ones may lack it.
    unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE
    return unsafe and headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers

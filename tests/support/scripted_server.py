"""A server of language models that says and does what a test wrote down, misbehaviour included.

::

    with ScriptedServer([fail(503), say("hello")]) as server:
        ...                                # a client with the base URL server.url
        assert len(server.requests) == 2   # each with .json, .headers and .at

It speaks HTTP on loopback, ``/v1/chat/completions`` (streamed where the request wants that),
``/v1/audio/transcriptions``, ``/v1/audio/speech`` and ``/v1/models``. Each request but those for
models takes the next reply; the last one stays for all that follow. A reply is a :class:`Reply`, a
text, something to be sent as JSON text (a dict or a list), or a function from the request's JSON to
any of these, called in the request's own thread. The functions below make replies;
``dataclasses.replace`` or ``Reply(...)`` makes others.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Json = dict[str, Any]
Script = Any
"""A ``Reply``, a text, a dict, a list, or a function from the request's JSON to one of them."""

HTML = "<!doctype html><html><body><h1>Bad gateway</h1><p>nginx</p></body></html>"


@dataclass(frozen=True)
class Reply:
    """What the server does with one chat request."""

    text: str = ""
    """What the model writes."""
    finish_reason: str | None = "stop"
    refusal: str | None = None
    usage: Mapping[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    )
    """None for a server that does not count."""
    pieces: Sequence[str] | None = None
    """How a streamed text is cut; by words if None."""
    delay: float = 0.0
    """Before anything is sent, in seconds."""
    pause: float = 0.0
    """Before each piece of a stream, or each byte of a body, in seconds."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, instead of what the fields above say."""
    content_type: str = "application/json"
    """Of ``body``."""
    break_after: int | None = None
    """Pieces of a stream, or bytes of a body, after which the connection is reset."""
    ends_early: bool = False
    """Whether a stream ends in good order, but without its last events."""


def say(text: str, **fields: Any) -> Reply:
    """A good reply; ``fields`` are those of ``Reply``."""
    return Reply(text=text, **fields)


def say_json(value: object, **fields: Any) -> Reply:
    """A good reply in JSON."""
    return Reply(text=json.dumps(value, ensure_ascii=False), **fields)


def fenced(value: object, **fields: Any) -> Reply:
    """JSON in a Markdown fence between polite words."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return Reply(text=f"Sure! Here you go:\n\n```json\n{text}\n```\nGood luck!", **fields)


def refuse(words: str = "I cannot help with that.", **fields: Any) -> Reply:
    """The model declines."""
    return Reply(refusal=words, **fields)


def filtered(text: str = "", **fields: Any) -> Reply:
    """A content filter stops the model."""
    return Reply(text=text, finish_reason="content_filter", **fields)


def cut_off(text: str = '{"half": "of wh', **fields: Any) -> Reply:
    """The model runs out of room."""
    counts = {"prompt_tokens": 100, "completion_tokens": 100_000}
    return Reply(text=text, finish_reason="length", **{"usage": counts, **fields})


def fail(
    status: int,
    message: str = "The server has a bad day.",
    *,
    code: str | int | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
    **fields: Any,
) -> Reply:
    """An error in OpenAI's form."""
    error = {"message": message, "type": "scripted", "param": param, "code": code}
    return Reply(
        status=status, body=json.dumps({"error": error}).encode(), headers=headers or {}, **fields
    )


def turn_down(param: str, message: str = "", *, status: int = 400) -> Reply:
    """An error that names a parameter which the server does not take."""
    return fail(status, message or f"Unsupported parameter: '{param}'.", param=param)


def html(status: int = 200, **fields: Any) -> Reply:
    """A proxy's page."""
    return Reply(status=status, body=HTML.encode(), content_type="text/html", **fields)


def reset(after: int = 40, text: str = "This reply breaks off in the middle.") -> Reply:
    """The connection is reset within the body, or after so many pieces of a stream."""
    return Reply(text=text, break_after=after)


@dataclass(frozen=True)
class Request:
    """A chat or audio request that came."""

    json: Json
    """A form's fields are in here too, a file as its content."""
    headers: Mapping[str, str]
    """By their names in lower case."""
    at: float
    """By ``time.monotonic``."""
    path: str = "/v1/chat/completions"


class ScriptedServer:
    """Serves the script while its ``with`` block runs; the module's text says more.

    Args:
        replies: What to do with each chat request in turn.
        models: Names for ``/v1/models``; None for a server without that list.
        key: Key that requests must bring; None for a server that takes any or none.
    """

    def __init__(
        self,
        replies: Sequence[Script] = ("hello",),
        *,
        models: Sequence[str] | None = ("scripted",),
        key: str | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.busiest = 0
        """Most chat requests that were under way at once."""
        self.served: list[float] = []
        """Seconds from each whole request to the end of its reply, as the server spent them."""
        self.models = models
        self.key = key
        self._replies = list(replies)
        self._busy = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.scripted = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()  # waits for the handlers
        self._thread.join()

    def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the ``with`` block."""
        self._stopping.wait(seconds)

    def take(self, request: Request) -> Reply:
        """Record a request and return what to do with it."""
        with self._lock:
            self.requests.append(request)
            script = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return _reply(script, request.json)

    def begin(self) -> None:
        """Count a request as under way."""
        with self._lock:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)

    def end(self, seconds: float) -> None:
        """Count a request as done."""
        with self._lock:
            self._busy -= 1
            self.served.append(seconds)


def _reply(script: Script, request: Json) -> Reply:
    while callable(script):
        script = script(request)
    if isinstance(script, Reply):
        return script
    return say(script) if isinstance(script, str) else say_json(script)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 256
    scripted: ScriptedServer

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End connections that clients keep open, so that their handlers end."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away, and resets, are part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        models = self.server.scripted.models
        if not self._has_key():
            self._send(_NO_KEY)
        elif models is None or self.path.partition("?")[0] != "/v1/models":
            self._send(fail(404, "Not found"))
        else:
            data = [
                {"id": name, "object": "model", "created": 0, "owned_by": "-"} for name in models
            ]
            self._send(Reply(body=json.dumps({"object": "list", "data": data}).encode()))

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        scripted, began = self.server.scripted, time.monotonic()
        scripted.begin()
        try:
            path = self.path.partition("?")[0]
            if path not in _PATHS:
                self._send(fail(404, "Not found"))
            elif not self._has_key():
                self._send(_NO_KEY)
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                sent = _fields(content, headers.get("content-type", ""))
                request = Request(sent, headers, began, path)
                self._act(scripted.take(request), request)
        finally:
            scripted.end(time.monotonic() - began)

    def _has_key(self) -> bool:
        key = self.server.scripted.key
        return key is None or self.headers.get("authorization") == f"Bearer {key}"

    def _act(self, reply: Reply, request: Request) -> None:
        self.server.scripted.wait(reply.delay)
        if reply.body is not None:
            self._send(reply)
        elif request.path == _TRANSCRIPTIONS:
            self._send(replace(reply, body=json.dumps({"text": reply.text}).encode()))
        elif request.json.get("stream"):
            self._stream(reply, request.json)
        else:
            self._send(replace(reply, body=json.dumps(_completion(reply, request.json)).encode()))

    def _send(self, reply: Reply) -> None:
        body = reply.body or b""
        self.send_response(reply.status)
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(body))}
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.pause:
            for position in range(len(body)):
                self.server.scripted.wait(reply.pause)
                self.wfile.write(body[position : position + 1])
            return
        self.wfile.write(body[: reply.break_after])
        if reply.break_after is not None:
            self._reset()

    def _stream(self, reply: Reply, request: Json) -> None:
        self.send_response(reply.status)
        headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for count, event in enumerate(_events(reply, request)):
            if count == reply.break_after:
                self._reset()
                return
            if reply.pause:
                self.server.scripted.wait(reply.pause)
            self._chunk(f"data: {event}\n\n".encode())
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _reset(self) -> None:
        """End the connection the hard way: the client gets a reset instead of an end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True


_TRANSCRIPTIONS = "/v1/audio/transcriptions"
_PATHS = ("/v1/chat/completions", "/v1/audio/speech", _TRANSCRIPTIONS)


def _fields(content: bytes, content_type: str) -> Json:
    if not content_type.startswith("multipart/form-data"):
        return dict(json.loads(content))
    form = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)
    fields: Json = {}
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        if name and not part.is_multipart():
            data = part.get_payload(decode=True)
            is_file = part.get_param("filename", header="content-disposition")
            fields[str(name)] = data if is_file else data.decode()
    return fields


_NO_KEY = fail(401, "Incorrect API key provided.", code="invalid_api_key")


def _completion(reply: Reply, request: Json) -> Json:
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    kind = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0}
    counts = {"usage": dict(reply.usage)} if reply.usage is not None else {}
    return {**kind, "model": request.get("model"), "choices": [choice], **counts}


def _events(reply: Reply, request: Json) -> Iterator[str]:
    kind = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0}
    kind["model"] = request.get("model")

    def event(delta: Json, finish_reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return json.dumps({**kind, "choices": [choice]})

    if reply.pieces is not None:
        pieces = list(reply.pieces)
    else:
        words = reply.text.split(" ")
        pieces = [*(f"{word} " for word in words[:-1]), words[-1]]
    for piece in pieces:
        yield event({"role": "assistant", "content": piece})
    if reply.refusal:
        yield event({"refusal": reply.refusal})
    if reply.ends_early:
        return
    yield event({}, reply.finish_reason)
    options = request.get("stream_options") or {}
    if options.get("include_usage") and reply.usage is not None:
        yield json.dumps({**kind, "choices": [], "usage": dict(reply.usage)})
    yield "[DONE]"

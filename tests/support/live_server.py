"""The real server in a process of its own, and what browser tests call their pages by."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

OTHER_NAME = "viva.test"
"""A name by which tests may call the server beside its address; it is no safe origin."""
LaunchChromium = Callable[..., Browser]
"""Starts a Chromium with further arguments: ``launch("--flag")``."""
OpenPage = Callable[..., Page]
"""Opens a page: ``open_page(width, scheme, path, script=…)``; the script runs before all others."""


class Server:
    """``viva serve`` on a free port, with a home of its own.

    Args:
        home: Its home.
        environment: Further variables, such as those that name a language model.
    """

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._environment = dict(environment or {})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "server.log"

    def start(self, *, within: float = 90) -> None:
        """Start and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "viva", "serve", "--port", str(self._port)],
                env={**os.environ, **self._environment, "VIVA_HOME": str(self.home)},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.1)  # polling a process that gives no other sign
        pytest.fail(f"the server did not start:\n{self._log.read_text(encoding='utf-8')}")

    def memory(self) -> int:
        """Return the bytes that it keeps in memory."""
        assert self._process is not None, "it was not started"
        return int(psutil.Process(self._process.pid).memory_info().rss)

    def kill(self) -> None:
        """Kill it as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@contextmanager
def opening_pages(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """Open pages of a server, each in a profile of its own; no request may leave this machine."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    faults: list[str] = []

    def open_at(
        width: int = 1280,
        scheme: str = "light",
        path: str = "/",
        *,
        script: str = "",
        address: str = "",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type of playwright
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if script:
            page.add_init_script(script)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address or server.url, "data:", "blob:"))
                else strangers.append(request.url)
            ),
        )
        page.goto((address or server.url) + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not strangers, "the page asked other machines"
    assert not faults, "the page's script failed"

"""The real server in a process of its own, and what browser tests call their pages by."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page

OpenPage = Callable[..., Page]
"""Opens a page: ``open_page(width, scheme, path)``."""


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

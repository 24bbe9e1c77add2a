"""A real server in its own process, and pages of it in a real Chromium."""

from collections.abc import Iterator

import pytest
from live_server import OTHER_NAME, OpenPage, Server, opening_pages
from playwright.sync_api import Browser, expect

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"), {"VIVA_ALLOWED_HOSTS": OTHER_NAME})
    running.start()
    yield running
    running.kill()


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[OpenPage]:
    """Open the start page in a profile of its own; no request may leave this machine."""
    with opening_pages(chromium, server) as open_at:
        yield open_at

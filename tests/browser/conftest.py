"""A real server in its own process, and pages of it in a real Chromium."""

from collections.abc import Iterator

import pytest
from live_server import OpenPage, Server
from playwright.sync_api import Browser, BrowserContext, Page, expect

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[OpenPage]:
    """Open the start page in a profile of its own; no request may leave this machine."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    faults: list[str] = []

    def open_at(width: int = 1280, scheme: str = "light", path: str = "/") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type of playwright
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server.url, "data:", "blob:"))
                else strangers.append(request.url)
            ),
        )
        page.goto(server.url + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not strangers, "the page asked other machines"
    assert not faults, "the page's script failed"

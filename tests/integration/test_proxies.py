"""A real server behind a proxy: whose forwarded headers it believes."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import Server

pytestmark = pytest.mark.slow

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(params=["", "127.0.0.1"], ids=["nobody trusted", "proxy trusted"])
def trusted(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(tmp_path: Path, trusted: str) -> Iterator[Server]:
    running = Server(tmp_path, {"VIVA_TRUSTED_PROXIES": trusted})
    running.start()
    yield running
    running.kill()


def test_only_a_trusted_proxy_says_that_it_is_https(server: Server, trusted: str) -> None:
    asked = urllib.request.Request(
        f"{server.url}/people", data=b"name=Ada", headers=FORWARDED, method="POST"
    )
    no_redirects = urllib.request.build_opener(NoRedirects)
    with no_redirects.open(asked, timeout=20) as answer:
        cookie = answer.headers["set-cookie"]
    assert cookie.startswith("viva_profile=")
    assert ("; Secure" in cookie) == bool(trusted)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def http_error_303(self, *given: object) -> object:
        return given[1]

"""What tests share: settings in a folder of their own, and the real parts, built once."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import postgres_schema
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings
from live_server import LaunchChromium
from playwright.sync_api import Browser, sync_playwright
from real_interviewers import real_interviewers

from viva.domain import Deck
from viva.embedding import Embedder
from viva.interviewer import Interviewer
from viva.interviewers import Interviewers
from viva.settings import Settings, load_settings
from viva.storage import Database, SessionStore
from viva.wiring import Parts, load_chosen_deck, make_parts

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_CHROMIUM_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# The first example of a property often pays for imports; time is measured in tests/bench.
hypothesis_settings.register_profile("viva", deadline=None)
hypothesis_settings.load_profile("viva")


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The real deck, model, index and grader."""
    return make_parts(load_settings(home=tmp_path_factory.mktemp("viva")))


@pytest.fixture(scope="session")
def embedder(parts: Parts) -> Embedder:
    """The packaged embedding model."""
    return parts.embedder


@pytest.fixture(scope="session")
def shipped_deck() -> Deck:
    """The deck that ships."""
    return load_chosen_deck(load_settings())


@pytest.fixture(scope="session")
def launch_chromium() -> Iterator[LaunchChromium]:
    """Start Chromiums of this machine; without one, tests are skipped, but never in CI."""
    path = next((found for name in _CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: .ci/run installs it")
        pytest.skip("Chromium was not found; install it to run the browser tests")
    with sync_playwright() as playwright:
        yield lambda *arguments: playwright.chromium.launch(
            executable_path=path, args=[*_CHROMIUM_ARGUMENTS, *arguments]
        )


@pytest.fixture(scope="session")
def chromium(launch_chromium: LaunchChromium) -> Iterator[Browser]:
    """The Chromium that most tests share."""
    browser = launch_chromium()
    yield browser
    browser.close()


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose database and index are of this test alone."""
    return load_settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, once of each kind that can be used."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'viva.db'}"
    else:
        with postgres_schema() as url:
            yield url


@pytest.fixture
def interviewer(parts: Parts, settings: Settings) -> Iterator[Interviewer]:
    """A real interviewer with a database of its own."""
    database = Database(settings.database)
    store = SessionStore(database)
    yield Interviewer(deck=parts.deck, grader=parts.grader, finder=parts.retriever, store=store)
    database.close()


@pytest.fixture
def interviewers(parts: Parts, settings: Settings) -> Iterator[Interviewers]:
    """Real interviewers over the shipped deck, with a database of their own."""
    with real_interviewers(parts, settings.database) as made:
        yield made


@pytest.fixture
def client(interviewers: Interviewers, settings: Settings) -> Iterator[TestClient]:
    """Speaks HTTP to the whole application, without a network."""
    from viva.web.server import build_app  # takes seconds, and unit tests do without it
    from viva.web.voice.voices import open_voices

    app = build_app(interviewers, open_voices(settings))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client

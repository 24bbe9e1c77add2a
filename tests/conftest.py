"""What tests share: settings in a folder of their own, and the real parts, built once."""

from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

from viva.domain import Deck
from viva.embedding import Embedder
from viva.interviewer import Interviewer
from viva.settings import Settings, load_settings
from viva.storage import SessionStore
from viva.wiring import Parts, load_chosen_deck, make_parts

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


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose database and index are of this test alone."""
    return load_settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture
def interviewer(parts: Parts, settings: Settings) -> Iterator[Interviewer]:
    """A real interviewer with a database of its own."""
    store = SessionStore(settings.database)
    yield Interviewer(deck=parts.deck, grader=parts.grader, finder=parts.retriever, store=store)
    store.close()

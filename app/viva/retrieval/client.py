"""Open Chroma: embedded in a folder, or a server by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings

from viva.errors import IndexUnavailableError, SettingsError, first_line
from viva.settings import Settings

_HINT = (
    "Restart Viva. If that does not help: check that the server runs, or delete the index's folder "
    "('viva doctor' names it), and it is made anew."
)


def open_client(settings: Settings) -> ClientAPI:
    """Return a client of the Chroma server the settings name, or of an embedded one.

    Raises:
        SettingsError: If the server's URL cannot be understood.
        IndexUnavailableError: If Chroma cannot be opened or reached.
    """
    # Chroma reports usage to its makers unless told otherwise; Viva tells nobody anything.
    quiet = ChromaSettings(anonymized_telemetry=False)
    if settings.chroma_url:
        host, port, secure = _address(settings.chroma_url)
        with chroma_errors(
            f"at {settings.chroma_url}",
            hint="Check that the server runs, or leave VIVA_CHROMA_URL empty for no server.",
        ):
            return chromadb.HttpClient(host=host, port=port, ssl=secure, settings=quiet)
    with chroma_errors(
        f"in {settings.index_path}",
        hint="Delete it and it is made anew, or set VIVA_HOME to another folder.",
    ):
        settings.index_path.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=settings.index_path, settings=quiet)


@contextmanager
def chroma_errors(where: str = "", *, hint: str = _HINT) -> Iterator[None]:
    """Turn whatever Chroma raises into an ``IndexUnavailableError`` that says what to do."""
    try:
        yield
    except Exception as error:  # Chroma raises its own, httpx's, sqlite's and Rust's kinds
        what = " ".join(part for part in ("The vector index", where) if part)
        raise IndexUnavailableError(
            f"{what} cannot be used: {first_line(error)}.", hint=hint
        ) from error


def _address(given: str) -> tuple[str, int, bool]:
    """Return host, port and whether it is HTTPS."""
    try:
        url = urlsplit(given)
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 8000)
        usable = url.scheme in {"http", "https"} and url.path in {"", "/"}
    except ValueError:  # a port or an IPv6 address that is none
        usable = False
    if not usable or not url.hostname:
        raise SettingsError(
            f"VIVA_CHROMA_URL cannot be used: {given!r} is not the address of a server.",
            hint="Give one such as http://localhost:8000, or leave it empty.",
        )
    return url.hostname, port, secure

"""Open Chroma: embedded in a folder, or a server by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings

from viva.errors import IndexUnavailableError, SettingsError
from viva.settings import Settings


def open_client(settings: Settings) -> ClientAPI:
    """Return a client of the Chroma server the settings name, or of an embedded one.

    Raises:
        SettingsError: If the server's URL cannot be understood.
        IndexUnavailableError: If Chroma cannot be opened or reached.
    """
    # Chroma reports usage to its makers unless told otherwise; Viva tells nobody anything.
    quiet = ChromaSettings(anonymized_telemetry=False)
    if settings.chroma_url:
        url = urlsplit(settings.chroma_url)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise SettingsError(
                f"VIVA_CHROMA_URL cannot be used: {settings.chroma_url!r} is no web address.",
                hint="Give one such as http://localhost:8000, or leave it empty.",
            )
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 8000)
        with chroma_errors(f"at {settings.chroma_url}"):
            return chromadb.HttpClient(host=url.hostname, port=port, ssl=secure, settings=quiet)
    with chroma_errors(f"in {settings.index_path}"):
        settings.index_path.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=settings.index_path, settings=quiet)


@contextmanager
def chroma_errors(where: str = "") -> Iterator[None]:
    """Turn whatever Chroma raises into an ``IndexUnavailableError`` that says what to do."""
    try:
        yield
    except Exception as error:  # Chroma raises its own, httpx's, sqlite's and Rust's kinds
        what = " ".join(part for part in ("The vector index", where) if part)
        raise IndexUnavailableError(
            f"{what} cannot be used: {_first_line(error)}.",
            hint="If it is a server, check that it runs; if a folder, 'viva index build --fresh' "
            "makes it anew.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [repr(error)])[0].rstrip(".")

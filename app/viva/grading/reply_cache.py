"""Replies of language models, kept on disk, so that the same answer is not paid for twice.

A cache may be deleted at any time. One that is broken is dropped and made anew, and one that
cannot be made is done without: a grade never fails for it.
"""

import hashlib
import json
import logging
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import diskcache

from viva.settings import Settings

logger = logging.getLogger(__name__)

SIZE_LIMIT = 128 * 1024 * 1024
"""Bytes; the oldest replies go first."""
_PATIENCE = 2.0
"""Seconds to wait for another process that is writing."""


class ReplyCache:
    """Texts by key in a folder of its own, shared by threads and processes.

    Args:
        folder: Holds nothing else; deleted when it turns out to be broken.
        size_limit: In bytes.
    """

    def __init__(self, folder: Path, *, size_limit: int = SIZE_LIMIT) -> None:
        self._folder = folder
        self._size_limit = size_limit
        self._cache = self._open() or self._renew()

    def get(self, key: str) -> str | None:
        """Return the text kept under a key, or None."""
        if self._cache is None:
            return None
        try:
            found = self._cache.get(key)
        except _TROUBLE as error:
            self._mend(error)
            return None
        return found if isinstance(found, str) else None

    def put(self, key: str, text: str) -> None:
        """Keep a text; what cannot be kept is not."""
        if self._cache is None:
            return
        try:
            self._cache.set(key, text)
        except _TROUBLE as error:
            self._mend(error)

    def close(self) -> None:
        """Close the files; the cache is of no use afterwards."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    def _open(self) -> Any | None:
        try:
            return diskcache.Cache(
                str(self._folder), timeout=_PATIENCE, disk=_TextDisk, size_limit=self._size_limit
            )
        except _TROUBLE as error:
            logger.warning("the cache of replies in %s is broken: %s", self._folder, error)
            return None

    def _renew(self) -> Any | None:
        """Delete the cache and open a new one, or go on without."""
        shutil.rmtree(self._folder, ignore_errors=True)
        opened = self._open()
        if opened is None:
            logger.warning("replies are not kept: no cache can be made in %s", self._folder)
        return opened

    def _mend(self, error: Exception) -> None:
        """Start anew if the files are broken; leave them if another process is only busy."""
        busy = isinstance(error, diskcache.Timeout) or "locked" in str(error)
        if busy or isinstance(error, OSError):
            return
        logger.warning("the cache of replies in %s is dropped: %s", self._folder, error)
        self.close()
        self._cache = self._renew()


class _TextDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Stores texts and refuses pickles: one from a file that was tampered with would run code."""

    def get(self, key: Any, raw: bool) -> Any:
        if not raw:
            raise ValueError("a key of the cache is no text")
        return super().get(key, raw)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        if mode == diskcache.core.MODE_PICKLE:
            raise ValueError("a value of the cache is no text")
        return super().fetch(mode, filename, value, read)


_TROUBLE = (sqlite3.Error, diskcache.Timeout, OSError, ValueError)


def open_cache(settings: Settings) -> ReplyCache | None:
    """Return the cache that the settings ask for, or None if they turn it off."""
    return ReplyCache(settings.home / "cache") if settings.llm_cache else None


def reply_key(**parts: str | int) -> str:
    """Return the key of a reply: a hash over all that it depends on, in which nothing can be read.

    Example:
        >>> reply_key(model="m", vote=0) == reply_key(vote=0, model="m") != reply_key(model="m")
        True
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

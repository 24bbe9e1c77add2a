"""Passwords: what one must be like, and their Argon2 hashes. Called by ``accounts``.

The hash is argon2-cffi's recommended profile (RFC 9106, low memory); the length follows NIST
SP 800-63B: at least so many characters, any characters, no other rule.
"""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from viva.errors import InputError

SHORTEST = 10
"""Fewest characters of a password."""
LONGEST = 1000
"""Most characters of a password."""
_AT_ONCE = 4
"""Passwords that are hashed side by side: each takes 64 MiB while it is."""


class Passwords:
    """Hashes passwords and compares them with their hashes; safe from any number of threads.

    Args:
        hasher: What makes the hashes; an old hash of other parameters still compares.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = ""

    def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises:
            InputError: If it is too short or too long.
        """
        if len(password) < SHORTEST:
            raise InputError(
                f"A password needs at least {SHORTEST} characters.",
                hint="A few words in a row are easy to remember and hard to guess.",
            )
        if len(password) > LONGEST:
            raise InputError(f"A password may have {LONGEST} characters at most.")
        with self._room:
            return self._hasher.hash(_normal(password))

    def match(self, password: str, hashed: str | None) -> bool:
        """Return whether a password is the one that was hashed.

        Takes as long for somebody who is not there or has no password (None) as for anybody else,
        so that time does not tell who is there.
        """
        if len(password) > LONGEST:
            password = ""
        with self._room:
            if not self._nobodys:
                self._nobodys = self._hasher.hash("nobody's")
            try:
                self._hasher.verify(hashed or self._nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Return whether a hash was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    """Return a password as it is hashed: keyboards write the same letters in several ways."""
    return unicodedata.normalize("NFKC", password)

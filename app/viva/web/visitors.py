"""Who is at the other end of a request: an account that signed in, or a profile of this machine."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from viva.accounts import Accounts
from viva.errors import NotFoundError, NotSignedIn
from viva.storage import LOCAL_PERSON, Person
from viva.storage.sign_ins import LASTS

SIGN_IN_COOKIE = "viva_sign_in"
"""Holds the token of a sign-in."""
PROFILE_COOKIE = "viva_profile"
"""Holds the id of the profile that was chosen; it proves nothing, as there is nothing to prove."""
_A_YEAR = 365 * 24 * 3600


class Access(NamedTuple):
    """Who may use a server."""

    auth: bool = False
    """Whether people sign in; without, everybody chooses among the profiles of this machine."""
    sign_up: bool = False
    """Whether people may make accounts themselves."""
    hosts: tuple[str, ...] = ()
    """Names by which the server may be called beside localhost and any IP address."""


class Visitors:
    """Recognizes people by their cookies.

    Args:
        accounts: Who has an account, and who has signed in.
        auth: Whether people sign in.
    """

    def __init__(self, accounts: Accounts, *, auth: bool) -> None:
        self._accounts = accounts
        self._auth = auth

    @property
    def entrance(self) -> str:
        """Path of the page where somebody who is not recognized begins."""
        return "/sign-in" if self._auth else "/people"

    def recognize(self, cookies: Mapping[str, str]) -> Person | None:
        """Return who sent these cookies, or None.

        Raises:
            StorageError: If the database cannot be read.
        """
        if self._auth:
            token = cookies.get(SIGN_IN_COOKIE)
            return self._accounts.person(token) if token else None
        chosen = self._profile(cookies.get(PROFILE_COOKIE) or LOCAL_PERSON)
        return chosen or next(iter(profiles(self._accounts)), None)

    def _profile(self, person_id: str) -> Person | None:
        try:
            person = self._accounts.people.get(person_id)
        except NotFoundError:
            return None
        return None if person.has_password else person


def profiles(accounts: Accounts) -> tuple[Person, ...]:
    """Return whom anybody at this machine may choose to be: nobody with a password."""
    return tuple(person for person in accounts.people.all() if not person.has_password)


def person_of(request: Any) -> str:
    """Return the id of the person whose browser sent a request, Starlette's or Gradio's.

    Raises:
        NotSignedIn: If it is not known.
    """
    person = visitor_of(request)
    if person is None:
        raise NotSignedIn("You are not signed in.", hint="Sign in, and try again.")
    return person.id


def visitor_of(request: Any) -> Person | None:
    """Return the person whose browser sent a request, or None; ``door.Door`` has looked."""
    person = getattr(request.state, "person", None)
    assert person is None or isinstance(person, Person)
    return person


def person_in(scope: Scope) -> str:
    """Return the id of the person whom ``door.Door`` has let in with a request."""
    person = scope["state"]["person"]
    assert isinstance(person, Person), "the door lets nobody else in here"
    return person.id


def remember_sign_in(response: Response, token: str, request: HTTPConnection) -> None:
    """Give a browser the cookie of its sign-in."""
    seconds = round(LASTS.total_seconds())
    _set_cookie(response, SIGN_IN_COOKIE, token, seconds, request)


def remember_profile(response: Response, person_id: str, request: HTTPConnection) -> None:
    """Give a browser the cookie of the profile that was chosen."""
    _set_cookie(response, PROFILE_COOKIE, person_id, _A_YEAR, request)


def _set_cookie(
    response: Response, name: str, value: str, seconds: int, request: HTTPConnection
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=_cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _cookie_path(request: HTTPConnection) -> str:
    """Return the path below which a browser sends our cookies."""
    return str(request.scope.get("root_path", "")) + "/"


def forget_sign_in(response: Response, request: HTTPConnection) -> None:
    """Take the cookie of its sign-in from a browser."""
    response.delete_cookie(SIGN_IN_COOKIE, path=_cookie_path(request))


def sign_in_token(request: HTTPConnection) -> str:
    """Return the token that a browser sent; empty if none."""
    return request.cookies.get(SIGN_IN_COOKIE, "")


def address_of(request: HTTPConnection) -> str:
    """Return the IP address that a request came from; empty where a socket has none."""
    return request.client.host if request.client else ""

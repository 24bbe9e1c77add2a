"""One's own account, where people sign in; nobody gets at another's."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from viva.accounts import Accounts
from viva.errors import InputError, NotSignedIn, TooManyAttempts, VivaError
from viva.passwords import SHORTEST
from viva.storage import Person
from viva.web.pages.layout import go_to, render, status_of
from viva.web.visitors import (
    address_of,
    forget_sign_in,
    remember_sign_in,
    sign_in_token,
    visitor_of,
)

_Text = Annotated[str, Form()]
_EXPECTED = (InputError, TooManyAttempts)
"""What is told on the page where it happened."""
_DONE = {"renamed": "You have a new name.", "password": "Your password is changed."}


def account_routes(accounts: Accounts) -> APIRouter:
    """Return the routes below /people."""
    page = _Account(accounts)
    router = APIRouter()
    router.get("/people")(page.show)
    router.post("/people/rename")(page.rename)
    router.post("/people/password")(page.change_password)
    router.post("/people/delete")(page.delete)
    router.post("/people/sign-out")(page.sign_out)
    router.post("/people/sign-out-everywhere")(page.sign_out_everywhere)
    return router


class _Account:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def show(self, request: Request, done: str = "") -> Response:
        return self._page(request, done=_DONE.get(done, ""))

    def rename(self, request: Request, name: _Text = "") -> Response:
        try:
            self._accounts.people.rename(_person(request).id, name)
        except InputError as error:
            return self._page(request, error=error, typed=name)
        return go_to(request, "people?done=renamed")

    def change_password(
        self, request: Request, current: _Text = "", password: _Text = ""
    ) -> Response:
        person = _person(request)
        try:
            self._check(request, current)
            self._accounts.change_password(person.id, password)
        except _EXPECTED as error:
            return self._page(request, error=error)
        response = go_to(request, "people?done=password")
        remember_sign_in(response, self._accounts.open(person.id), request)
        return response

    def delete(self, request: Request, current: _Text = "") -> Response:
        try:
            self._check(request, current)
        except _EXPECTED as error:
            return self._page(request, error=error, deleting=True)
        self._accounts.people.delete(_person(request).id)
        return _leave(request)

    def sign_out(self, request: Request) -> Response:
        self._accounts.sign_out(sign_in_token(request))
        return _leave(request)

    def sign_out_everywhere(self, request: Request) -> Response:
        self._accounts.sign_out_everywhere(_person(request).id)
        return _leave(request)

    def _check(self, request: Request, password: str) -> None:
        self._accounts.check_person(_person(request), password, address=address_of(request))

    def _page(
        self,
        request: Request,
        *,
        done: str = "",
        error: VivaError | None = None,
        typed: str = "",
        deleting: bool = False,
    ) -> Response:
        return render(
            request,
            "account.html",
            status=status_of(error) if error else 200,
            done=done,
            error=error,
            typed=typed,
            deleting=deleting,
            shortest=SHORTEST,
        )


def _person(request: Request) -> Person:
    person = visitor_of(request)
    if person is None:
        raise NotSignedIn("You are not signed in.")
    return person


def _leave(request: Request) -> Response:
    """Return the way out, on which the browser also forgets drafts: the next may be another."""
    response = go_to(request, "sign-in")
    forget_sign_in(response, request)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response

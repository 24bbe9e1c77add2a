"""The people of a machine where nobody signs in: chosen, added, renamed and deleted by anybody."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from viva.accounts import Accounts
from viva.errors import InputError, NotFoundError, VivaError
from viva.web.pages.layout import go_to, render, status_of
from viva.web.visitors import profiles, remember_profile

_Text = Annotated[str, Form()]


def profile_routes(accounts: Accounts) -> APIRouter:
    """Return the routes below /people."""
    page = _Profiles(accounts)
    router = APIRouter()
    router.get("/people")(page.show)
    router.post("/people")(page.add)
    router.post("/people/{person_id}/choose")(page.choose)
    router.post("/people/{person_id}/rename")(page.rename)
    router.post("/people/{person_id}/delete")(page.delete)
    return router


class _Profiles:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def show(self, request: Request) -> Response:
        return self._page(request)

    def add(self, request: Request, name: _Text = "") -> Response:
        try:
            person = self._accounts.people.add(name)
        except InputError as error:
            return self._page(request, error=error, typed=name)
        response = go_to(request, "people")
        remember_profile(response, person.id, request)
        return response

    def choose(self, request: Request, person_id: str) -> Response:
        self._check(person_id)
        response = go_to(request, "")
        remember_profile(response, person_id, request)
        return response

    def rename(self, request: Request, person_id: str, name: _Text = "") -> Response:
        self._check(person_id)
        try:
            self._accounts.people.rename(person_id, name)
        except InputError as error:
            return self._page(request, error=error, typed=name, open=person_id)
        return go_to(request, "people")

    def delete(self, request: Request, person_id: str, sure: _Text = "") -> Response:
        self._check(person_id)
        if not sure:
            error = InputError("Nobody was deleted.", hint="Tick the box that says you are sure.")
            return self._page(request, error=error, open=person_id)
        self._accounts.people.delete(person_id)
        return go_to(request, "people")

    def _page(
        self, request: Request, *, error: VivaError | None = None, typed: str = "", open: str = ""
    ) -> Response:
        """Return the page; ``open`` is the id of the person whose form was sent, if any."""
        people = profiles(self._accounts)
        return render(
            request,
            "profiles.html",
            status=status_of(error) if error else 200,
            people=people,
            accounts=len(self._accounts.people.all()) - len(people),
            error=error,
            typed=typed,
            open=open,
        )

    def _check(self, person_id: str) -> None:
        """Raise a ``NotFoundError`` where there is nobody that anybody may be."""
        if person_id not in {person.id for person in profiles(self._accounts)}:
            raise NotFoundError("There is no such profile here.", hint="It may have been deleted.")

"""How people come in where they sign in: the pages to sign in and to make an account."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from viva.accounts import Accounts
from viva.errors import InputError, TooManyAttempts, VivaError
from viva.passwords import SHORTEST
from viva.web.pages.layout import go_to, render, status_of
from viva.web.visitors import address_of, remember_sign_in

_Text = Annotated[str, Form()]


def sign_in_routes(accounts: Accounts, *, sign_up: bool) -> APIRouter:
    """Return the routes by which people come in; /sign-up is there only if it is on."""
    pages = _SignIn(accounts, sign_up=sign_up)
    router = APIRouter()
    router.get("/sign-in")(pages.ask)
    router.post("/sign-in")(pages.sign_in)
    if sign_up:
        router.get("/sign-up")(pages.ask_anew)
        router.post("/sign-up")(pages.sign_up)
    return router


class _SignIn:
    def __init__(self, accounts: Accounts, *, sign_up: bool) -> None:
        self._accounts = accounts
        self._sign_up = sign_up

    def ask(self, request: Request, next: str = "") -> Response:
        return self._page(request, new=False, next=next)

    def ask_anew(self, request: Request, next: str = "") -> Response:
        return self._page(request, new=True, next=next)

    def sign_in(
        self, request: Request, name: _Text = "", password: _Text = "", next: _Text = ""
    ) -> Response:
        def enter() -> str:
            return self._accounts.sign_in(name, password, address=address_of(request))

        return self._let_in(request, enter, new=False, name=name, next=next)

    def sign_up(
        self, request: Request, name: _Text = "", password: _Text = "", next: _Text = ""
    ) -> Response:
        def enter() -> str:
            return self._accounts.sign_up(name, password, address=address_of(request))

        return self._let_in(request, enter, new=True, name=name, next=next)

    def _let_in(
        self, request: Request, enter: Callable[[], str], *, new: bool, name: str, next: str
    ) -> Response:
        try:
            token = enter()
        except (InputError, TooManyAttempts) as error:
            return self._page(request, new=new, next=next, name=name, error=error)
        response = go_to(request, own_path(next))
        remember_sign_in(response, token, request)
        return response

    def _page(
        self,
        request: Request,
        *,
        new: bool,
        next: str,
        name: str = "",
        error: VivaError | None = None,
    ) -> Response:
        return render(
            request,
            "sign_in.html",
            status=status_of(error) if error else 200,
            new=new,
            next=next,
            name=name,
            error=error,
            sign_up=self._sign_up,
            shortest=SHORTEST,
        )


def own_path(path: str) -> str:
    """Return where to go after signing in, without the first slash: never to another site.

    Example:
        >>> own_path("/?interview=1"), own_path("//evil.example"), own_path("https://evil.example")
        ('?interview=1', '', '')
    """
    fine = path.startswith("/") and path.isascii() and path.isprintable() and "\\" not in path
    return path[1:] if fine and not path.startswith("//") else ""

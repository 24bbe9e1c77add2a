"""``viva serve``: the interview in the browser."""

import ipaddress

import click
from rich.console import Console
from rich.progress import Progress

from viva.cli.console import choose_grader, warn_half_set_up
from viva.errors import SettingsError
from viva.settings import Settings, split_names


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: VIVA_HOST or 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on.  [default: VIVA_PORT or 7860]",
)
@click.option("--grader", help="Name of the grader.  [default: VIVA_GRADER, or what is set up]")
@click.option(
    "--auth/--no-auth",
    default=None,
    help="People sign in with a password, and nobody sees another's data.  [default: VIVA_AUTH]",
)
@click.option(
    "--sign-up/--no-sign-up",
    default=None,
    help="With --auth: people may make accounts themselves.  [default: VIVA_SIGN_UP]",
)
@click.option(
    "--i-know",
    is_flag=True,
    help="Listen beyond this machine without --auth: everybody there sees everything.",
)
@click.pass_obj
def serve_command(
    settings: Settings,
    host: str | None,
    port: int | None,
    grader: str | None,
    auth: bool | None,
    sign_up: bool | None,
    i_know: bool,
) -> None:
    """Open the interview in the browser; the vector index is built first if it is stale.

    Without --auth it listens to this machine only, and everybody there chooses who they are.
    """
    host, port = host or settings.host, port or settings.port
    auth = settings.auth if auth is None else auth
    sign_up = settings.sign_up if sign_up is None else sign_up
    check_reach(host, auth=auth, sign_up=sign_up, i_know=i_know)
    console = Console(stderr=True)
    console.print("Getting ready: loading the models takes a few seconds …", style="dim")
    warn_half_set_up(settings, grader)
    # Imported here: together these take seconds, and 'viva --help' must not.
    from viva.storage import LOCAL_PERSON, PeopleStore
    from viva.web.server import build_app, open_listener, serve
    from viva.web.visitors import Access
    from viva.web.voice.voices import open_voices
    from viva.wiring import make_interviewers

    listener = open_listener(host, port)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Building the index", total=None, visible=False)
        interviewers = make_interviewers(
            choose_grader(settings, grader),
            progress=lambda done, total: progress.update(
                task, completed=done, total=total, visible=True
            ),
        )
    interviewers.of(LOCAL_PERSON).warm()
    hosts = (host, *split_names(settings.allowed_hosts))
    access = Access(auth=auth, sign_up=sign_up, hosts=hosts)
    app = build_app(interviewers, open_voices(settings), access)
    if not auth and not is_loopback(host):
        console.print("Everybody who reaches this address sees everything here.", style="yellow")
    people = PeopleStore(interviewers.database).all()
    if auth and not sign_up and not any(person.has_password for person in people):
        console.print(
            "Nobody has an account yet: 'viva people add NAME --password' makes one.",
            style="yellow",
        )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Viva is ready at http://{shown}:{port} (Ctrl-C stops it)")
    serve(app, listener, proxies=split_names(settings.trusted_proxies))


def check_reach(host: str, *, auth: bool, sign_up: bool, i_know: bool) -> None:
    """Refuse to open everything to everybody unless somebody says that they know.

    Raises:
        SettingsError: If that is what is asked for, or signing up where nobody signs in.
    """
    if sign_up and not auth:
        raise SettingsError(
            "Nobody signs up where nobody signs in: sign-up needs --auth.",
            hint="Add --auth, or leave out --sign-up and VIVA_SIGN_UP.",
        )
    if not auth and not i_know and not is_loopback(host):
        raise SettingsError(
            f"Without accounts, everybody who reaches {host} would see and change everything.",
            hint="Add --auth, so that people sign in; or --i-know, if that is what you want.",
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

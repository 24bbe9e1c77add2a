"""``viva serve``: the interview in the browser."""

import click
from rich.console import Console
from rich.progress import Progress

from viva.cli.console import choose_grader, warn_half_set_up
from viva.settings import Settings

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: VIVA_HOST or 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on.  [default: VIVA_PORT or 7860]",
)
@click.option("--grader", help="Name of the grader.  [default: VIVA_GRADER, or what is set up]")
@click.pass_obj
def serve_command(
    settings: Settings, host: str | None, port: int | None, grader: str | None
) -> None:
    """Open the interview in the browser; the vector index is built first if it is stale."""
    host, port = host or settings.host, port or settings.port
    console = Console(stderr=True)
    console.print("Getting ready: loading the models takes a few seconds …", style="dim")
    warn_half_set_up(settings, grader)
    # Imported here: together these take seconds, and 'viva --help' must not.
    from viva.storage import LOCAL_PERSON
    from viva.web.server import build_app, open_listener, serve
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
    app = build_app(interviewers)
    if host not in _LOOPBACK:
        console.print(
            "Anyone who reaches this address can use this server; there are no accounts.",
            style="yellow",
        )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Viva is ready at http://{shown}:{port} (Ctrl-C stops it)")
    serve(app, listener)

"""The command line: finds commands, prints errors for people, sets exit codes.

Exit codes: 0 ok, 1 a check or a part failed, 2 bad usage or input, 130 interrupted.
"""

import importlib
import logging
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from viva.errors import VivaError

_COMMANDS = {
    "serve": ("viva.cli.serve:serve_command", "Open the interview in the browser."),
    "practice": ("viva.cli.practice:practice_command", "Hold an interview in the terminal."),
    "history": (
        "viva.cli.history:history_commands",
        "List, compare, export and delete your interviews.",
    ),
    "grade": ("viva.cli.grade:grade_command", "Grade one answer from a file or standard input."),
    "people": ("viva.cli.people:people_commands", "Say who practises here, and set passwords."),
    "contests": ("viva.cli.contests:contests_commands", "Export the verdicts you contested."),
    "deck": ("viva.cli.deck:deck_commands", "List, show, check, lint and import decks."),
    "index": ("viva.cli.index:index_commands", "Show or rebuild the vector index."),
    "prompts": ("viva.cli.prompts:prompts_commands", "List, show and check the prompts."),
    "voice": ("viva.cli.voice:voice_commands", "List the voices, speak a text, transcribe a file."),
    "doctor": ("viva.cli.doctor:doctor_command", "Check the installation and say what to mend."),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it runs, so that ``--help`` stays quick.

    Plugins are looked for only where their commands are listed, or a name is none of Viva's own.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which people need them."""
        return list(_all_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None if there is none of that name."""
        known = _COMMANDS if cmd_name in _COMMANDS else _all_commands()
        if cmd_name not in known:
            return None
        module, _, attribute = known[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _all_commands().items()])


def _all_commands() -> dict[str, tuple[str, str]]:
    from viva.plugins import load_plugins, plugin_commands

    offered = plugin_commands(load_plugins())
    return _COMMANDS | {name: offered[name] for name in offered if name not in _COMMANDS}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="viva-interview", prog_name="viva")
@click.option("--debug", is_flag=True, help="Log more, and show tracebacks.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Practice machine-learning system design interviews with a grader that quotes its evidence.

    \b
    viva serve                 the interview in the browser
    viva practice              the interview in the terminal
    viva grade --question ID   the grade of one answer

    Settings are read from VIVA_* variables and a .env file; the README lists them.
    """  # noqa: D301  # click reads the backspace as "leave these lines as they are"
    from viva.settings import load_settings

    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(message)s")
    context.obj = load_settings()


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str]) -> int:
    return run_command(cli, arguments, name="viva")


def run_command(command: click.Command, arguments: Sequence[str], *, name: str) -> int:
    """Run a command and return its exit code; errors are printed for people.

    Args:
        command: What to run.
        arguments: Of the command line.
        name: What the command is called in its usage.
    """
    try:
        result = command.main(args=list(arguments), prog_name=name, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        return 0
    except VivaError as error:
        click.echo(f"viva: {error.message}", err=True)
        if error.hint:
            click.echo(f"      {error.hint}", err=True)
        return error.exit_code
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        click.echo(f"viva: something went wrong inside Viva: {error!r}.", err=True)
        click.echo("      Run 'viva doctor'; 'viva --debug ...' shows where it happened.", err=True)
        return 1

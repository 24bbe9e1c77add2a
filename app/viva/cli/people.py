"""``viva people``: who practises here."""

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.errors import InputError
from viva.settings import Settings

if TYPE_CHECKING:
    from viva.accounts import Accounts

_FROM_STDIN = click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read the password from standard input."
)


@click.group("people")
def people_commands() -> None:
    """List, add, rename and delete people, and set their passwords.

    Who has a password signs in where 'viva serve --auth' runs; who has none is a profile that
    anybody at this machine can choose.
    """


@people_commands.command("list")
@click.pass_obj
def list_command(settings: Settings) -> None:
    """List everybody."""
    table = Table("Name", "Password", "Since", box=None, header_style="bold")
    for person in _accounts(settings).people.all():
        since = f"{person.created_at.astimezone():%Y-%m-%d}"
        table.add_row(Text(person.name), "yes" if person.has_password else "no", since)
    Console().print(table)


@people_commands.command("add")
@click.argument("name")
@click.option("--password", is_flag=True, help="Ask for a password: an account, to sign in with.")
@_FROM_STDIN
@click.pass_obj
def add_command(settings: Settings, name: str, password: bool, from_stdin: bool) -> None:
    """Add somebody."""
    accounts = _accounts(settings)
    if password or from_stdin:
        person = accounts.add(name, _ask_password(from_stdin))
        click.echo(f"{person.name} can sign in where 'viva serve --auth' runs.")
    else:
        click.echo(f"{accounts.people.add(name).name} can be chosen on the page 'People'.")


@people_commands.command("rename")
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename_command(settings: Settings, name: str, new_name: str) -> None:
    """Give somebody another name."""
    people = _accounts(settings).people
    renamed = people.rename(people.find(name).id, new_name)
    click.echo(f"{name} is named {renamed.name} now.")


@people_commands.command("password")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the password away: anybody here can be them.")
@_FROM_STDIN
@click.pass_obj
def password_command(settings: Settings, name: str, remove: bool, from_stdin: bool) -> None:
    """Set somebody's password; they are signed out everywhere."""
    accounts = _accounts(settings)
    person = accounts.people.find(name)
    if remove and from_stdin:
        raise InputError("--remove and --stdin do not go together.")
    if remove:
        accounts.people.set_password(person.id, None)
        click.echo(f"{person.name} has no password now.")
    else:
        accounts.change_password(person.id, _ask_password(from_stdin))
        click.echo(f"{person.name} has a new password, and is signed out everywhere.")


@people_commands.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@click.pass_obj
def delete_command(settings: Settings, name: str, yes: bool) -> None:
    """Delete somebody with every interview, deck and recording of theirs."""
    people = _accounts(settings).people
    person = people.find(name)
    if not yes:
        click.confirm(
            f"Delete {person.name} with every interview, deck and recording? "
            "Nothing can bring them back.",
            abort=True,
        )
    people.delete(person.id)
    click.echo(f"{person.name} is deleted.")


def _accounts(settings: Settings) -> "Accounts":
    # Imported here: the database takes a while, and 'viva --help' must not.
    from viva.accounts import open_accounts
    from viva.wiring import open_database

    return open_accounts(open_database(settings))


def _ask_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked

"""``viva prompts``: the texts that language models are given, shown, checked and locked."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.errors import VivaError
from viva.prompt_lock import check_prompts, lock_prompts
from viva.prompts import load_prompt, load_prompts, prompt_files, render

_folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="A folder with prompts, in place of those that ship.",
)


@click.group("prompts")
def prompts_commands() -> None:
    """List, show and check the prompts."""


@prompts_commands.command("list")
@_folder_option
def list_command(folder: Path | None) -> None:
    """List the prompts with their versions."""
    prompts = load_prompts(folder)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Prompt", "Version", "SHA-256", "Purpose"):
        table.add_column(heading)
    for prompt in prompts:
        cells = (prompt.name, str(prompt.version), prompt.fingerprint[:12], prompt.purpose)
        table.add_row(*map(Text, cells))
    console = Console()
    if not console.is_terminal:
        console.width = 160  # columns for a file or another program, where nothing says how many
    console.print(table)


@prompts_commands.command("show")
@click.argument("name")
@click.option("--rendered", is_flag=True, help="Fill in made-up values, as a model would see it.")
@_folder_option
def show_command(name: str, rendered: bool, folder: Path | None) -> None:
    """Show the prompt NAME: its template, or what a model is sent."""
    from viva.cli.prompt_samples import samples_for

    prompt = load_prompt(name, folder)
    system, user = prompt.system, prompt.user
    if rendered:
        filled = render(prompt, **samples_for(prompt))
        system, user = filled.system, filled.user
    click.echo(f"{prompt.name}, version {prompt.version}: {prompt.purpose}")
    click.echo(f"Variables: {', '.join(prompt.variables) or 'none'}")
    click.echo(f"SHA-256: {prompt.fingerprint}\n")
    click.echo(f"=== system ===\n{system}\n\n=== user ===\n{user}")


@prompts_commands.command("check")
@_folder_option
def check_command(folder: Path | None) -> None:
    """Check every prompt, and that none changed without its version."""
    faults = check_prompts(folder)
    if faults:
        count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        raise VivaError(
            f"The prompts have {count}:\n" + "\n".join(faults),
            hint="prompts/README.md says how to change one.",
        )
    click.echo(f"{_count(len(prompt_files(folder)))}, no errors.")


@prompts_commands.command("lock")
@_folder_option
def lock_command(folder: Path | None) -> None:
    """Accept the prompts' new versions; refused while a text changed without its version."""
    changes = lock_prompts(folder)
    click.echo("\n".join(changes) if changes else "The lock is up to date; nothing to do.")


def _count(number: int) -> str:
    return "1 prompt" if number == 1 else f"{number} prompts"

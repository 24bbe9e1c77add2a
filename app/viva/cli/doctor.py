"""``viva doctor``: what is installed, what is wrong, and how to mend it."""

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.errors import VivaError
from viva.settings import Settings

if TYPE_CHECKING:
    from viva.language_model import Abilities
    from viva.voice.protocols import Speaker, Transcriber

_PACKAGES = (
    "chromadb",
    "gradio",
    "onnxruntime",
    "openai",
    "pydantic",
    "sentence-transformers",
    "torch",
)
_MOST_MODELS = 10


class Finding(BaseModel):
    """The outcome of one check."""

    check: str
    ok: bool
    detail: str
    mend: str = ""


@click.command("doctor")
@click.option("--llm", is_flag=True, help="Try the language model's server instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def doctor_command(settings: Settings, llm: bool, as_json: bool) -> int:
    """Check the installation; exit with 1 if something must be mended.

    With --llm, ask the language model's server a few short questions and say what it supports.
    """
    findings = list(_llm_findings(settings) if llm else _findings(settings))
    if as_json:
        click.echo(f"[{','.join(finding.model_dump_json() for finding in findings)}]")
    else:
        _show(findings)
    return 0 if all(finding.ok for finding in findings) else 1


def _findings(settings: Settings) -> Iterator[Finding]:
    python = platform.python_version()
    yield Finding(
        check="Python",
        ok=sys.version_info >= (3, 11),
        detail=python,
        mend="" if sys.version_info >= (3, 11) else "Install Python 3.11 or newer.",
    )
    for package in _PACKAGES:
        yield _package(package)
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("weights", _weights),
        ("deck", _deck),
        ("index", _index),
        ("database", _database),
        ("grader", _grader),
    )
    for name, check in checks:
        yield _tried(name, check, settings)
    yield from voice_findings(settings)


def voice_findings(settings: Settings) -> Iterator[Finding]:
    """Yield whether the transcriber and the speaker in use can be had; what they load is loaded."""
    yield _tried("transcriber", _transcriber, settings)
    yield _tried("speaker", _speaker, settings)


def _tried(name: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(check=name, ok=True, detail=check(settings))
    except VivaError as error:
        return Finding(check=name, ok=False, detail=error.message, mend=error.hint)
    except Exception as error:  # a check that breaks is a finding, not a crash
        return Finding(check=name, ok=False, detail=repr(error), mend="Run 'make install'.")


def _package(name: str) -> Finding:
    try:
        return Finding(check=name, ok=True, detail=version(name))
    except PackageNotFoundError:
        return Finding(check=name, ok=False, detail="not installed", mend="Run 'make install'.")


def _weights(settings: Settings) -> str:
    from viva.embedding import load_embedder

    embedder = load_embedder(settings.embedding_model)
    return f"{embedder.name}, fingerprint {embedder.fingerprint[:12]}"


def _deck(settings: Settings) -> str:
    from viva.wiring import load_chosen_deck

    deck = load_chosen_deck(settings)
    bullets = sum(len(question.bullets) for question in deck.questions)
    return f"{deck.title}: {len(deck.questions)} questions, {bullets} bullets"


def _index(settings: Settings) -> str:
    from viva.embedding import load_embedder
    from viva.retrieval import Index, open_client
    from viva.retrieval.index import IndexState
    from viva.wiring import load_chosen_deck

    where = settings.chroma_url or settings.index_path
    status = Index(open_client(settings)).status(
        load_chosen_deck(settings), load_embedder(settings.embedding_model)
    )
    later = "" if status.state is IndexState.READY else "; it is built when the interview starts"
    return f"{status.state} in {where}{later}"


def _database(settings: Settings) -> str:
    from viva.storage import SessionStore
    from viva.wiring import open_database

    database = open_database(settings)
    sessions = len(SessionStore(database).latest(limit=1000))
    database.close()
    where = "by URL" if settings.database_url else str(settings.home / "viva.db")
    return f"{where}, {sessions} interviews"


def _grader(settings: Settings) -> str:
    from viva.wiring import make_parts

    identity = make_parts(settings).grader.identity
    shown = f"{identity.name} {identity.version}, fingerprint {identity.fingerprint[:12]}"
    return f"{shown}. {settings.half_set_up}" if settings.half_set_up else shown


def _transcriber(settings: Settings) -> str:
    from viva.voices import make_transcriber

    return _voice(make_transcriber(settings))


def _speaker(settings: Settings) -> str:
    from viva.voices import make_speaker

    return _voice(make_speaker(settings))


def _voice(voice: "Transcriber | Speaker") -> str:
    voice.prepare()
    better = " For one on this machine: pip install 'viva-interview[voice]'."
    return f"{voice.name}: {voice.about}{better if voice.name == 'browser' else ''}"


def _llm_findings(settings: Settings) -> Iterator[Finding]:
    from viva.language_model import LanguageModel

    try:
        with closing(LanguageModel(settings)) as model:
            abilities = model.probe()
    except VivaError as error:
        yield Finding(check="settings", ok=False, detail=error.message, mend=error.hint)
        return
    yield from describe_abilities(abilities)


def describe_abilities(seen: "Abilities") -> Iterator[Finding]:
    """Yield what a server of language models was seen to do, in words."""
    if seen.problem:
        yield Finding(check="server", ok=False, detail=seen.problem, mend=seen.hint)
    else:
        detail = f"{seen.host} answers ({seen.seconds:.1f} s)"
        yield Finding(check="server", ok=True, detail=detail)
    if seen.models:
        shown = ", ".join(seen.models[:_MOST_MODELS])
        more = len(seen.models) - _MOST_MODELS
        shown += f" and {more} more" if more > 0 else ""
        detail = seen.model if seen.has_model else f"{seen.model} is not listed; there is {shown}"
        ok = bool(seen.has_model) or not seen.problem  # an alias may work unlisted
        mend = "" if ok else "Set VIVA_LLM_MODEL to one of these."
        yield Finding(check="model", ok=ok, detail=detail, mend=mend)
    if seen.problem:
        return
    ways = (
        (seen.json_schema, "held to a schema (json_schema)"),
        (seen.json_object, "an object (json_object); what does not fit is asked for again"),
        (seen.json_in_prose, "only because it is asked to; what does not fit is asked for again"),
    )
    way = next((words for can, words in ways if can), "")
    yield Finding(
        check="JSON",
        ok=bool(way),
        detail=way or "it writes none that fits",
        mend="" if way else "This model cannot grade; choose another with VIVA_LLM_MODEL.",
    )
    streaming = "yes" if seen.streaming else "no; answers come in one piece"
    yield Finding(check="streaming", ok=True, detail=streaming)
    taken = {"temperature 0": seen.temperature, "seed": seen.seed, seen.limit: bool(seen.limit)}
    detail = ", ".join(name for name, takes in taken.items() if takes) or "none"
    left_out = [name for name, takes in taken.items() if name and not takes]
    detail += f"; not {', '.join(left_out)}" if left_out else ""
    yield Finding(check="parameters", ok=True, detail=detail)
    tokens = "told" if seen.token_counts else "not told; they and the cost are estimates"
    yield Finding(check="tokens", ok=True, detail=tokens)


def _show(findings: list[Finding]) -> None:
    console = Console()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        icon = Text("✓", style="green") if finding.ok else Text("✗", style="bold red")
        table.add_row(icon, finding.check, Text(finding.detail))
        if finding.mend:
            table.add_row("", "", Text(f"→ {finding.mend}", style="yellow"))
    console.print(table)
    wrong = sum(not finding.ok for finding in findings)
    console.print(
        "All is well." if not wrong else f"{wrong} to mend; the arrows say how.", style="bold"
    )

"""``viva voice``: which voices there are; speak a text, transcribe a recording."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.errors import AudioError, InputError
from viva.settings import Settings

if TYPE_CHECKING:
    from viva.voices import Offer


@click.group("voice")
def voice_commands() -> None:
    """List the voices, speak a text, transcribe a recording."""


@voice_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the voices as JSON.")
@click.pass_obj
def list_command(settings: Settings, as_json: bool) -> None:
    """List who turns speech to text and text to speech, and where sound and text go.

    An arrow marks the ones in use; VIVA_TRANSCRIBER and VIVA_SPEAKER choose others.
    """
    from viva.voices import list_speakers, list_transcribers

    kinds = {"transcriber": list_transcribers(settings), "speaker": list_speakers(settings)}
    if as_json:
        rows = [_row(kind, offer) for kind, offers in kinds.items() for offer in offers]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for kind, offers in kinds.items():
        for offer in offers:
            mark = Text("→" if offer.is_chosen else "", style="bold")
            about = offer.voice.about if offer.voice else str(offer.problem)
            table.add_row(mark, kind, offer.name, Text(about, style="" if offer.voice else "dim"))
    Console().print(table)


@voice_commands.command("say")
@click.argument("text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="WAV file to write.")
@click.option("--speaker", default="", help="Name of the voice.  [default: VIVA_SPEAKER]")
@click.option("--speed", type=click.FloatRange(0.5, 2), help="[default: VIVA_SPEECH_SPEED]")
@click.pass_obj
def say_command(
    settings: Settings, text: str, out: Path | None, speaker: str, speed: float | None
) -> None:
    """Speak TEXT (- for standard input) to a WAV file, or to standard output.

    viva voice say "What is a canary release?" --out question.wav
    """
    from viva.voice.values import join_audio
    from viva.voice.wav import to_wav
    from viva.voices import make_speaker

    said = _text(text)
    if out is None and sys.stdout.isatty():
        raise InputError(
            "There is nowhere to put the sound.",
            hint="Name a file with --out, or pipe it on: viva voice say TEXT | aplay",
        )
    if speed:
        settings = settings.model_copy(update={"speech_speed": speed})
    sound = to_wav(join_audio(list(make_speaker(settings, name=speaker).speak(said))))
    if out is None:
        sys.stdout.buffer.write(sound)
        return
    try:
        out.write_bytes(sound)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror}.", hint="Choose another file."
        ) from error


@voice_commands.command("transcribe")
@click.argument("file")
@click.option("--transcriber", default="", help="Name of it.  [default: VIVA_TRANSCRIBER]")
@click.option("--hints/--no-hints", default=True, help="Whether the deck's names are hinted at.")
@click.option("--json", "as_json", is_flag=True, help="Print words with times, and figures, too.")
@click.pass_obj
def transcribe_command(
    settings: Settings, file: str, transcriber: str, hints: bool, as_json: bool
) -> None:
    """Print what is said in FILE (- for standard input), a recording of ten minutes at most.

    --json adds each word with its times in seconds and its confidence, and how it was spoken.
    """
    from viva.voice.audio import read_audio
    from viva.voice.speech_figures import describe_speech
    from viva.voices import make_transcriber

    name = "The recording" if file == "-" else file
    recogniser = make_transcriber(settings, name=transcriber)
    audio = read_audio(_bytes(file), name=name)
    heard = recogniser.transcribe(audio, hints=_hints(settings) if hints else ())
    if not heard.text:
        raise AudioError(
            f"No words were heard in {name}.",
            hint="Speak nearer to the microphone, or in a quieter place.",
        )
    if as_json:
        figures = describe_speech(heard).model_dump(exclude={"transcript", "seconds", "edited"})
        shown = {**heard.model_dump(), "figures": figures}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo(heard.text)


def _hints(settings: Settings) -> Sequence[str]:
    from viva.voice.hints import domain_words
    from viva.wiring import load_chosen_deck

    return domain_words(load_chosen_deck(settings))


def _row(kind: str, offer: "Offer") -> dict[str, object]:
    return {
        "kind": kind,
        "name": offer.name,
        "chosen": offer.is_chosen,
        "about": offer.voice.about if offer.voice else None,
        "problem": str(offer.problem) if offer.problem else None,
    }


def _text(given: str) -> str:
    text = given
    if given == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("The text is not UTF-8.", hint="Convert it to UTF-8.") from error
    if not text.strip():
        raise InputError("There is no text to speak.", hint="Write it in quotes.")
    return text


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error

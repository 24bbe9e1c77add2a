"""Which voices there are, and the ones that the settings choose."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from viva.errors import SettingsError, VivaError
from viva.hookspecs import SpeakerFactory, TranscriberFactory
from viva.plugins import load_plugins, speaker_factories, transcriber_factories
from viva.requirements import NotInstalled
from viva.settings import Settings
from viva.voice.protocols import Speaker, Transcriber

Voice = TypeVar("Voice", Transcriber, Speaker)

_AUTO = "auto"
_LOCAL = "local"
_BROWSER = "browser"


class Offer(NamedTuple):
    """A voice on offer, and what comes of making it."""

    name: str
    voice: Transcriber | Speaker | None
    """None if it cannot be had."""
    problem: VivaError | None
    """Why it cannot."""
    is_chosen: bool


def make_transcriber(settings: Settings, *, name: str = "") -> Transcriber:
    """Return what turns speech to text; ``browser`` stands for the page's own.

    Args:
        settings: Choose it.
        name: Goes before what they say.

    Raises:
        SettingsError: If nobody offers it; names those on offer.
        VivaError: If it cannot be had, such as an extra that is not installed.
    """
    return _make(_transcribers(), name or settings.transcriber, settings, "TRANSCRIBER")


def make_speaker(settings: Settings, *, name: str = "") -> Speaker:
    """Return what turns text to speech; raises and takes what ``make_transcriber`` does."""
    return _make(_speakers(), name or settings.speaker, settings, "SPEAKER")


def list_transcribers(settings: Settings) -> list[Offer]:
    """Return every transcriber that is offered, with why it cannot be had."""
    return list(_offers(_transcribers(), settings.transcriber, settings))


def list_speakers(settings: Settings) -> list[Offer]:
    """Return every speaker that is offered, with why it cannot be had."""
    return list(_offers(_speakers(), settings.speaker, settings))


def _transcribers() -> Mapping[str, TranscriberFactory]:
    return transcriber_factories(load_plugins())


def _speakers() -> Mapping[str, SpeakerFactory]:
    return speaker_factories(load_plugins())


def _make(
    offered: Mapping[str, Callable[[Settings], Voice]], name: str, settings: Settings, variable: str
) -> Voice:
    if name == _AUTO:
        name = _automatic(offered, settings)
    if name not in offered:
        raise SettingsError(
            f"There is no {variable.lower()} named {name!r}.",
            hint=f"Set VIVA_{variable} to one of: {', '.join(sorted(offered))}.",
        )
    return offered[name](settings)


def _automatic(offered: Mapping[str, Callable[[Settings], Voice]], settings: Settings) -> str:
    """Return the name that ``auto`` stands for here."""
    try:
        offered[_LOCAL](settings)
    except NotInstalled:
        return _BROWSER
    return _LOCAL


def _offers(
    offered: Mapping[str, Callable[[Settings], Voice]], chosen: str, settings: Settings
) -> Iterator[Offer]:
    chosen = _automatic(offered, settings) if chosen == _AUTO else chosen
    for name, make in offered.items():
        try:
            voice, problem = make(settings), None
        except VivaError as error:
            voice, problem = None, error
        yield Offer(name, voice, problem, name == chosen)

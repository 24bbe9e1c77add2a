"""Who speaks and who hears in a run, found before anything is spoken."""

import hashlib
from typing import NamedTuple

from viva.domain import Deck
from viva.errors import InputError
from viva.settings import Settings
from viva.voice.hints import domain_words
from viva.voice.protocols import Speaker
from viva.voices import make_speaker, make_transcriber
from viva_eval.voice.ear import Ear
from viva_eval.voice.espeak import ESPEAK, EspeakSpeaker


class Hearing(NamedTuple):
    """The voices, the transcriber and the hints of a run."""

    settings: Settings
    """Name the speaker and the transcriber."""
    voices: tuple[str, ...]
    """The one whose clean speech counts as such comes first."""
    hints: tuple[str, ...]
    """Words of the whole deck."""

    @property
    def identity(self) -> dict[str, str]:
        """Who speaks, who hears, and the hints, for the manifest."""
        told = {f"voice {name}": self._make_speaker(name, 1.0).about for name in self.voices}
        digest = hashlib.sha256("\n".join(self.hints).encode()).hexdigest()
        transcriber = make_transcriber(self.settings)
        return {
            **told,
            f"transcriber {transcriber.name}": transcriber.about,
            "hints": f"{len(self.hints)} words of the deck, SHA-256 {digest[:16]}",
        }

    def make_ear(self, *, seed: int) -> Ear:
        """Return what speaks and hears the samples of the run."""
        return Ear(self._make_speaker, make_transcriber(self.settings), hints=self.hints, seed=seed)

    def _make_speaker(self, voice: str, speed: float) -> Speaker:
        if voice == ESPEAK:
            return EspeakSpeaker(speed)
        return make_speaker(self.settings.model_copy(update={"speech_speed": speed}), name=voice)


def find_hearing(via_voice: str, voices: str, *, settings: Settings, deck: Deck) -> Hearing:
    """Return who speaks and hears, as it was asked for.

    Args:
        via_voice: A name for both, or ``SPEAKER:TRANSCRIBER``.
        voices: Names with commas between them; empty for that speaker and espeak-ng.
        settings: What both are made with.
        deck: Has the words that are given as hints.

    Raises:
        InputError: If a voice is named twice.
        VivaError: If there is no such speaker or transcriber, or it cannot be used; says why.
    """
    speaker, _, transcriber = via_voice.partition(":")
    names = tuple(name.strip() for name in (voices or f"{speaker},{ESPEAK}").split(","))
    if len(set(names)) < len(names) or "" in names:
        raise InputError(
            f"--voices {voices!r} is no list of different names.",
            hint="Write names with commas between them: --voices local,espeak-ng",
        )
    if {*names, transcriber or speaker} & {"auto", "browser"}:
        raise InputError(
            f"--via-voice {via_voice!r} cannot be measured: it works in the page only.",
            hint="Name others; 'viva voice list' shows them.",
        )
    changed = settings.model_copy(
        update={"speaker": speaker, "transcriber": transcriber or speaker}
    )
    hearing = Hearing(changed, names, tuple(domain_words(deck)))
    hearing.identity  # noqa: B018  # finds out now whether all are there
    return hearing

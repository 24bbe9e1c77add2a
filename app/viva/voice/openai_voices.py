"""The voices ``openai``: the audio endpoints of any server with OpenAI's API."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random

from viva.claims import split_sentences
from viva.language_model.audio import AudioServer, Heard
from viva.requirements import NotInstalled
from viva.settings import Settings
from viva.voice.audio import read_audio
from viva.voice.listening import Listening, WindowListening
from viva.voice.protocols import Speaker, Transcriber
from viva.voice.settling import SettlingListening
from viva.voice.stretches import Stretch
from viva.voice.values import HEARING_RATE, Audio, Transcript, Word
from viva.voice.wav import from_wav, to_wav

_HINT_CHARACTERS = 600
"""Whisper reads the last 224 tokens of a prompt; names take about one for three letters."""


class OpenaiTranscriber(Transcriber):
    """Has speech recognised by a server.

    Args:
        settings: The server, the model, and all limits.
        sleep: Waits for so many seconds between tries.
        random: Source of chance; spreads those waits.

    Raises:
        SettingsError: If no server is set up.
    """

    name = "openai"

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Random | None = None,
    ) -> None:
        model = settings.openai_transcribe_model
        self._server = AudioServer(
            settings,
            model=model,
            model_setting="VIVA_OPENAI_TRANSCRIBE_MODEL",
            sleep=sleep,
            random=random,
        )
        self.about = f"{model} at {self._server.host}; the sound is sent there."

    def close(self) -> None:
        """Let go of the connections; calls are no longer possible."""
        self._server.close()

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        """Return what is said; words have times where the server tells them.

        Raises:
            ModelError: If the server gives no answer.
        """
        heard = self._server.transcribe(to_wav(audio), prompt=_prompt(hints))
        return _transcript(heard, seconds=audio.seconds, start=0.0)

    def listen(self, *, hints: Sequence[str] = ()) -> Listening:
        """Begin to hear speech; each stretch is sent once, when a pause has ended it.

        Without the extra ``voice``, which finds pauses, the whole is sent at its end.
        """

        def recognise(stretch: Stretch) -> Transcript:
            wav = to_wav(Audio(stretch.samples, HEARING_RATE))
            heard = self._server.transcribe(wav, prompt=_prompt(hints))
            return _transcript(heard, seconds=stretch.seconds, start=stretch.start)

        try:
            return SettlingListening(recognise)
        except NotInstalled:
            return WindowListening(
                lambda audio: self.transcribe(audio, hints=hints), every=math.inf
            )


class OpenaiSpeaker(Speaker):
    """Has text spoken by a server.

    Args:
        settings: The server, the model, its voice and speed, and all limits.
        sleep: Waits for so many seconds between tries.
        random: Source of chance; spreads those waits.

    Raises:
        SettingsError: If no server is set up.
    """

    name = "openai"

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Random | None = None,
    ) -> None:
        model = settings.openai_speak_model
        self._server = AudioServer(
            settings,
            model=model,
            model_setting="VIVA_OPENAI_SPEAK_MODEL",
            sleep=sleep,
            random=random,
        )
        self._voice = settings.openai_voice
        self._speed = settings.speech_speed
        self.about = f"{model} at {self._server.host}; the text is sent there."

    def close(self) -> None:
        """Let go of the connections; calls are no longer possible."""
        self._server.close()

    def speak(self, text: str) -> Iterator[Audio]:
        """Yield the text as speech, a sentence at a time.

        Raises:
            ModelError: If the server gives no answer.
        """
        for sentence in split_sentences(text):
            spoken = self._server.speak(sentence.text, voice=self._voice, speed=self._speed)
            is_wav = spoken.content.startswith(b"RIFF")
            yield from_wav(spoken.content) if is_wav else read_audio(spoken.content)


def _prompt(hints: Sequence[str]) -> str:
    """Return as many hints, the first before the others, as a recogniser reads."""
    prompt = ""
    for hint in hints:
        longer = f"{prompt}, {hint}" if prompt else hint
        if len(longer) > _HINT_CHARACTERS:
            break
        prompt = longer
    return prompt


def _transcript(heard: Heard, *, seconds: float, start: float) -> Transcript:
    return Transcript(
        text=heard.text.strip(),
        words=tuple(
            Word(
                text=word.word.strip(),
                start=max(start + word.start, 0.0),
                end=max(start + word.end, 0.0),
                confidence=1.0 if word.probability is None else min(max(word.probability, 0), 1),
            )
            for word in heard.words or ()
        ),
        seconds=seconds,
    )

"""The WebSocket over which the page's microphone is heard.

The page sends one JSON text with what it wishes, then 16 kHz mono sound of 16 bits in binary
messages, then the text ``stop``. It gets JSON: ``ready``, ``heard`` (so far), ``turn-over`` (after
a pause), ``limit``, and at the end ``done`` or ``failed``. After a lost connection it sends all of
its sound again, to whichever process answers.
"""

import asyncio
import logging
from typing import NamedTuple

from pydantic import BaseModel, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from viva.domain import Deck, Phase, Session
from viva.errors import InputError, VivaError
from viva.interviewers import Interviewers
from viva.requirements import NotInstalled
from viva.storage import RecordingStore
from viva.voice.audio import LONGEST_RECORDING
from viva.voice.hints import domain_words
from viva.voice.pauses import EndOfTurn
from viva.voice.speech_figures import describe_speech
from viva.voice.values import HEARING_RATE, Audio
from viva.web.visitors import person_of
from viva.web.voice.ear import Ear
from viva.web.voice.keeping import pack
from viva.web.voice.voices import Voices

logger = logging.getLogger(__name__)

_LARGEST = LONGEST_RECORDING * 2 * HEARING_RATE
"""Bytes that may wait for the recogniser."""


class Wishes(BaseModel):
    """How the page wants to be heard."""

    interview: str = ""
    """The interview that is answered; empty for a check of the microphone."""
    pause: float = Field(default=0, ge=0, le=60, allow_inf_nan=False)
    """Pause that ends a turn, in seconds; 0 for none."""
    keep: bool = False
    """Whether the recording is kept."""


class Sound:
    """What has come from the page and was not heard yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._arrived = asyncio.Event()
        self._stopped = False

    async def receive(self, socket: WebSocket) -> None:
        """Take what the page sends until it says to stop.

        Raises:
            WebSocketDisconnect: If the page is gone.
        """
        while not self._stopped:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect
            if piece := message.get("bytes"):
                if len(self._waiting) + len(piece) <= _LARGEST:
                    self._waiting += piece
            elif message.get("text") == "stop":
                self._stopped = True
            self._arrived.set()

    async def take(self) -> bytes | None:
        """Return what has come since the last time, or None once all was taken."""
        await self._arrived.wait()
        piece, self._waiting = bytes(self._waiting), bytearray()
        if not piece and self._stopped:
            return None
        if not self._stopped:
            self._arrived.clear()
        return piece


async def read_wishes(socket: WebSocket) -> Wishes:
    """Return what the page wishes.

    Raises:
        InputError: If that makes no sense.
        WebSocketDisconnect: If the page is gone.
    """
    try:
        return Wishes.model_validate_json(await socket.receive_text())
    except (ValidationError, KeyError) as error:
        raise InputError("The page and the server differ.", hint="Reload the page.") from error


async def hear(socket: WebSocket, ear: Ear) -> None:
    """Hear the page to its end, and tell it what is heard meanwhile.

    Raises:
        VivaError: If the recogniser fails.
        WebSocketDisconnect: If the page is gone.
    """
    sound = Sound()
    receiving = asyncio.create_task(sound.receive(socket))
    try:
        await _follow(socket, sound, ear, receiving)
    finally:
        receiving.cancel()


class _Told(NamedTuple):
    text: str = ""
    over: bool = False


async def _follow(
    socket: WebSocket, sound: Sound, ear: Ear, receiving: "asyncio.Task[None]"
) -> None:
    told = _Told()
    while True:
        taking = asyncio.create_task(sound.take())
        await asyncio.wait({taking, receiving}, return_when=asyncio.FIRST_COMPLETED)
        if receiving.done() and (gone := receiving.exception()):
            taking.cancel()
            raise gone
        piece = await taking
        if piece is None:
            return
        if not piece:
            continue
        heard = await asyncio.to_thread(ear.feed, piece)
        if heard.text != told.text:
            await socket.send_json({"type": "heard", "text": heard.text})
        if heard.turn_over and not told.over:
            await socket.send_json({"type": "turn-over"})
        elif heard.full and not told.over:
            await socket.send_json({"type": "limit", "note": _LIMIT})
        told = _Told(heard.text, heard.turn_over or heard.full)


_LIMIT = (
    f"That was {LONGEST_RECORDING // 60} minutes, the most that one recording holds. "
    "Your text is in the box; press Speak to go on."
)


async def answer_page(socket: WebSocket, interviewers: Interviewers, voices: Voices) -> None:
    """Hear what the page sends, and tell it at the end what was said.

    Raises:
        VivaError: If the page's wishes make no sense, or a voice fails.
        WebSocketDisconnect: If the page is gone.
    """
    wishes = await read_wishes(socket)
    person = person_of(socket)
    session, deck = await asyncio.to_thread(_find, interviewers, person, wishes.interview)
    ear = await asyncio.to_thread(_prepare, voices, deck, wishes.pause)
    await socket.send_json({"type": "ready"})
    await hear(socket, ear)
    transcript = await asyncio.to_thread(ear.finish)
    if not transcript.text.strip():
        await socket.send_json({"type": "done", "text": "", "note": ear.why_nothing()})
        return
    note = ""
    if wishes.keep and session:
        store = RecordingStore(interviewers.database, person)
        note = await asyncio.to_thread(_keep, store, session, ear)
    speech = describe_speech(transcript)
    text = transcript.text.strip()
    done = {"type": "done", "text": text, "speech": speech.model_dump(), "note": note}
    await socket.send_json(done)


def _find(interviewers: Interviewers, person: str, session_id: str) -> tuple[Session | None, Deck]:
    if not session_id:
        return None, interviewers.of(person).deck
    interviewer = interviewers.of_session(person, session_id)
    return interviewer.load(session_id), interviewer.deck


def _prepare(voices: Voices, deck: Deck, pause: float) -> Ear:
    # The words of the whole deck: those of the one question could write an answer that was not
    # given.
    listening = voices.transcriber().listen(hints=domain_words(deck))
    return Ear(listening, _end_of_turn(pause))


def _end_of_turn(pause: float) -> EndOfTurn | None:
    try:
        return EndOfTurn(pause) if pause else None
    except NotInstalled as error:  # the speaker then ends the turn
        logger.info("pauses are not noticed: %s", error)
        return None


def _keep(store: RecordingStore, session: Session, ear: Ear) -> str:
    """Keep a recording; return what to tell the person if that fails: the text must not be lost."""
    audio = Audio(ear.samples, HEARING_RATE)
    content, media_type = pack(audio)
    try:
        store.add(
            session.id,
            content,
            position=len(session.turns) - 1,
            part=int(session.phase is Phase.FOLLOW_UP),
            seconds=audio.seconds,
            media_type=media_type,
        )
    except VivaError as error:
        return f"The recording could not be kept: {error}"
    return ""

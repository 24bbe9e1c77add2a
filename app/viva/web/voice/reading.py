"""Routes for reading aloud: the sentences of a passage, and each of them as sound.

A browser names an interview, a turn and a passage that the page shows; it cannot have any other
text spoken.
"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from viva.errors import NotFoundError
from viva.interviewers import Interviewers
from viva.voice.values import join_audio
from viva.voice.wav import to_wav
from viva.web.visitors import person_of
from viva.web.voice.aloud import SAMPLE, sentences
from viva.web.voice.voices import Voices


def reading_routes(interviewers: Interviewers, voices: Voices) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    def passage(request: Request, session_id: str, position: int, name: str) -> tuple[str, ...]:
        interviewer = interviewers.of_session(person_of(request), session_id)
        return sentences(interviewer.load(session_id), interviewer.deck, position, name)

    def sound(said: tuple[str, ...], number: int) -> Response:
        if not 0 <= number < len(said):
            raise NotFoundError("There is no such sentence.", hint="Reload the page.")
        audio = join_audio(list(voices.speaker().speak(said[number])))
        # Kept by nobody: what is said of an answer changes when it is graded anew.
        return Response(
            to_wav(audio), media_type="audio/wav", headers={"Cache-Control": "no-store"}
        )

    @router.get("/sample")
    def sample() -> JSONResponse:
        return JSONResponse({"sentences": SAMPLE})

    @router.get("/sample/{number}.wav")
    def sample_sound(number: int) -> Response:
        return sound(SAMPLE, number)

    @router.get("/say/{session_id}/{position}/{name}")
    def say(request: Request, session_id: str, position: int, name: str) -> JSONResponse:
        return JSONResponse({"sentences": passage(request, session_id, position, name)})

    @router.get("/say/{session_id}/{position}/{name}/{number}.wav")
    def say_sound(
        request: Request, session_id: str, position: int, name: str, number: int
    ) -> Response:
        return sound(passage(request, session_id, position, name), number)

    return router

"""What the page's scripts ask the server for."""

import logging
from contextlib import suppress
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from viva.errors import NotFoundError, VivaError
from viva.interviewers import Interviewers
from viva.voice.audio import LONGEST_RECORDING
from viva.web.voice.reading import reading_routes
from viva.web.voice.recordings import recording_routes
from viva.web.voice.socket import answer_page
from viva.web.voice.voices import Voices

logger = logging.getLogger(__name__)

_FAILED = "Listening failed on the server. What was understood so far is in the box."


def voice_routes(interviewers: Interviewers, voices: Voices) -> APIRouter:
    """Return the routes below ``/voice``.

    Args:
        interviewers: Find the interview that is spoken in or read aloud.
        voices: Who hears and who speaks.
    """
    router = APIRouter(prefix="/voice")
    router.include_router(reading_routes(interviewers, voices))
    router.include_router(recording_routes(interviewers))
    scripts = {
        script.name: script.read_bytes()
        for script in files("viva.web.voice").joinpath("scripts").iterdir()
        if script.name.endswith(".js")
    }

    @router.get("/options")
    def options() -> JSONResponse:
        return JSONResponse({**voices.describe(), "longest": LONGEST_RECORDING})

    @router.get("/scripts/{name}")
    def script(name: str) -> Response:
        if name not in scripts:
            raise NotFoundError("There is no such script.", hint="Reload the page.")
        # Asked for anew each time, so that scripts and server never differ after an update.
        return Response(
            scripts[name],
            media_type="text/javascript; charset=utf-8",
            headers={"Cache-Control": "no-cache"},
        )

    @router.websocket("/listen")
    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await answer_page(socket, interviewers, voices)
        except WebSocketDisconnect:
            return  # the page connects again, or is gone
        except VivaError as error:
            await _fail(socket, str(error))
        except Exception:
            logger.exception("listening failed")
            await _fail(socket, _FAILED)
        else:
            await socket.close()

    return router


async def _fail(socket: WebSocket, note: str) -> None:
    """Tell the page of a failure, if it is still there."""
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json({"type": "failed", "note": note})
        await socket.close()

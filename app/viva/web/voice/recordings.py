"""Routes for the recordings that a person kept: played and deleted by nobody else."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from viva.interviewers import Interviewers
from viva.storage import RecordingStore
from viva.web.visitors import person_of


def recording_routes(interviewers: Interviewers) -> APIRouter:
    """Return the routes below ``/recordings``.

    Another site's page cannot call the deleting ones: a browser asks first whether it may send
    ``DELETE`` there, and nothing here says yes.
    """
    router = APIRouter(prefix="/recordings")

    def own(request: Request) -> RecordingStore:
        return RecordingStore(interviewers.database, person_of(request))

    @router.get("/{recording_id}")
    def play(request: Request, recording_id: str) -> Response:
        audio, media_type = own(request).load(recording_id)
        return Response(
            audio,
            media_type=media_type,
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )

    @router.delete("/{recording_id}")
    def delete(request: Request, recording_id: str) -> JSONResponse:
        own(request).delete(recording_id)
        return JSONResponse({"deleted": 1})

    @router.delete("")
    def delete_all(request: Request) -> JSONResponse:
        return JSONResponse({"deleted": own(request).delete_all()})

    return router

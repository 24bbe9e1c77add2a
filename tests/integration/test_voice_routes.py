"""The routes that the page's scripts for voice ask, over a real interview and a scripted voice."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from builders import NOON
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from viva.errors import SettingsError
from viva.events import AnswerGiven, FollowUpDeclined
from viva.interviewers import Interviewers
from viva.storage import LOCAL_PERSON, RecordingStore
from viva.storage.tables import PersonRow
from viva.voice.protocols import Speaker, Transcriber
from viva.voice.values import HEARING_RATE, Audio, Transcript
from viva.voice.wav import from_wav
from viva.web.screen import show
from viva.web.server import build_app
from viva.web.voice.spoken import read_spoken
from viva.web.voice.voices import Once, Voices


class Counter(Transcriber):
    """Hears nothing but how many seconds there were, and which hints it was given."""

    name = "counter"
    about = "Counts seconds."

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        loud = float(np.abs(audio.samples).max(initial=0)) > 0.1
        said = f"{audio.seconds:.0f} seconds, {len(hints) > 20}" if loud else ""
        return Transcript(text=said, seconds=audio.seconds)


class Hum(Speaker):
    """Speaks each letter as a hundredth of a second."""

    name = "hum"
    about = "Hums."

    def speak(self, text: str) -> Iterator[Audio]:
        yield Audio(np.full(len(text) * 160, 0.2, dtype=np.float32), HEARING_RATE)


def absent() -> Transcriber:
    raise SettingsError("There is no transcriber.", hint="Install one.")


VOICES = Voices(Once(Counter), Once(Hum), pause=4)
SECOND = (np.full(HEARING_RATE, 0.3) * 32767).astype("<i2").tobytes()


@contextmanager
def client_of(interviewers: Interviewers, voices: Voices) -> Iterator[TestClient]:
    app = build_app(interviewers, voices)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def client(interviewers: Interviewers) -> Iterator[TestClient]:
    with interviewers.database.begin() as rows:
        rows.add(PersonRow(id="other", name="Other", key="other", created_at=NOON))
    with client_of(interviewers, VOICES) as client:
        yield client


@pytest.fixture
def session_id(interviewers: Interviewers) -> str:
    interviewer = interviewers.of(LOCAL_PERSON)
    return interviewer.start_on((interviewer.deck.questions[0].id,)).id


def listen(client: TestClient, sound: bytes, **wishes: object) -> list[dict[str, object]]:
    """Return all that the page is told."""
    told = []
    with client.websocket_connect("ws://127.0.0.1/voice/listen") as socket:
        socket.send_json(wishes)
        socket.send_bytes(sound)
        socket.send_text("stop")
        try:
            while True:
                told.append(socket.receive_json())
        except WebSocketDisconnect:
            return told


def test_the_page_is_told_what_is_heard_meanwhile_and_at_the_end(client: TestClient) -> None:
    told = listen(client, SECOND * 3)
    assert [message["type"] for message in told] == ["ready", "heard", "done"]
    assert told[-1]["text"] == "3 seconds, True"  # the whole deck's words were given as hints
    speech = told[-1]["speech"]
    assert isinstance(speech, dict)
    assert speech["seconds"] == 3


def test_a_recording_is_kept_only_if_that_is_wanted(
    client: TestClient, interviewers: Interviewers, session_id: str
) -> None:
    store = RecordingStore(interviewers.database)
    listen(client, SECOND, interview=session_id)
    assert store.of_session(session_id) == ()
    listen(client, SECOND * 2, interview=session_id, keep=True)
    (kept,) = store.of_session(session_id)
    assert (kept.position, kept.part, kept.seconds) == (0, 0, 2)
    reply = client.get(f"/voice/recordings/{kept.id}")
    assert reply.headers["content-type"] == "audio/mpeg"
    assert client.delete(f"/voice/recordings/{kept.id}").json() == {"deleted": 1}
    assert client.get(f"/voice/recordings/{kept.id}").status_code == 404


def test_another_persons_recording_and_interview_are_not_there(
    client: TestClient, interviewers: Interviewers
) -> None:
    interviewer = interviewers.of("other")
    session = interviewer.start_on((interviewer.deck.questions[0].id,))
    kept = RecordingStore(interviewers.database, "other").add(
        session.id, b"sound", position=0, part=0, seconds=1, media_type="audio/mpeg"
    )
    assert client.get(f"/voice/recordings/{kept}").status_code == 404
    assert client.delete(f"/voice/recordings/{kept}").status_code == 404
    assert client.delete("/voice/recordings").json() == {"deleted": 0}
    assert client.get(f"/voice/say/{session.id}/0/question").status_code == 404
    (told,) = listen(client, SECOND, interview=session.id, keep=True)
    assert told["type"] == "failed"


def test_silence_gives_a_word_and_no_text(client: TestClient) -> None:
    told = listen(client, bytes(32_000))
    assert told[-1]["text"] == ""
    assert "Nothing was heard" in str(told[-1]["note"])


@pytest.mark.parametrize("wishes", [{"pause": -1}, {"pause": "NaN"}, {"keep": "perhaps"}])
def test_wishes_that_make_no_sense_are_refused(
    client: TestClient, wishes: dict[str, object]
) -> None:
    (told,) = listen(client, SECOND, **wishes)
    assert told["type"] == "failed"


def test_a_voice_that_is_not_installed_is_explained_everywhere(
    interviewers: Interviewers, session_id: str
) -> None:
    with client_of(interviewers, Voices(Once(absent), Once(Hum))) as client:
        options = client.get("/voice/options").json()
        (told,) = listen(client, SECOND)
    assert "Install one" in options["transcriber"]["problem"]
    assert told == {"type": "failed", "note": "There is no transcriber. Install one."}


def test_only_what_the_page_shows_is_read_aloud(
    client: TestClient, interviewers: Interviewers, session_id: str
) -> None:
    said = client.get(f"/voice/say/{session_id}/0/question").json()["sentences"]
    question = interviewers.of(LOCAL_PERSON).deck.questions[0].text
    assert " ".join(said).endswith(" ".join(question.split()))
    sound = client.get(f"/voice/say/{session_id}/0/question/0.wav")
    assert len(from_wav(sound.content).samples) == 160 * len(said[0])
    for absent_passage in ("0/feedback", "0/reply1", "1/question", "0/Say%20this"):
        assert client.get(f"/voice/say/{session_id}/{absent_passage}").status_code == 404
        assert client.get(f"/voice/say/{session_id}/{absent_passage}/0.wav").status_code == 404
    assert client.get(f"/voice/say/{session_id}/0/question/99.wav").status_code == 404


def test_a_spoken_answer_shows_its_figures_and_recordings_when_graded(
    client: TestClient, interviewers: Interviewers, session_id: str
) -> None:
    told = listen(client, SECOND, interview=session_id, keep=True)
    interviewer = interviewers.of_session(LOCAL_PERSON, session_id)
    session = interviewer.load(session_id)
    speech = read_spoken(json.dumps([told[-1]["speech"]]), "1 seconds, True")
    session = interviewer.grade(interviewer.apply(session, AnswerGiven("1 seconds, True", speech)))
    assert "v-figures" not in show(session, interviewer).conversation
    session = interviewer.apply(session, FollowUpDeclined())
    shown = show(session, interviewer).conversation
    assert "v-figures" in shown
    assert shown.count("voice/recordings/") == 1

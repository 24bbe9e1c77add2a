import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random
from typing import TypeVar

import numpy as np
import pytest
from scripted_server import Reply, ScriptedServer, fail, html, say
from speech import noise, silence, spoken, tone

from viva.errors import ModelRejected, ModelUnreachable, SettingsError
from viva.settings import Settings, load_settings
from viva.voice.audio import resample
from viva.voice.openai_voices import OpenaiSpeaker, OpenaiTranscriber
from viva.voice.values import HEARING_RATE, Audio
from viva.voice.wav import from_wav, to_wav

WORDS = [
    {"word": "Cache", "start": 0.1, "end": 0.5},
    {"word": "it.", "start": 0.5, "end": 0.9, "probability": 0.75},
]
HEARD = Reply(body=json.dumps({"text": " Cache it. ", "duration": 1, "words": WORDS}).encode())
KEY = "sk-test-0123456789"


def settings_for(server: ScriptedServer, **fields: object) -> Settings:
    return load_settings(OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY, **fields)


Made = TypeVar("Made", OpenaiTranscriber, OpenaiSpeaker)
Make = Callable[..., Made]


@pytest.fixture
def transcriber() -> Iterator[Make[OpenaiTranscriber]]:
    yield from makers(OpenaiTranscriber)


@pytest.fixture
def speaker() -> Iterator[Make[OpenaiSpeaker]]:
    yield from makers(OpenaiSpeaker)


def makers(kind: type[Made]) -> Iterator[Make[Made]]:
    """A function that makes voices of a server, which are closed after the test."""
    with ExitStack() as stack:

        def make(server: ScriptedServer, **fields: object) -> Made:
            voice = kind(settings_for(server, **fields), sleep=lambda _: None, random=Random(1))
            stack.callback(voice.close)
            return voice

        yield make


def sound_reply(audio: Audio) -> Reply:
    return Reply(body=to_wav(audio), content_type="audio/wav")


def test_sound_is_sent_with_hints_and_comes_back_as_words_with_times(
    transcriber: Make[OpenaiTranscriber],
) -> None:
    with ScriptedServer([HEARD], key=KEY) as server:
        voice = transcriber(server, openai_transcribe_model="whisper-1")
        heard = voice.transcribe(tone(1), hints=("SMOTE", "k-anonymity"))
        assert "whisper-1 at 127.0.0.1" in voice.about
        assert "sent there" in voice.about
    sent = server.requests[0].json
    assert server.requests[0].path == "/v1/audio/transcriptions"
    assert from_wav(sent["file"]).samples == pytest.approx(tone(1).samples, abs=1e-3)
    assert (sent["model"], sent["prompt"], sent["language"]) == (
        "whisper-1",
        "SMOTE, k-anonymity",
        "en",
    )
    assert heard.text == "Cache it."
    assert [(word.text, word.start, word.confidence) for word in heard.words] == [
        ("Cache", 0.1, 1.0),
        ("it.", 0.5, 0.75),
    ]
    assert heard.seconds == 1


def test_a_server_that_tells_no_times_is_asked_for_the_text_alone_from_then_on(
    transcriber: Make[OpenaiTranscriber],
) -> None:
    unfit = fail(400, "response_format 'verbose_json' is not compatible", param="response_format")
    with ScriptedServer([unfit, say("Cache it.")]) as server:
        voice = transcriber(server)
        assert voice.transcribe(tone(1)).words == ()
        assert voice.transcribe(tone(1)).text == "Cache it."
    formats = [request.json["response_format"] for request in server.requests]
    assert formats == ["verbose_json", "json", "json"]


def test_only_as_many_hints_are_sent_as_are_read(transcriber: Make[OpenaiTranscriber]) -> None:
    with ScriptedServer([HEARD]) as server:
        transcriber(server).transcribe(tone(1), hints=[f"word{number}" for number in range(500)])
    prompt = server.requests[0].json["prompt"]
    assert prompt.startswith("word0, word1, ")
    assert 500 < len(prompt) <= 600
    assert not prompt.endswith(", ")


def test_what_is_said_is_heard_stretch_by_stretch_and_each_is_sent_once(
    transcriber: Make[OpenaiTranscriber],
) -> None:
    speech = resample(spoken("We cache it for an hour.")).samples
    sound = np.concatenate([speech, silence(3).samples, speech, silence(3).samples])
    with ScriptedServer([HEARD]) as server:
        listening = transcriber(server).listen()
        pieces = [sound[start : start + 8_000] for start in range(0, len(sound), 8_000)]
        partials = [listening.feed(piece).text for piece in pieces]
        final = listening.finish()
    assert len(server.requests) == 2
    assert list(dict.fromkeys(partials)) == ["", "Cache it.", "Cache it. Cache it."]
    assert final.text == "Cache it. Cache it."
    assert final.words[2].start > 3


def test_a_text_is_spoken_a_sentence_a_request(speaker: Make[OpenaiSpeaker]) -> None:
    with ScriptedServer([sound_reply(tone(1, rate=24_000))], key=KEY) as server:
        voice = speaker(server, openai_voice="nova", speech_speed=1.5)
        sounds = list(voice.speak("How would you cache it? Take your time."))
        assert "text is sent there" in voice.about
    assert [sound.sample_rate for sound in sounds] == [24_000, 24_000]
    assert server.requests[0].path == "/v1/audio/speech"
    assert [request.json["input"] for request in server.requests] == [
        "How would you cache it?",
        "Take your time.",
    ]
    first = server.requests[0].json
    assert (first["voice"], first["speed"], first["response_format"]) == ("nova", 1.5, "wav")


def test_a_server_that_takes_no_speed_and_no_format_speaks_all_the_same(
    speaker: Make[OpenaiSpeaker],
) -> None:
    refused = fail(400, "Unknown parameter: 'speed'.", param="speed")
    replies = [refused, refused, sound_reply(tone(1))]
    with ScriptedServer(replies) as server:
        assert len(list(speaker(server, speech_speed=1.5).speak("Hello."))) == 1
    assert set(server.requests[-1].json) == {"input", "model", "voice"}


def test_what_may_pass_is_tried_again(transcriber: Make[OpenaiTranscriber]) -> None:
    with ScriptedServer([fail(503), fail(429), HEARD]) as server:
        assert transcriber(server).transcribe(tone(1)).text == "Cache it."
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (fail(401, "Incorrect API key", code="invalid_api_key"), ModelRejected, "take the key"),
        (fail(404, "no such model"), ModelRejected, "has no model"),
        (fail(500), ModelUnreachable, "status 500"),
        (html(), ModelUnreachable, "text/html"),
        (Reply(body=b"", content_type="audio/wav"), ModelUnreachable, "sent audio/wav"),
    ],
)
def test_failures_are_told_in_words_without_the_key(
    transcriber: Make[OpenaiTranscriber],
    speaker: Make[OpenaiSpeaker],
    reply: Reply,
    kind: type[Exception],
    words: str,
) -> None:
    with ScriptedServer([reply]) as server:
        uses = {
            "TRANSCRIBE": lambda: transcriber(server).transcribe(noise(1)),
            "SPEAK": lambda: list(speaker(server).speak("Hello.")),
        }
        for name, use in uses.items():
            with pytest.raises(kind, match=words) as caught:
                use()
            assert KEY not in str(caught.value)
            if "no model" in words:
                assert f"VIVA_OPENAI_{name}_MODEL" in str(caught.value)


def test_without_a_server_the_setting_that_is_missing_is_named() -> None:
    bare = load_settings(OPENAI_BASE_URL="", OPENAI_API_KEY="")
    for make in (OpenaiTranscriber, OpenaiSpeaker):
        with pytest.raises(SettingsError) as caught:
            make(bare)
        assert "OPENAI_API_KEY" in caught.value.hint


def test_the_rate_that_recognisers_hear_is_what_is_sent_from_a_stretch(
    transcriber: Make[OpenaiTranscriber],
) -> None:
    with ScriptedServer([HEARD]) as server:
        listening = transcriber(server).listen()
        listening.feed(resample(spoken("We cache it for an hour.")).samples)
        listening.finish()
    assert from_wav(server.requests[0].json["file"]).sample_rate == HEARING_RATE

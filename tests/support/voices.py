"""Speech for tests: spoken by two voices, fed to Chromium's fake microphone, heard back."""

import subprocess
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from viva.settings import load_settings
from viva.voice.audio import resample
from viva.voice.local_speaker import LocalSpeaker
from viva.voice.values import Audio, join_audio
from viva.voice.wav import from_wav, to_wav

RATE = 48_000
"""Samples a second of the fake microphone's files, in Hz."""

CAPTURE = """
() => {
  window.heardAloud = [];
  window.soundsStarted = 0;
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.soundsStarted++;
    if (!this.captured) {
      this.captured = true;
      const context = new AudioContext({ sampleRate: 16000 });
      const source = context.createMediaElementSource(this);
      const tap = context.createScriptProcessor(4096, 1, 1);
      tap.onaudioprocess = ({ inputBuffer }) => {
        if (!this.paused) window.heardAloud.push(...inputBuffer.getChannelData(0));
      };
      source.connect(tap).connect(context.destination);
      source.connect(context.destination);
    }
    return play.call(this);
  };
}
"""
"""A script that keeps all sound that the page plays."""


def speak(text: str, voice: str = "local") -> Audio:
    """Return a text as speech of one of two voices, ``local`` or ``espeak-ng``."""
    if voice == "local":
        return join_audio(list(LocalSpeaker(load_settings()).speak(text)))
    spoken = subprocess.run(
        ["espeak-ng", "-v", "en-us", "-s", "150", "--stdout", text], capture_output=True, check=True
    )
    return from_wav(spoken.stdout)


def microphone_file(path: Path, *parts: Audio | float) -> Path:
    """Write what the fake microphone plays once: sounds, and silences in seconds."""
    sounds = [
        resample(part, RATE).samples
        if isinstance(part, Audio)
        else np.zeros(round(part * RATE), dtype=np.float32)
        for part in parts
    ]
    path.write_bytes(to_wav(Audio(np.concatenate(sounds), RATE)))
    return path


def heard_aloud(page: Page) -> Audio:
    """Return all sound that the page has played, and forget it."""
    samples = page.evaluate("window.heardAloud.splice(0)")
    return Audio(np.array(samples, dtype=np.float32), 16_000)

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from speech import tone

from viva.errors import InputError, SettingsError
from viva.settings import Settings, load_settings
from viva.voices import list_speakers, list_transcribers, make_speaker, make_transcriber

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "viva-parrot"


def test_voices_on_offer_say_where_sound_and_text_go_or_what_they_lack() -> None:
    bare = Settings(openai_api_key="", openai_base_url="")  # type: ignore[arg-type]  # as a variable
    for offers in (list_transcribers(bare), list_speakers(bare)):
        assert [offer.name for offer in offers] == ["local", "openai", "browser"]
        local, openai, browser = offers
        assert local.is_chosen
        assert local.voice is not None
        assert "this machine" in local.voice.about
        assert openai.voice is None
        assert "OPENAI_API_KEY" in str(openai.problem)
        assert browser.voice is not None
        assert "maker" in browser.voice.about


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of docs/voice.md, installed by pip."""
    target = tmp_path / "installed"
    source = tmp_path / "source"  # which the build writes into
    shutil.copytree(EXAMPLE, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(target)]
    subprocess.run([*command, str(source)], check=True)
    monkeypatch.syspath_prepend(target)


def test_the_example_plugin_is_installed_chosen_and_used(
    parrot: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_TRANSCRIBER", "parrot")
    monkeypatch.setenv("VIVA_SPEAKER", "parrot")
    settings = load_settings()
    assert [offer.name for offer in list_transcribers(settings) if offer.is_chosen] == ["parrot"]
    heard = make_transcriber(settings).transcribe(tone(2))
    assert (heard.text, heard.seconds) == ("You said something for 2 seconds.", 2)
    said = list(make_speaker(settings).speak("Two words"))
    assert [sound.seconds for sound in said] == pytest.approx([0.2, 0.2])
    listening = make_transcriber(settings).listen()
    assert listening.feed(tone(1).samples).text == "You said something for 1 seconds."
    assert listening.finish().text == "You said something for 1 seconds."


def test_a_voice_that_nobody_offers_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingsError, match="no transcriber named 'owl'") as caught:
        make_transcriber(load_settings(transcriber="owl"))
    assert "VIVA_TRANSCRIBER" in caught.value.hint
    assert "local" in caught.value.hint


def test_the_browsers_own_voices_say_that_they_work_in_the_page_only() -> None:
    settings = load_settings(transcriber="browser", speaker="browser")
    with pytest.raises(InputError, match="in the page only"):
        make_transcriber(settings).transcribe(tone(1))
    with pytest.raises(InputError, match="in the page only"):
        make_speaker(settings).speak("Hello.")

"""A person speaks answers and has the interview read aloud, with a fake microphone."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import jiwer
import pytest
from axe_playwright_python.sync_playwright import Axe
from live_server import OTHER_NAME, LaunchChromium, OpenPage, Server, opening_pages
from playwright.sync_api import Locator, Page, expect
from voices import CAPTURE, heard_aloud, microphone_file, speak

from viva.claims import words
from viva.settings import load_settings
from viva.voice.audio import read_audio
from viva.voice.local_transcriber import LocalTranscriber
from viva.voice.values import Audio

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
ANSWER = (
    "I would watch the live error of the model and set alerts on drift. "
    "Then I would retrain the model on fresh data every week."
)
PATIENCE = 90_000
"""Milliseconds that a recogniser may take on a busy machine."""

Hear = Callable[..., OpenPage]
"""Opens pages of a browser whose microphone plays a file: ``hear(path, *arguments)``."""


@pytest.fixture
def hear(launch_chromium: LaunchChromium, server: Server) -> Iterator[Hear]:
    with ExitStack() as open_now:

        def launch(file: Path | None, *arguments: str) -> OpenPage:
            played = [f"--use-file-for-fake-audio-capture={file}%noloop"] if file else []
            fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
            browser = launch_chromium(*(fake if file else []), *played, *arguments)
            open_now.callback(browser.close)
            return open_now.enter_context(opening_pages(browser, server))

        yield launch


@pytest.fixture(scope="module")
def spoken_answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A microphone that hears the answer and then silence."""
    return microphone_file(tmp_path_factory.mktemp("voice") / "a.wav", 1.0, speak(ANSWER), 60.0)


@pytest.fixture(scope="module")
def transcriber() -> LocalTranscriber:
    return LocalTranscriber(load_settings())


def box(page: Page) -> Locator:
    return page.locator("#viva-answer textarea")


def bar(page: Page, name: str) -> Locator:
    return page.locator(f".v-voice .{name}")


def start(page: Page) -> None:
    page.locator("#viva-start").click()
    expect(box(page)).to_be_focused()
    expect(bar(page, "v-mic")).to_be_visible()


def wait_until_ready(page: Page) -> str:
    """Wait until the transcript is in the box, and return what is there."""
    expect(bar(page, "v-mic-word")).to_have_text("Speak", timeout=PATIENCE)
    return box(page).input_value()


def errors(expected: str, said: str) -> float:
    """Return the word error rate."""
    return jiwer.wer(" ".join(words(expected)), " ".join(words(said)))


def wait_for_silence(page: Page) -> None:
    page.wait_for_function("window.soundsStarted > 0", timeout=PATIENCE)
    expect(bar(page, "v-hush")).to_be_hidden(timeout=PATIENCE)


def card_is_shown(page: Page) -> None:
    expect(page.locator("#viva-next, #viva-decline").and_(page.locator(":visible"))).to_be_visible()
    if page.locator("#viva-decline").is_visible():
        page.locator("#viva-decline").click()
    expect(page.locator("#viva-next")).to_be_visible()


def test_a_question_is_heard_answered_by_voice_graded_and_its_feedback_heard(
    hear: Hear, spoken_answer: Path, transcriber: LocalTranscriber
) -> None:
    page = hear(spoken_answer)(script=f"({CAPTURE})()")
    page.evaluate("localStorage.setItem('viva.voice', JSON.stringify({ aloud: true, keep: true }))")
    page.reload()
    start(page)
    question = page.locator(".v-question h2").inner_text()
    expect(page.locator(".v-voice .v-caption")).to_be_visible()
    wait_for_silence(page)
    heard = transcriber.transcribe(heard_aloud(page)).text
    assert errors(question, heard[-len(question) :]) < 0.5, heard

    box(page).fill("Typed before.")
    bar(page, "v-mic").click()
    expect(bar(page, "v-mic-word")).to_have_text("Stop")
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    said = wait_until_ready(page)  # the pause after it ends the turn
    assert said.startswith("Typed before. ")
    assert errors(ANSWER, said.removeprefix("Typed before. ")) < 0.25, said
    expect(page.locator(".v-you")).to_have_count(0)  # nothing is sent by itself
    expect(box(page)).to_be_focused()

    page.keyboard.type(" And that is all.")
    page.locator("#viva-send").click()
    expect(page.locator(".v-you").first).to_contain_text("And that is all.")
    page.evaluate("window.soundsStarted = 0")
    card_is_shown(page)
    wait_for_silence(page)
    heard = transcriber.transcribe(heard_aloud(page)).text.lower()
    assert "point" in heard, heard

    spoken = page.locator(".v-spoken").last
    expect(spoken).to_contain_text("None of this counts toward your score")
    rate = spoken.locator("dd").first.inner_text()
    assert 60 < float(rate) < 300
    spoken.locator("summary").click()
    assert errors(ANSWER, spoken.locator(".v-verbatim").inner_text()) < 0.25
    check_recording(page, transcriber)


def check_recording(page: Page, transcriber: LocalTranscriber) -> None:
    """It is played beside the transcript, holds the answer, and can be deleted."""
    recording = page.locator(".v-recording audio")
    address = recording.get_attribute("src") or ""
    kept = page.request.get(page.url.partition("?")[0] + address)
    assert kept.headers["content-type"] == "audio/mpeg"
    # Without the deck's words as hints, more is misheard.
    assert errors(ANSWER, transcriber.transcribe(read_audio(kept.body())).text) < 0.5
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete the recording").click()
    expect(page.locator(".v-recording")).to_be_hidden()
    assert page.request.get(page.url.partition("?")[0] + address).status == 404
    page.reload()
    expect(page.locator(".v-spoken")).to_be_visible()
    expect(page.locator(".v-recording")).to_have_count(0)


def test_another_voice_is_understood_too(hear: Hear, tmp_path: Path) -> None:
    file = microphone_file(tmp_path / "b.wav", 1.0, speak(ANSWER, "espeak-ng"), 60.0)
    page = hear(file)()
    start(page)
    bar(page, "v-mic").click()
    assert errors(ANSWER, wait_until_ready(page)) < 0.6
    page.keyboard.press("Control+Enter")
    card_is_shown(page)
    expect(page.locator(".v-card")).to_be_visible()


def test_everything_works_by_keyboard(hear: Hear, spoken_answer: Path) -> None:
    page = hear(spoken_answer)()
    start(page)
    page.keyboard.down("F2")  # held while speaking
    expect(bar(page, "v-mic-word")).to_have_text("Stop")
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    page.keyboard.up("F2")
    assert "would" in wait_until_ready(page)
    box(page).fill("")
    page.keyboard.press("F2")  # once to start …
    expect(bar(page, "v-mic-word")).to_have_text("Stop")
    page.keyboard.press("Control+Enter")  # nothing is sent before the words are there
    expect(page.locator(".v-you")).to_have_count(0)
    wait_until_ready(page)
    tab_to(page, "v-aloud")
    page.keyboard.press("Enter")
    expect(bar(page, "v-hush")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar(page, "v-hush")).to_be_hidden()
    tab_to(page, "v-voice-open")
    page.keyboard.press("Enter")
    expect(page.locator("#v-voice-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#v-voice-panel")).to_be_hidden()


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.classList.contains(name)", name):
            return
    raise AssertionError(f"the tab key does not reach {name}")


def test_starting_to_speak_stops_the_reading_at_once(hear: Hear, spoken_answer: Path) -> None:
    page = hear(spoken_answer)(script=f"({CAPTURE})()")
    start(page)
    bar(page, "v-aloud").click()
    page.wait_for_function("window.soundsStarted > 0", timeout=PATIENCE)
    bar(page, "v-mic").click()
    expect(bar(page, "v-hush")).to_be_hidden(timeout=500)
    expect(page.locator(".v-voice .v-caption")).to_be_hidden()
    expect(bar(page, "v-mic-word")).to_have_text("Stop")


def test_a_lost_connection_loses_no_word(hear: Hear, server: Server, tmp_path: Path) -> None:
    first, second = ANSWER[: ANSWER.index(".") + 1], ANSWER[ANSWER.index(".") + 2 :]
    file = microphone_file(tmp_path / "c.wav", 1.0, speak(first), 1.0, speak(second), 60.0)
    page = hear(file)()
    start(page)
    bar(page, "v-mic").click()
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    server.kill()
    expect(bar(page, "v-voice-note")).to_contain_text("The connection is lost. Go on speaking")
    server.start()
    assert errors(ANSWER, wait_until_ready(page)) < 0.25


def test_without_a_connection_what_was_understood_is_kept(
    hear: Hear, server: Server, spoken_answer: Path
) -> None:
    page = hear(spoken_answer)()
    start(page)
    bar(page, "v-mic").click()
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    server.kill()
    try:
        bar(page, "v-mic").click()
        expect(bar(page, "v-mic-word")).to_have_text("Writing it down …")
        bar(page, "v-mic").click()  # do not wait for it
        assert "would" in wait_until_ready(page)
        expect(bar(page, "v-voice-note")).to_contain_text("its end may be missing")
    finally:
        server.start()


def test_a_page_that_is_closed_while_one_speaks_has_the_words_when_it_is_opened_again(
    hear: Hear, spoken_answer: Path
) -> None:
    page = hear(spoken_answer)()
    start(page)
    bar(page, "v-mic").click()
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    page.reload()
    expect(box(page)).to_have_value(re.compile("would"))


def test_a_refused_microphone_is_explained(hear: Hear) -> None:
    page = hear(None, "--use-fake-device-for-media-stream", "--deny-permission-prompts")()
    start(page)
    box(page).fill("Typed")
    bar(page, "v-mic").click()
    expect(bar(page, "v-voice-note")).to_contain_text("does not let this page use the microphone")
    expect(bar(page, "v-mic-word")).to_have_text("Speak")
    expect(box(page)).to_have_value("Typed")


def test_a_machine_without_a_microphone_is_told_so(hear: Hear) -> None:
    page = hear(None, "--use-fake-ui-for-media-stream")()
    start(page)
    bar(page, "v-mic").click()
    expect(bar(page, "v-voice-note")).to_contain_text("No microphone was found")


def test_at_an_address_without_https_the_page_says_why_there_is_no_microphone(
    hear: Hear, server: Server, spoken_answer: Path
) -> None:
    elsewhere = OTHER_NAME
    page = hear(spoken_answer, f"--host-resolver-rules=MAP {elsewhere} 127.0.0.1")(
        address=server.url.replace("127.0.0.1", elsewhere)
    )
    page.locator("#viva-start").click()
    bar(page, "v-mic").click()
    expect(bar(page, "v-voice-note")).to_contain_text("works only over https or on localhost")


def test_silence_and_noise_are_told_apart(hear: Hear, tmp_path: Path) -> None:
    import numpy as np

    hiss = np.random.default_rng(1).normal(0, 0.1, 48_000 * 3).astype(np.float32)
    page = hear(microphone_file(tmp_path / "d.wav", 0.2, Audio(hiss, 48_000), 60.0))()
    start(page)
    box(page).fill("Typed")
    bar(page, "v-mic").click()
    page.wait_for_function("document.querySelector('.v-voice .v-level').value > 0.3")
    bar(page, "v-mic").click()
    wait_until_ready(page)
    expect(bar(page, "v-voice-note")).to_contain_text("no words could be made out")
    quiet = hear(microphone_file(tmp_path / "e.wav", 60.0))()
    start(quiet)
    bar(quiet, "v-mic").click()
    expect(bar(quiet, "v-voice-note")).to_contain_text("I hear nothing")
    bar(quiet, "v-mic").click()
    wait_until_ready(quiet)
    expect(bar(quiet, "v-voice-note")).to_contain_text("Nothing was heard")
    expect(box(page)).to_have_value("Typed")


def test_the_longest_recording_is_announced_and_its_text_kept(
    hear: Hear, spoken_answer: Path
) -> None:
    page = hear(spoken_answer)()

    def shorten(route):  # type: ignore[no-untyped-def]  # ten minutes are too long for a test
        told = route.fetch()
        route.fulfill(response=told, json={**told.json(), "longest": 6, "pause": 0})

    page.route("**/voice/options", shorten)
    page.reload()
    start(page)
    bar(page, "v-mic").click()
    expect(bar(page, "v-voice-note")).to_contain_text("seconds left")
    assert "would" in wait_until_ready(page)
    expect(bar(page, "v-voice-note")).to_contain_text("the most that one recording holds")


def test_the_check_tells_permission_device_level_and_what_was_understood(
    hear: Hear, spoken_answer: Path
) -> None:
    page = hear(spoken_answer)()
    page.get_by_role("button", name="Check microphone and voice").click()
    page.get_by_role("button", name="Check my microphone").click()
    checks = page.locator(".v-checks")
    expect(checks).to_contain_text("lets this page use the microphone")
    expect(checks).to_contain_text("It is: Fake")
    expect(checks).to_contain_text("The level is good enough", timeout=PATIENCE)
    expect(checks).to_contain_text("Understood: “", timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="Microphone")).to_contain_text("Fake")


def test_choices_are_remembered_and_voice_can_be_off(hear: Hear, spoken_answer: Path) -> None:
    page = hear(spoken_answer)()
    page.get_by_role("button", name="Check microphone and voice").click()
    page.get_by_label("A pause that ends your turn").select_option("6 seconds")
    page.get_by_label("Offer voice during the interview").uncheck()
    page.get_by_role("button", name="Done").click()
    page.reload()
    page.locator("#viva-start").click()
    expect(box(page)).to_be_focused()
    expect(bar(page, "v-voice-open")).to_be_visible()
    expect(bar(page, "v-mic")).to_be_hidden()
    expect(bar(page, "v-aloud")).to_be_hidden()
    bar(page, "v-voice-open").click()
    expect(page.get_by_label("A pause that ends your turn")).to_have_value("6")


BROWSERS_OWN = """
window.webkitSpeechRecognition = window.SpeechRecognition = class {
  start() {
    setTimeout(() => this.onresult({ results: [[{ transcript: "um we would cache it" }]] }), 50);
  }
  stop() { setTimeout(() => this.onend(), 50); }
};
window.uttered = [];
speechSynthesis.speak = (utterance) => {
  window.uttered.push(utterance.text);
  setTimeout(() => utterance.onend(), 20);
};
"""
"""A browser with a recogniser and voices of its own: Chromium's need its maker's servers."""


def test_the_browsers_own_recogniser_and_voices_can_be_chosen(open_page: OpenPage) -> None:
    page = open_page(script=BROWSERS_OWN)
    page.get_by_role("button", name="Check microphone and voice").click()
    page.get_by_label("Who writes down what you say").select_option("This browser")
    expect(page.locator("[data-about=transcriber]")).to_contain_text("send your voice to")
    page.get_by_label("Whose voice").select_option("This browser")
    page.get_by_label("Read questions and feedback aloud").check()
    page.get_by_role("button", name="Done").click()
    start(page)
    page.wait_for_function("window.uttered.length > 1")
    bar(page, "v-mic").click()
    expect(bar(page, "v-heard-text")).to_have_text("um we would cache it")
    bar(page, "v-mic").click()
    assert wait_until_ready(page) == "um we would cache it"
    page.keyboard.press("Control+Enter")
    card_is_shown(page)
    fillers = page.locator(".v-figures div").filter(has_text="Fillers")
    expect(fillers.locator("dd")).to_have_text("1")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_part_of_voice_fits_and_passes_the_accessibility_rules(
    hear: Hear, spoken_answer: Path, width: int, scheme: str
) -> None:
    SHOTS.mkdir(exist_ok=True)
    page = hear(spoken_answer)(width, scheme)
    page.evaluate("localStorage.setItem('viva.voice', JSON.stringify({ keep: true }))")
    page.reload()
    page.get_by_role("button", name="Check microphone and voice").click()
    page.get_by_role("button", name="Check my microphone").click()
    expect(page.locator(".v-checks")).to_contain_text("Understood", timeout=PATIENCE)
    look_at(page, f"voice-{width}-{scheme}-1-panel")
    page.get_by_role("button", name="Done").click()
    start(page)
    look_at(page, f"voice-{width}-{scheme}-2-question")
    bar(page, "v-aloud").click()
    expect(page.locator(".v-voice .v-caption")).to_have_text(re.compile("[a-z]"), timeout=PATIENCE)
    look_at(page, f"voice-{width}-{scheme}-3-reading")
    bar(page, "v-mic").click()
    expect(bar(page, "v-heard-text")).to_contain_text("would", timeout=PATIENCE)
    look_at(page, f"voice-{width}-{scheme}-4-speaking")
    wait_until_ready(page)
    page.keyboard.press("Control+Enter")
    card_is_shown(page)
    page.locator(".v-spoken").scroll_into_view_if_needed()
    look_at(page, f"voice-{width}-{scheme}-5-card")


def look_at(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"

"""The parts of the page for voice: the bar in the composer and the panel of its settings.

The scripts beside this fill them; all words that do not change are here.
"""

from viva.web.markup import element, text

_PAUSES = {0: "None: I end it myself", **{s: f"{s:g} seconds" for s in (1.5, 2.5, 4, 6, 10)}}
_SPEEDS = {0.8: "Slower", 1.0: "Normal", 1.25: "Faster", 1.5: "Fast"}
_KEYS = {"F2": "F2", "F8": "F8", "F9": "F9", "": "None"}


def voice_bar() -> str:
    """Return the bar below the answer: microphone, level, reading aloud, captions."""
    return element(
        "div",
        _heard(),
        element("p", "", class_="v-caption", hidden=""),
        element(
            "div",
            _button("v-mic", element("span", "Speak", class_="v-mic-word"), aria_pressed="false"),
            element("span", "", class_="v-key"),
            _meter("v-level"),
            _button("v-aloud", "Read aloud", aria_pressed="false"),
            _button("v-replay", "Listen"),
            _button("v-hush", "Stop reading", hidden=""),
            _button("v-voice-open", "Voice settings"),
            class_="v-voice-row",
        ),
        element("p", "", class_="v-voice-note", role="status"),
        class_="v-voice",
        role="group",
        aria_label="Voice",
        hidden="",
    )


def voice_offer() -> str:
    """Return the line of the start screen that leads to the panel."""
    return element(
        "p",
        "You can also speak your answers and have the questions read to you. ",
        _button("v-voice-open", "Check microphone and voice"),
        class_="v-voice-offer",
    )


def voice_panel() -> str:
    """Return the panel of settings and checks: a dialog that both offers open."""
    speaking = element(
        "fieldset",
        element("legend", "Speaking"),
        _select("device", "Microphone", {"": "The browser's choice"}, ""),
        _select("transcriber", "Who writes down what you say", {}, ""),
        element("p", "", class_="v-voice-about", data_about="transcriber"),
        _select("pause", "A pause that ends your turn", _PAUSES, ""),
        element(
            "p",
            "Nothing is sent by itself: the text waits in the box until you send it.",
            class_="v-voice-about",
        ),
        _select(
            "key",
            "Key to hold while you speak (or press: once to start, once to stop)",
            _KEYS,
            "F2",
        ),
        _check("keep", "Keep recordings of my answers, to play them beside the text"),
        element("p", _button("v-forget", "Delete all my recordings"), class_="v-voice-about"),
    )
    reading = element(
        "fieldset",
        element("legend", "Reading aloud"),
        _check("aloud", "Read questions and feedback aloud"),
        _select("speaker", "Whose voice", {}, ""),
        element("p", "", class_="v-voice-about", data_about="speaker"),
        _select("speed", "Speed", _SPEEDS, 1.0),
        element("p", _button("v-sample", "Hear the voice")),
        element("p", "", class_="v-caption", hidden=""),
    )
    test = element(
        "fieldset",
        element("legend", "Microphone check"),
        element("p", _button("v-test", "Check my microphone")),
        element("ul", class_="v-checks", aria_live="polite"),
        _meter("v-test-level"),
        _heard(),
    )
    form = element(
        "form",
        element("h2", "Voice", id="v-voice-title"),
        _check("voice", "Offer voice during the interview"),
        test,
        speaking,
        reading,
        element("p", "", class_="v-voice-note", role="status"),
        element("button", "Done", type="submit", class_="v-voice-done"),
        method="dialog",
    )
    return element("dialog", form, id="v-voice-panel", aria_labelledby="v-voice-title")


def _button(name: str, *content: str, **attributes: str | None) -> str:
    return element("button", *content, type="button", class_=f"v-voice-button {name}", **attributes)


def _heard() -> str:
    """Return where words appear as they are understood; it scrolls, so it can be tabbed to."""
    return element(
        "div",
        element("span", "", class_="v-heard-text"),
        class_="v-heard",
        hidden="",
        role="group",
        aria_label="Heard so far",
        tabindex="0",
    )


def _meter(name: str) -> str:
    return element(
        "meter",
        class_=f"v-level {name}",
        min="0",
        max="1",
        value="0",
        aria_label="Microphone level",
        hidden="",
    )


def _check(name: str, label: str) -> str:
    return element(
        "label", f'<input type="checkbox" name="{name}">', " ", text(label), class_="v-voice-check"
    )


def _select(
    name: str, label: str, choices: dict[float, str] | dict[str, str], chosen: object
) -> str:
    options = (
        element(
            "option",
            text(words),
            value=f"{value:g}" if isinstance(value, float | int) else value,
            selected="" if value == chosen else None,
        )
        for value, words in choices.items()
    )
    return element(
        "label",
        element("span", text(label)),
        element("select", *options, name=name),
        class_="v-voice-field",
    )

"""The page's layout, and which event calls which handler."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import gradio as gr

from viva.domain import Deck, GraderIdentity
from viva.grading.report_card import describe_card, load_card
from viva.grading.scoring import HINT_COST
from viva.interviewers import Interviewers
from viva.storage import LOCAL_PERSON, Person
from viva.web.handlers import Handlers
from viva.web.markup import element, text
from viva.web.pages.layout import PLACES
from viva.web.screen import Screen
from viva.web.start import StartEvent, StartScreen
from viva.web.starting import Starting
from viva.web.visitors import person_of, visitor_of
from viva.web.voice.panel import voice_bar, voice_panel

_Handler = Callable[..., Iterator[Screen]]
"""A method of ``Handlers``, unbound."""

_BUTTONS: dict[str, tuple[str, Literal["primary", "secondary"]]] = {
    "send": ("Send answer", "primary"),
    "next": ("Next", "primary"),
    "ask": ("Ask", "secondary"),
    "model": ("Model answer", "secondary"),
    "decline": ("Nothing to add", "secondary"),
    "hint": (f"Hint (−{HINT_COST:g})", "secondary"),
    "reference": ("Reference", "secondary"),
    "skip": ("Skip", "secondary"),
    "regrade": ("Grade again", "secondary"),
    "finish": ("End", "secondary"),
    "again": ("New interview", "primary"),
}
"""Name, label and kind of each button, in the order of the tab key."""

_ANSWER_HERE = "Think aloud, in your own words. Ctrl+Enter sends."
_ASK_HERE = "Something unclear? Ask, such as: what is a canary release?"
_LINES = 3
"""Height of the empty box for an answer, in lines."""
_SENT_FILES = (3600, 3600)
"""How often files that were sent and never read are deleted, and at what age, in seconds."""
_OTHER_OUTPUTS = 9
"""Outputs beside what the interviewer is saying and the buttons."""

_CONFIRM_REFERENCE = (
    "(id) => { if (!confirm('The question then does not count. Show the reference?')) "
    "throw new Error('kept closed'); return [id]; }"
)
_CONTEST = "(place) => [place, window.vivaContest()]"
_SPOKEN = "(at, answer) => [at, answer, window.vivaSpoken?.() ?? '']"
_NEW_INTERVIEW = "() => { location.href = location.pathname; }"


def build_page(interviewers: Interviewers) -> gr.Blocks:
    """Return the page, ready to be mounted."""
    interviewer = interviewers.of(LOCAL_PERSON)
    deck = interviewer.deck
    page = gr.Blocks(
        title=f"Viva · {deck.title} interview", analytics_enabled=False, delete_cache=_SENT_FILES
    )
    with page:
        head = gr.HTML(_head(interviewer.grader))
        place = gr.Textbox(visible=False)
        announcement = gr.HTML(elem_classes="v-sr")
        with gr.Column(elem_id="viva-setup", visible=False) as setup:
            start = StartScreen(interviewers, interviewer)
        bar = gr.HTML(elem_id="viva-bar", visible=False)
        log = gr.HTML(elem_id="viva-conversation")
        live = gr.HTML(elem_id="viva-live")
        report = gr.HTML(elem_id="viva-report")
        with gr.Column(elem_id="viva-composer", visible=False) as composer:
            answer = gr.Textbox(
                elem_id="viva-answer",
                label="Your answer",
                show_label=False,
                placeholder=_ANSWER_HERE,
                lines=_LINES,
                max_lines=12,
                visible=False,
            )
            gr.HTML(voice_bar(), elem_id="viva-voice")
            with gr.Row(elem_id="viva-actions"):
                buttons = {
                    name: gr.Button(label, variant=kind, elem_id=f"viva-{name}", visible=False)
                    for name, (label, kind) in _BUTTONS.items()
                }
        # Out of sight: the rows of a card are plain HTML, and page.js presses the button for them;
        # the text is what a script sends along with an event.
        chosen = gr.Textbox(visible=False)
        contest = gr.Button("Contest", elem_id="viva-contest", visible="hidden")
        gr.HTML(_foot(interviewer.grader, deck))
        gr.HTML(voice_panel(), elem_id="viva-voice-settings")
        outputs = [live, head, place, announcement, setup, bar, log, report, composer, answer]
        outputs += list(buttons.values())
        _wire(
            page,
            interviewers,
            outputs=outputs,
            place=place,
            answer=answer,
            buttons=buttons,
            start=start,
            contest=contest,
            chosen=chosen,
        )
    return page


def render(screen: Screen, visitor: Person | None) -> list[Any]:
    """Return the component updates that show a screen to somebody, in the order of the outputs."""
    if screen.only_live:
        return [screen.live, *[gr.skip()] * (_OTHER_OUTPUTS + len(_BUTTONS))]
    started = bool(screen.place)
    placeholder = _ASK_HERE if screen.asks else _ANSWER_HERE
    return [
        screen.live,
        _head(screen.grader, visitor) if screen.grader else gr.skip(),
        screen.place,
        element("div", text(screen.announcement), role="status", aria_live="polite"),
        gr.update(visible=not started),
        gr.update(value=screen.bar, visible=bool(screen.bar)),
        screen.conversation,
        screen.report,
        gr.update(visible=bool(screen.buttons)),
        gr.update(
            visible=screen.writes,
            placeholder=placeholder,
            lines=1 if screen.asks else _LINES,
            label="Your question" if screen.asks else "Your answer",
            **({"value": ""} if screen.clears else {}),
        ),
        *(gr.update(visible=name in screen.buttons) for name in _BUTTONS),
    ]


def _head(grader: GraderIdentity, visitor: Person | None = None) -> str:
    pill = element(
        "span",
        f"Grader: {text(grader.name)} {text(grader.version)}",
        class_="v-pill",
        title=f"Fingerprint {grader.fingerprint}",
    )
    links = [element("a", text(place.name), href=place.path) for place in PLACES if place.path]
    if visitor:
        you = element("span", "You are ", class_="v-sr")
        links.append(
            element(
                "a",
                you,
                text(visitor.name),
                href="people",
                class_="v-person",
                data_person=visitor.id,
            )
        )
    name = element("h1", element("a", "Viva<i>.</i>", href="./", aria_label="Viva, start page"))
    return element("header", name, element("nav", pill, *links), class_="v-head")


def _foot(grader: GraderIdentity, deck: Deck) -> str:
    """Return what is known of the grader that the page starts with, where it was measured."""
    card = load_card(grader.name)
    line = describe_card(card, grader, deck) if card else ""
    about = f"Grader {text(grader.name)}: {text(line)}"
    return element("div", about, class_="v-foot") if line else ""


def _wire(
    page: gr.Blocks,
    interviewers: Interviewers,
    *,
    outputs: list[Any],
    place: gr.Textbox,
    answer: gr.Textbox,
    buttons: dict[str, gr.Button],
    start: StartScreen,
    contest: gr.Button,
    chosen: gr.Textbox,
) -> None:
    def on(
        trigger: Callable[..., Any],
        handler: _Handler,
        inputs: list[Any] | None = None,
        js: str | None = None,
    ) -> None:
        shows(trigger, _rendered(interviewers, handler), inputs, js)

    def starts(trigger: Callable[..., Any], event: StartEvent, inputs: list[Any]) -> None:
        shows(trigger, _rendered_start(interviewers, event), inputs)

    def shows(
        trigger: Callable[..., Any],
        event: Callable[..., Iterator[list[Any]]],
        inputs: list[Any] | None,
        js: str | None = None,
    ) -> None:
        prepared(
            trigger(
                event,
                inputs,
                outputs,
                js=js,
                show_progress="hidden",
                api_visibility="private",
            )
        )

    def prepare(request: gr.Request, at: str) -> None:
        Handlers(interviewers, person_of(request)).prepare(at)

    def prepared(shown: Any) -> None:
        shown.success(prepare, place, None, show_progress="hidden", api_visibility="private")

    prepared(
        page.load(
            _rendered_load(interviewers),
            None,
            outputs,
            show_progress="hidden",
            api_visibility="private",
        )
    )
    start.wire(page, starts)
    on(buttons["send"].click, Handlers.send, [place, answer, chosen], js=_SPOKEN)
    on(buttons["hint"].click, Handlers.hint, [place])
    on(buttons["reference"].click, Handlers.reference, [place], js=_CONFIRM_REFERENCE)
    on(buttons["ask"].click, Handlers.ask, [place, answer])
    on(buttons["model"].click, Handlers.model, [place])
    on(buttons["regrade"].click, Handlers.regrade, [place])
    on(contest.click, Handlers.contest, [place, chosen], js=_CONTEST)
    for name, handler in (
        ("next", Handlers.next),
        ("skip", Handlers.skip),
        ("decline", Handlers.decline),
        ("finish", Handlers.finish),
    ):
        on(buttons[name].click, handler, [place, answer])
    buttons["again"].click(None, js=_NEW_INTERVIEW)


def _rendered(interviewers: Interviewers, handler: _Handler) -> Callable[..., Iterator[list[Any]]]:
    """Return an event for Gradio, which passes the request by its annotation."""

    def rendered(request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        for screen in handler(Handlers(interviewers, person_of(request)), *given):
            yield render(screen, visitor_of(request))

    return rendered


def _rendered_start(
    interviewers: Interviewers, event: StartEvent
) -> Callable[..., Iterator[list[Any]]]:
    def rendered(request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        for screen in event(Starting(interviewers, person_of(request)), *given):
            yield render(screen, visitor_of(request))

    return rendered


def _rendered_load(interviewers: Interviewers) -> Callable[[gr.Request], Iterator[list[Any]]]:
    def rendered(request: gr.Request) -> Iterator[list[Any]]:
        session_id = str(request.query_params.get("interview") or "")
        for screen in Handlers(interviewers, person_of(request)).load(session_id):
            yield render(screen, visitor_of(request))

    return rendered

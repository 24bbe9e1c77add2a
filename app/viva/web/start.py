"""The start screen: one card for each kind of practice, and the settings of those that need any."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from viva.domain import Deck, Difficulty, Kind, Mode
from viva.interviewer import Interviewer
from viva.interviewers import Interviewers
from viva.job_description import FILE_TYPES
from viva.practice import DEFAULT_SECONDS_PER_QUESTION
from viva.web.markup import element, text
from viva.web.screen import Screen
from viva.web.starting import Offer, Starting
from viva.web.visitors import person_of
from viva.web.voice.panel import voice_offer

StartEvent = Callable[..., Iterator[Screen]]
"""A method of ``Starting`` that starts an interview, unbound."""

_PANELS = (Kind.TOPIC, Kind.JOB, Kind.QUESTION)
"""Kinds with settings; the others start at once."""
_IDS = {Kind.TODAY: "viva-start"} | {kind: f"viva-{kind.value}" for kind in Kind if kind != "today"}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class StartScreen:
    """Builds the start screen inside the page that is being built.

    Args:
        interviewers: Find the interviewer of each person and deck.
        interviewer: Over the default deck, for what is shown before the page tells who looks.
    """

    def __init__(self, interviewers: Interviewers, interviewer: Interviewer) -> None:
        self._interviewers = interviewers
        gr.HTML(_welcome(interviewer.deck))
        with gr.Column(elem_id="viva-cards"):
            self._cards = {
                kind: gr.Button(
                    kind.label,
                    variant="primary" if kind is Kind.TODAY else "secondary",
                    elem_id=_IDS[kind],
                    elem_classes="v-kind",
                )
                for kind in Kind
            }
        self._panels: dict[Kind, gr.Column] = {}
        with self._panel(Kind.TOPIC):
            self._topic_wishes, self._start_topic = _topic_settings(interviewer.deck)
        with self._panel(Kind.JOB):
            self._job()
        with self._panel(Kind.QUESTION):
            self._question = gr.Dropdown(
                [], label="Question (type to search)", elem_id="viva-pick", filterable=True
            )
            self._start_question = gr.Button("Start", variant="primary", elem_id="viva-go-question")
            gr.HTML('<p class="v-start"><a href="questions">Where each question stands</a></p>')
        self._deck = gr.Dropdown(
            [], label="Deck", elem_id="viva-deck", visible=False, filterable=False
        )
        self._grader = gr.Radio(
            [(interviewer.describe_grader(name), name) for name in interviewer.graders],
            value=interviewer.graders[0],
            label="Who grades",
            elem_id="viva-grader",
            visible=len(interviewer.graders) > 1,
        )

    def _panel(self, kind: Kind) -> gr.Column:
        panel = gr.Column(visible=False, elem_id=f"viva-panel-{kind.value}", elem_classes="v-panel")
        self._panels[kind] = panel
        return panel

    def _job(self) -> None:
        self._description = gr.Textbox(
            label="Job description",
            placeholder="Paste it here, or drop a file below.",
            lines=5,
            max_lines=12,
            elem_id="viva-description",
        )
        self._file = gr.File(
            label=f"Or a file: {', '.join(ending[1:] for ending in FILE_TYPES)}",
            file_types=list(FILE_TYPES),
            type="filepath",
            height=150,
            elem_id="viva-file",
        )
        self._job_count = gr.Slider(1, 10, value=4, step=1, label="Questions")
        self._choose = gr.Button("Choose questions", variant="primary", elem_id="viva-choose")
        self._chosen_html = gr.HTML()
        self._chosen = gr.Textbox(visible=False)
        self._start_job = gr.Button(
            "Start with these", variant="primary", elem_id="viva-go-job", visible=False
        )

    def wire(self, page: gr.Blocks, start: Callable[..., None]) -> None:
        """Connect the events.

        Args:
            page: The page that holds this screen.
            start: Connects a trigger, a method of ``Starting`` and its inputs to the page's
                screens.
        """
        common = [self._deck, self._grader]
        start(self._cards[Kind.TODAY].click, Starting.today, common)
        start(self._cards[Kind.MOCK].click, Starting.mock, common)
        start(self._start_topic.click, Starting.by_topic, [*common, *self._topic_wishes])
        start(self._start_job.click, Starting.for_job, [*common, self._chosen])
        start(self._start_question.click, Starting.question, [*common, self._question])
        for kind in _PANELS:
            self._cards[kind].click(
                _opener(kind),
                None,
                list(self._panels.values()),
                js=f"() => window.vivaOpenPanel('{kind.value}')",
                **_QUIET,
            )
        self._wire_job()
        offered = [
            self._deck,
            *self._cards.values(),
            self._topic_wishes[3],
            self._question,
            *self._nothing_chosen(),
        ]
        page.load(self._offer, self._deck, offered, **_QUIET)
        # Not change: that would also answer what the page itself sets.
        self._deck.input(self._offer, self._deck, offered, **_QUIET)

    def _wire_job(self) -> None:
        def read(request: gr.Request, file: str | None) -> list[Any]:
            said = self._of(request).read_job(file)
            return [said or gr.skip(), gr.update(value=None) if file else gr.skip()]

        def choose(request: gr.Request, deck: str, description: str, count: float) -> list[Any]:
            plan = self._of(request).choose_for_job(deck, description, count)
            return [plan.html, plan.questions, gr.update(visible=bool(plan.questions))]

        self._file.upload(read, self._file, [self._description, self._file], **_QUIET)
        self._choose.click(
            choose,
            [self._deck, self._description, self._job_count],
            self._nothing_chosen(),
            **_QUIET,
        )

    def _nothing_chosen(self) -> list[gr.components.Component]:
        return [self._chosen_html, self._chosen, self._start_job]

    def _of(self, request: gr.Request) -> Starting:
        return Starting(self._interviewers, person_of(request))

    def _offer(self, request: gr.Request, deck: str | None) -> list[Any]:
        named = str(request.query_params.get("deck") or "")
        offer: Offer = self._of(request).offer(deck or named)
        return [
            gr.update(choices=offer.decks, value=offer.deck, visible=len(offer.decks) > 1),
            *(offer.cards[kind] for kind in self._cards),
            gr.update(choices=offer.topics, value=[]),
            gr.update(choices=offer.questions, value=None),
            *("", "", gr.update(visible=False)),
        ]


def _opener(kind: Kind) -> Callable[[], list[Any]]:
    return lambda: [gr.update(visible=kind is panel) for panel in _PANELS]


def _welcome(deck: Deck) -> str:
    return element(
        "div",
        element("h2", f"Practice {text(deck.title)} interviews"),
        element(
            "p",
            "Every mark comes with the words of yours that earned it. With the local grader "
            "nothing leaves this machine.",
        ),
        voice_offer(),
        '<p id="viva-last" hidden><a href="#">Go on with your last interview</a></p>',
        class_="v-start",
    )


def _topic_settings(deck: Deck) -> tuple[list[gr.components.Component], gr.Button]:
    mode = gr.Radio(
        [
            ("Coach: feedback at once, hints at a cost", Mode.COACH.value),
            ("Exam: a timer, no hints, feedback at the end", Mode.EXAM.value),
        ],
        value=Mode.COACH.value,
        label="Mode",
        elem_id="viva-mode",
    )
    with gr.Row():
        count = gr.Slider(1, 10, value=3, step=1, label="Questions", elem_id="viva-count")
        minutes = gr.Number(
            DEFAULT_SECONDS_PER_QUESTION / 60,
            label="Minutes for each question",
            minimum=0.5,
            maximum=60,
            visible=False,
        )
    topics = gr.CheckboxGroup(
        [(topic.name, topic.id) for topic in deck.topics],
        label="Topics (none chosen means all)",
        elem_id="viva-topics",
    )
    difficulties = gr.CheckboxGroup(
        [(level.value.capitalize(), level.value) for level in Difficulty],
        label="Difficulty (none chosen means all)",
    )
    mode.change(lambda chosen: gr.update(visible=chosen == Mode.EXAM), mode, minutes, **_QUIET)
    start = gr.Button("Start the interview", variant="primary", elem_id="viva-go-topic")
    return [mode, count, minutes, topics, difficulties], start

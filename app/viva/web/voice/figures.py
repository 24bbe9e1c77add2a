"""How an answer was spoken, below its card: figures that never count, and its recordings."""

from collections.abc import Iterable

from viva.domain import Session, Turn
from viva.storage import Recording
from viva.web.markup import element, text
from viva.web.voice.spoken import join_speech

_NOTE = "How you spoke. None of this counts toward your score."


def spoken_part(session: Session, position: int, recordings: Iterable[Recording]) -> str:
    """Return the figures and recordings of one turn; empty if it was typed and nothing is kept.

    Args:
        session: The session.
        position: Of the turn.
        recordings: Those of this turn.
    """
    turn = session.turns[position]
    speech = turn.speech
    players = [_player(recording) for recording in recordings]
    if not speech and not players:
        return ""
    parts = []
    if speech:
        parts = [
            element("h4", _NOTE),
            element("dl", *_figures(turn, session.seconds_per_question), class_="v-figures"),
            element(
                "details",
                element("summary", "As it was understood, word for word"),
                *(element("p", text(part.transcript), class_="v-verbatim") for part in speech),
                id=f"v-verbatim-{position}",
            ),
        ]
    if players:
        parts.append(element("ul", *players, class_="v-recordings", aria_label="Recordings"))
    return element("section", *parts, class_="v-spoken", aria_label="How you spoke")


def _figures(turn: Turn, limit: int | None) -> Iterable[str]:
    speech = join_speech(turn.speech)
    rows = [
        ("Words a minute", f"{speech.words_per_minute:.0f}"),
        ("Fillers", str(speech.fillers)),
        ("Longest pause", f"{speech.longest_pause:.1f} s"),
        ("Time to first word", f"{speech.time_to_first_word:.1f} s"),
        ("Spoken", _clock(speech.seconds)),
    ]
    if limit and turn.answered_at:
        used = (turn.answered_at - turn.asked_at).total_seconds() / limit
        rows.append(("Share of your time", f"{used:.0%}"))
    for label, value in rows:
        yield element("div", element("dt", label), element("dd", text(value)))


def _player(recording: Recording) -> str:
    what = "Your answer" if recording.part == 0 else "Your answer to the follow-up"
    length = _clock(recording.seconds)
    return element(
        "li",
        element("span", f"{what}, {length}"),
        element(
            "audio",
            src=f"voice/recordings/{recording.id}",
            controls="",
            preload="none",
            aria_label=f"{what}, {length}",
        ),
        element(
            "button",
            "Delete",
            element("span", f" the recording of {what.lower()}, {length}", class_="v-sr"),
            type="button",
            class_="v-voice-button v-delete-recording",
            data_id=recording.id,
        ),
        class_="v-recording",
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"

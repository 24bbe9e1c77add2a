import json

from builders import NOON, make_deck
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import Mode, Session, Speech
from viva.events import AnswerGiven
from viva.interview import advance, start_session
from viva.storage import Recording
from viva.web.voice.figures import spoken_part
from viva.web.voice.spoken import join_speech, read_spoken

DECK = make_deck()


def speech(transcript: str = "we cache it", **changed: float) -> Speech:
    figures = {
        "seconds": 10.0,
        "words_per_minute": 120.0,
        "fillers": 1,
        "longest_pause": 0.5,
        "time_to_first_word": 1.0,
    }
    return Speech.model_validate({"transcript": transcript, **figures, **changed})


def sent(*parts: Speech) -> str:
    return json.dumps([part.model_dump() for part in parts])


def answered(spoken: Speech | None, mode: Mode = Mode.COACH) -> Session:
    session = start_session(
        session_id="s1",
        deck=DECK,
        plan=("caching",),
        mode=mode,
        now=NOON,
        seconds_per_question=300,
    )
    return advance(session, AnswerGiven("We cache it.", spoken), deck=DECK, now=NOON)


def test_a_typed_answer_has_no_speech() -> None:
    assert read_spoken("", "We cache it.") is None


def test_several_recordings_of_one_answer_make_one_speech() -> None:
    joined = join_speech(
        [
            speech("we cache it"),
            speech(
                "and warm it",
                seconds=30.0,
                words_per_minute=80.0,
                longest_pause=2.0,
                time_to_first_word=3.0,
            ),
        ]
    )
    assert joined.transcript == "we cache it\nand warm it"
    assert (joined.seconds, joined.words_per_minute, joined.fillers) == (40, 90, 2)
    assert (joined.longest_pause, joined.time_to_first_word) == (2, 1)


def test_an_answer_counts_as_edited_when_its_words_are_not_those_that_were_heard() -> None:
    heard = sent(speech("um, we cache it"))
    as_heard = read_spoken(heard, "Typed before. Um we cache it!")
    mended = read_spoken(heard, "We cache it.")
    assert as_heard and not as_heard.edited
    assert mended and mended.edited
    assert mended.transcript == "um, we cache it"


def test_a_browsers_own_recogniser_gets_the_figures_that_need_no_times() -> None:
    spoken = read_spoken('[{"transcript": "um we cache it", "seconds": 2}]', "um we cache it")
    assert spoken
    assert spoken.words_per_minute == 120
    assert spoken.fillers == 1
    assert spoken.longest_pause == 0


@given(st.text() | st.builds(lambda count: sent(*[speech()] * count), st.integers(51, 60)))
def test_what_makes_no_sense_never_stops_an_answer(garbage: str) -> None:
    read_spoken(garbage, "We cache it.")


def test_too_much_is_left_out() -> None:
    assert read_spoken(sent(*[speech()] * 51), "We cache it.") is None
    assert read_spoken(sent(speech("x" * 200_000)), "We cache it.") is None


def test_figures_say_that_they_do_not_count_and_escape_what_was_heard() -> None:
    shown = spoken_part(answered(speech("<script>alert(1)</script>")), 0, ())
    assert "None of this counts toward your score" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "Share of your time" not in shown


def test_in_an_exam_the_share_of_the_time_is_told() -> None:
    assert "<dt>Share of your time</dt><dd>0%</dd>" in spoken_part(
        answered(speech(), Mode.EXAM), 0, ()
    )


def test_each_recording_can_be_played_and_deleted() -> None:
    shown = spoken_part(
        answered(speech()), 0, [Recording("abc", 0, 0, 65), Recording("d", 0, 1, 5)]
    )
    assert 'src="voice/recordings/abc"' in shown
    assert 'data-id="abc"' in shown
    assert "Your answer, 1:05" in shown
    assert "Your answer to the follow-up, 0:05" in shown


def test_nothing_is_shown_below_what_was_typed() -> None:
    assert spoken_part(answered(None), 0, ()) == ""

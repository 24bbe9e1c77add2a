import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.claims import split_claims, split_sentences
from viva.lines import BREAK, stretches

TEXT = (
    "I would cache the frequent answers in Redis, because most people ask the same. New versions "
    "go to a small share of the traffic first, and they are rolled back when errors rise. Every "
    "week we retrain on fresh labels and compare the candidate with the model in production."
)


def sentences(answer: str) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in split_sentences(answer)]


@pytest.mark.parametrize("width", [36, 48, 60, 76])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_wrapping_moves_no_sentence(width: int, end: str) -> None:
    wrapped = end.join(textwrap.wrap(TEXT, width))
    assert sentences(wrapped) == sentences(TEXT)


@pytest.mark.parametrize("breath", [5, 7, 9])
def test_dictation_that_breaks_at_each_breath_moves_no_sentence(breath: int) -> None:
    said = TEXT.split()
    lines = (" ".join(said[i : i + breath]) for i in range(0, len(said), breath))
    assert sentences("\n".join(lines)) == sentences(TEXT)


def test_a_clause_sent_as_a_message_of_its_own_stays_in_its_sentence() -> None:
    chat = "we encrypt the disks,\n\nand the traffic too\n\nbecause both can be read"
    assert sentences(chat) == ["we encrypt the disks, and the traffic too because both can be read"]


@pytest.mark.parametrize(
    "notes",
    [
        ["cache the answers", "shard the index", "p99 on a dashboard"],
        ["Kafka takes the events", "Flink counts them", "Alerts on lag"],
        ["NaN -> column mean.", "IQR rule to find extremes.", "gate before fit"],
        ["- cache the answers in", "- the index, sharded", "3) index it"],
        ["# Serving", "cache the answers", "# Data", "keep the raw events"],
        ["we log all requests", "", "dashboards show the lag"],
    ],
)
def test_notes_stay_apart(notes: list[str]) -> None:
    assert len(list(stretches("\n".join(notes)))) == len([note for note in notes if note])


def test_a_list_item_goes_on_in_the_next_line() -> None:
    found = [stretch.text for stretch in stretches("- cache what the\n  users ask\n- shard it")]
    assert found == ["- cache what the   users ask", "- shard it"]


@pytest.mark.parametrize("gap", ["\n\n\n", BREAK, f" {BREAK} "])
def test_no_sentence_passes_a_break(gap: str) -> None:
    assert len(split_sentences(f"we cache the{gap}answers of the model")) == 2


def test_a_claim_over_two_lines_is_verbatim() -> None:
    answer = "we cache the\r\nanswers in Redis"
    (claim,) = split_claims(answer)
    assert claim.text == answer


@given(st.text(alphabet="ab ,.\n\r-#" + BREAK, max_size=200))
def test_stretches_lie_in_the_answer_in_order(answer: str) -> None:
    end = 0
    for stretch in stretches(answer):
        assert stretch.start >= end
        end = stretch.start + len(stretch.text)
        same = zip(answer[stretch.start : end], stretch.text, strict=True)
        assert all(said == kept or (said in "\r\n" and kept == " ") for said, kept in same)
        assert BREAK not in stretch.text

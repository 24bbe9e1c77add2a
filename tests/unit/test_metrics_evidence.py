"""Soundness of quotes, and their overlap with gold spans."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import Evidence
from viva_eval.metrics.evidence import Quoted, evidence_figures, is_verbatim, token_overlap

ANSWER = "We cache answers in Redis. Alerts go to the team. We cache answers in Redis."


def quote(text: str, *, after: int = 0, answer: str = ANSWER) -> Evidence:
    start = answer.index(text, after)
    return Evidence(start=start, end=start + len(text), quote=text)


def test_overlap_is_that_of_eraser() -> None:
    """DeYoung et al. (2020): by tokens, precision 3/4, recall 3/5, F1 6/9."""
    answer = "a b c d e f g"
    found = token_overlap(Quoted(answer, [quote("b c d e", answer=answer)], ["c d e f g"]))
    assert found == pytest.approx((3 / 4, 3 / 5, 6 / 9))


def test_several_spans_count_once_where_they_overlap() -> None:
    answer = "a b c d"
    quotes = [quote("a b", answer=answer), quote("b c", answer=answer)]
    assert token_overlap(Quoted(answer, quotes, ["a b c"])) == (1, 1, 1)


def test_a_sentence_said_twice_may_be_quoted_from_either_place() -> None:
    sentence = "We cache answers in Redis."
    for after in (0, 10):
        found = token_overlap(Quoted(ANSWER, [quote(sentence, after=after)], [sentence]))
        assert found == (1, 1, 1)


def test_the_same_word_elsewhere_is_no_overlap() -> None:
    answer = "to cache is to win"
    found = token_overlap(Quoted(answer, [quote("to win", answer=answer)], ["to cache"]))
    assert found == (0, 0, 0)


def test_nothing_quoted_misses_gold() -> None:
    assert token_overlap(Quoted(ANSWER, [], ["Alerts"])) == (0, 0, 0)


@pytest.mark.parametrize("spans", [[], [""], ["never said"], ["..."]])
def test_without_a_gold_span_there_is_no_overlap(spans: list[str]) -> None:
    assert token_overlap(Quoted(ANSWER, [quote("Alerts")], spans)) is None


def test_an_invented_quote_is_counted_and_covers_nothing() -> None:
    invented = Evidence(start=0, end=8, quote="We shard")
    assert not is_verbatim(invented, ANSWER)
    found = evidence_figures([Quoted(ANSWER, [invented, quote("Alerts go")], ["Alerts go"])])
    assert (found.quotes, found.verbatim, found.verbatim_share) == (2, 1, 0.5)
    assert (found.labelled, found.precision, found.recall, found.f1) == (1, 1, 1, 1)


def test_means_are_taken_over_labelled_bullets() -> None:
    found = evidence_figures(
        [
            Quoted(ANSWER, [quote("Alerts")], ["Alerts"]),
            Quoted(ANSWER, [], ["team"]),
            Quoted(ANSWER, [quote("team")]),
        ]
    )
    assert (found.labelled, found.f1, found.quotes) == (2, 0.5, 2)


def test_nothing_to_quote_has_no_figures() -> None:
    assert set(evidence_figures([]).model_dump().values()) == {0, None}


@given(st.text(min_size=1), st.data())
def test_quotes_cut_from_the_answer_are_verbatim_and_agree_with_themselves(
    answer: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(answer) - 1))
    end = data.draw(st.integers(start + 1, len(answer)))
    if not answer[start:end].strip():
        return
    own = Evidence(start=start, end=end, quote=answer[start:end])
    found = evidence_figures([Quoted(answer, [own], [own.quote])])
    assert found.verbatim_share == 1
    assert found.f1 in (1, None)
    assert "NaN" not in json.dumps(found.model_dump())

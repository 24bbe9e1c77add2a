import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from viva.domain import Evidence
from viva.grading.evidence import MOST_QUOTES, locate_quote, merge_evidence, quote_span
from viva.grading.plain_text import plain_text

ANSWER = (
    "First I’d send one percent of the traffic to the new model — a “canary” — and watch it.\n"
    "If the error rate rises, we don’t go on: the old model takes over again.\n\n"
    "We never overwrite a model; each one stays in the registry under its own version."
)
WORDS = st.sampled_from(
    "we cache the results in redis and never retrain weekly because drift is slow".split()
)
TEXTS = st.lists(WORDS, min_size=3, max_size=40).map(" ".join)


def letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def spread_out(text: str) -> str:
    return text.replace(" ", " \n\t ")


def typeset(text: str) -> str:
    return text.replace("'", "’").replace('"', "”").replace("-", "–")


def hide_between(text: str) -> str:
    return "\u200b".join(text) + "\u202c"


@given(st.data())
def test_any_substring_is_found_as_it_stands(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(ANSWER) - 1))
    end = data.draw(st.integers(start, len(ANSWER)))
    quote = ANSWER[start:end]
    assume(letters(quote) >= 3)
    found = locate_quote(quote, ANSWER)
    assert found is not None
    assert found.quote == quote.strip()


@given(TEXTS, st.data())
def test_case_white_space_signs_and_hidden_characters_do_not_matter(
    answer: str, data: st.DataObject
) -> None:
    answer = f'"{answer}" - that\'s it'
    start = data.draw(st.integers(0, len(answer) - 3))
    quote = answer[start : data.draw(st.integers(start + 3, len(answer)))]
    assume(letters(quote) >= 3)
    for change in (str.upper, str.title, spread_out, typeset, hide_between):
        for wanted, said in ((change(quote), answer), (quote, change(answer))):
            found = locate_quote(wanted, said)
            assert found is not None, (wanted, said)
            assert plain_text(found.quote).text.strip() == plain_text(quote).text.strip()


@given(st.text(max_size=60), st.text(max_size=200))
def test_what_is_found_stands_in_the_answer(quote: str, answer: str) -> None:
    for said in (answer, answer + quote, quote + answer):
        found = locate_quote(quote, said)
        if found is not None:
            assert said[found.start : found.end] == found.quote
            assert letters(plain_text(found.quote).text) >= 3


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("the old modle takes over agian", "the old model takes over again"),
        ("send 1 percent of the traffic to the new model", "send one percent of the traffic"),
        ("each one stays in the registry, under its own version", "each one stays in the registry"),
        ('"watch it"', "watch it"),
        ("... the error rate rises ...", "the error rate rises"),
        ("the error rate rises, we don't go on: the old model", "the error rate rises, we don’t"),
    ],
)
def test_slips_of_the_pen_do_not_lose_a_quote(quote: str, said: str) -> None:
    found = locate_quote(quote, ANSWER)
    assert found is not None
    assert said in found.quote


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "   \n",
        "...",
        "— “” ’",
        "it",
        "\u200b\u200b\u200b\u200b",
        "12345",
        "We roll out gradually with a canary release",
        "a small share of users sees the new model before the others do",
        "the candidate describes a canary deployment with monitoring",
        "we overwrite a model; each one stays in the registry",
        "If the error rate rises, we go on: the old model takes over again.",
        "First I’d send one percent of the traffic and the old model takes over again",
    ],
)
def test_what_the_answer_does_not_say_is_not_found(quote: str) -> None:
    assert locate_quote(quote, ANSWER) is None


@given(st.lists(st.sampled_from("zebra quilt jumps vexing fjord gymnast".split()), min_size=2))
def test_invented_words_are_not_found(invented: list[str]) -> None:
    assert locate_quote(" ".join(invented), ANSWER) is None


def test_whole_words_are_preferred() -> None:
    assert locate_quote("log", "Technology is a log of logs.") == Evidence(
        start=16, end=19, quote="log"
    )
    assert locate_quote("echno", "Technology") == Evidence(start=1, end=6, quote="echno")


def test_ligatures_and_accents_are_found_however_they_are_typed() -> None:
    for answer in ("Ein Gefäß für die Größen", "Ein Gefa\u0308ß für die Größen"):
        found = locate_quote("GEFÄSS FÜR", answer)
        assert found is not None
        assert answer[found.start : found.end] == found.quote
        assert found.quote.endswith("für")


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("we cache it in redis. " * 1000, "we cache it in redis, then drop the rest of it all"),
        ("a" * 20_000, "a" * 150 + "b" + "a" * 80),
        ("ab " * 7000, "ab " * 70 + "bb"),
        ("Straße – ’quoted’ " * 1200, "strasse - 'quoted' but not quite like that at all, no"),
    ],
)
def test_a_long_answer_is_searched_quickly(answer: str, quote: str) -> None:
    answer = answer[:20_000]
    times = []
    for _ in range(3):
        plain_text.cache_clear()
        started = time.perf_counter()
        locate_quote(quote, answer)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05


def test_merged_evidence_has_no_overlap_and_keeps_what_was_given_most() -> None:
    answer = "abcdefghijklmnopqrstuvwxyz"

    def span(start: int, end: int) -> Evidence:
        return quote_span(answer, start, end)

    assert merge_evidence([span(4, 8), span(0, 5), span(10, 12)], answer) == (
        span(0, 8),
        span(10, 12),
    )
    assert merge_evidence([span(20, 22), span(20, 22)], answer) == (span(20, 22),)
    many = [span(0, 2), span(4, 6), span(8, 10), span(12, 14), span(12, 14)]
    assert merge_evidence(many, answer) == (span(0, 2), span(4, 6), span(12, 14))
    assert merge_evidence([], answer) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=12))
def test_merged_evidence_is_ordered_few_and_within_what_was_given(
    given_spans: list[tuple[int, int]],
) -> None:
    answer = "x" * 40
    spans = [quote_span(answer, start, start + length) for start, length in given_spans]
    merged = merge_evidence(spans, answer)
    assert len(merged) <= MOST_QUOTES
    assert bool(merged) == bool(spans)
    assert all(one.end <= other.start for one, other in zip(merged, merged[1:], strict=False))
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert all(place in covered for span in merged for place in range(span.start, span.end))

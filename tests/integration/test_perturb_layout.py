import re

import pytest
from hypothesis import given
from perturbing import anything, change, changed_text, prose, seeds

from viva.claims import split_sentences, words
from viva_eval.perturb import Perturbation
from viva_eval.perturb.layout import (
    bullet_points,
    chat_lines,
    curly_quotes,
    line_wrapping,
    lower_case,
    spaces,
    upper_case,
    voice_lines,
)


@pytest.mark.parametrize("case", [lower_case, upper_case], ids=lambda c: c.name)
@given(text=prose)
def test_case_changes_nothing_but_case(case: Perturbation, text: str) -> None:
    changed = changed_text(case, text)
    assert changed.casefold() == text.casefold()
    assert changed in {text.lower(), text.upper()}


@pytest.mark.parametrize(
    "layout", [spaces, line_wrapping, voice_lines, chat_lines], ids=lambda c: c.name
)
@given(text=anything, seed=seeds)
def test_white_space_is_all_that_a_layout_changes(
    layout: Perturbation, text: str, seed: int
) -> None:
    assert "".join(changed_text(layout, text, seed=seed).split()) == "".join(text.split())


@pytest.mark.parametrize("layout", [spaces, line_wrapping, voice_lines], ids=lambda c: c.name)
@given(text=anything, seed=seeds)
def test_every_word_stays_whole(layout: Perturbation, text: str, seed: int) -> None:
    assert changed_text(layout, text, seed=seed).split() == text.split()


@given(text=prose, seed=seeds)
def test_wrapped_lines_fit_a_column_unless_one_word_is_longer(text: str, seed: int) -> None:
    lines = changed_text(line_wrapping, text, seed=seed).splitlines()
    made = change(line_wrapping, text, seed=seed)
    assert made is None or all(len(line) <= 76 or len(line.split()) == 1 for line in lines)


@given(text=prose, seed=seeds)
def test_dictation_breaks_every_few_words(text: str, seed: int) -> None:
    made = change(voice_lines, text, seed=seed)
    lines = made.text.splitlines() if made else []
    assert all(5 <= len(line.split(" ")) <= 9 for line in lines[:-1])


def test_chat_sends_a_clause_a_message() -> None:
    made = change(chat_lines, "We encrypt all the disks, and we never encrypt traffic. It costs.")
    assert made is not None
    assert made.text == "We encrypt all the disks,\n\nand we never encrypt traffic.\n\nIt costs."


@given(text=prose, seed=seeds)
def test_bullet_points_put_each_sentence_on_a_line_of_its_own(text: str, seed: int) -> None:
    made = change(bullet_points, text, seed=seed)
    if made is not None:
        lines = made.text.splitlines()
        assert [re.sub(r"^[-*•] ", "", line).split() for line in lines] == [
            line.split()[1:] for line in lines
        ]
        assert words(made.text) == words(text)
        assert len(lines) == len(split_sentences(text))


@pytest.mark.parametrize(
    "text", ["One sentence only.", "- a list\n- of two", "1. First.\n2. Next."]
)
def test_a_list_or_a_single_sentence_is_not_made_a_list(text: str) -> None:
    assert change(bullet_points, text) is None


@given(text=anything)
def test_straight_quotes_come_back_from_curly_ones(text: str) -> None:
    straight = text.replace("’", "'").replace("“", '"').replace("”", '"')
    curled = changed_text(curly_quotes, straight)
    assert curled.replace("’", "'").replace("“", '"').replace("”", '"') == straight


def test_quotes_curl_toward_what_they_hold() -> None:
    made = change(curly_quotes, 'I\'d say "cache it" twice.')
    assert made is not None
    assert made.text == "I’d say “cache it” twice."

import pytest
from hypothesis import given
from perturbing import change, changed_text, prose, seeds

from viva.claims import words
from viva_eval.perturb import Perturbation
from viva_eval.perturb.punctuation import no_punctuation, run_on

both = pytest.mark.parametrize("change_of", [run_on, no_punctuation], ids=lambda own: own.name)


@both
@given(text=prose, seed=seeds)
def test_no_word_is_lost_made_or_moved(change_of: Perturbation, text: str, seed: int) -> None:
    assert words(changed_text(change_of, text, seed=seed)) == words(text)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Cache it. Then we shard it!", "Cache it, then we shard it!"),
        ("I log it. I'd never skip that.", "I log it, I'd never skip that."),
        ("We log it. GPUs help. PyTorch too.", "We log it, GPUs help, PyTorch too."),
        (
            "It takes 0.5 seconds. That is v2.1. Don't wait.",
            "It takes 0.5 seconds, that is v2.1, don't wait.",
        ),
        ("Why cache? It is slow. So cache.", "Why cache? It is slow, so cache."),
    ],
)
def test_a_comma_ends_each_sentence_but_the_last(text: str, joined: str) -> None:
    assert changed_text(run_on, text) == joined


@pytest.mark.parametrize("text", ["", "One sentence.", "- Cache it. Shard it.", "One.\nTwo."])
def test_what_has_no_two_sentences_in_a_row_does_not_run_on(text: str) -> None:
    assert change(run_on, text) is None


def test_signs_within_words_numbers_and_questions_stay() -> None:
    said = "First, e.g. at 99.9%: don't re-train (yet). Why? It costs; wait!"
    bare = "First e.g at 99.9% don't re-train (yet) Why? It costs wait"
    assert changed_text(no_punctuation, said) == bare


def test_a_list_keeps_its_signs() -> None:
    assert change(no_punctuation, "- Cache it.\n- Shard it.") is None

"""Other punctuation: the words stay, each in its place, and no sign says where a sentence ends.

People who type fast end sentences with commas, and speech recognizers put a comma at a pause, or
nothing. Policy: "style, grammar and confidence of an answer play no part".
"""

import re
from random import Random

from viva.claims import split_sentences
from viva_eval.perturb.laws import Law
from viva_eval.perturb.layout import is_listed
from viva_eval.perturb.perturbation import Subject, perturbation

_STOP = re.compile(r"(?<=[\w)\]\"'”’%])[.!]$")
_SENTENCE_CASE = re.compile(r"(?!I\b)[A-Z](?=[a-z'’]*(?:[^\w-]|$))")
"""The first letter of a word that has no other capital: not "I", no acronym, no name as PyTorch."""
_SIGN = re.compile(r"(?<=[\w)\]\"'”’%])[.,;:!]+(?=\s|$)")


@perturbation(Law.UNCHANGED)
def run_on(subject: Subject, random: Random) -> str | None:
    """Join sentences by commas, as hurried typists and recognizers do: the words stay.

    A sentence that ends with neither a full stop nor an exclamation mark keeps its end. Does not
    apply to lists, nor to an answer of one sentence.
    """
    text = subject.text
    sentences = [sentence.text for sentence in split_sentences(text)]
    if is_listed(text) or "\n" in text.strip() or len(sentences) < 2:
        return None
    joined = sentences[0]
    for before, sentence in zip(sentences, sentences[1:], strict=False):
        if _STOP.search(before):
            joined = f"{_STOP.sub('', joined)}, {_begin_small(sentence)}"
        else:
            joined = f"{joined} {sentence}"
    return joined


@perturbation(Law.UNCHANGED)
def no_punctuation(subject: Subject, random: Random) -> str | None:
    """Leave out full stops, commas, colons and the like, as some recognizers do: the words stay.

    Signs within numbers, names and words stay, and so do question marks, without which a question
    might state something. Does not apply to lists.
    """
    return None if is_listed(subject.text) else _SIGN.sub("", subject.text)


def _begin_small(sentence: str) -> str:
    """Return a sentence as it is written after a comma; "I", acronyms and names keep capitals."""
    small = sentence[0].lower() + sentence[1:]
    return small if _SENTENCE_CASE.match(sentence) else sentence

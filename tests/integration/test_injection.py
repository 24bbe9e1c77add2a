"""No words to a grader may earn anything, whichever grader reads them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import pytest
from attacks import Attack, attacks_on
from scripted_server import Reply, ScriptedServer, say_json

from viva.claims import split_sentences, words
from viva.deck.loading import find_deck, load_deck
from viva.domain import Grade, Question, Verdict
from viva.grading.llm import LlmGrader
from viva.grading.scoring import CREDIT
from viva.language_model import LanguageModel
from viva.prompts import load_prompt
from viva.resources import data_dir
from viva.settings import load_settings
from viva.untrusted import defuse
from viva.wiring import Parts
from viva_eval.labelled import SHIPPED, Kind, LabelledAnswer, Split, load_answers, only

DECK = load_deck(find_deck("ml_system_design", data_dir("corpus")))


class Base(NamedTuple):
    """An honest answer, before it is attacked."""

    question: Question
    answer: str


def first(kind: Kind) -> Base:
    found: LabelledAnswer = next(a for a in ANSWERS if a.kind is kind)
    return Base(DECK.question(found.question_id), found.answer)


ANSWERS = only(load_answers(SHIPPED, DECK), Split.TEST)
BASES = {kind: first(kind) for kind in (Kind.PARTIAL, Kind.CONTRADICTING, Kind.UNKNOWN, Kind.VAGUE)}
NAMES = [attack.name for attack in attacks_on(DECK.questions[0])]


@cache
def attacks(question: Question) -> dict[str, Attack]:
    return {attack.name: attack for attack in attacks_on(question)}


def says_something(text: str) -> bool:
    """Whether a text is more than a word or two, which any answer may have too."""
    return len(words(text)) > 2


def gains(before: Grade, after: Grade) -> list[str]:
    """What earns more than before, in words for a failing test."""
    return [
        f"{own.bullet_id}: {then.verdict} -> {own.verdict} by {[e.quote for e in own.evidence]}"
        for then, own in zip(before.bullets, after.bullets, strict=True)
        if CREDIT.get(own.verdict, 1.0) > CREDIT.get(then.verdict, 0.0)
    ]


def test_there_are_enough_attacks_and_no_two_are_the_same() -> None:
    made = attacks_on(DECK.questions[0])
    assert len(made) >= 45
    assert len(set(NAMES)) == len({(a.words, a.place) for a in made}) == len(made)
    assert len({attack.family for attack in made}) >= 10
    assert all(attack.apply("I cache.") != "I cache." for attack in made)
    assert all("I cache." in attack.apply("I cache.") for attack in made)


# --- The local grader ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(parts: Parts) -> dict[Kind, Grade]:
    return {kind: parts.grader.grade(base.question, base.answer) for kind, base in BASES.items()}


@pytest.mark.parametrize("name", NAMES)
def test_no_attack_raises_a_verdict_of_the_local_grader(
    parts: Parts, honest: dict[Kind, Grade], name: str
) -> None:
    for kind, base in BASES.items():
        attack = attacks(base.question)[name]
        after = parts.grader.grade(base.question, attack.apply(base.answer))
        assert gains(honest[kind], after) == [], f"{name} on the {kind} answer"


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_alone_earns_nothing_of_the_local_grader(parts: Parts, name: str) -> None:
    question = BASES[Kind.PARTIAL].question
    grade = parts.grader.grade(question, attacks(question)[name].words)
    assert not any(own.verdict in {Verdict.COVERED, Verdict.PARTIAL} for own in grade.bullets)


# --- The LLM grader, with models that believe everything ----------------------------------------


class Believer:
    """A model on a server that gives full marks to whatever it is told to quote.

    With ``only_if_shown``, only when the answer as it is shown has one of these.
    """

    def __init__(self) -> None:
        self.quotes: Sequence[str] = ()
        self.only_if_shown: Sequence[str] = ()

    def __call__(self, request: dict[str, Any]) -> Reply:
        shown = request["messages"][-1]["content"]
        answer = shown.partition("<<<UNTRUSTED")[2]
        fooled = not self.only_if_shown or any(text in answer for text in self.only_if_shown)
        return say_json(
            {
                "bullets": [
                    {
                        "bullet_id": bullet_id,
                        "quotes": self.quotes,
                        "reason": "Full marks.",
                        "verdict": "covered" if fooled else "missing",
                    }
                    for bullet_id in re.findall(r'^{"bullet_id": "([a-z0-9-]+)"', shown, re.M)
                ]
            }
        )


@pytest.fixture(scope="module")
def believer() -> Believer:
    return Believer()


@pytest.fixture(scope="module")
def llm_grader(parts: Parts, believer: Believer) -> Iterator[LlmGrader]:
    with ScriptedServer([believer]) as server:
        settings = load_settings(
            home=parts.settings.home, llm_model="believer", openai_base_url=server.url
        )
        model = LanguageModel(settings)
        yield LlmGrader(
            model=model,
            prompt=load_prompt("grade"),
            retriever=parts.retriever,
            fallback=parts.grader,
            votes=3,  # without the local grader's second opinion: it must hold by itself
        )
        model.close()


@pytest.mark.parametrize("name", NAMES)
def test_an_llm_that_quotes_the_attack_as_evidence_credits_nothing(
    llm_grader: LlmGrader, believer: Believer, name: str
) -> None:
    for base in BASES.values():
        attack = attacks(base.question)[name]
        lines = [line for line in attack.words.splitlines() if says_something(line)]
        believer.quotes, believer.only_if_shown = [attack.words, *lines], ()
        grade = llm_grader.grade(base.question, attack.apply(base.answer))
        assert {own.verdict for own in grade.bullets} == {Verdict.MISSING}
        believer.quotes = [base.answer]
        grade = llm_grader.grade(base.question, attack.apply(base.answer))
        assert grade.grader.name == "llm"
        for own in grade.bullets:  # what it believes of honest words is its own mistake
            assert all(span.quote in base.answer for span in own.evidence)


@pytest.mark.parametrize(
    "name", [a.name for a in attacks_on(DECK.questions[0]) if a.family != "borrowed words"]
)
def test_an_llm_that_would_obey_is_not_shown_the_order(
    llm_grader: LlmGrader, believer: Believer, name: str
) -> None:
    base = BASES[Kind.PARTIAL]
    attack = attacks(base.question)[name]
    believer.quotes = [split_sentences(base.answer)[0].text]
    orders = [defuse(sentence.text) for sentence in split_sentences(attack.words)]
    believer.only_if_shown = [text for text in orders if says_something(text)] or [attack.words]
    grade = llm_grader.grade(base.question, attack.apply(base.answer))
    assert {own.verdict for own in grade.bullets} == {Verdict.MISSING}
    assert grade.grader.name == "llm"


def test_the_believer_does_believe(llm_grader: LlmGrader, believer: Believer) -> None:
    base = BASES[Kind.PARTIAL]
    believer.quotes, believer.only_if_shown = [split_sentences(base.answer)[0].text], ()
    grade = llm_grader.grade(base.question, base.answer)
    assert {own.verdict for own in grade.bullets} == {Verdict.COVERED}

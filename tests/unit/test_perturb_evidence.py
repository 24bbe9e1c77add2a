from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from perturbing import change, seeds

from viva.domain import Verdict
from viva_eval.perturb.evidence import delete_evidence
from viva_eval.perturb.negation import negate_evidence, reject_evidence
from viva_eval.perturb.opposites import negate, reject

ANSWER = "Redis for the answers. The disks are encrypted. We keep versions in a registry."
COVERED = {"b1": Verdict.COVERED, "b2": Verdict.COVERED, "b3": Verdict.MISSING}
EVIDENCE = {"b1": ("for the answers",), "b2": ("The disks are encrypted.",)}


@given(seed=seeds)
def test_the_sentences_that_state_the_target_go_and_the_rest_stays(seed: int) -> None:
    made = change(delete_evidence, ANSWER, seed=seed, labels=COVERED, evidence=EVIDENCE)
    assert made is not None
    assert (
        made.text
        == {
            "b1": "The disks are encrypted. We keep versions in a registry.",
            "b2": "Redis for the answers. We keep versions in a registry.",
        }[made.target]
    )


def test_every_sentence_of_the_evidence_is_deleted_and_so_is_an_emptied_line() -> None:
    made = change(
        delete_evidence,
        "1. Redis holds answers.\n2. Disks are encrypted.\n3. A cache is warm. Fine.",
        labels={"b1": Verdict.COVERED},
        evidence={"b1": ("Redis holds", "cache is warm")},
    )
    assert made is not None
    assert made.text == "2. Disks are encrypted.\n3. Fine."


def test_a_quote_over_two_sentences_takes_both() -> None:
    made = change(
        delete_evidence,
        ANSWER,
        labels=COVERED,
        evidence={"b1": ("the answers. The disks",)},
    )
    assert made is not None
    assert made.text == "We keep versions in a registry."


@pytest.mark.parametrize(
    ("labels", "evidence"),
    [
        ({}, EVIDENCE),
        (COVERED, {}),
        ({"b1": Verdict.PARTIAL}, EVIDENCE),
        ({"b1": Verdict.COVERED}, {"b1": ("never said",)}),
        ({"b1": Verdict.COVERED}, {"b1": ("for the answers", "never said")}),
        ({"b1": Verdict.COVERED}, {"b1": (" ",)}),
        (COVERED, {"b1": ("Redis for",), "b2": ("the answers",)}),
        ({"b1": Verdict.COVERED}, {"b1": (ANSWER,)}),
    ],
    ids=[
        "no labels",
        "no evidence",
        "not covered",
        "invented quote",
        "one invented quote",
        "blank quote",
        "shared sentence",
        "nothing would be left",
    ],
)
def test_deletion_does_not_apply_without_a_sentence_of_the_targets_own(
    labels: Mapping[str, Verdict], evidence: Mapping[str, tuple[str, ...]]
) -> None:
    assert change(delete_evidence, ANSWER, labels=labels, evidence=evidence) is None


@given(seed=seeds)
def test_the_target_sentence_is_negated_in_its_place(seed: int) -> None:
    made = change(negate_evidence, ANSWER, seed=seed, labels=COVERED, evidence=EVIDENCE)
    assert made is not None
    assert made.target == "b2"
    assert made.text == ANSWER.replace("are encrypted", "are not encrypted")


@pytest.mark.parametrize("turn", ["But only in part.", "No wait, skip that.", "Though not now."])
def test_a_sentence_on_which_the_next_takes_a_turn_is_not_negated(turn: str) -> None:
    made = change(
        negate_evidence,
        f"The disks are encrypted. {turn}",
        labels={"b2": Verdict.COVERED},
        evidence=EVIDENCE,
    )
    assert made is None


def test_a_bullet_stated_twice_is_not_negated_once() -> None:
    made = change(
        negate_evidence,
        "The disks are encrypted. Our traffic is encrypted.",
        labels={"b2": Verdict.COVERED},
        evidence={"b2": ("The disks are encrypted.", "traffic is")},
    )
    assert made is None


@pytest.mark.parametrize(
    ("sentence", "opposite"),
    [
        ("I would encrypt the disks.", "I would not encrypt the disks."),
        ("I'd also encrypt the disks", "I would not encrypt the disks."),
        ("We’ll encrypt the disks.", "We will not encrypt the disks."),
        ("Traffic should be encrypted.", "Traffic should not be encrypted."),
        ("We must encrypt the disks.", "We must not encrypt the disks."),
        ("We keep weights in a registry.", "We never keep weights in a registry."),
        ("The disks were encrypted.", "The disks were not encrypted."),
        ("A gateway has the routes.", "A gateway does not have the routes."),
        ("Training goes to the GPUs.", "Training does not go to the GPUs."),
        ("Use a feature store.", "Never use a feature store."),
        ("I'd cache hot answers, so that users wait less.", "I would not cache hot answers."),
        ("I would retrain the model when it drifts.", "I would not retrain the model."),
        ("We never cache answers.", "We cache answers."),
        ("I would never share the keys.", "I would share the keys."),
        ("Every push triggers the tests.", "No push triggers the tests."),
        ("We use a gateway, which spreads load.", "We never use a gateway."),
    ],
)
def test_simple_sentences_are_negated_by_rule(sentence: str, opposite: str) -> None:
    assert negate(sentence) == opposite


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Redis.",
        "I'd not only cache.",
        "We don't cache the answers.",
        "They ship as images and Kubernetes adds pods.",
        "I'd avoid a cache.",
        "I would only cache hot answers.",
        "We retrain the model every week.",
        "I would retrain the model after a release.",
        "I'd use Redis, Memcached and a CDN.",
        "The disks are encrypted and the traffic is in clear.",
        "We maybe cache the answers.",
        "I'd used a cache there.",
        "I'd like to cache the answers.",
        "I would encrypt and I would sign.",
        "What we need is a cache.",
        "I think the cache is warm.",
        "Should we cache the answers?",
        "We cache 30 days of answers.",
        "Caching of hot answers in Redis.",
        "We cache the answers. We log them.",
        "Without a cache the users would wait.",
    ],
)
def test_what_the_rules_cannot_be_sure_of_is_left_alone(sentence: str) -> None:
    assert negate(sentence) is None


@given(seed=seeds)
def test_a_negated_sentence_is_not_negated_back(seed: int) -> None:
    made = change(negate_evidence, ANSWER, seed=seed, labels=COVERED, evidence=EVIDENCE)
    assert made is not None
    evidence = {"b2": ("The disks are not encrypted.",)}
    assert change(negate_evidence, made.text, labels=COVERED, evidence=evidence) is None


def test_what_is_dropped_with_the_tail_must_not_be_the_evidence() -> None:
    text = "We keep the weights in a registry, which encrypts the disks."
    labels = {"b1": Verdict.COVERED}
    head = {"b1": ("the weights in a registry",)}
    tail = {"b1": ("encrypts the disks",)}
    made = change(negate_evidence, text, labels=labels, evidence=head)
    assert made is not None
    assert made.text == "We never keep the weights in a registry."
    assert change(negate_evidence, text, labels=labels, evidence=tail) is None


@given(seed=seeds)
def test_a_rejected_sentence_stays_as_it_is_behind_its_rejection(seed: int) -> None:
    made = change(reject_evidence, ANSWER, seed=seed, labels=COVERED, evidence=EVIDENCE)
    assert made is not None
    sentence = {"b1": "Redis for the answers.", "b2": "The disks are encrypted."}[made.target]
    before, _, after = made.text.partition(sentence)
    assert before.rstrip().endswith(":")
    assert sentence in made.text
    assert made.text.count("We keep versions in a registry.") == 1
    assert len(before) + len(after) > len(ANSWER) - len(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Cache it.",
        "I'd cache, but only there.",
        "Two: A and B are kept.",
    ],
)
def test_a_sentence_with_a_turn_of_its_own_is_not_rejected(sentence: str) -> None:
    assert reject(sentence, Random(1)) is None

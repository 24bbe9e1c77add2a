import pytest
from builders import make_deck, make_question
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.deck.drafts import (
    BulletDraft,
    QuestionDraft,
    check_draft,
    draft_of,
    join_list,
    split_list,
)
from viva.deck.editing import put_question
from viva.deck.rows import press
from viva.domain import Bullet, Deck, Difficulty, Question

DECK = make_deck()
CACHING = DECK.questions[0]
TEXTS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)


def typed(**fields: object) -> QuestionDraft:
    return draft_of(CACHING, DECK).model_copy(update=fields)


def with_row(**fields: str) -> QuestionDraft:
    row = BulletDraft(text="A point.").model_copy(update=fields)
    return typed(bullets=(row,))


def faults(draft: QuestionDraft, deck: Deck | None = DECK) -> dict[str, str]:
    checked = check_draft(draft, deck)
    assert (checked.question is None) == bool(checked.faults)
    return {fault.field: fault.text for fault in checked.faults}


def test_every_question_comes_out_of_its_form_as_it_went_in(shipped_deck: Deck) -> None:
    for deck in (DECK, shipped_deck):
        for question in deck.questions:
            checked = check_draft(draft_of(question, deck), deck)
            assert checked.question == question
            assert put_question(deck, checked.question, checked.topics) == deck


@settings(max_examples=40)
@given(st.lists(TEXTS.filter(lambda text: ";" not in text).map(str.strip), max_size=4, unique=True))
def test_any_list_without_semicolons_can_be_typed(items: list[str]) -> None:
    assert split_list(join_list(items)) == [item for item in items if item]


@pytest.mark.parametrize(
    ("draft", "field", "words"),
    [
        (typed(text="  \u200b"), "text", "Write the question"),
        (typed(text="x" * 2_001), "text", "longer than 2,000"),
        (typed(text="how would YOU  approach drift?"), "text", "asks exactly this"),
        (typed(topics=" , "), "topics", "at least one topic"),
        (typed(topics="x" * 101), "topics", "longer than 100"),
        (typed(difficulty="brutal"), "difficulty", "easy, medium or hard"),
        (typed(bullets=()), "text-0", "at least one bullet"),
        (typed(bullets=(BulletDraft(),)), "text-0", "at least one bullet"),
        (with_row(text="", hint="Why?"), "text-0", "clear the whole row"),
        (with_row(weight="0"), "weight-0", "above 0"),
        (with_row(weight="10.1"), "weight-0", "up to 10"),
        (with_row(weight="nan"), "weight-0", "is a number"),
        (with_row(weight="1e1"), "weight-0", "is a number"),
        (with_row(weight="²"), "weight-0", "is a number"),
        (with_row(key_terms="x" * 101), "key_terms-0", "longer than 100"),
        (with_row(hint="x" * 2_001), "hint-0", "longer than 2,000"),
    ],
)
def test_each_fault_is_told_at_its_field(draft: QuestionDraft, field: str, words: str) -> None:
    found = faults(draft)
    assert list(found) == [field]
    assert words in found[field]


def test_all_faults_are_told_at_once_with_their_rows() -> None:
    rows = (
        BulletDraft(text="Same point."),
        BulletDraft(),
        BulletDraft(text="same POINT", weight="heavy"),
    )
    checked = check_draft(typed(text="", bullets=rows), DECK)
    assert [(fault.field, fault.place) for fault in checked.faults] == [
        ("text", ""),
        ("text-2", "Bullet 3"),
        ("weight-2", "Bullet 3"),
    ]
    assert "Bullet 1 says this already" in checked.faults[1].text


def test_ids_stay_when_texts_are_reworded_and_new_rows_get_their_own() -> None:
    rows = [row.model_copy(update={"text": f"New {row.text}"}) for row in typed().bullets]
    new = BulletDraft(text="Evict what is stale.", weight="2,5", key_terms="TTL, LRU, TTL")
    question = check_draft(typed(bullets=(*rows, new)), DECK).question
    assert question is not None
    assert [bullet.id for bullet in question.bullets] == ["b1", "b2", "b3", "evict-stale"]
    assert question.id == CACHING.id
    assert question.bullets[3] == Bullet(
        id="evict-stale", text="Evict what is stale.", weight=2.5, key_terms=("TTL", "LRU")
    )


def test_ids_that_a_form_makes_up_are_not_taken() -> None:
    rows = (
        BulletDraft(id="b1", text="One."),
        BulletDraft(id="b1", text="Two things."),
        BulletDraft(id="../../etc", text="Three <b>things</b>."),
    )
    question = check_draft(typed(bullets=rows), DECK).question
    assert question is not None
    assert [bullet.id for bullet in question.bullets] == ["b1", "two-things", "three-b-things-b"]


def test_topics_are_found_by_name_whatever_their_case_and_new_ones_are_made() -> None:
    checked = check_draft(typed(topics="monitoring, Cost control"), DECK)
    assert checked.question is not None
    assert checked.question.topics == ("monitoring", "cost-control")
    changed = put_question(DECK, checked.question, checked.topics)
    names = [topic.name for topic in changed.topics]
    assert names == ["Deployment", "Monitoring", "Cost control"], "nobody names Serving any more"


def test_the_first_question_of_a_new_deck_brings_its_topics() -> None:
    draft = QuestionDraft(text="How?", topics="Basics", bullets=(BulletDraft(text="So."),))
    checked = check_draft(draft, None)
    assert checked.question == Question(
        id="how",
        text="How?",
        topics=("basics",),
        difficulty=Difficulty.MEDIUM,
        bullets=(Bullet(id="x", text="So.").model_copy(update={"id": "so"}),),
    )
    assert [topic.name for topic in checked.topics] == ["Basics"]


def test_a_second_question_of_nearly_the_same_id_gets_another() -> None:
    draft = QuestionDraft(text="Approach drift", topics="x", bullets=(BulletDraft(text="So."),))
    deck = make_deck(make_question("approach-drift"))
    checked = check_draft(draft, deck)
    assert checked.question is not None
    assert checked.question.id == "approach-drift-2"


# --- The table's buttons ----------------------------------------------------------------------


def texts(draft: QuestionDraft) -> list[str]:
    return [row.text for row in draft.bullets]


ABC = QuestionDraft(bullets=tuple(BulletDraft(text=letter) for letter in "abc"))


@pytest.mark.parametrize(
    ("button", "after", "focus"),
    [
        ("add", ["a", "b", "c", ""], "text-3"),
        ("up:2", ["a", "c", "b"], "up-1"),
        ("up:1", ["b", "a", "c"], "down-0"),
        ("down:0", ["b", "a", "c"], "down-1"),
        ("down:1", ["a", "c", "b"], "up-2"),
        ("remove:1", ["a", "c"], "text-1"),
        ("remove:2", ["a", "b"], "text-1"),
        ("up:0", ["a", "b", "c"], ""),
        ("down:2", ["a", "b", "c"], ""),
        ("remove:9", ["a", "b", "c"], ""),
        ("up:-1", ["a", "b", "c"], ""),
        ("up:²", ["a", "b", "c"], ""),
        ("nonsense", ["a", "b", "c"], ""),
        ("", ["a", "b", "c"], ""),
    ],
)
def test_buttons_move_rows_and_say_where_to_go_on(
    button: str, after: list[str], focus: str
) -> None:
    step = press(ABC, button)
    assert (texts(step.draft), step.focus) == (after, focus)


def test_the_last_row_can_be_removed_too() -> None:
    step = press(QuestionDraft(bullets=(BulletDraft(text="a"),)), "remove:0")
    assert (step.draft.bullets, step.focus) == ((), "add")


def test_proposals_are_taken_over_one_by_one() -> None:
    offered = (BulletDraft(text="d", key_terms="x"), BulletDraft(text="e"))
    row = BulletDraft(text="a", key_terms="LRU", offered="TTL, LFU")
    draft = QuestionDraft(bullets=(row,), offered=offered)
    taken, focus = press(draft, "take:0")
    assert taken.bullets == (row, offered[0])
    assert (taken.offered, focus) == (offered[1:], "text-1")
    termed, focus = press(taken, "term:0:1")
    assert termed.bullets[0] == row.model_copy(update={"key_terms": "LRU, LFU", "offered": "TTL"})
    assert focus == "key_terms-0"
    assert press(termed, "term:0:7").draft == termed
    dismissed = press(termed, "dismiss").draft
    assert dismissed.offered == ()
    assert dismissed.bullets[0].offered == ""
    assert dismissed.bullets[0].key_terms == "LRU, LFU"

from pathlib import Path

import pytest

from viva.deck.loading import deck_hash, find_deck, load_deck, parse_deck, shipped_decks
from viva.errors import DeckError, InputError, NotFoundError

GOOD = """\
id: small
title: Small
topics:
  - id: serving
    name: Serving
questions:
  - id: caching
    text: How would you cache?
    topics: [serving]
    bullets:
      - id: hot-keys
        text: Cache the hot keys.
      - id: expiry
        text: Let entries expire.
        weight: 2
        key_terms: [TTL]
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(DeckError) as caught:
        parse_deck(text, name="deck.yaml")
    heading, *faults = caught.value.message.splitlines()
    count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
    assert heading == f"deck.yaml has {count}:"
    return [fault.strip() for fault in faults]


def test_a_good_deck_loads_with_defaults() -> None:
    question = parse_deck(GOOD, name="deck").questions[0]
    assert question.difficulty == "medium"
    assert [bullet.weight for bullet in question.bullets] == [1, 2]
    assert question.bullet("expiry").key_terms == ("TTL",)


def test_every_fault_is_listed_at_once_in_order_of_lines() -> None:
    text = (
        GOOD.replace("id: small", "id: Small Deck")
        .replace("topics: [serving]", "topics: [servin]\n    dificulty: hard")
        .replace("id: expiry", "id: hot-keys")
        .replace("weight: 2", "weight: 0")
    )
    assert faults_of(text) == [
        "line 1: id must be lower-case words joined by hyphens, such as 'small-deck'",
        "line 9: question 'caching': topic 'servin' is not among the deck's topics: "
        "did you mean 'serving'?",
        "line 10: question 'caching': unknown key 'dificulty': did you mean 'difficulty'?",
        "line 14: question 'caching': bullet 'hot-keys': line 12 has this id already",
        "line 16: question 'caching': bullet 'hot-keys': weight must be greater than 0",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: Small\n", "", "line 1: the key 'title' is missing"),
        ("title: Small", "title:", "line 2: title is empty"),
        ("title: Small", "title: 2024", "line 2: title must be a text, not 2024: put it in quotes"),
        ("title: Small", "title: [a]", "line 2: title must be a text, not a list"),
        (
            "topics: [serving]",
            "topics: serving",
            "line 9: question 'caching': topics must be a list, such as [serving]",
        ),
        (
            "topics: [serving]",
            "topics: []",
            "line 9: question 'caching': topics is empty: at least one is needed",
        ),
        (
            "topics: [serving]",
            "topics: [serving, serving]",
            "line 9: question 'caching': topic 'serving' is listed twice",
        ),
        (
            "    bullets:",
            "    difficulty: tricky\n    bullets:",
            "line 10: question 'caching': difficulty must be easy, medium or hard, not 'tricky'",
        ),
        (
            "weight: 2",
            "weight: [2]",
            "line 15: question 'caching': bullet 'expiry': weight must be a number, not a list",
        ),
        (
            "weight: 2",
            "weight: 11",
            "line 15: question 'caching': bullet 'expiry': weight must be 10 or less",
        ),
        (
            "key_terms: [TTL]",
            "key_terms: [TTL, '']",
            "line 16: question 'caching': bullet 'expiry': key term 2 is empty",
        ),
        (
            "id: expiry",
            "id: hot-key",
            "line 13: question 'caching': bullet 'hot-key': the id is nearly 'hot-keys' of line 11",
        ),
    ],
)
def test_a_fault_of_shape_or_identity_is_said_in_words(old: str, new: str, fault: str) -> None:
    assert faults_of(GOOD.replace(old, new, 1)) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: the deck is empty"),
        ("just words", "line 1: the deck must be a mapping of keys to values"),
        ("id: a\ntitle: b: c\n", "line 2: a ': ' inside a text: put the text in quotes"),
        ("id: a\ntitle: 'b\n", "line 2: a quote that is opened here is never closed"),
        ("id: a\n\ttitle: b\n", "line 2: a tab: indent with spaces"),
        (
            "id: a\n---\nid: b\n",
            "line 2: a second document: a deck is one document, without '---'",
        ),
    ],
)
def test_a_text_that_is_no_deck_at_all_says_so(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


def test_a_key_given_twice_names_both_lines() -> None:
    text = GOOD.replace("title: Small", "title: Small\ntitle: Big")
    assert faults_of(text) == ["line 3: the key 'title' is here twice, first on line 2"]


def test_an_alias_is_refused_rather_than_followed() -> None:
    text = GOOD.replace("topics: [serving]", "topics: &a [serving, *a]")
    assert "an alias" in faults_of(text)[0]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_deck(path) == parse_deck(GOOD, name="deck")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id: \xff\n", "line 1 has a byte that UTF-8 does not know"),
        ("id: a".encode("utf-16"), "is UTF-16 text"),
        (b"PK\0\0", "is not a text file"),
    ],
)
def test_a_file_that_is_no_utf8_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "deck.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        load_deck(path)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        load_deck(tmp_path / "none.yaml")


def test_decks_are_found_by_name_or_path_and_absent_ones_name_those_that_are(
    tmp_path: Path,
) -> None:
    for name in ("b_two.yaml", "a-one.yml", "README.md"):
        (tmp_path / name).write_text(GOOD)
    assert [path.name for path in shipped_decks(tmp_path)] == ["a-one.yml", "b_two.yaml"]
    assert find_deck("B-Two", tmp_path) == tmp_path / "b_two.yaml"
    assert find_deck(str(tmp_path / "README.md"), tmp_path) == tmp_path / "README.md"
    with pytest.raises(NotFoundError, match="a-one, b_two"):
        find_deck("three", tmp_path)


def test_the_hash_follows_the_content_and_not_the_layout() -> None:
    deck = parse_deck(GOOD, name="deck")
    respaced = GOOD.replace("topics: [serving]", "topics:\n      - serving  # a comment")
    assert deck_hash(parse_deck(respaced, name="deck")) == deck_hash(deck)
    assert deck_hash(parse_deck(GOOD.replace("hot keys", "keys"), name="d")) != deck_hash(deck)

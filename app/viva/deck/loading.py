"""Decks from files: find one, load one, hash one. The way in for the rest of Viva."""

import hashlib
import json
from pathlib import Path

from viva.deck.checking import check_document
from viva.deck.documents import Document, read_document
from viva.deck.faults import raise_faults
from viva.deck.reading import read_text
from viva.domain import Deck
from viva.errors import DeckError, NotFoundError

_SUFFIXES = {".yaml", ".yml"}


def load_deck(path: Path) -> Deck:
    """Return the deck in a YAML file.

    Raises:
        DeckError: If the deck is wrong; lists every fault with its line.
        InputError: If the file is no UTF-8 text.
        NotFoundError: If there is no such file.
    """
    return parse_deck(read_text(path), name=str(path))


def parse_deck(text: str, *, name: str) -> Deck:
    """Return the deck in a YAML text; errors speak of it by ``name``.

    Raises:
        DeckError: If the deck is wrong; lists every fault with its line.
    """
    deck, faults = check_document(read_document(text))
    raise_faults(faults, name=name, hint="corpus/README.md describes the format.")
    assert deck is not None  # there is a deck or a fault
    return deck


def parse_json_deck(text: str, *, name: str) -> Deck:
    """Return the deck in a JSON text, checked as one in YAML is.

    Raises:
        DeckError: If the deck is wrong.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DeckError(f"{name} is not JSON.") from error
    deck, faults = check_document(Document(value))
    raise_faults(faults, name=name)
    assert deck is not None  # there is a deck or a fault
    return deck


def shipped_decks(corpus: Path) -> tuple[Path, ...]:
    """Return the deck files of a folder, by name."""
    return tuple(sorted(path for path in corpus.glob("*") if path.suffix in _SUFFIXES))


def find_deck(name_or_path: str, corpus: Path) -> Path:
    """Return the file of a deck: of one in the corpus by its name, or of any by its path.

    A shipped deck's name is its file's name without the suffix; hyphens and underscores are one.

    Raises:
        NotFoundError: If neither is there; names the decks that are.
    """
    shipped = {_plain_name(path.stem): path for path in shipped_decks(corpus)}
    if found := shipped.get(_plain_name(name_or_path)):
        return found
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    names = ", ".join(path.stem for path in shipped.values()) or "none"
    raise NotFoundError(
        f"There is no deck '{name_or_path}'.",
        hint=f"Shipped decks: {names}. Any other deck is named by the path of its YAML file.",
    )


def _plain_name(name: str) -> str:
    return name.strip().casefold().replace("_", "-")


def deck_hash(deck: Deck) -> str:
    """Return the SHA-256 (hex) of a deck's content, whatever its file looks like."""
    content = json.dumps(
        deck.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(content.encode()).hexdigest()

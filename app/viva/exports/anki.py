"""Missed bullets as a deck for Anki (https://docs.ankiweb.net/exporting.html, 'Packaged decks').

A card asks for one point of a question. Its ids follow from the ids of deck, question and bullet,
so that importing a later file updates the cards and keeps what Anki knows of them.
"""

import hashlib
import io
import itertools
import json
import sqlite3
import zipfile
from datetime import datetime
from html import escape

import genanki

from viva.domain import Deck, Question
from viva.errors import NotFoundError
from viva.history import History
from viva.progress import BulletRecord, find_attempts, missed_bullets

_MODEL_ID = 1_718_205_911
"""Anki tells note types apart by this number; it must stay, or every card would come twice."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FRONT = """<p class="question">{{Question}}</p>
<p>One point is asked for: number {{Number}}.</p>
{{#Hint}}<p class="hint">{{Hint}}</p>{{/Hint}}"""
_BACK = """{{FrontSide}}<hr id="answer"><p class="point">{{Point}}</p>
{{#Terms}}<p class="terms">For example: {{Terms}}</p>{{/Terms}}
{{#Others}}<div class="others">The other points:{{Others}}</div>{{/Others}}"""
_STYLE = """.card { font: 19px/1.5 system-ui, sans-serif; text-align: left;
  max-width: 40em; margin: auto; }
.question, .point { font-weight: 600; } .hint { font-style: italic; }
.terms, .others { font-size: 16px; opacity: .8; }"""


def to_apkg(history: History, *, now: datetime) -> bytes:
    """Return an .apkg file with every point that the latest attempt at its question missed.

    Args:
        history: Where to look for them.
        now: Anki updates a card that it has if this is later than its last change.

    Raises:
        NotFoundError: If no point is missed.
    """
    decks = []
    for deck in history.current.values():
        missed = missed_bullets(find_attempts(history.past(deck.id)), deck)
        if missed:
            decks.append(_anki_deck(deck, missed))
    if not decks:
        raise NotFoundError(
            "There is no missed point to make a card of.",
            hint="Cards come from points that your latest answer to a question missed.",
        )
    return _packed(decks, now)


def _anki_deck(deck: Deck, missed: tuple[BulletRecord, ...]) -> genanki.Deck:
    made = genanki.Deck(_number(deck.id), f"Viva::{deck.title.replace('::', ':')}")
    for record in missed:
        made.add_note(_note(deck, deck.question(record.question_id), record))
    return made


def _note(deck: Deck, question: Question, record: BulletRecord) -> genanki.Note:
    bullet = question.bullet(record.bullet_id)
    number = question.bullets.index(bullet) + 1
    others = (f"<li>{escape(own.text)}</li>" for own in question.bullets if own != bullet)
    listed = "".join(others)
    return genanki.Note(
        model=_model(),
        guid=genanki.guid_for("viva", deck.id, question.id, bullet.id),
        fields=[
            escape(question.text),
            f"{number} of {len(question.bullets)}",
            escape(bullet.hint or ""),
            escape(bullet.text),
            escape(", ".join(bullet.key_terms)),
            f"<ul>{listed}</ul>" if listed else "",
        ],
        tags=["viva", *question.topics],
    )


def _model() -> genanki.Model:
    return genanki.Model(
        _MODEL_ID,
        "Viva: a missed point",
        fields=[
            {"name": name} for name in ("Question", "Number", "Hint", "Point", "Terms", "Others")
        ],
        templates=[{"name": "Point", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _packed(decks: list[genanki.Deck], now: datetime) -> bytes:
    """Write the package in memory: genanki's own way leaves a temporary file behind."""
    seconds = now.timestamp()
    connection = sqlite3.connect(":memory:")
    try:
        ids = itertools.count(int(seconds * 1000))
        genanki.Package(decks).write_to_db(connection.cursor(), seconds, ids)
        connection.commit()
        collection = connection.serialize()
    finally:
        connection.close()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("collection.anki2", _ZIP_TIME), collection)
        package.writestr(zipfile.ZipInfo("media", _ZIP_TIME), json.dumps({}))
    return out.getvalue()


def _number(deck_id: str) -> int:
    """Return Anki's number of a deck: from 2**30 up, as its own numbers never are."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(deck_id.encode()).digest()[:4]) % (1 << 30)

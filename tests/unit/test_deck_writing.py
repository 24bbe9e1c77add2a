from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from viva.deck.loading import parse_deck
from viva.deck.slugs import find_confusable
from viva.deck.writing import dump_deck
from viva.domain import Bullet, Deck, Difficulty, Question, Topic

slugs = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
texts = st.one_of(
    st.text(min_size=1).filter(lambda text: text.strip()),
    st.text("ab: #-'\"\\\n\t[]{},&*!|>%@`?~", min_size=1).filter(lambda text: text.strip()),
    st.lists(st.text("abcdefgh.:,#'", min_size=1, max_size=12), min_size=20).map(" ".join),
    st.sampled_from(["yes", "null", "~", "1.5", "0x1f", "2024-01-01", "true", "=", "<<", "- a"]),
)


def distinct(ids: list[str]) -> list[str]:
    """Leave out ids that a deck may not have beside each other."""
    return reduce(
        lambda kept, slug: kept if slug in kept or find_confusable(slug, kept) else [*kept, slug],
        ids,
        [],
    )


def id_lists() -> st.SearchStrategy[list[str]]:
    return st.lists(slugs, min_size=1, max_size=4).map(distinct)


@st.composite
def bullets(draw: st.DrawFn) -> tuple[Bullet, ...]:
    return tuple(
        Bullet(
            id=slug,
            text=draw(texts),
            weight=draw(st.floats(0, 10, exclude_min=True)),
            key_terms=tuple(draw(st.lists(texts, max_size=4))),
            hint=draw(st.none() | texts),
        )
        for slug in draw(id_lists())
    )


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    topics = draw(id_lists())
    return Deck(
        id=draw(slugs),
        title=draw(texts),
        topics=tuple(Topic(id=topic, name=draw(texts)) for topic in topics),
        questions=tuple(
            Question(
                id=slug,
                text=draw(texts),
                topics=tuple(draw(st.lists(st.sampled_from(topics), min_size=1, unique=True))),
                difficulty=draw(st.sampled_from(Difficulty)),
                bullets=draw(bullets()),
            )
            for slug in draw(id_lists())
        ),
    )


@given(decks())
def test_any_deck_dumps_and_loads_to_itself(deck: Deck) -> None:
    assert parse_deck(dump_deck(deck), name="deck") == deck

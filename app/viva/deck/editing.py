"""Change a deck: each function returns a new one, and leaves no topic that no question names."""

from collections.abc import Mapping, Sequence

from viva.deck.building import fold
from viva.deck.slugs import unique_slug
from viva.domain import Deck, Question, Topic
from viva.errors import InputError, NotFoundError


def find_question(deck: Deck, question_id: str) -> Question:
    """Return a question of a deck.

    Raises:
        NotFoundError: If it has none with this id.
    """
    try:
        return deck.question(question_id)
    except KeyError as error:
        raise NotFoundError(
            f"This deck has no question {question_id!r}.", hint="It may have been removed."
        ) from error


def put_question(deck: Deck, question: Question, topics: Sequence[Topic] = ()) -> Deck:
    """Return the deck with a question in place of the one of its id, or as its last.

    Args:
        deck: The deck.
        question: The question.
        topics: What the question names and the deck may not have yet.
    """
    known = {topic.id for topic in deck.topics}
    new = tuple(topic for topic in topics if topic.id not in known)
    by_id = {own.id: own for own in deck.questions}
    by_id[question.id] = question  # a dictionary keeps the place of a key that it has
    return _tidy(deck, questions=list(by_id.values()), topics=(*deck.topics, *new))


def remove_question(deck: Deck, question_id: str) -> Deck:
    """Return the deck without a question.

    Raises:
        InputError: If it is the deck's only one.
        NotFoundError: If there is none with this id.
    """
    gone = find_question(deck, question_id)
    if len(deck.questions) == 1:
        raise InputError(
            "This is the deck's only question.", hint="Delete the deck if you need none of it."
        )
    return _tidy(deck, questions=[own for own in deck.questions if own is not gone])


def move_question(deck: Deck, question_id: str, steps: int) -> Deck:
    """Return the deck with a question so many places further down, or up if negative.

    Raises:
        NotFoundError: If there is none with this id.
    """
    moved = find_question(deck, question_id)
    others = [own for own in deck.questions if own is not moved]
    place = deck.questions.index(moved) + steps
    others.insert(max(0, min(place, len(others))), moved)
    return _tidy(deck, questions=others)


def rename_topics(deck: Deck, names: Mapping[str, str]) -> Deck:
    """Return the deck with other names for its topics; their ids stay.

    Args:
        deck: The deck.
        names: New names by the topics' ids; the others keep theirs.

    Raises:
        InputError: If a name is empty, or two are the same.
    """
    plain = [" ".join(names.get(topic.id, topic.name).split()) for topic in deck.topics]
    if not all(plain):
        raise InputError("A topic needs a name.", hint="Nothing was changed.")
    if len({fold(name) for name in plain}) < len(plain):
        raise InputError("Two topics cannot have the same name.", hint="Nothing was changed.")
    topics = tuple(
        topic.model_copy(update={"name": name})
        for topic, name in zip(deck.topics, plain, strict=True)
    )
    return deck.model_copy(update={"topics": topics})


def merge_questions(deck: Deck, kept_id: str, merged_id: str) -> Deck:
    """Return the deck with two questions made one: the first, with the bullets of both.

    Bullets that differ by nothing but case or punctuation are one; what is nearly the same is for
    the person to merge.

    Raises:
        NotFoundError: If one of them is not there, or both are the same.
    """
    kept, merged = find_question(deck, kept_id), find_question(deck, merged_id)
    if kept is merged:
        raise NotFoundError("These two are one question already.")
    bullets = {fold(bullet.text): bullet for bullet in kept.bullets}
    taken = [bullet.id for bullet in kept.bullets]
    for bullet in merged.bullets:
        if fold(bullet.text) not in bullets:
            own = bullet.model_copy(update={"id": unique_slug(bullet.id, taken)})
            taken.append(own.id)
            bullets[fold(bullet.text)] = own
    topics = dict.fromkeys([*kept.topics, *merged.topics])
    both = kept.model_copy(update={"bullets": tuple(bullets.values()), "topics": tuple(topics)})
    return put_question(remove_question(deck, merged_id), both, deck.topics)


def merge_bullets(deck: Deck, question_id: str, kept_id: str, merged_id: str) -> Deck:
    """Return the deck with two bullets of a question made one: the first, with both's key terms.

    The heavier weight counts, and the second's hint where the first has none.

    Raises:
        NotFoundError: If one of them is not there, or both are the same.
    """
    question = find_question(deck, question_id)
    by_id = {bullet.id: bullet for bullet in question.bullets}
    if kept_id == merged_id or not {kept_id, merged_id} <= by_id.keys():
        raise NotFoundError("One of these bullets is no longer there.")
    kept, merged = by_id[kept_id], by_id[merged_id]
    both = kept.model_copy(
        update={
            "weight": max(kept.weight, merged.weight),
            "key_terms": tuple(dict.fromkeys([*kept.key_terms, *merged.key_terms])),
            "hint": kept.hint or merged.hint,
        }
    )
    bullets = tuple(
        both if bullet is kept else bullet for bullet in question.bullets if bullet is not merged
    )
    return put_question(deck, question.model_copy(update={"bullets": bullets}))


def _tidy(
    deck: Deck, *, questions: Sequence[Question], topics: Sequence[Topic] | None = None
) -> Deck:
    named = {topic for question in questions for topic in question.topics}
    kept = tuple(
        topic for topic in (deck.topics if topics is None else topics) if topic.id in named
    )
    return deck.model_copy(update={"questions": tuple(questions), "topics": kept})

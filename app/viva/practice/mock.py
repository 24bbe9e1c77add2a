"""A mock interview: a timed round as real ones are built, from broad to deep in a few topics."""

from collections.abc import Mapping, Sequence
from random import Random

from viva.domain import Deck, Difficulty, Kind, Mode, Question
from viva.practice.choosing import easier_first
from viva.practice.wishes import Choice, Plan
from viva.scheduling import NEW, CardState, Standing

SECONDS = 45 * 60
"""Length of a round."""
_QUESTIONS = 6
"""Seven and a half minutes each, a follow-up included."""
_TOPICS = 3
_FEWEST_OF_TOPIC = 2
"""An opening question and one that goes deeper."""


def plan_mock(deck: Deck, *, cards: Mapping[str, CardState], random: Random) -> Plan:
    """Return the plan of a round: two or three topics, each opened broadly and then deepened.

    Questions that are new or due are preferred: a round tests more than yesterday's feedback.

    Args:
        deck: The deck to choose from.
        cards: What was answered before.
        random: Source of chance.
    """
    blocks: list[tuple[str, list[Question]]] = []
    taken: set[str] = set()
    topics = random.sample([topic.id for topic in deck.topics], len(deck.topics))
    for topic in sorted(topics, key=lambda topic: not _deepens(deck, topic)):
        if len(blocks) == _TOPICS:
            break
        own = [one for one in deck.questions if topic in one.topics and one.id not in taken]
        if len(own) >= _FEWEST_OF_TOPIC:
            block = _broad_to_deep(own, _QUESTIONS // _TOPICS, cards, random)
            blocks.append((topic, block))
            taken |= {question.id for question in block}
    _fill(blocks, deck, taken, cards, random)
    blocks.sort(key=lambda block: _hardness(block[1][0]))
    choices = tuple(
        Choice(question_id=question.id, why=_why(deck.topic_name(topic), place))
        for topic, block in blocks
        for place, question in enumerate(block)
    )
    note = _note([deck.topic_name(topic) for topic, _ in blocks], len(choices))
    return Plan(kind=Kind.MOCK, mode=Mode.EXAM, choices=choices, note=note, seconds_in_all=SECONDS)


def _deepens(deck: Deck, topic: str) -> bool:
    """Whether a topic has questions of more than one difficulty."""
    return len({one.difficulty for one in deck.questions if topic in one.topics}) > 1


def _broad_to_deep(
    questions: Sequence[Question], count: int, cards: Mapping[str, CardState], random: Random
) -> list[Question]:
    """Return an easy opening, then the hardest, with what lies between if there is room."""
    shuffled = random.sample(list(questions), len(questions))
    preferred = sorted(shuffled, key=lambda one: _is_remembered(one, cards))
    opening = min(preferred, key=lambda one: (_hardness(one), _is_remembered(one, cards)))
    deeper = [one for one in preferred if one is not opening]
    deeper.sort(key=lambda one: (_is_remembered(one, cards), -_hardness(one)))
    return easier_first([opening, *deeper[: count - 1]])


def _fill(
    blocks: list[tuple[str, list[Question]]],
    deck: Deck,
    taken: set[str],
    cards: Mapping[str, CardState],
    random: Random,
) -> None:
    """Bring a round to its number of questions where a deck has few topics, or few of each."""
    for topic, block in blocks:
        own = [one for one in deck.questions if topic in one.topics and one.id not in taken]
        missing = _QUESTIONS - sum(len(other) for _, other in blocks)
        if missing > 0 and own:
            more = _broad_to_deep(own, missing, cards, random)[:missing]
            block[:] = easier_first([*block, *more])
            taken |= {question.id for question in more}
    left = [one for one in deck.questions if one.id not in taken]
    missing = _QUESTIONS - sum(len(block) for _, block in blocks)
    if missing > 0 and left:
        for question in easier_first(random.sample(left, min(missing, len(left)))):
            blocks.append((question.topics[0], [question]))


def _is_remembered(question: Question, cards: Mapping[str, CardState]) -> bool:
    return cards.get(question.id, NEW).standing in {Standing.FRESH, Standing.LEARNING}


def _hardness(question: Question) -> int:
    return list(Difficulty).index(question.difficulty)


def _why(topic: str, place: int) -> str:
    return f"Goes deeper into {topic}" if place else f"Opens {topic}"


def _note(topics: Sequence[str], questions: int) -> str:
    names = list(dict.fromkeys(topics))
    within = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    few = (
        f" This deck has only {questions} question{'s' if questions > 1 else ''} for it."
        if questions < _QUESTIONS
        else ""
    )
    return (
        f"The round goes from broad to deep in {within}. There are no hints; feedback and a "
        f"recommendation come at the end.{few}"
    )

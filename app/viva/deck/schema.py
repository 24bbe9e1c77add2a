"""The JSON schema of a deck file, for editors; ``python -m viva.deck.schema`` prints it."""

import json
from typing import Any

from viva.domain import Bullet, Deck, Question, Topic

DESCRIPTIONS = {
    Deck: {
        "id": "Names the deck in stored sessions: lower-case words joined by hyphens.",
        "title": "What people see.",
        "topics": "Every topic that a question of this deck names.",
        "questions": "In the order in which lists show them.",
    },
    Topic: {
        "id": "What questions name the topic by.",
        "name": "What people see.",
    },
    Question: {
        "id": "Unique in the deck. Sessions and figures refer to it: never reuse one.",
        "text": "The question as an interviewer would ask it aloud.",
        "topics": "Ids of topics, the most fitting first.",
        "difficulty": "How hard an interviewer would call it.",
        "bullets": "The points that a good answer makes; an answer is graded on each by itself.",
    },
    Bullet: {
        "id": "Unique in its question.",
        "text": "The point, in one sentence that can be judged by itself.",
        "weight": "Share of the score beside the question's other bullets.",
        "key_terms": "Terms, tools and examples that show the point. No answer has to use them.",
        "hint": "A nudge toward the point, as a question that does not give it away.",
    },
}
"""What an editor shows for each key; corpus/README.md says more."""


def deck_schema() -> dict[str, Any]:
    """Return the schema of deck files, draft 2020-12, made from ``domain.Deck``."""
    schema = Deck.model_json_schema()
    for model, keys in DESCRIPTIONS.items():
        part = schema if model is Deck else schema["$defs"][model.__name__]
        for key, description in keys.items():
            part["properties"][key]["description"] = description
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def main() -> None:
    """Print the schema as it is stored in corpus/schema.json."""
    print(json.dumps(deck_schema(), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()

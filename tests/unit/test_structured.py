import json
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, create_model

from viva.domain import Frozen
from viva.language_model.structured import LONGEST_REPLY, form_of, read_reply, shortened


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"


class Mark(Frozen):
    """A mark."""

    quotes: tuple[str, ...] = Field(max_length=3)
    reason: str = Field(min_length=1, max_length=50)
    verdict: Verdict


class Marks(Frozen):
    title: str
    default: str | None = None
    first: Mark = Field(description="the first")
    marks: tuple[Mark, ...]


GOOD = {"quotes": ["a {b}"], "reason": "r", "verdict": "yes"}
MARK = Mark(quotes=("a {b}",), reason="r", verdict=Verdict.YES)


def objects_in(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [found for item in schema for found in objects_in(item)]
    if not isinstance(schema, dict):
        return []
    inner = [found for value in schema.values() for found in objects_in(value)]
    return [*inner, schema] if schema.get("type") == "object" else inner


def test_the_schema_is_strict_at_every_depth() -> None:
    found = objects_in(form_of(Marks).schema)
    assert len(found) >= 2
    for schema in found:
        properties = schema["properties"]
        assert isinstance(properties, dict)
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(properties)


def test_the_fields_keep_their_order_so_that_reasons_come_before_verdicts() -> None:
    assert list(form_of(Mark).schema["properties"]) == ["quotes", "reason", "verdict"]


def test_keywords_that_strict_servers_turn_down_are_left_out_but_not_such_names() -> None:
    schema = form_of(Marks).schema
    assert {"title", "default", "first", "marks"} == set(schema["properties"])
    text = json.dumps(schema)
    assert "maxLength" not in text
    assert "minLength" not in text
    assert '"default": null' not in text


def test_the_form_is_named_as_servers_allow_and_made_once() -> None:
    odd = create_model("Mark[of é]" * 20, id=(Literal["a", "b"], ...))
    assert len(form_of(odd).name) <= 64
    assert form_of(odd).name.isascii()
    assert form_of(odd) is form_of(odd)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"\n  {json.dumps(GOOD, indent=2)}\n",
    ],
)
def test_bare_json_is_read(text: str) -> None:
    reading = read_reply(text, Mark)
    assert reading.value == MARK
    assert reading.is_pure


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{json.dumps(GOOD)}\n```",
        f"Sure! Here it is: {json.dumps(GOOD)} I hope {{this}} helps.",
        f"<think>maybe {{no}} or {{'x'}}</think>{json.dumps(GOOD)}",
        f'First {{"quotes": []}} and then {json.dumps(GOOD)}',
        f"{json.dumps(GOOD)}\n\n{json.dumps(GOOD)}",
    ],
)
def test_json_within_other_text_is_found(text: str) -> None:
    reading = read_reply(text, Mark)
    assert reading.value == MARK
    assert not reading.is_pure


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no whole JSON object"),
        ("I would say yes.", "no whole JSON object"),
        (json.dumps(GOOD)[:-3], "no whole JSON object"),
        ("[]", "Input should be"),
        (json.dumps({**GOOD, "verdict": "maybe"}), "verdict: Input should be 'yes' or 'no'"),
        (json.dumps({**GOOD, "score": 10}), "score: Extra inputs"),
        (json.dumps({"quotes": [], "reason": "r"}), "verdict: Field required"),
        (json.dumps({**GOOD, "quotes": ["a", 3]}), "quotes.1"),
        (f"So: {json.dumps({**GOOD, 'reason': ''})}", "reason: String should have at least"),
        ("{" * 5000, "no whole JSON object"),
        ('{"a":' * 5000, "no whole JSON object"),
        ("[" * 100_000, "no whole JSON object"),
    ],
)
def test_what_does_not_fit_is_named_so_that_the_model_can_mend_it(text: str, fault: str) -> None:
    reading = read_reply(text, Mark)
    assert reading.value is None
    assert fault in reading.fault


def test_of_two_different_answers_none_is_taken() -> None:
    quoted = json.dumps({**GOOD, "reason": "the candidate asks for it"})
    reading = read_reply(f"The candidate wrote {quoted}. I say {json.dumps(GOOD)}", Mark)
    assert reading.value is None
    assert "several" in reading.fault


def test_an_answer_quoted_inside_the_answer_is_just_a_quote() -> None:
    own = {**GOOD, "quotes": [json.dumps({**GOOD, "verdict": "no"})]}
    reading = read_reply(f"Here: {json.dumps(own)}", Mark)
    assert reading.value is not None
    assert reading.value.verdict is Verdict.YES


def test_many_faults_are_listed_in_part() -> None:
    reading = read_reply(json.dumps({f"extra{number}": 1 for number in range(40)}), Mark)
    assert reading.fault.count("\n") == 10
    assert reading.fault.endswith("- and 33 more")


def test_an_endless_reply_is_read_in_part() -> None:
    assert read_reply(" word" * LONGEST_REPLY, Mark).value is None
    assert len(shortened("word " * LONGEST_REPLY)) < 10_000
    assert shortened("  ") == "(nothing)"


@given(st.text(), st.text())
def test_no_text_around_it_hides_an_answer_or_breaks_the_reader(before: str, after: str) -> None:
    reading = read_reply(f"{before.replace('{', '(')}\n{json.dumps(GOOD)}\n{after}", Mark)
    assert reading.value == MARK


@given(st.text(alphabet='{}[]":, \\n0truefalsnql', max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_reply(text, Mark).value is None

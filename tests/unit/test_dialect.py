import pytest
from pydantic import BaseModel

from viva.language_model.dialect import Complaint, Dialect, Shape, complaint_of
from viva.language_model.structured import form_of


class Mark(BaseModel):
    verdict: str


FORM = form_of(Mark)
TURNS = ({"role": "user", "content": "data"},)


def sent(dialect: Dialect, *, stream: bool = False) -> dict[str, object]:
    return dialect.parameters(seed=7, limit=100, form=FORM, stream=stream)


def test_at_first_everything_is_asked_for() -> None:
    body = sent(Dialect(), stream=True)
    assert body["temperature"] == 0
    assert body["seed"] == 7
    assert body["max_tokens"] == 100
    assert body["stream_options"] == {"include_usage": True}
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "Mark", "schema": FORM.schema, "strict": True},
    }


def test_the_schema_is_in_the_text_only_where_the_server_takes_none() -> None:
    for shape, kind in ((Shape.SCHEMA, "json_schema"), (Shape.OBJECT, "json_object")):
        body = sent(Dialect(shape=shape))
        assert body["response_format"]["type"] == kind  # type: ignore[index]  # it is a dict
    assert "response_format" not in sent(Dialect(shape=Shape.PROSE))
    for shape in Shape:
        system = Dialect(shape=shape).messages("Grade.", TURNS, FORM)[0]["content"]
        assert system.startswith("Grade.")
        assert ("JSON schema" in system) is (shape is not Shape.SCHEMA)


COMPLAINTS = [
    # OpenAI
    ("response_format", "Invalid parameter: 'response_format' of type 'json_schema' is not"),
    ("seed", "Unsupported parameter: 'seed' is not supported with this model."),
    ("temperature", "Unsupported value: 'temperature' does not support 0 with this model."),
    ("max_tokens", "Unsupported parameter: use 'max_completion_tokens' instead."),
    # without the parameter's name in a field of its own
    ("", "response_format.type must be one of 'text' or 'json_object'"),
    ("", "This model does not support structured outputs."),
    ("", "JSON schema conversion failed: unrecognized schema"),
    ("", "unknown field `seed`, expected one of `model`, `messages`"),
    ("", "property 'stream_options' is unsupported"),
    ("", "System role not supported"),
    ("", "Conversation roles must alternate; the role 'system' is unknown"),
]


@pytest.mark.parametrize(("parameter", "text"), COMPLAINTS)
def test_what_the_server_complains_of_is_left_out_the_next_time(parameter: str, text: str) -> None:
    dialect = Dialect()
    before = sent(dialect, stream=True), dialect.messages("s", TURNS, FORM)
    simpler = dialect.simplified(Complaint(parameter, text), before[0])
    assert simpler is not None
    after = sent(simpler, stream=True), simpler.messages("s", TURNS, FORM)
    assert before != after
    assert all(parameter != name for name in simpler.parameters(seed=0, limit=1))


def test_what_has_nothing_to_do_with_the_dialect_is_left_to_others() -> None:
    dialect = Dialect()
    for text in ("The messages are too long.", "", "Unsupported parameter: 'top_p'"):
        assert dialect.simplified(Complaint("", text), sent(dialect)) is None


def test_the_same_complaint_again_leads_nowhere() -> None:
    complaint = Complaint("seed", "no seed")
    simpler = Dialect().simplified(complaint, sent(Dialect()))
    assert simpler is not None
    assert simpler.simplified(complaint, sent(simpler)) is None


def test_a_server_that_complains_of_everything_is_given_up_after_a_few_tries() -> None:
    complaint = Complaint("", "response_format, seed, temperature, max_tokens, system role, "
                              "max_completion_tokens, stream_options")  # fmt: skip
    dialect: Dialect | None = Dialect()
    steps = 0
    while dialect is not None:
        last, dialect = dialect, dialect.simplified(complaint, sent(dialect, stream=True))
        steps += 1
        assert steps < 10
    assert last.parameters(seed=0, limit=1, form=FORM) == {}
    assert last.messages("s", TURNS, None) == [{"role": "user", "content": "s\n\ndata"}]


def test_the_limit_has_two_names_and_each_server_its_first() -> None:
    assert Dialect().limit == "max_tokens"
    assert Dialect(refused=frozenset({"max_tokens"})).limit == "max_completion_tokens"
    newer = Dialect(newer_limit=True)
    assert newer.limit == "max_completion_tokens"
    simpler = newer.simplified(Complaint("", "max_completion_tokens: unknown"), sent(newer))
    assert simpler is not None
    assert simpler.limit == "max_tokens"


def test_what_two_threads_learned_is_joined() -> None:
    one = Dialect(shape=Shape.OBJECT, refused=frozenset({"seed"}))
    other = Dialect(refused=frozenset({"temperature"}))
    assert one.joined(other) == other.joined(one)
    assert one.joined(other) == Dialect(Shape.OBJECT, frozenset({"seed", "temperature"}))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"message": "no", "param": "seed"}, Complaint("seed", "no")),
        ({"message": "no", "param": None, "code": 400}, Complaint("", "no")),
        ({"error": "no"}, Complaint("", "no")),
        ({"detail": "no"}, Complaint("", "no")),
        (
            {"detail": [{"loc": ["body", "seed"], "msg": "extra", "input": "temperature"}]},
            Complaint("", '[["body", "seed"]]'),
        ),
        ("plain", Complaint("", "plain")),
        (None, Complaint("", "")),
        ([1], Complaint("", "[1]")),
    ],
)
def test_complaints_are_found_however_the_server_words_them(
    body: object, complaint: Complaint
) -> None:
    assert complaint_of(body) == complaint

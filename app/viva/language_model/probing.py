"""What a server can do, found by asking it: for ``viva doctor --llm``."""

from contextlib import suppress

from viva.domain import Frozen
from viva.errors import BudgetSpent, ModelUnreachable
from viva.language_model.call import Call
from viva.language_model.connection import Ask, Connection
from viva.language_model.dialect import Shape
from viva.language_model.failures import Failed
from viva.language_model.structured import form_of, read_reply

_LIMIT = 1024
"""Longest reply, in tokens: room for the thoughts of a reasoning model."""
_FIELDS = {
    Shape.SCHEMA: "json_schema",
    Shape.OBJECT: "json_object",
    Shape.PROSE: "json_in_prose",
}


class Abilities(Frozen):
    """What a server was seen to do."""

    host: str
    model: str
    is_reachable: bool = False
    """Whether anything answers that speaks this API."""
    problem: str = ""
    """Why no answer at all could be got; empty if one could."""
    hint: str = ""
    """What to do about the problem."""
    models: tuple[str, ...] = ()
    """Names of its models; empty if it does not tell."""
    json_schema: bool = False
    """Whether it writes what fits a schema, unasked in the text."""
    json_object: bool = False
    """Whether it writes a bare JSON object when told so by a parameter and in the text."""
    json_in_prose: bool = False
    """Whether the JSON could be found in its text when it was only asked for."""
    streaming: bool = False
    """Whether it sends an answer in pieces."""
    token_counts: bool = False
    """Whether it tells how many tokens it read and wrote."""
    temperature: bool = False
    """Whether it takes, or ignores without a word, a temperature of 0."""
    seed: bool = False
    """Whether it takes, or ignores without a word, a seed."""
    limit: str = ""
    """Name of the parameter that limits a reply; empty if it takes none."""
    seconds: float = 0.0
    """Until the first whole answer."""

    @property
    def has_model(self) -> bool | None:
        """Whether the model is among those that the server names; None if it names none."""
        return self.model in self.models if self.models else None


class _Greeting(Frozen):
    greeting: str


def probe_model(connection: Connection, call: Call) -> Abilities:
    """Return what the server does with a few short requests; it is then spoken to accordingly.

    No other call may be under way on the same connection.
    """
    found: dict[str, object] = {"host": connection.host, "model": connection.model}
    with suppress(Failed):  # not every server tells; the requests that follow say what is wrong
        found["models"] = connection.list_models(call)
    try:
        found |= _probe_shapes(connection, call)
    except (Failed, BudgetSpent) as caught:
        error = caught.failure.error if isinstance(caught, Failed) else caught
        found |= {"problem": error.message, "hint": error.hint}
        found["is_reachable"] = "models" in found or not isinstance(error, ModelUnreachable)
        return Abilities.model_validate(found)
    found["streaming"] = _streams(connection, call)
    dialect = connection.dialect
    found |= {"temperature": dialect.takes("temperature"), "seed": dialect.takes("seed")}
    found |= {"is_reachable": True, "limit": dialect.limit}
    return Abilities.model_validate(found)


def _probe_shapes(connection: Connection, call: Call) -> dict[str, object]:
    found: dict[str, object] = {}
    best = Shape.PROSE
    for shape in Shape:
        connection.set_shape(shape)
        before = call.deadline.passed
        turns = ({"role": "user", "content": "Greet the reader in a few words."},)
        ask = Ask("You are friendly and brief.", turns, _LIMIT, form_of(_Greeting))
        completion, dialect = connection.ask(call, ask)
        if shape is Shape.PROSE:
            found["seconds"] = call.deadline.passed - before
            found["token_counts"] = completion.usage is not None
        reading = read_reply(completion.text, _Greeting)
        is_able = dialect.shape is shape and reading.value is not None
        found[_FIELDS[shape]] = is_able and (reading.is_pure or shape is Shape.PROSE)
        if found[_FIELDS[shape]]:
            best = shape
    connection.set_shape(best)
    return found


def _streams(connection: Connection, call: Call) -> bool:
    turns = ({"role": "user", "content": "Count from one to ten, in words."},)
    pieces = 0
    try:
        for _ in connection.stream(call, Ask("You are brief.", turns, _LIMIT)):
            pieces += 1
    except (Failed, BudgetSpent):
        return pieces > 1
    return pieces > 1

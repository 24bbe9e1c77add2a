"""YAML with line numbers: a text becomes plain values and the line that each stands on."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from viva.deck.faults import Fault

Path = tuple[str | int, ...]
"""Keys and list positions that lead to a value from the top."""

_TAG = "tag:yaml.org,2002:"

_SYNTAX = (
    ("mapping values are not allowed", "a ': ' inside a text: put the text in quotes"),
    ("found character '\\t'", "a tab: indent with spaces"),
    (
        "that cannot start any token",
        "a text that starts with a special character: quote it",
    ),
    ("unexpected end of stream", "a quote that is opened here is never closed"),
    ("expected ',' or", "a bracket or brace that is opened here is not closed"),
    ("sequence entries are not allowed", "a list item in the wrong place: start it on a new line"),
    ("found another document", "a second document: a deck is one document, without '---'"),
    ("undefined alias", "a text that starts with '*': put it in quotes"),
    ("expected <block end>", "this does not fit the lines above: check indents and quotes"),
    ("could not find expected ':'", "a key without ': ' after it, or a text that needs quotes"),
    ("unknown escape character", 'a backslash in "...": double it, or use single quotes'),
)
"""What YAML's own message holds, and what to tell a person."""


@dataclass
class Document:
    """The plain values of a YAML text."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    """Line of each key's value and each list item, counted from 1."""
    faults: list[Fault] = field(default_factory=list)
    """What is wrong with the text as YAML."""

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(text: str) -> Document:
    """Return the values of a YAML text; syntax faults come in the document, never as an error."""
    document = Document()
    try:
        yaml = YAML(typ="safe", pure=True)
        root = yaml.compose(text)
        if root is not None:
            _Values(document, yaml).add(root, ())
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.faults.append(Fault(line, "a control character, which YAML does not take"))
    except MarkedYAMLError as error:
        document.faults.append(_syntax_fault(error))
    except YAMLError as error:
        document.faults.append(Fault(1, f"not valid YAML: {error}"))
    except RecursionError:
        document.faults.append(Fault(1, "lists or mappings are nested too deeply"))
    return document


def _syntax_fault(error: MarkedYAMLError) -> Fault:
    problem = error.problem or "not valid YAML"
    for sign, words in _SYNTAX:
        if sign in problem:
            # What is never closed is mended where it was opened.
            mark = error.context_mark if "opened" in words else None
            mark = mark or error.problem_mark
            return Fault(mark.line + 1 if mark else 1, words)
    mark = error.problem_mark or error.context_mark
    return Fault(mark.line + 1 if mark else 1, f"not valid YAML: {problem}")


class _Values:
    """Turns nodes into values, noting lines and faults in a document."""

    def __init__(self, document: Document, yaml: YAML) -> None:
        self._document = document
        self._constructor = yaml.constructor
        self._seen: set[int] = set()

    def add(self, root: Node, path: Path) -> None:
        self._document.lines[path] = root.start_mark.line + 1
        self._document.value = self._value(root, path)

    def _value(self, node: Node, path: Path) -> Any:
        if id(node) in self._seen:
            # Aliases could nest a value in itself, or grow a small file without end.
            self._fault(node, "an alias (*): decks spell every value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._item(item, (*path, i)) for i, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # there is no fourth kind
        return self._scalar(node)

    def _item(self, node: Node, path: Path) -> Any:
        self._document.lines[path] = node.start_mark.line + 1
        return self._value(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._fault(key, "a key must be a word")
                continue
            place = (*path, key.value)
            if key.value in values:
                first = self._document.lines[place]
                self._fault(key, f"the key '{key.value}' is here twice, first on line {first}")
                continue
            self._document.lines[place] = key.start_mark.line + 1
            values[key.value] = self._value(value, place)
        return values

    def _scalar(self, node: ScalarNode) -> Hashable:
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind not in {"bool", "int", "float"}:
            return str(node.value)
        construct = getattr(self._constructor, f"construct_yaml_{kind}")
        try:
            return construct(node)  # type: ignore[no-any-return]  # one of the three kinds
        except (ValueError, KeyError):
            return str(node.value)

    def _fault(self, node: Node, text: str) -> None:
        self._document.faults.append(Fault(node.start_mark.line + 1, text))

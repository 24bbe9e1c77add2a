"""Load, check and render the prompts in ``prompts/*.md``.

This stays a module and never becomes a package: an installed Viva has the prompts themselves in
a folder of the same name beside it.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined
from jinja2 import pass_context as needs_context
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from pydantic import Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from viva.domain import Frozen, Text
from viva.errors import InputError, NotFoundError
from viva.resources import data_dir
from viva.untrusted import defuse, fence, make_nonce

_HINT = "prompts/README.md describes the format."
_NONCE = "nonce"
_FRONT = re.compile(r"\A---\n(?P<front>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)
_USER_LINE = re.compile(r"^=== user ===\n", re.MULTILINE)
_TAG = re.compile(r"\{[{%#]")

PromptName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=64)]
"""Lower-case words joined by underscores; the file's name without ``.md``."""
_Variable = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]


class _FrontMatter(Frozen):
    name: PromptName
    version: int = Field(ge=1, strict=True)
    purpose: Text
    variables: tuple[_Variable, ...]


class Prompt(Frozen):
    """A prompt as its file has it."""

    name: PromptName
    version: int
    """Counts the changes of the text, from 1."""
    purpose: str
    variables: tuple[str, ...]
    """Names of what ``render`` must be given, no more and no less."""
    system: str
    """The same in every call, so that servers can keep what they made of it."""
    user: str
    """A Jinja template of the variables."""
    fingerprint: str
    """SHA-256 (hex) of the file's text."""


class Rendered(Frozen):
    """A prompt with its variables filled in, ready to be sent."""

    system: str
    user: str
    name: str
    fingerprint: str
    """Of the prompt, not of what was filled in."""
    nonce: str = ""
    """The code of its fences; all else is the same whenever the same is filled in."""


# --- Loading ----------------------------------------------------------------------------------


def prompt_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the prompt files of a folder by name, of the one that ships if none is given.

    Raises:
        NotFoundError: If there is no such folder.
    """
    folder = folder or data_dir("prompts")
    if not folder.is_dir():
        raise NotFoundError(f"There is no folder {folder}.")
    return {path.stem: path for path in sorted(folder.glob("*.md")) if path.name != "README.md"}


def load_prompts(folder: Path | None = None) -> tuple[Prompt, ...]:
    """Return every prompt of a folder by name, of the one that ships if none is given.

    Raises:
        NotFoundError: If there is no such folder.
        InputError: If a prompt cannot be read or is wrong.
    """
    return tuple(read_prompt(path) for path in prompt_files(folder).values())


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """Return the prompt of this name.

    Raises:
        NotFoundError: If there is none; names those that are.
        InputError: If it is wrong; lists all that is.
    """
    files = prompt_files(folder)
    if name not in files:
        raise NotFoundError(
            f"There is no prompt '{name}'.", hint=f"There is {', '.join(files) or 'none'}."
        )
    return read_prompt(files[name])


def read_prompt(path: Path) -> Prompt:
    """Return the prompt in a file.

    Raises:
        InputError: If it cannot be read or is wrong; lists all that is.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # line ends become \n, also for the hash
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {reason}.", hint=_HINT) from error
    match = _FRONT.match(text)
    if match is None:
        raise InputError(f"{path} has no front matter between two lines '---'.", hint=_HINT)
    front = _read_front_matter(match["front"])
    system, *users = _USER_LINE.split(match["body"])
    faults = [*_front_faults(front, path.stem), *_body_faults(system, users)]
    if len(users) == 1:
        declared = front.variables if isinstance(front, _FrontMatter) else None
        lines_before = text.count("\n", 0, len(text) - len(users[0]))
        faults += _template_faults(users[0], declared, lines_before)
    if faults or not isinstance(front, _FrontMatter):
        count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        lines = "".join(f"\n  {fault}" for fault in faults)
        raise InputError(f"{path} has {count}:{lines}", hint=_HINT)
    return Prompt(
        **front.model_dump(),
        system=system.strip(),
        user=users[0].strip(),
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
    )


def _read_front_matter(text: str) -> _FrontMatter | list[str]:
    """Return the front matter, or what is wrong with it."""
    try:
        values = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        return [f"the front matter is not valid YAML: {problem}"]
    if not isinstance(values, dict):
        return ["the front matter must be keys with values"]
    try:
        return _FrontMatter.model_validate(values)
    except ValidationError as error:
        return [_words(fault["type"], fault["loc"], fault["msg"]) for fault in error.errors()]


def _words(kind: str, place: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in place)
    if kind == "missing":
        return f"the key '{key}' is missing"
    if kind == "extra_forbidden":
        return f"unknown key '{key}'"
    return f"{key}: {message[:1].lower()}{message[1:]}"


def _front_faults(front: _FrontMatter | list[str], stem: str) -> Iterator[str]:
    if isinstance(front, list):
        yield from front
        return
    if front.name != stem:
        yield f"its name is '{front.name}', but its file's is '{stem}'"
    for name in sorted(set(front.variables)):
        if front.variables.count(name) > 1:
            yield f"the variable '{name}' is declared twice"
    if _NONCE in front.variables:
        yield f"the variable '{_NONCE}' is taken: it holds the code of the fences"


def _body_faults(system: str, users: list[str]) -> Iterator[str]:
    if len(users) != 1:
        yield f"it has {len(users) or 'no'} lines '=== user ===' and needs one"
    if not system.strip():
        yield "its system part is empty"
    if len(users) == 1 and not users[0].strip():
        yield "its user part is empty"
    if users and (tag := _TAG.search(system)):
        yield f"its system part has a '{tag.group()}': only the user part is a template"


def _template_faults(
    user: str, declared: tuple[str, ...] | None, lines_before: int
) -> Iterator[str]:
    try:
        used = find_undeclared_variables(_environment().parse(user))
        _environment().from_string(user)  # finds unknown filters
    except TemplateSyntaxError as error:
        yield f"line {lines_before + error.lineno}: {error.message}"
        return
    if declared is not None:
        for name in sorted(used - set(declared)):
            yield f"the variable '{name}' is used, but not declared"
        for name in sorted(set(declared) - used - {_NONCE}):
            yield f"the variable '{name}' is declared, but not used"


# --- Rendering --------------------------------------------------------------------------------


def render(prompt: Prompt, /, *, nonce: str | None = None, **variables: object) -> Rendered:
    """Fill in the variables.

    Whatever a template writes is data: a text comes out as one line of JSON, and through the
    filter ``untrusted`` as a fenced block. No value is ever read as a template or as markup.

    Args:
        prompt: The prompt.
        nonce: The code of the fences; a new random one by default, and only tests give another.
        **variables: Exactly the prompt's variables: texts, numbers, lists of them, and values
            with such fields.

    Raises:
        InputError: If a variable is missing, unknown, or not what the template takes it for.
    """
    missing = [name for name in prompt.variables if name not in variables]
    unknown = [name for name in variables if name not in prompt.variables]
    if missing or unknown:
        faults = [f"the variable '{name}' is missing" for name in missing]
        faults += [f"unknown variable '{name}'" for name in unknown]
        raise InputError(f"The prompt '{prompt.name}' cannot be rendered: {'; '.join(faults)}.")
    try:
        nonce = nonce or make_nonce()
        user = _template(prompt.user).render(variables | {_NONCE: nonce})
    except (TemplateError, TypeError, ValueError) as error:
        raise InputError(f"The prompt '{prompt.name}' cannot be rendered: {error}.") from error
    return Rendered(
        system=prompt.system,
        user=user,
        name=prompt.name,
        fingerprint=prompt.fingerprint,
        nonce=nonce,
    )


class _Fenced(str):
    """The one kind of text that a template writes as it is."""


@needs_context
def _untrusted(context: Context, value: object) -> _Fenced:
    if isinstance(value, Undefined) or not isinstance(value, str):
        raise TypeError(f"'untrusted' takes a text, not {_kind(value)}")
    return _Fenced(fence(value, context[_NONCE]))


def _write(value: object) -> str:
    return value if isinstance(value, _Fenced) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> Any:
    if isinstance(value, str):
        return defuse(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"a template writes texts, numbers and lists of them, not {_kind(value)}")


def _kind(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is undefined
    return f"a {type(value).__name__}"


@cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=False,  # no HTML is made here: _write is what escapes
        finalize=_write,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["untrusted"] = _untrusted
    return environment


@lru_cache(maxsize=64)
def _template(text: str) -> Template:
    return _environment().from_string(text)

import logging
from collections.abc import Callable, Mapping
from inspect import getmembers, isfunction
from pathlib import Path

import pluggy
import pytest
from builders import make_deck, make_grade

from viva import hookspecs
from viva.deck.writing import dump_deck
from viva.domain import Grade, GraderIdentity, Question
from viva.errors import NotFoundError, SettingsError
from viva.hookspecs import GraderFactory, GraderParts, hookimpl
from viva.plugins import (
    grader_factories,
    load_plugins,
    plugin_commands,
    plugin_decks,
    speaker_factories,
    transcriber_factories,
)
from viva.settings import load_settings
from viva.wiring import Parts, load_chosen_deck, make_parts

GENEROUS = """
from builders import IDENTITY, make_grade
from viva.hookspecs import hookimpl


class Generous:
    identity = IDENTITY.model_copy(update={"name": "generous"})

    def __init__(self, parts):
        self.parts = parts

    def prepare(self, question):
        pass

    def grade(self, question, answer):
        return make_grade(question, *["covered"] * len(question.bullets), answer=answer)


@hookimpl
def register_graders():
    return {"generous": Generous}
"""

DECKS = """
from pathlib import Path
from viva.hookspecs import hookimpl


@hookimpl
def register_decks():
    return [Path(__file__).parent / name for name in ("good.yaml", "bad.yaml")]
"""

Install = Callable[[str, str], None]


class Strict:
    """A grader that finds nothing in any answer."""

    identity = GraderIdentity(name="strict", version="1", fingerprint="s")

    def __init__(self, parts: GraderParts) -> None:
        self.parts = parts

    def prepare(self, question: Question) -> None:
        return None

    def grade(self, question: Question, answer: str) -> Grade:
        return make_grade(question, *["missing"] * len(question.bullets))


class StrictPlugin:
    @hookimpl
    def register_graders(self) -> Mapping[str, GraderFactory]:
        return {"strict": Strict, "local": Strict}


class BrokenPlugin:
    @hookimpl
    def register_graders(self) -> Mapping[str, GraderFactory]:
        raise RuntimeError("no license found")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package with an entry point, as pip leaves it behind."""
    monkeypatch.syspath_prepend(tmp_path)

    def install_package(name: str, code: str) -> None:
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[viva]\n{name} = {name}\n", encoding="utf-8")

    return install_package


def test_every_hook_can_be_given_and_is_asked() -> None:
    asked = []

    def recorder(name: str) -> object:
        return hookimpl(lambda: asked.append(name))

    specs = [name for name, spec in getmembers(hookspecs, isfunction) if hasattr(spec, "viva_spec")]
    plugin = type("Plugin", (), {name: staticmethod(recorder(name)) for name in specs})()
    manager = pluggy.PluginManager("viva")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    plugin_commands(manager)
    plugin_decks(manager)
    grader_factories(manager)
    transcriber_factories(manager)
    speaker_factories(manager)
    assert sorted(asked) == sorted(specs)


def test_what_viva_ships_comes_by_the_same_hook() -> None:
    assert set(grader_factories(load_plugins())) == {"local", "llm"}


def test_a_plugin_may_replace_a_grader_that_ships() -> None:
    manager = load_plugins()
    shipped = grader_factories(manager)["local"]
    manager.register(StrictPlugin(), name="strict")
    factories = grader_factories(manager)
    assert shipped is not Strict
    assert factories["local"] is factories["strict"] is Strict


def test_a_plugin_whose_hook_fails_does_not_take_the_others_along(
    caplog: pytest.LogCaptureFixture,
) -> None:
    manager = load_plugins()
    manager.register(BrokenPlugin(), name="broken")
    manager.register(StrictPlugin(), name="strict")
    with caplog.at_level(logging.WARNING):
        assert set(grader_factories(manager)) == {"local", "llm", "strict"}
    assert "'broken' was left out: no license found" in caplog.text


def test_a_plugin_that_does_not_load_is_named_and_left_out(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    install("viva_broken", "raise ImportError('libfoo is missing')")
    install("viva_generous", GENEROUS)
    with caplog.at_level(logging.WARNING):
        factories = grader_factories(load_plugins())
    assert set(factories) == {"local", "llm", "generous"}
    assert "'viva_broken' was left out: libfoo is missing" in caplog.text
    assert "viva_generous" not in caplog.text


def test_a_grader_of_an_installed_plugin_grades_when_the_settings_name_it(
    install: Install, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("viva_kind", GENEROUS)
    monkeypatch.setenv("VIVA_GRADER", "generous")
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    made = make_parts(load_settings())
    question = made.deck.questions[0]
    assert made.grader.identity.name == "generous"
    assert made.grader.grade(question, "Anything.").score.value == 10


def test_a_grader_that_nobody_offers_is_a_setting_to_mend(parts: Parts) -> None:
    settings = load_settings(home=parts.settings.home, grader="oracle")
    with pytest.raises(SettingsError, match="'oracle'") as caught:
        make_parts(settings)
    assert "VIVA_GRADER" in caught.value.hint
    assert "local" in caught.value.hint


def test_decks_of_a_package_are_offered_and_a_broken_one_is_named_and_left_out(
    install: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "good.yaml").write_text(dump_deck(make_deck()), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("id: bad\n", encoding="utf-8")
    install("viva_decks", DECKS)
    with caplog.at_level(logging.WARNING):
        decks = plugin_decks(load_plugins())
    assert decks == {"tiny": make_deck()}
    assert "bad.yaml has" in caplog.text


def test_the_settings_may_name_a_deck_of_a_package(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.yaml").write_text(dump_deck(make_deck()), encoding="utf-8")
    install("viva_decks", DECKS.replace(', "bad.yaml"', ""))
    monkeypatch.setenv("VIVA_DECK", "tiny")
    assert load_chosen_deck(load_settings(home=tmp_path)) == make_deck()
    monkeypatch.setenv("VIVA_DECK", "tinny")
    with pytest.raises(NotFoundError, match="no deck 'tinny'") as caught:
        load_chosen_deck(load_settings(home=tmp_path))
    assert "There are also: tiny." in caught.value.hint

import re
from pathlib import Path

from viva import __version__, hookspecs
from viva.confidence import Confidence
from viva.deck.loading import load_deck
from viva.domain import Verdict
from viva.grading.report_card import load_card
from viva.grading.scoring import HINT_COST
from viva.settings import Settings, variable_name

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme() -> None:
    readme = read("README.md")
    names = [variable_name(name) for name in Settings.model_fields]
    assert not [name for name in names if f"`{name}`" not in readme]


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"`((?:VIVA|OPENAI)_[A-Z_]+)`", read("README.md")))
    assert named == {variable_name(name) for name in Settings.model_fields}


def test_every_hook_is_documented() -> None:
    hooks = [name for name in dir(hookspecs) if name.startswith("register_")]
    assert hooks
    contributing = read("CONTRIBUTING.md")
    assert all(f"### `{hook}`" in contributing for hook in hooks)


def test_the_version_is_the_newest_in_the_changelog() -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert released[0] == __version__


def test_the_policy_defines_every_verdict_and_the_cost_of_a_hint() -> None:
    policy = read("docs/grading-policy.md")
    assert all(verdict.value in policy for verdict in Verdict)
    assert HINT_COST == 0.25
    assert "¼ point" in policy


def test_the_readme_counts_the_deck_as_it_is() -> None:
    deck = load_deck(ROOT / "corpus" / "ml_system_design.yaml")
    bullets = sum(len(question.bullets) for question in deck.questions)
    assert f"{len(deck.questions)} questions" in read("README.md")
    assert f"{bullets} bullets" in read("README.md")


def test_the_readme_says_what_the_words_for_confidence_were_counted_to_mean() -> None:
    card = load_card("local")
    assert card is not None
    sure, fairly, unsure = (
        round(10 * card.confidence[word].count / card.confidence[word].of) for word in Confidence
    )
    assert (
        f"about {sure} are right where it is sure, {fairly} where it is fairly sure, "
        f"{unsure} where it is unsure;"
    ) in " ".join(read("README.md").split())


def test_every_make_target_that_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"`make ([a-z]+)", read(document))) <= targets

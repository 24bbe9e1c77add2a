from pathlib import Path

import pytest

from viva.errors import SettingsError
from viva.settings import Settings, load_settings, variable_name

KEY = "sk-verysecret-0123456789"


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without .env, and an environment without settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_name(name), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_key_and_the_address_have_the_names_that_other_programs_give_them(
    monkeypatch: pytest.MonkeyPatch, bare: Path
) -> None:
    lines = (f"OPENAI_API_KEY={KEY}", "OPENAI_BASE_URL=http://localhost:1234/v1")
    (bare / ".env").write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings()
    assert settings.openai_api_key.get_secret_value() == KEY
    assert settings.openai_base_url == "http://localhost:1234/v1"
    monkeypatch.setenv("OPENAI_API_KEY", " sk-other \n")
    assert load_settings().openai_api_key.get_secret_value() == "sk-other"
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert load_settings().openai_api_key.get_secret_value() == KEY  # empty is as good as none
    assert load_settings(openai_api_key="sk-given").openai_api_key.get_secret_value() == "sk-given"


def test_the_key_is_never_printed(bare: Path) -> None:
    (bare / ".env").write_text(f"OPENAI_API_KEY={KEY}", encoding="utf-8")
    settings = load_settings()
    for text in (repr(settings), str(settings), settings.model_dump_json(), f"{settings:}"):
        assert KEY not in text


@pytest.mark.parametrize(
    "key", [f"{KEY}\nX-Other: header", f"{KEY} {KEY}", f"{KEY}é", f"{KEY}\x00"]
)
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        load_settings(openai_api_key=key)
    assert KEY not in str(caught.value)
    assert KEY not in str(caught.value.__cause__)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://models.example",
        "http://",
        "http://host:port/v1",
        "http://host:99999/v1",
        "http://[::1/v1",
        f"https://me:{KEY}@models.example/v1",
    ],
)
def test_an_address_that_is_none_is_refused_by_its_own_name(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL") as caught:
        load_settings(openai_base_url=url)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://resource.openai.azure.com/openai/v1/",
        "http://[::1]:8080/v1",
        " http://localhost:11434/v1 ",
        "",
    ],
)
def test_addresses_of_all_kinds_of_servers_are_taken(url: str) -> None:
    assert load_settings(openai_base_url=url).openai_base_url == url.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIVA_LLM_TIMEOUT", "0"),
        ("VIVA_LLM_TIMEOUT", "inf"),
        ("VIVA_LLM_DEADLINE", "-1"),
        ("VIVA_LLM_CONCURRENCY", "0"),
        ("VIVA_LLM_VOTES", "2"),
        ("VIVA_LLM_VOTES", "11"),
        ("VIVA_LLM_BUDGET", "-1"),
        ("VIVA_LLM_BUDGET", "nan"),
        ("VIVA_LLM_PRICE_IN", "-0.1"),
        ("VIVA_LLM_CACHE", "perhaps"),
        ("VIVA_LLM_SEED", "-1"),
        ("OPENAI_BASE_URL", "nowhere"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_a_budget_without_prices_would_never_be_spent() -> None:
    with pytest.raises(SettingsError, match=r"VIVA_LLM_BUDGET .* VIVA_LLM_PRICE_IN") as caught:
        load_settings(llm_budget=5)
    assert "VIVA_:" not in caught.value.message
    assert load_settings(llm_budget=5, llm_price_out=10).llm_budget == 5


@pytest.mark.parametrize(
    ("given", "grader"),
    [
        ({}, "local"),
        ({"llm_model": "m"}, "local"),
        ({"openai_api_key": KEY}, "local"),
        ({"openai_base_url": "http://localhost:1/v1"}, "local"),
        ({"llm_model": "m", "openai_api_key": KEY}, "llm"),
        ({"llm_model": "m", "openai_base_url": "http://localhost:1/v1"}, "llm"),
        ({"llm_model": "m", "openai_api_key": KEY, "grader": "local"}, "local"),
        ({"grader": "llm"}, "llm"),
    ],
)
def test_the_language_model_grades_where_one_is_set_up(given: dict[str, str], grader: str) -> None:
    settings = load_settings(**given)
    assert settings.grader_in_force == grader
    assert settings.has_llm is ("llm_model" in given and len(given) > 1)


def test_the_variable_of_each_setting_is_known() -> None:
    assert variable_name("llm_model") == "VIVA_LLM_MODEL"
    assert variable_name("openai_api_key") == "OPENAI_API_KEY"
    assert variable_name("OPENAI_BASE_URL") == "OPENAI_BASE_URL"

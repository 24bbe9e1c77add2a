from pathlib import Path

import pytest
from pydantic import ValidationError

from viva.errors import SettingsError
from viva.settings import Settings, load_settings, variable_name


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without .env, and an environment without VIVA_ variables."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_name(name), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_setting_everything_is_local() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert (settings.grader_in_force, settings.chroma_url) == ("local", "")
    assert settings.database == f"sqlite:///{settings.home / 'viva.db'}"
    assert settings.index_path.parent == settings.home


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    monkeypatch.setenv("VIVA_HOME", str(bare / "home"))
    monkeypatch.setenv("VIVA_PORT", "8080")
    monkeypatch.setenv("VIVA_DATABASE_URL", "sqlite:////elsewhere/viva.db")
    settings = load_settings()
    assert settings.index_path == bare / "home" / "index"
    assert settings.port == 8080
    assert settings.database == "sqlite:////elsewhere/viva.db"


def test_the_env_file_is_read_and_variables_win_over_it(
    monkeypatch: pytest.MonkeyPatch, bare: Path
) -> None:
    lines = ("VIVA_GRADER=remote", "VIVA_PORT=1111", "VIVA_DECK=größe.yaml", "OTHER=1")
    (bare / ".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("VIVA_PORT", "2222")
    settings = load_settings()
    assert (settings.grader, settings.port, settings.deck) == ("remote", 2222, "größe.yaml")


def test_overrides_win_unless_they_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_PORT", "8080")
    monkeypatch.setenv("VIVA_HOST", "10.0.0.1")
    settings = load_settings(port=9090, host=None)
    assert (settings.port, settings.host) == (9090, "10.0.0.1")


def test_everything_wrong_is_named_at_once(bare: Path) -> None:
    (bare / ".env").write_text("VIVA_PORT=eighty", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(grader=3, home=4)
    for name in ("VIVA_PORT", "VIVA_GRADER", "VIVA_HOME"):
        assert name in caught.value.message
    assert caught.value.exit_code == 2
    assert ".env" in caught.value.hint


@pytest.mark.parametrize("port", ["0", "65536", "-1", "7860.5"])
def test_a_port_that_no_server_can_have_is_refused(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("VIVA_PORT", port)
    with pytest.raises(SettingsError, match="VIVA_PORT"):
        load_settings()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "HOST", "PORT"):
        monkeypatch.setenv(f"VIVA_{name}", "")
    settings = load_settings()
    assert settings.host == "127.0.0.1"  # an empty host would listen on every address
    assert settings.home.is_absolute()


def test_the_home_folder_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_HOME", "~/interviews")
    assert load_settings().home == Path.home() / "interviews"


def test_an_env_file_that_is_not_text_is_named(bare: Path) -> None:
    (bare / ".env").write_bytes(b"VIVA_HOST=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env file is not UTF-8"):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that is the point


def test_a_server_that_is_there_for_the_voices_is_no_language_model_half_set_up() -> None:
    assert "VIVA_LLM_MODEL is not" in load_settings(OPENAI_API_KEY="sk-1").half_set_up
    assert load_settings(OPENAI_API_KEY="sk-1", speaker="openai").half_set_up == ""
    assert "OPENAI_API_KEY" in load_settings(llm_model="m", speaker="openai").half_set_up


@pytest.mark.parametrize("name", ["speech_speed", "end_of_turn_pause"])
def test_a_speed_or_a_pause_that_nobody_could_follow_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=variable_name(name)):
        load_settings(**{name: -1})

"""``viva people`` and what ``viva serve`` refuses, as whole programs run them."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from viva.accounts import open_accounts
from viva.cli import cli, run_command
from viva.cli.serve import check_reach, is_loopback
from viva.errors import InputError, SettingsError
from viva.storage import Database

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_HOME", str(tmp_path))
    return tmp_path


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["people", *arguments], input=typed)


def test_people_are_added_listed_renamed_and_deleted() -> None:
    assert "Ada can be chosen" in run("add", "Ada").output
    assert run("rename", "ada", "Grace").exit_code == 0
    listed = run("list").output
    assert "Grace" in listed
    assert "Ada" not in listed
    assert run("delete", "Grace", typed="n\n").exit_code == 1
    assert "Grace" in run("list").output
    assert run("delete", "Grace", typed="y\n").exit_code == 0
    assert "Grace" not in run("list").output


def test_a_password_is_asked_for_or_read_and_lets_in(home: Path) -> None:
    assert run("add", "Ada", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    added = run("add", "Bob", "--stdin", typed=f"{PASSWORD}\n")
    assert added.exit_code == 0
    assert PASSWORD not in added.output
    assert run("password", "You", "--stdin", typed=f"{PASSWORD}\n").exit_code == 0
    assert run("password", "Bob", "--remove").exit_code == 0
    database = Database(f"sqlite:///{home / 'viva.db'}")
    accounts = open_accounts(database)
    for name in ("Ada", "You"):
        assert accounts.check(name, PASSWORD, address="192.0.2.1").name == name
    with pytest.raises(InputError):
        accounts.check("Bob", PASSWORD, address="192.0.2.1")
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "you"], "already"),
        (["add", " "], "A name is needed"),
        (["add", "Ada", "--stdin"], "at least 10 characters"),
        (["delete", "nobody", "--yes"], "nobody named 'nobody'"),
        (["rename", "You", ""], "A name is needed"),
        (["password", "nobody", "--remove"], "nobody named"),
        (["password", "You", "--remove", "--stdin"], "do not go together"),
    ],
)
def test_what_cannot_be_done_is_said_with_code_2(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run_command(cli, ["people", *arguments], name="viva") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "viva.example.org", "10.0.0.1"])
def test_serving_everybody_everything_needs_auth_or_somebody_who_knows(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(cli, ["serve", "--host", host], name="viva") == 2
    said = capsys.readouterr().err
    assert "--auth" in said
    assert "--i-know" in said
    check_reach(host, auth=True, sign_up=True, i_know=False)
    check_reach(host, auth=False, sign_up=False, i_know=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST"])
def test_this_machine_alone_needs_neither(host: str) -> None:
    assert is_loopback(host)
    check_reach(host, auth=False, sign_up=False, i_know=False)


def test_signing_up_where_nobody_signs_in_makes_no_sense() -> None:
    with pytest.raises(SettingsError, match="--auth"):
        check_reach("127.0.0.1", auth=False, sign_up=True, i_know=False)

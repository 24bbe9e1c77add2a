import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from viva.accounts import Accounts
from viva.errors import InputError, NotFoundError, TooManyAttempts
from viva.passwords import LONGEST, SHORTEST, Passwords
from viva.storage import (
    LOCAL_PERSON,
    AttemptStore,
    Database,
    PeopleStore,
    SignInStore,
)
from viva.storage.attempts import WINDOW
from viva.storage.sign_ins import LASTS

QUICK = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
GOOD = "correct horse battery"
HERE = "192.0.2.1"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that nobody has used; copied, as making one takes a while."""
    path = tmp_path_factory.mktemp("new") / "viva.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(tmp_path: Path, new_database: Path) -> Iterator[Database]:
    shutil.copy(new_database, tmp_path)
    opened = Database(f"sqlite:///{tmp_path / 'viva.db'}")
    yield opened
    opened.close()


@pytest.fixture
def people(database: Database, clock: Clock) -> PeopleStore:
    return PeopleStore(database, clock=clock)


def make_accounts(database: Database, clock: Clock, **parameters: int) -> Accounts:
    return Accounts(
        people=PeopleStore(database, clock=clock),
        sign_ins=SignInStore(database, clock=clock),
        attempts=AttemptStore(database, clock=clock),
        passwords=Passwords(PasswordHasher(**{**QUICK, **parameters})),
    )


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return make_accounts(database, clock)


def test_who_signs_up_is_signed_in_and_out_again(accounts: Accounts) -> None:
    token = accounts.sign_up("Ada", GOOD, address=HERE)
    person = accounts.person(token)
    assert person is not None
    assert (person.name, person.has_password) == ("Ada", True)
    other = accounts.sign_in(" ADA ", GOOD, address=HERE)
    accounts.sign_out(token)
    assert accounts.person(token) is None
    assert accounts.person(other) == person
    accounts.sign_out_everywhere(person.id)
    assert accounts.person(other) is None


def test_neither_password_nor_token_is_in_the_database(
    accounts: Accounts, database: Database, tmp_path: Path
) -> None:
    token = accounts.sign_up("Ada", GOOD, address=HERE)
    with pytest.raises(InputError):
        accounts.sign_in("a secret typed as a name", GOOD, address=HERE)
    database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Ada" in kept
    assert token.encode() not in kept
    assert GOOD.encode() not in kept
    assert b"typed as a name" not in kept


@pytest.mark.parametrize("name", ["Ada", "Nobody", "You"])
def test_a_failure_says_the_same_of_a_wrong_password_and_of_who_is_not_there(
    accounts: Accounts, name: str
) -> None:
    accounts.sign_up("Ada", GOOD, address=HERE)
    with pytest.raises(InputError) as caught:
        accounts.sign_in(name, "wrong horse battery", address=HERE)
    assert caught.value.message == "The name or the password is wrong."


@pytest.mark.parametrize("name", ["Ada", "Nobody", "You"])
def test_a_failure_costs_one_hash_whoever_is_meant(
    database: Database, clock: Clock, name: str
) -> None:
    make_accounts(database, clock).sign_up("Ada", GOOD, address=HERE)
    hasher = Counting()
    accounts = Accounts(
        people=PeopleStore(database),
        sign_ins=SignInStore(database),
        attempts=AttemptStore(database),
        passwords=Passwords(hasher),
    )
    for _ in range(2):  # the first makes the hash that nobody's password is compared with
        compared = hasher.compared
        with pytest.raises(InputError):
            accounts.sign_in(name, "wrong horse battery", address=HERE)
        assert hasher.compared == compared + 1


class Counting(PasswordHasher):
    """Counts comparisons."""

    def __init__(self) -> None:
        super().__init__(**QUICK)
        self.compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.compared += 1
        return super().verify(hash, password)


def test_guesses_are_stopped_whatever_process_they_reach(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    accounts.sign_up("Ada", GOOD, address=HERE)
    another = make_accounts(database, clock)
    for process in (accounts, another, accounts, another, accounts):
        with pytest.raises(InputError):
            process.sign_in("Ada", "wrong horse battery", address=HERE)
    with pytest.raises(TooManyAttempts, match="15 minutes"):
        another.sign_in("Ada", GOOD, address=HERE)
    assert accounts.sign_in("Ada", GOOD, address="192.0.2.99")  # nobody is locked out elsewhere
    clock.now += WINDOW
    assert accounts.sign_in("Ada", GOOD, address=HERE)


def test_many_names_from_one_address_are_stopped(accounts: Accounts, database: Database) -> None:
    with pytest.raises(InputError):
        accounts.sign_in("somebody", GOOD, address="2001:db8::1")
    with database.begin() as opened:  # 49 more
        opened.execute(text("UPDATE attempts SET tries = 50"))
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("somebody else", GOOD, address="2001:db8::ffff")  # of the same line
    with pytest.raises(InputError):
        accounts.sign_in("somebody else", GOOD, address="2001:db8:0:1::1")


def test_signing_in_rightly_many_times_is_no_guessing(accounts: Accounts) -> None:
    accounts.sign_up("Ada", GOOD, address=HERE)
    for _ in range(8):
        accounts.sign_in("Ada", GOOD, address=HERE)


def test_one_address_cannot_make_accounts_without_end(accounts: Accounts) -> None:
    for number in range(10):
        accounts.sign_up(f"name {number}", GOOD, address=HERE)
    with pytest.raises(TooManyAttempts):
        accounts.sign_up("one more", GOOD, address=HERE)


def test_a_sign_in_runs_out(accounts: Accounts, clock: Clock, database: Database) -> None:
    token = accounts.sign_up("Ada", GOOD, address=HERE)
    clock.now += LASTS - timedelta(seconds=1)
    assert accounts.person(token)
    clock.now += timedelta(seconds=1)
    assert accounts.person(token) is None
    accounts.sign_in("Ada", GOOD, address=HERE)
    with database.begin() as opened:
        assert opened.execute(text("SELECT count(*) FROM sign_ins")).scalar() == 1


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(
    accounts: Accounts, people: PeopleStore, database: Database, clock: Clock
) -> None:
    accounts.sign_up("Ada", GOOD, address=HERE)
    person = people.find("Ada")
    old = people.password_hash(person.id)
    make_accounts(database, clock, time_cost=2).sign_in("Ada", GOOD, address=HERE)
    new = people.password_hash(person.id)
    assert new is not None
    assert new != old
    assert "t=2" in new
    assert accounts.sign_in("Ada", GOOD, address=HERE)


def test_a_new_password_signs_out_everywhere_and_the_old_one_is_no_good(
    accounts: Accounts, people: PeopleStore
) -> None:
    token = accounts.sign_up("Ada", GOOD, address=HERE)
    accounts.change_password(people.find("Ada").id, "another horse battery")
    assert accounts.person(token) is None
    with pytest.raises(InputError):
        accounts.sign_in("Ada", GOOD, address=HERE)
    assert accounts.sign_in("Ada", "another horse battery", address=HERE)


@pytest.mark.parametrize("password", ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1)])
def test_a_password_that_cannot_be_used_makes_no_account(
    accounts: Accounts, people: PeopleStore, password: str
) -> None:
    with pytest.raises(InputError, match="characters"):
        accounts.sign_up("Ada", password, address=HERE)
    assert [person.id for person in people.all()] == [LOCAL_PERSON]
    with pytest.raises(InputError, match="wrong"):
        accounts.sign_in("You", password, address=HERE)


def test_a_password_is_the_same_from_every_keyboard(accounts: Accounts) -> None:
    accounts.sign_up("Zoë", "Zoe\u0308s Schlüssel", address=HERE)
    assert accounts.sign_in("zoe\u0308", "Zo\u00ebs Schlüssel", address=HERE)


def test_names_are_one_line_and_nobodys_twice(people: PeopleStore) -> None:
    assert people.add("  Grace \n Hopper ").name == "Grace Hopper"
    for taken in ("grace hopper", "ＧＲＡＣＥ HOPPER", "you"):
        with pytest.raises(InputError, match="already"):
            people.add(taken)
    for useless in ("", " \n", "x" * 51, "a\u200bb", "a\x00b"):
        with pytest.raises(InputError):
            people.add(useless)
    assert [person.name for person in people.all()] == ["You", "Grace Hopper"]


def test_a_person_is_renamed(people: PeopleStore) -> None:
    person = people.add("Ada")
    assert people.rename(person.id, "ada").name == "ada"
    with pytest.raises(InputError, match="already"):
        people.rename(person.id, "You")
    assert people.get(person.id).name == "ada"
    assert people.rename(LOCAL_PERSON, "Grace").id == LOCAL_PERSON


def test_a_deleted_person_is_not_there_and_the_local_one_begins_anew(people: PeopleStore) -> None:
    person = people.add("Ada")
    people.delete(person.id)
    with pytest.raises(NotFoundError):
        people.get(person.id)
    with pytest.raises(NotFoundError):
        people.find("Ada")
    people.rename(LOCAL_PERSON, "Grace")
    people.add("You")
    people.delete(LOCAL_PERSON)
    assert people.get(LOCAL_PERSON).name == "You 2"

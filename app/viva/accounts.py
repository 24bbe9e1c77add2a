"""Signing up, in and out, with passwords that are never kept and guesses that are slowed down."""

import ipaddress

from viva.errors import InputError, NotFoundError
from viva.passwords import Passwords
from viva.storage import AttemptStore, Database, PeopleStore, Person, SignInStore
from viva.storage.people import name_key

_PER_NAME_AND_ADDRESS = 5
_PER_NAME = 50
_PER_ADDRESS = 50
"""Most wrong passwords within ``storage.attempts.WINDOW``: for one name from one address, for one
name from anywhere, for any names from one address."""
_SIGN_UPS = 10
"""Most accounts that one address makes in that time."""


class Accounts:
    """Lets people in by name and password.

    Attributes:
        people: Who there is.

    Args:
        people: Who there is.
        sign_ins: Whose browsers are signed in.
        attempts: How often passwords were tried.
        passwords: Hashes and compares them.
    """

    def __init__(
        self,
        *,
        people: PeopleStore,
        sign_ins: SignInStore,
        attempts: AttemptStore,
        passwords: Passwords,
    ) -> None:
        self.people = people
        self._sign_ins = sign_ins
        self._attempts = attempts
        self._passwords = passwords

    def sign_up(self, name: str, password: str, *, address: str) -> str:
        """Make an account and return the token of its first sign-in.

        Args:
            name: As people read it.
            password: The new password.
            address: Where the request comes from, as an IP address.

        Raises:
            InputError: If the name or the password cannot be used, or the name is taken.
            TooManyAttempts: If this address made many accounts just now.
        """
        self._attempts.count({f"sign-up|{_neighborhood(address)}": _SIGN_UPS})
        return self._sign_ins.open(self.add(name, password).id)

    def add(self, name: str, password: str) -> Person:
        """Make an account without signing in; raises what ``sign_up`` raises."""
        return self.people.add(name, password_hash=self._passwords.hash(password))

    def sign_in(self, name: str, password: str, *, address: str) -> str:
        """Return the token of a new sign-in.

        Raises:
            InputError: If the name or the password is wrong; it does not say which.
            TooManyAttempts: If it was tried too often.
        """
        return self._sign_ins.open(self.check(name, password, address=address).id)

    def check(self, name: str, password: str, *, address: str) -> Person:
        """Return whose name and password these are; raises what ``sign_in`` raises."""
        limits = self._count(name, address)
        person, hashed = self._find(name)
        # Also where nobody is found, so that both take the same time.
        if not self._passwords.match(password, hashed) or person is None or hashed is None:
            raise InputError(
                "The name or the password is wrong.",
                hint="Who runs this server can set a new password: viva people password NAME.",
            )
        self._attempts.withdraw(limits)
        if self._passwords.is_outdated(hashed):
            self.people.renew_hash(person.id, old=hashed, new=self._passwords.hash(password))
        return person

    def check_person(self, person: Person, password: str, *, address: str) -> None:
        """Check that somebody who has signed in is the one who knows the password.

        Raises:
            InputError: If the password is wrong.
            TooManyAttempts: If it was tried too often.
        """
        limits = self._count(person.name, address)
        if not self._passwords.match(password, self.people.password_hash(person.id)):
            raise InputError("Your password is wrong.", hint="Type the one you sign in with.")
        self._attempts.withdraw(limits)

    def _count(self, name: str, address: str) -> dict[str, int]:
        """Count a guess and return the limits it counts against."""
        key, address = name_key(name), _neighborhood(address)
        limits = {
            f"name and address|{key}|{address}": _PER_NAME_AND_ADDRESS,
            f"name|{key}": _PER_NAME,
            f"address|{address}": _PER_ADDRESS,
        }
        self._attempts.count(limits)
        return limits

    def _find(self, name: str) -> tuple[Person | None, str | None]:
        try:
            person = self.people.find(name)
            return person, self.people.password_hash(person.id)
        except NotFoundError:
            return None, None

    def person(self, token: str) -> Person | None:
        """Return who is signed in with a token, or None if it is not good (any more)."""
        person_id = self._sign_ins.person_id(token)
        try:
            return self.people.get(person_id) if person_id else None
        except NotFoundError:  # deleted between the two
            return None

    def change_password(self, person_id: str, password: str) -> None:
        """Set a password and sign out everywhere.

        Raises:
            InputError: If the password cannot be used.
            NotFoundError: If there is nobody with this id.
        """
        self.people.set_password(person_id, self._passwords.hash(password))

    def open(self, person_id: str) -> str:
        """Return the token of a new sign-in of somebody who has proved who they are."""
        return self._sign_ins.open(person_id)

    def sign_out(self, token: str) -> None:
        """Sign one browser out."""
        self._sign_ins.close(token)

    def sign_out_everywhere(self, person_id: str) -> None:
        """Sign all of somebody's browsers out."""
        self._sign_ins.close_all(person_id)


def open_accounts(database: Database) -> Accounts:
    """Return the accounts that a database keeps."""
    return Accounts(
        people=PeopleStore(database),
        sign_ins=SignInStore(database),
        attempts=AttemptStore(database),
        passwords=Passwords(),
    )


def _neighborhood(address: str) -> str:
    """Return what one guesser holds: an IPv4 address, or the 64 bits that one IPv6 line has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a socket that has none
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed)

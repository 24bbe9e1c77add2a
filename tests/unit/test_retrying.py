import time
from random import Random

import pytest

from viva.errors import ModelRejected, ModelUnreachable
from viva.language_model.failures import Failed, Failure
from viva.language_model.retrying import MOST_TRIES, Deadline, Retrier

PASSING = Failure(ModelUnreachable("busy"), transient=True)
LASTING = Failure(ModelRejected("no"))


class Flaky:
    """Fails as told, then answers."""

    def __init__(self, *failures: Failure) -> None:
        self.failures = list(failures)
        self.tries = 0

    def __call__(self) -> str:
        self.tries += 1
        if self.failures:
            raise Failed(self.failures.pop(0))
        return "answer"


def retrier(waits: list[float]) -> Retrier:
    return Retrier(sleep=waits.append, random=Random(1))


def test_what_may_pass_is_tried_again_after_ever_longer_waits() -> None:
    waits: list[float] = []
    flaky = Flaky(*[PASSING] * (MOST_TRIES - 1))
    assert retrier(waits).call(flaky, Deadline(100)) == "answer"
    assert len(waits) == MOST_TRIES - 1
    for number, wait in enumerate(waits):
        assert 0.25 * 2**number <= wait <= 0.5 * 2**number


def test_callers_do_not_come_back_all_at_once() -> None:
    waits: list[float] = []
    many = retrier(waits)
    for _ in range(20):
        many.call(Flaky(PASSING), Deadline(100))
    assert len({round(wait, 6) for wait in waits}) == 20


def test_what_lasts_is_not_tried_again() -> None:
    waits: list[float] = []
    flaky = Flaky(LASTING)
    with pytest.raises(Failed) as caught:
        retrier(waits).call(flaky, Deadline(100))
    assert caught.value.failure is LASTING
    assert (flaky.tries, waits) == (1, [])


def test_the_last_failure_is_raised_when_the_tries_are_used_up() -> None:
    flaky = Flaky(*[PASSING] * 99)
    with pytest.raises(Failed):
        retrier([]).call(flaky, Deadline(100))
    assert flaky.tries == MOST_TRIES


def test_the_server_says_how_long_to_wait() -> None:
    waits: list[float] = []
    retrier(waits).call(Flaky(PASSING._replace(wait=20.0)), Deadline(100))
    assert 20.0 <= waits[0] <= 22.0


@pytest.mark.parametrize("wait", [101.0, float("inf")])
def test_a_wait_beyond_the_deadline_is_not_begun(wait: float) -> None:
    waits: list[float] = []
    flaky = Flaky(PASSING._replace(wait=wait))
    with pytest.raises(Failed):
        retrier(waits).call(flaky, Deadline(100))
    assert (flaky.tries, waits) == (1, [])


def test_after_the_deadline_nothing_is_tried_again() -> None:
    flaky = Flaky(PASSING, PASSING)
    with pytest.raises(Failed):
        retrier([]).call(flaky, Deadline(0))
    assert flaky.tries == 1


def test_a_fault_of_our_own_is_raised_as_it_is() -> None:
    def broken() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        retrier([]).call(broken, Deadline(100))


def test_a_deadline_counts_down_and_never_below_nothing() -> None:
    deadline = Deadline(0.01)
    assert 0 < deadline.left <= 0.01
    end = time.monotonic() + 5
    while deadline.left and time.monotonic() < end:
        pass
    assert deadline.left == 0
    assert deadline.passed >= 0.01


def test_no_try_may_take_longer_than_what_is_left() -> None:
    with Deadline(100).limit_try(60, whole=True) as timeout:
        assert timeout.read == 60
        assert timeout.connect == 10
    with Deadline(5).limit_try(60, whole=True) as timeout:
        assert timeout.read is not None
        assert timeout.read <= 5
        assert timeout.connect == timeout.read
    with Deadline(0).limit_try(60, whole=False) as timeout:
        assert timeout.read == 0.001

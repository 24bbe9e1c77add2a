"""Deadlines, and tries again within them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import TypeVar

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception

from viva.language_model.failures import Failed

T = TypeVar("T")

MOST_TRIES = 5
"""Most tries of one request. A server that is down is given up after some seven seconds of waits,
so that another grader can take over while the candidate still waits."""
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0
_CONNECT_TIMEOUT = 10.0
_end_of_try: ContextVar[float] = ContextVar("end_of_try", default=float("inf"))


class Deadline:
    """The end of a call, by the clock that never goes back.

    Args:
        seconds: How long the call may take from now.
    """

    def __init__(self, seconds: float) -> None:
        self._started = time.monotonic()
        self._end = self._started + seconds

    @property
    def passed(self) -> float:
        """Seconds since the call began."""
        return time.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds until the call must end; never negative."""
        return max(self._end - time.monotonic(), 0.0)

    @contextmanager
    def limit_try(self, timeout: float, *, whole: bool) -> Iterator[httpx2.Timeout]:
        """Yield the HTTP client's timeouts for one try that is made inside.

        Args:
            timeout: Longest silence of the server, in seconds.
            whole: Whether the whole answer must come in that time too, not only by the deadline.
        """
        seconds = max(min(timeout, self.left), 0.001)  # 0 would mean no limit to some
        end = time.monotonic() + seconds if whole else self._end
        token = _end_of_try.set(end)
        try:
            yield httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_TIMEOUT))
        finally:
            _end_of_try.reset(token)


def end_reply_in_time(response: httpx2.Response) -> None:
    """Make a reply end at its try's end, however slowly it trickles in; a hook of the HTTP client.

    The client itself only limits each silence.
    """
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = _TimedStream(response.stream, _end_of_try.get())


class _TimedStream(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if time.monotonic() > self._end:
                raise httpx2.ReadTimeout("the reply did not end in time")
            yield chunk

    def close(self) -> None:
        self._stream.close()


class Retrier:
    """Tries again what failed for a reason that may pass: first soon, then ever later.

    A server's own word on when to come back (``Retry-After``) goes before that. A wait that would
    end after the deadline is not begun: what is left of the time is of more use to whoever takes
    over.

    Args:
        sleep: Waits for so many seconds.
        random: Source of chance; spreads the tries of many callers.
    """

    def __init__(self, *, sleep: Callable[[float], None], random: Random) -> None:
        self._sleep = sleep
        self._random = random

    def call(self, attempt: Callable[[], T], deadline: Deadline, *, tries: int = MOST_TRIES) -> T:
        """Return what ``attempt`` returns, as soon as it does.

        Raises:
            Failed: If it fails for good, or still fails after so many tries or at the deadline.
        """

        def is_over(state: RetryCallState) -> bool:
            return state.attempt_number >= tries or state.upcoming_sleep >= deadline.left

        return Retrying(
            retry=retry_if_exception(_may_pass),
            wait=self._wait,
            stop=is_over,
            sleep=self._sleep,
            reraise=True,
        )(attempt)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Failed) and error.failure.wait is not None:
            return error.failure.wait * (1 + 0.1 * self._random.random())
        longest = min(_FIRST_WAIT * 2.0 ** (state.attempt_number - 1), _LONGEST_WAIT)
        return longest * (0.5 + 0.5 * self._random.random())


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Failed) and error.failure.transient

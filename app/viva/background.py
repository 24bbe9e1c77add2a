"""Work beside the caller, in threads that never keep a process from ending."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

T = TypeVar("T")
Given = ParamSpec("Given")


def start(do: Callable[Given, T], *args: Given.args, **kwargs: Given.kwargs) -> Future[T]:
    """Do something in a thread of its own, and return what will come of it.

    A pool's threads would be waited for at the end of the process: whoever presses Ctrl-C does not
    want to wait for a server's reply.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(do(*args, **kwargs))
        except BaseException as error:  # whoever asks for the result is told
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name=f"viva-{do.__name__}").start()
    return future

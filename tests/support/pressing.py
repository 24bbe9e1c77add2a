"""Presses the page's buttons over HTTP, as the page's own script does."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from httpx2 import Client


class Event(NamedTuple):
    """What a button, or the loading of the page, sets off."""

    number: int
    trigger: int | None


def find_event(browser: Client, button: str) -> Event:
    """Return a button's event; ``load`` is what happens when the page is opened."""
    config = browser.get("/config").json()
    if button == "load":
        wanted, action = None, "load"
    else:
        name = f"viva-{button}"
        [wanted] = [
            part["id"] for part in config["components"] if part["props"].get("elem_id") == name
        ]
        action = "click"
    numbers = [
        event["id"]
        for event in config["dependencies"]
        for target, done in event["targets"]
        if done == action and wanted in {target, None}
    ]
    return Event(numbers[0], wanted)


def send(browser: Client, button: str, given: list[str], *, window: str, query: str = "") -> None:
    """Send a button's event; the server has taken it when this returns."""
    event = find_event(browser, button)
    sent = {
        "data": given,
        "fn_index": event.number,
        "session_hash": window,
        "trigger_id": event.trigger,
    }
    answer = browser.post(f"/gradio_api/queue/join{query}", json=sent)
    assert answer.status_code == 200, answer.text


def listen(browser: Client, window: str) -> Iterator[dict[str, Any]]:
    """Yield what the server tells a window, until it has no more to tell."""
    with browser.stream("GET", f"/gradio_api/queue/data?session_hash={window}") as messages:
        for line in messages.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))


def press(
    browser: Client, button: str, given: list[str], *, window: str, query: str = ""
) -> dict[str, Any]:
    """Send a button's event and return what it ends with."""
    send(browser, button, given, window=window, query=query)
    for message in listen(browser, window):
        if message["msg"] == "process_completed":
            return message
    raise AssertionError("the event did not end")

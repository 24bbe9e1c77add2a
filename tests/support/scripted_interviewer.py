"""A scripted model that plays the whole interviewer: it grades by shared words and says its lines.

It stands in for a server that works, so that everything around the model can be tested; it says
nothing of how well any real model grades.
"""

import re
from dataclasses import replace
from typing import Any

from scripted_server import Reply, say, say_json

REACTION = "So you would measure first, and only then decide what to build."
COMMENT = "You tied the release to what you can watch. One part is still open, though."
FOLLOW_UP = "It is Monday and the numbers look odd. What do you look at first?"
MODEL_ANSWER = "I would begin with the data, and put an alert on whatever users would notice."
REPLY = "A canary sends a small share of the traffic to the new version first [1]."

_LINES = {
    "Say what you heard.": REACTION,
    "Speak to the candidate now": COMMENT,
    "Reply with your one question alone.": FOLLOW_UP,
    "Say the answer now.": MODEL_ANSWER,
    "Answer it from the passages above": REPLY,
}
_BULLET = re.compile(r'^{"bullet_id": "([a-z0-9-]+)", "(?:text|point)": "([^"]+)"', re.M)
_ANSWER = re.compile(r"<<<UNTRUSTED \w+>>>\n(.*?)\n<<<END UNTRUSTED", re.S)


class ScriptedInterviewer:
    """Replies to each prompt of Viva as a model would.

    Args:
        pause: Before each streamed word, in seconds.
        delay: Before any reply, in seconds.
    """

    def __init__(self, *, pause: float = 0.0, delay: float = 0.0) -> None:
        self.pause = pause
        self.delay = delay

    def __call__(self, request: dict[str, Any]) -> Reply:
        """Return the reply to one chat request."""
        shown = request["messages"][-1]["content"]
        if "response_format" in request:
            return replace(self._grade(shown), delay=self.delay)
        line = next((text for sign, text in _LINES.items() if sign in shown), "Go on.")
        pause = self.pause if request.get("stream") else 0.0  # a body would pause at each byte
        return say(line, pause=pause, delay=self.delay)

    def _grade(self, shown: str) -> Reply:
        found = _ANSWER.search(shown)
        sentences = re.split(r"(?<=[.!?])\s+", found.group(1)) if found else []
        return say_json({"bullets": [self._judge(*b, sentences) for b in _BULLET.findall(shown)]})

    def _judge(self, bullet_id: str, text: str, sentences: list[str]) -> dict[str, Any]:
        wanted = _long_words(text)
        best = max(sentences, key=lambda s: len(wanted & _long_words(s)), default="")
        shared = len(wanted & _long_words(best))
        verdict = "covered" if shared > 1 else "partial" if shared else "missing"
        return {
            "bullet_id": bullet_id,
            "quotes": [best] if shared else [],
            "reason": "You say so in your own words." if shared else "It did not come up.",
            "verdict": verdict,
        }


def _long_words(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z]{5,}", text.lower())}

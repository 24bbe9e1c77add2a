"""Language models that record what they say, or say what was recorded."""

import json
import threading
from typing import TypeVar

from pydantic import BaseModel

import viva.errors
from viva.domain import Usage
from viva.errors import BudgetSpent, ModelError
from viva.language_model import LanguageModel, Messages, Reply
from viva.prompts import Rendered
from viva.settings import Settings
from viva.spending import Spending
from viva_eval.cassette import Cassette, NotRecorded, Take, take_key

M = TypeVar("M", bound=BaseModel)


class RecordingModel(LanguageModel):
    """A language model that keeps what it replied until that is taken.

    Args:
        settings: As of the language model.
        cassette: What it says is recorded here, and what is here already is not asked again,
            failures excepted; None to record nothing.
    """

    def __init__(self, settings: Settings, cassette: Cassette | None = None) -> None:
        super().__init__(settings)
        self.spending = self._meter = _Meter(settings)
        self._cassette = cassette
        self._heard = _Heard()

    def complete(
        self, rendered: Messages, schema: type[M], *, purpose: str, seed: int | None = None
    ) -> Reply[M]:
        """Return the answer, and keep it; see :meth:`LanguageModel.complete`."""
        seed = self._seed if seed is None else seed
        key = _key(self.name, rendered, schema, seed)
        take = self._cassette.find(key) if self._cassette else None
        if take is None or take.error:
            blank = Take(
                key=key,
                model=self.name,
                fingerprint=self.fingerprint,
                seed=seed,
                usage=Usage(purpose=purpose, model=self.name),
            )
            take = self._ask(rendered, schema, purpose, blank)
        self._heard.add(take)
        return Reply(schema.model_validate_json(take.reply), take.usage)

    def take_heard(self) -> tuple[Take, ...]:
        """Return the calls since the last time in the order of their seeds, and forget them."""
        return self._heard.take()

    def _ask(self, rendered: Messages, schema: type[M], purpose: str, blank: Take) -> Take:
        self._meter.start()
        try:
            reply = super().complete(rendered, schema, purpose=purpose, seed=blank.seed)
        except ModelError as error:
            failed = blank.model_copy(
                update={
                    "error": type(error).__name__,
                    "message": error.message,
                    "hint": error.hint,
                    "usage": self._meter.read(blank.usage),
                }
            )
            self._heard.add(failed)
            if not isinstance(error, BudgetSpent):  # which says nothing of the model
                self._keep(failed)
            raise
        text = reply.value.model_dump_json()
        return self._keep(blank.model_copy(update={"reply": text, "usage": reply.usage}))

    def _keep(self, take: Take) -> Take:
        return take if self._cassette is None else self._cassette.keep(take)


class ReplayingModel(LanguageModel):
    """A language model that says what a cassette holds, and asks nobody.

    A call is told to have taken what it took when it was recorded, though nothing is spent.

    Args:
        settings: Name the model; neither key nor server is needed.
        cassette: Has what it says.

    Raises:
        InputError: If the cassette has nothing of this model.
    """

    def __init__(self, settings: Settings, cassette: Cassette) -> None:
        # Nothing of the parent's is set up: there is no connection.
        self.name = settings.llm_model
        self.fingerprint = cassette.fingerprint_of(self.name)
        self.spending = Spending(settings)
        self._seed = settings.llm_seed
        self._cassette = cassette
        self._heard = _Heard()

    def complete(
        self, rendered: Messages, schema: type[M], *, purpose: str, seed: int | None = None
    ) -> Reply[M]:
        """Return the recorded answer.

        Raises:
            ModelError: If that is what was recorded.
            NotRecorded: If nothing was.
        """
        seed = self._seed if seed is None else seed
        take = self._cassette.find(_key(self.name, rendered, schema, seed))
        if take is None:
            raise NotRecorded(
                f"{self._cassette.path} has no reply to this.",
                hint="Prompt, deck, answer, seed or votes differ; --live asks the model.",
            )
        self._heard.add(take)
        if take.error:
            raise getattr(viva.errors, take.error, ModelError)(take.message, hint=take.hint)
        return Reply(schema.model_validate_json(take.reply), take.usage)

    def take_heard(self) -> tuple[Take, ...]:
        """Return the calls since the last time in the order of their seeds, and forget them."""
        return self._heard.take()

    def close(self) -> None:
        """Nothing to let go of."""


class _Heard:
    """Calls by seed, since votes on one answer come in any order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._takes: list[Take] = []

    def add(self, take: Take) -> None:
        with self._lock:
            self._takes.append(take)

    def take(self) -> tuple[Take, ...]:
        with self._lock:
            taken, self._takes = self._takes, []
        return tuple(sorted(taken, key=lambda own: own.seed))


class _Meter(Spending):
    """Tells what a call took that failed: each call is made by one thread."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._own = threading.local()

    def record(self, usage: Usage, *, calls: int) -> None:
        super().record(usage, calls=calls)
        self._own.usages = [*getattr(self._own, "usages", ()), usage]

    def start(self) -> None:
        self._own.usages = []

    def read(self, blank: Usage) -> Usage:
        usages: list[Usage] = self._own.usages
        return blank.model_copy(
            update={
                "input_tokens": sum(own.input_tokens for own in usages),
                "output_tokens": sum(own.output_tokens for own in usages),
                "cached_tokens": sum(own.cached_tokens for own in usages),
                "cost": sum(own.cost for own in usages),
                "seconds": sum(own.seconds for own in usages),
                "attempts": sum(own.attempts for own in usages),
                "estimated": any(own.estimated for own in usages),
            }
        )


def _key(model: str, rendered: Messages, schema: type[BaseModel], seed: int) -> str:
    user = rendered.user
    if isinstance(rendered, Rendered):
        user = user.replace(rendered.nonce, "")  # random, and says nothing
    form = json.dumps(schema.model_json_schema(), sort_keys=True)
    return take_key(model=model, system=rendered.system, user=user, schema=form, seed=seed)

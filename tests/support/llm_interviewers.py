"""Interviewers behind a scripted language model, with the real parts around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from scripted_server import ScriptedServer

from viva.grading.llm import LlmGrader
from viva.interviewer import Interviewer
from viva.language_model import LanguageModel
from viva.prompts import load_prompt
from viva.settings import load_settings
from viva.storage import Database, SessionStore
from viva.talking.llm import PROMPTS, LlmTalker
from viva.wiring import Parts


@contextmanager
def llm_interviewer(
    server: ScriptedServer, parts: Parts, home: Path, **limits: Any
) -> Iterator[Interviewer]:
    """An interviewer whose default grader and talker ask a scripted server."""
    settings = load_settings(home=home, llm_model="scripted", openai_base_url=server.url, **limits)
    model = LanguageModel(settings)
    database = Database(settings.database)
    store = SessionStore(database)
    grader = LlmGrader(
        model=model,
        prompt=load_prompt("grade"),
        retriever=parts.retriever,
        fallback=parts.grader,
        votes=settings.llm_votes,
    )
    prompts = {name: load_prompt(name) for name in PROMPTS}
    yield Interviewer(
        deck=parts.deck,
        grader=grader,
        finder=parts.retriever,
        store=store,
        others={"local": parts.grader, "llm": grader},
        talkers={"llm": LlmTalker(model=model, prompts=prompts, deck=parts.deck)},
        random=Random(0),
    )
    database.close()
    model.close()

"""The one place that speaks to a language model, through the ``openai`` client.

It works with any server that has OpenAI's chat API: OpenAI, Azure (its ``/openai/v1/`` address),
vLLM, llama.cpp, Ollama. Graders and interviewers call :class:`LanguageModel` and nothing below it.
"""

from viva.language_model.client import LanguageModel, Messages, Reply, TextStream
from viva.language_model.probing import Abilities
from viva.spending import Spending, Spent, add_up

__all__ = [
    "Abilities",
    "LanguageModel",
    "Messages",
    "Reply",
    "Spending",
    "Spent",
    "TextStream",
    "add_up",
]

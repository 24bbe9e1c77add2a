"""What ``viva eval retrieval`` does."""

import json
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from viva.errors import InputError
from viva.settings import Settings
from viva.wiring import load_chosen_deck, make_grader_parts
from viva_eval.datasets_index import default_set, find_dataset, hash_deck
from viva_eval.retrieval.measuring import RetrievalFigures, measure
from viva_eval.retrieval.queries import Source, gold_queries, key_term_queries
from viva_eval.summary.model import Rate

_PIPE_WIDTH = 120


def measure_retrieval(settings: Settings, dataset_name: str, split: str, out: str | None) -> int:
    """Measure the index of the deck in force; return the exit code.

    Raises:
        VivaError: If the deck, the set, the model or the index cannot be used.
    """
    if out is not None and not Path(out).absolute().parent.is_dir():
        raise InputError(f"{out} cannot be written: there is no such folder.")
    deck = load_chosen_deck(settings)
    dataset = find_dataset(dataset_name or default_set(), deck)
    queries = [*gold_queries(dataset.of_split(split)), *key_term_queries(deck)]
    parts = make_grader_parts(settings, deck=deck)
    bullets = sum(len(question.bullets) for question in deck.questions)
    find = partial(parts.retriever.find_bullets, limit=bullets)
    figures = [measure(queries, find, source=source) for source in Source]
    if out is not None:
        _write(
            Path(out),
            {
                "deck": deck.id,
                "deck_sha256": hash_deck(deck),
                "dataset": dataset.name,
                "dataset_sha256": dataset.sha256,
                "split": split,
                "embedding_model": parts.embedder.name,
                "embedding_sha256": parts.embedder.fingerprint,
                "figures": [own.model_dump(mode="json") for own in figures],
            },
        )
    _print(figures)
    return 0


def _print(figures: list[RetrievalFigures]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Words", "n", "bullet first", "within question", "question first", "MRR"):
        table.add_column(heading)
    for own in figures:
        rates = (own.bullet_first, own.bullet_first_within, own.question_first)
        mrr = "–" if own.mrr is None else f"{own.mrr:.3f}"
        table.add_row(own.source.value, str(own.bullet_first.of), *map(_shown, rates), mrr)
    console.print(table)
    for own in figures:
        if own.confusions:
            console.print(f"\nMost often mixed up, by {own.source.value}:")
        for pair in own.confusions[:5]:
            words = f"  {pair.question_id} → {pair.found}: {pair.n} of {pair.of}"
            console.print(Text(words), soft_wrap=True)


def _shown(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    if rate.low is None or rate.high is None:
        return f"{rate.value:.3f}"
    return f"{rate.value:.3f} ({rate.low:.2f}–{rate.high:.2f})"


def _write(path: Path, content: dict[str, object]) -> None:
    try:
        path.write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another --out."
        ) from error

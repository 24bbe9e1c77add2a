"""Public short-answer sets that a user has on disk, as decks of one-bullet questions.

The bullet is the reference answer. Such sets have scores and no verdicts, so they measure the
agreement of scores alone. None of them ships with Viva.
"""

from pathlib import Path

from viva.errors import InputError
from viva_eval.datasets_index import Dataset
from viva_eval.loaders import asap, mapped, mohler, semeval
from viva_eval.loaders.tables import Table

FORMATS = {
    "*.jsonl": "labelled answers to the deck in force (see the guide beside the shipped sets)",
    "*.csv": "Mohler et al. 2011: columns question, desired_answer, student_answer, score_avg",
    "*.xml": "SemEval-2013 Task 7 (Beetle, SciEntsBank): a file or a folder of them",
    "*.tsv": "ASAP short answer scoring: columns Id, EssaySet, Score1, Score2, EssayText",
    "--map": "any table: --map 'answer=COLUMN,question=COLUMN,score=COLUMN,reference=COLUMN'",
}
"""What can be read, by the look of its file."""


def load_short_answers(path: Path, *, columns: str = "") -> Dataset:
    """Return the set in a file or folder, its format told from its name and its columns.

    Raises:
        InputError: If no format fits, or rows are wrong; every bad row is named with its line.
    """
    if columns:
        return mapped.load(path, columns)
    if path.is_dir() or path.suffix == ".xml":
        return semeval.load(path)
    table = Table.read(path)
    held = set(table.columns)
    if held >= mohler.COLUMNS:
        return mohler.load(table)
    if held >= asap.COLUMNS:
        return asap.load(table)
    raise InputError(
        f"{path} has the columns of no set that is known: {', '.join(table.columns) or 'none'}.",
        hint="Name them: --map 'answer=COLUMN,question=COLUMN,score=COLUMN,reference=COLUMN'.",
    )

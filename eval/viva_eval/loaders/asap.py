"""ASAP short answer scoring (Hewlett Foundation 2012): ten prompts, scored 0 to 2 or 0 to 3.

The TSV has ``Id``, ``EssaySet``, ``Score1`` (which counts), ``Score2`` (a second reader's, to
measure agreement) and ``EssayText``, and neither the prompts nor reference answers. So the first
answer of a prompt that both readers gave full marks is its reference, and is not graded itself.
"""

from typing import NamedTuple

from viva_eval.datasets_index import Dataset
from viva_eval.loaders.short_answers import ShortAnswer, make_dataset
from viva_eval.loaders.tables import Row, Table, raise_faults, read_number

COLUMNS = {"Id", "EssaySet", "Score1", "Score2", "EssayText"}
BEST = {"1": 3, "2": 3, "3": 2, "4": 2, "5": 3, "6": 3, "7": 2, "8": 2, "9": 2, "10": 2}
"""Full marks by prompt."""


class _Scored(NamedTuple):
    row: Row
    prompt: str
    score: float
    second: float | None

    @property
    def is_perfect(self) -> bool:
        return self.score == BEST[self.prompt] == self.second


def load(table: Table) -> Dataset:
    """Return the set, without the answers that serve as references.

    Raises:
        InputError: If rows are wrong, or a prompt has no answer with full marks from both readers.
    """
    faults: list[str] = []
    rows = [scored for row in table.rows if (scored := _read(row, faults))]
    references: dict[str, Row] = {}
    for scored in rows:
        if scored.is_perfect and scored.row.cells["EssayText"].strip():
            references.setdefault(scored.prompt, scored.row)
    for prompt in sorted({scored.prompt for scored in rows} - references.keys()):
        faults.append(f"prompt {prompt}: no answer has full marks from both readers")
    raise_faults(table.path, faults)
    taken = {row.line for row in references.values()}
    answers = [
        ShortAnswer(
            id=f"asap-{scored.row.cells['Id'].strip()}",
            question=f"ASAP short answer scoring, prompt {scored.prompt}",
            reference=references[scored.prompt].cells["EssayText"].strip(),
            answer=scored.row.cells["EssayText"],
            score=10 * scored.score / BEST[scored.prompt],
        )
        for scored in rows
        if scored.row.line not in taken
    ]
    return make_dataset("asap-sas", answers, files=[table.path])


def _read(row: Row, faults: list[str]) -> _Scored | None:
    prompt = row.cells["EssaySet"].strip()
    score = read_number(row.cells["Score1"])
    if prompt not in BEST:
        faults.append(f"line {row.line}: EssaySet is {prompt!r} and should be 1 to 10")
    elif score is None or score > BEST[prompt]:
        given = row.cells["Score1"]
        faults.append(f"line {row.line}: Score1 is {given!r} and should be 0 to {BEST[prompt]}")
    else:
        return _Scored(row, prompt, score, read_number(row.cells["Score2"]))
    return None

"""The set of Mohler, Bunescu and Mihalcea 2011: computer science, scored 0 to 5 by two people.

Read from the CSV in which it is passed around: ``id`` (of the question), ``question``,
``desired_answer``, ``student_answer``, ``score_me``, ``score_other``, ``score_avg``.
"""

from viva_eval.datasets_index import Dataset
from viva_eval.loaders.scored_rows import Columns, load_rows
from viva_eval.loaders.tables import Table

COLUMNS = {"question", "desired_answer", "student_answer", "score_avg"}
BEST = 5.0


def load(table: Table) -> Dataset:
    """Return the set, scored by the average of both people.

    Raises:
        InputError: If rows are wrong; every one is named with its line.
    """
    columns = Columns(
        answer="student_answer",
        question="question",
        score="score_avg",
        reference="desired_answer",
    )
    return load_rows("mohler", table, columns, best=BEST)

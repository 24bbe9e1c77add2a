"""SemEval-2013 Task 7 (Dzikovska et al. 2013): Beetle and SciEntsBank, one XML file a question.

A ``question`` has a ``questionText``, ``referenceAnswers`` and ``studentAnswers``, each with an
``accuracy`` of the five-way, three-way or two-way task. Credit follows the product's verdicts:
correct is 10, partly correct 5, all else 0. The reference is the first of category ``BEST``, or
else the first one.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from viva.errors import InputError
from viva_eval.datasets_index import Dataset
from viva_eval.loaders.short_answers import ShortAnswer, make_dataset
from viva_eval.loaders.tables import raise_faults

SCORES = {
    "correct": 10.0,
    "partially_correct_incomplete": 5.0,
    "contradictory": 0.0,
    "irrelevant": 0.0,
    "non_domain": 0.0,
    "incorrect": 0.0,
}
"""Score by accuracy."""


def load(path: Path) -> Dataset:
    """Return the set in a file, or in all ``*.xml`` files of a folder and those below it.

    Raises:
        InputError: If files are wrong; every fault is named with its file and line.
    """
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    faults: list[str] = []
    answers = [answer for file in files for answer in _read(file, faults)]
    counts = Counter(answer.id for answer in answers)
    faults += [f"the id {id_!r} is that of {n} answers" for id_, n in counts.items() if n > 1]
    raise_faults(path, faults)
    if not files:
        raise InputError(f"{path} has no .xml files.", hint="'viva eval datasets' lists formats.")
    return make_dataset(f"semeval-{path.stem}", answers, files=files)


def _read(file: Path, faults: list[str]) -> Iterator[ShortAnswer]:
    try:
        data = file.read_bytes()
        root = ElementTree.fromstring(data)
    except OSError as error:
        faults.append(f"{file.name}: it cannot be read: {error.strerror}")
        return
    except ElementTree.ParseError as error:
        faults.append(f"{file.name}, line {error.position[0]}: {error}")
        return
    text = data.decode("utf-8", errors="replace")
    for question in root.iter("question"):
        asked = _text(question.find("questionText"))
        reference = _reference(question)
        if not asked or not reference:
            line = _line_of(text, question.get("id", ""))
            faults.append(f"{file.name}, line {line}: a question without text or reference answer")
            continue
        for answer in question.iter("studentAnswer"):
            accuracy, id_ = answer.get("accuracy", ""), answer.get("id", "")
            if accuracy in SCORES and id_:
                yield ShortAnswer(id_, asked, reference, _text(answer), SCORES[accuracy])
            else:
                faults.append(
                    f"{file.name}, line {_line_of(text, id_)}: the accuracy of {id_!r} is "
                    f"{accuracy!r} and should be one of {', '.join(SCORES)}"
                )


def _reference(question: ElementTree.Element) -> str:
    found = list(question.iter("referenceAnswer"))
    best = [answer for answer in found if answer.get("category", "").upper() == "BEST"]
    return _text(next(iter(best or found), None))


def _text(element: ElementTree.Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _line_of(text: str, id_: str) -> int:
    """Return the line on which an id stands; the parser does not tell."""
    place = text.find(f'id="{id_}"')
    return text.count("\n", 0, max(place, 0)) + 1

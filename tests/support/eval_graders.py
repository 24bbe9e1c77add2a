"""Graders that a maintainer may meet, as a plugin: a good one, and broken ones of every sort."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from builders import make_grade

from viva.domain import Grade, GraderIdentity, Question
from viva.hookspecs import GraderFactory, GraderParts, hookimpl
from viva_eval.datasets_index import Item, find_dataset

Judge = Callable[[Question, str], list[str]]


class Scripted:
    """Gives the verdicts that a function of question and answer gives."""

    def __init__(self, name: str, judge: Judge) -> None:
        self.identity = GraderIdentity(name=name, version="1", fingerprint="f")
        self._judge = judge

    def prepare(self, question: Question) -> None:
        """Nothing to prepare."""

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the scripted grade; every verdict rests on the whole answer."""
        grade = make_grade(question, *self._judge(question, answer), answer=answer)
        return grade.model_copy(update={"grader": self.identity})


class Oracle:
    """Knows the labels, and sees through whatever is added to an answer."""

    def __init__(self, parts: GraderParts) -> None:
        self._items = find_dataset("gold", parts.deck).items

    def find(self, question: Question, answer: str) -> Item:
        """Return the labelled answer within a text."""
        return next(
            item
            for item in self._items
            if item.question_id == question.id and item.answer.strip() in answer
        )

    def __call__(self, question: Question, answer: str) -> list[str]:
        """Return the labels."""
        gold = self.find(question, answer).gold
        return [gold[bullet.id].value for bullet in question.bullets]


def _oracle(parts: GraderParts) -> Scripted:
    return Scripted("oracle", Oracle(parts))


def _always_covered(parts: GraderParts) -> Scripted:
    return Scripted("always-covered", lambda question, answer: ["covered"] * len(question.bullets))


def _random(parts: GraderParts) -> Scripted:
    random = Random(0)

    def judge(question: Question, answer: str) -> list[str]:
        return [random.choice(["covered", "partial", "missing"]) for _ in question.bullets]

    return Scripted("random", judge)


def _by_length(parts: GraderParts) -> Scripted:
    def judge(question: Question, answer: str) -> list[str]:
        verdict = "covered" if len(answer) > 200 else "missing"
        return [verdict] * len(question.bullets)

    return Scripted("by-length", judge)


def _swayed(parts: GraderParts) -> Scripted:
    oracle = Oracle(parts)

    def judge(question: Question, answer: str) -> list[str]:
        known = oracle.find(question, answer)
        if known.answer.strip() != answer.strip():
            return ["covered"] * len(question.bullets)
        return oracle(question, answer)

    return Scripted("swayed", judge)


def _flipping(parts: GraderParts) -> Scripted:
    oracle = Oracle(parts)
    calls = 0

    def judge(question: Question, answer: str) -> list[str]:
        nonlocal calls
        calls += 1
        first, *rest = oracle(question, answer)
        if calls % 11 == 0:
            first = "missing" if first != "missing" else "partial"
        return [first, *rest]

    return Scripted("flipping", judge)


def _failing(parts: GraderParts) -> Scripted:
    oracle = Oracle(parts)

    def judge(question: Question, answer: str) -> list[str]:
        if len(answer) % 5 == 0:
            raise RuntimeError("the server is on fire")
        return oracle(question, answer)

    return Scripted("failing", judge)


def _silent(parts: GraderParts) -> Scripted:
    return Scripted("silent", lambda question, answer: ["ungraded"] * len(question.bullets))


def _slow(parts: GraderParts) -> Scripted:
    """A grader that notes each answer, and at the fourth waits until a pipe says to go on."""

    def judge(question: Question, answer: str) -> list[str]:
        log = Path("graded.log")
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{hash_of(answer)}\n")
        if len(log.read_text(encoding="utf-8").splitlines()) == 4:
            Path("is-waiting").open("w", encoding="utf-8").close()  # returns once it is read
            Path("go-on").read_text(encoding="utf-8")
        return ["missing"] * len(question.bullets)

    return Scripted("slow", judge)


def hash_of(text: str) -> str:
    """Return a short name of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@hookimpl
def register_graders() -> Mapping[str, GraderFactory]:
    """Offer them all."""
    return {
        "oracle": _oracle,
        "always-covered": _always_covered,
        "random": _random,
        "by-length": _by_length,
        "swayed": _swayed,
        "flipping": _flipping,
        "failing": _failing,
        "silent": _silent,
        "slow": _slow,
    }

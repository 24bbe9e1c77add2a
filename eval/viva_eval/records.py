"""What a run leaves behind: samples, records, the manifest, and the folder that holds them.

A folder has ``manifest.json``, ``deck.json``, ``records.jsonl`` (one record a line, in the order
in which they were graded, and of a finished run in that of its samples) and, once the run is done,
``summary.json`` and ``report.html``; with a language model also ``cassette.jsonl``.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Self, TypeVar

from pydantic import AwareDatetime, Field, ValidationError

from viva.domain import Deck, Evidence, Frozen, GraderIdentity, Verdict
from viva.errors import InputError, NotFoundError

Value = TypeVar("Value", bound=Frozen)

_BLOCK = 65536
"""Bytes that are looked through at once for the last line's end."""


class Spoken(Frozen):
    """How an answer was spoken and heard; the answer of its sample is what was heard."""

    voice: str
    """Name of the speaker."""
    speed: float = Field(gt=0)
    """A multiple of the voice's own."""
    snr: float | None = None
    """Signal to noise in dB; None without noise."""
    bare: bool = False
    """Whether the hinted words were left out of what was said."""
    hinted: bool = False
    """Whether the transcriber was given words of the deck."""
    said: str
    unsaid: tuple[str, ...] = ()
    """Hinted words that were heard and not said."""
    seconds: float = 0.0
    """Length of the recording."""
    hearing_seconds: float = 0.0
    """What its recognition took."""


class Sample(Frozen):
    """One thing to grade: an answer, as it is or perturbed, for the nth time."""

    id: str
    """``answer_id#repeat``, or ``answer_id~perturbation#repeat``."""
    answer_id: str
    question_id: str
    kind: str
    split: str
    perturbation: str = ""
    """Name of a perturbation; empty for the answer as it is."""
    target: str = ""
    """Bullet that the perturbation aims at, or empty."""
    bullet_order: tuple[str, ...] = ()
    """Ids of the question's bullets in the order they are shown; empty for the question's own."""
    repeat: int = Field(default=0, ge=0)
    answer: str
    """The text that is graded."""
    gold: dict[str, Verdict] = {}
    """By bullet id; empty where a set has none."""
    gold_score: float | None = Field(default=None, ge=0, le=10)
    spans: dict[str, tuple[str, ...]] = {}
    """Gold evidence quotes by bullet id, where labelled."""
    spoken: Spoken | None = None
    """None for an answer that was not spoken."""


class Record(Frozen):
    """One graded sample. A failed one has an error and no verdicts."""

    sample: Sample
    verdicts: dict[str, Verdict] = {}
    confidence: dict[str, float] = {}
    quotes: dict[str, tuple[Evidence, ...]] = {}
    score: float | None = Field(default=None, ge=0, le=10)
    """None if nothing was graded."""
    notice: str = ""
    error: str = ""
    grader: GraderIdentity | None = None
    """Who really graded: the grader's fallback may have."""
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In US dollars."""
    raw: tuple[str, ...] = ()
    """Raw replies of a language model."""


class Manifest(Frozen):
    """What was run, exactly enough to run it again and to say what two runs share."""

    run_id: str
    created: AwareDatetime
    finished: AwareDatetime | None = None
    """None while samples are left to grade."""
    grader: GraderIdentity
    model: str = ""
    """The language model's name, or empty."""
    prompt: str = ""
    """Fingerprint of the grading prompt, or empty."""
    deck_id: str
    deck_sha256: str
    dataset: str
    dataset_sha256: str
    versions: dict[str, str] = {}
    """Of Python and of the packages that can move a figure."""
    seed: int = 0
    """Of the perturbations and of all sampling; repeat n counts on from it."""
    repeats: int = Field(default=1, ge=1)
    perturbations: tuple[str, ...] = ()
    machine: str = ""
    """Number of processors and platform."""
    seconds: float = 0.0
    """Spent grading, summed over records."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In US dollars."""
    command: str = ""
    grader_name: str = ""
    """As it was asked for; the grader may call itself otherwise."""
    dataset_source: str = ""
    """As it was asked for: a name, a path, or empty for the first set that ships."""
    split: str = ""
    """Which answers were taken: train, test or all."""
    limit: int | None = None
    columns: str = ""
    """The column map of a CSV, as it was given."""
    via_voice: str = ""
    """The speaker and the transcriber, as they were asked for; empty if nothing was spoken."""
    voices: tuple[str, ...] = ()
    clips: int | None = None
    """Most recordings, as it was given."""
    hearing: dict[str, str] = {}
    """Who spoke and heard, and with which hints."""


class RunFolder:
    """The folder of one run.

    A process that is killed while it writes leaves a torn last line. It is no record, and goes
    when the next one is added: that sample is graded anew.

    Args:
        path: The folder; made by :meth:`create`.

    Raises:
        NotFoundError: If it is not the folder of a run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records = path / "records.jsonl"
        if not (path / "manifest.json").is_file():
            raise NotFoundError(
                f"{path} is not the folder of a run.",
                hint="'viva eval run --out FOLDER' makes one; it holds a manifest.json.",
            )
        self._is_whole = False

    @classmethod
    def create(cls, path: Path, manifest: Manifest, deck: Deck) -> Self:
        """Make a folder for a new run.

        Raises:
            InputError: If there is a run in it already, or it cannot be made.
        """
        if (path / "manifest.json").exists():
            raise InputError(
                f"{path} holds a run already.",
                hint="Add --resume to complete it, or name another folder with --out.",
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            _write(path / "deck.json", deck.model_dump_json(indent=1))
            _write(path / "manifest.json", manifest.model_dump_json(indent=1))
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}.") from error
        return cls(path)

    @property
    def manifest(self) -> Manifest:
        """The manifest as it stands in the folder.

        Raises:
            InputError: If it cannot be read.
        """
        return _read(self.path / "manifest.json", Manifest)

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest, all at once."""
        _write(self.path / "manifest.json", manifest.model_dump_json(indent=1))

    @property
    def deck(self) -> Deck:
        """The deck whose questions were answered, as it was when the run began."""
        return _read(self.path / "deck.json", Deck)

    def append(self, record: Record) -> None:
        """Add a record; it outlives this process from the moment this returns."""
        if not self._is_whole:
            drop_torn_line(self._records)
            self._is_whole = True
        with self._records.open("ab") as file:
            file.write(record.model_dump_json().encode() + b"\n")

    def records(self) -> Iterator[Record]:
        """Yield the records in the order in which they were graded, one at a time.

        Raises:
            InputError: If a line is no record; names it.
        """
        if not self._records.exists():
            return
        with self._records.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return  # torn
                try:
                    yield Record.model_validate_json(line)
                except ValidationError as error:
                    raise InputError(
                        f"{self._records}, line {number}, is no record.",
                        hint="The file was changed by hand or by another version; run anew.",
                    ) from error

    def put_in_order(self, ids: Iterable[str]) -> None:
        """Put the records in the order of these ids; the same run then has the same file.

        Raises:
            InputError: If the records cannot be read.
        """
        place = {own: number for number, own in enumerate(ids)}
        lines = [
            (place.get(record.sample.id, len(place)), f"{record.model_dump_json()}\n")
            for record in self.records()
        ]
        if any(before[0] > after[0] for before, after in pairwise(lines)):
            lines.sort(key=itemgetter(0))
            _write(self._records, "".join(line for _, line in lines))

    def done_ids(self) -> set[str]:
        """Return the ids of the samples that have a record, failed ones too."""
        return {record.sample.id for record in self.records()}

    def drop_failed(self) -> int:
        """Take out the records with an error, so that they are graded again; return how many."""
        kept = [record for record in self.records() if not record.error]
        dropped = sum(1 for _ in self.records()) - len(kept)
        if dropped:
            _write(self._records, "".join(f"{record.model_dump_json()}\n" for record in kept))
        return dropped


def drop_torn_line(path: Path) -> None:
    """Cut a file off after its last line end."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                file.truncate(start + found + 1)
                return
            end = start
        file.truncate(0)


def _write(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    os.replace(fresh, path)


def _read(path: Path, kind: type[Value]) -> Value:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} cannot be read.", hint=f"Its run is broken: {error}") from error

"""How fast and how frugal the harness is, with the limits that it must keep to; run by make bench.

The limits hold on two cores of 2020s make without a GPU, and leave room for a busy machine.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scored_runs import make_folder, random_records

from viva.domain import Deck
from viva_eval.records import Record

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        "not config.getoption('benchmark_enable')", reason="speed is measured by make bench"
    ),
]

RECORDS = 100_000
REPORT_SECONDS = 60.0
REPORT_BYTES = 1e9
WORDS = "We log each request, join it with its outcome and compare both with last week. " * 12

SUMMARISE = """
import json, resource, sys, time
from pathlib import Path
from viva_eval.records import RunFolder
from viva_eval.report import write_report
from viva_eval.summary import summarise

begun = time.perf_counter()
folder = RunFolder(Path(sys.argv[1]))
summary = summarise(folder.manifest, folder.records(), folder.deck)
summarised = time.perf_counter()
page = write_report(folder, summary)
print(json.dumps({
    "samples": summary.counts.samples,
    "summary_seconds": summarised - begun,
    "seconds": time.perf_counter() - begun,
    "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "page_bytes": page.stat().st_size,
}))
"""


def test_a_hundred_thousand_records_are_summarised_and_reported(
    tmp_path: Path, shipped_deck: Deck, capfd: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own, whose memory is of nothing else."""
    pytest.importorskip("resource", reason="peak memory is measured where the system tells it")
    folder = make_folder(tmp_path / "run", many_records(shipped_deck), shipped_deck)
    ran = subprocess.run(
        [sys.executable, "-c", SUMMARISE, str(folder.path)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(ran.stdout)
    with capfd.disabled():
        size = (folder.path / "records.jsonl").stat().st_size
        print(
            f"\n{found['samples']} records ({size / 1e6:.0f} MB): summarised in "
            f"{found['summary_seconds']:.1f} s, reported in {found['seconds']:.1f} s, at most "
            f"{found['bytes'] / 1e6:.0f} MB, a page of {found['page_bytes'] / 1e6:.1f} MB"
        )
    assert found["samples"] == RECORDS
    assert found["seconds"] < REPORT_SECONDS
    assert found["bytes"] < REPORT_BYTES


def many_records(deck: Deck) -> Iterator[Record]:
    """Each answer as it is, graded again, and perturbed in three ways."""
    for record in random_records(RECORDS // 5, deck):
        sample = record.sample
        for repeat, perturbation in (
            (0, ""),
            (1, ""),
            (0, "upper-case"),
            (0, "typos"),
            (0, "padding"),
        ):
            suffix = f"~{perturbation}" if perturbation else ""
            own = sample.model_copy(
                update={
                    "id": f"{sample.answer_id}{suffix}#{repeat}",
                    "repeat": repeat,
                    "perturbation": perturbation,
                    "answer": f"{sample.answer} {WORDS}",
                }
            )
            yield record.model_copy(update={"sample": own})

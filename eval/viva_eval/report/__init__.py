"""The report of a run: one page that opens offline, written into the run's folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from viva_eval.gates import Result
from viva_eval.records import RunFolder
from viva_eval.report.page import render_page
from viva_eval.report.worst import Notable, find_notable
from viva_eval.summary import Summary

__all__ = ["Notable", "find_notable", "render_page", "write_report"]


def write_report(folder: RunFolder, summary: Summary, gates: Sequence[Result] = ()) -> Path:
    """Write ``report.html`` into a run's folder and return its path.

    Args:
        folder: The run; its records are read once more for the answers that are shown.
        summary: What its records add up to.
        gates: What came of the gates, if any were checked.

    Raises:
        InputError: If the folder cannot be read.
    """
    page = render_page(
        folder.manifest, summary, folder.deck, find_notable(folder.records()), gates=gates
    )
    path = folder.path / "report.html"
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(page, encoding="utf-8", newline="\n", errors="replace")
    os.replace(fresh, path)
    return path

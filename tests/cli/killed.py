"""A run that is killed between its last page and its tables: `python -m tests.cli.killed FOLDER`."""

import os
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from digitize import batch, cli
from digitize.records import Digitized, Reading
from digitize.tally import publish
from tests.campaign.store.deciding import clear
from tests.outcomes import sheet_page
from tests.page import pipeline_doubles


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def digitize(file: str, page: int, _settings: object) -> Digitized:
    """Two signed rows on every page, the first always by the same person."""
    again = replace(clear(1), name=Reading("Ada Lovelace", 0.99, "double 1"))
    return Digitized(sheet_page(file, page, again, clear(2)))


if __name__ == "__main__":
    os.chdir(Path(sys.argv[1]))
    batch.run = partial(batch.run, digitize_file=digitize, count_pages=pipeline_doubles.count_pages)
    publish.finish = kill  # type: ignore[assignment]
    sys.argv = ["digitize", "run", "scans", "--out", "out", "--workers", "0", "--deadline", "2999-01-20"]
    cli.main()

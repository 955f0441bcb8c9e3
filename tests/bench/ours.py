"""Measure one worker of digitize: `python -m tests.bench.ours PDF PAGES STARTED`.

STARTED is the time of the call (time.monotonic).  Writes JSON to standard output.
"""

import json
import sys
import time
from dataclasses import asdict
from functools import partial

from digitize.batch.worker_pool import one_thread
from digitize.page import pipeline
from digitize.records import SheetPage
from tests.bench.stages import clocked
from tests.bench.taken import peak_mb, times_of

SETTINGS = pipeline.Settings()


def main(pdf: str, pages: int, started_s: float) -> None:
    one_thread()
    pipeline.load_tools(SETTINGS)
    ready_s = time.monotonic() - started_s
    first = times_of(partial(rows_found, pdf), 1)[0]
    with clocked() as clock:
        taken = times_of(partial(rows_found, pdf), pages)
    stages = {name: asdict(spent) for name, spent in clock.stages.items()}
    found = {"ready_s": ready_s, "first": first, "pages": taken, "stages": stages, "peak_mb": peak_mb()}
    print(json.dumps(found))


def rows_found(pdf: str, page: int) -> int:
    """Digitize a page of a file and return its number of rows."""
    outcome = pipeline.digitize_file(pdf, page, SETTINGS).outcome
    assert isinstance(outcome, SheetPage), outcome
    return len(outcome.rows)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))

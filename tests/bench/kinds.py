"""Measure pages of several kinds with one worker: `python -m tests.bench.kinds`.

Writes JSON to standard output: for each kind its rows and the CPU time of the fastest of several rounds, as
other programs on the machine only make a page slower.
"""

import json
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from digitize.batch.worker_pool import one_thread
from digitize.page import pipeline
from samples.synthetic import ACAT, SyntheticPage, blank_back, make_page, random_fill
from samples.synthetic.scan_files import save_pdf
from tests.bench.ours import SETTINGS, rows_found
from tests.bench.pages import FEEDER, FILLED, LIST
from tests.bench.taken import times_of

ROUNDS = 3
LETTER = ACAT[0]
A_FEW_ROWS = 0.33  # of a list
BLEED = 0.1  # of the darkness of the front, on its back


def pages_of_each_kind(seed: int = 0) -> dict[str, SyntheticPage]:
    """Return a page of each kind, all at 300 dpi in grey; another seed gives other signers and dust."""
    return {
        "full list": make_page(LIST, random_fill(LIST, seed + 1, 1.0, FILLED), FEEDER, seed + 1),
        "list with some rows": make_page(
            LIST, random_fill(LIST, seed + 2, A_FEW_ROWS, FILLED), FEEDER, seed + 2
        ),
        "empty list": make_page(LIST, (), FEEDER, seed + 1),
        "letter": make_page(LETTER, random_fill(LETTER, seed + 3, 1.0, FILLED), FEEDER, seed + 3),
        "blank back": blank_back(replace(FEEDER, bleed=BLEED), seed + 4),
    }


def make_mixed_pdf(path: Path, sides: int) -> None:
    """Save a PDF of sides of all kinds in equal parts."""
    pages: list[SyntheticPage] = []
    while len(pages) < sides:
        pages += pages_of_each_kind(len(pages)).values()
    save_pdf(path, pages[:sides])


def main() -> None:
    one_thread()
    kinds = pages_of_each_kind()
    pipeline.load_tools(SETTINGS)
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as folder:
        pdf = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "kinds.pdf"
        save_pdf(pdf, list(kinds.values()))
        rounds = [times_of(partial(rows_found, str(pdf)), len(kinds)) for _ in range(1 + ROUNDS)]
    fastest = [min(taken, key=lambda page: page["cpu_s"]) for taken in zip(*rounds[1:], strict=True)]
    print(json.dumps(dict(zip(kinds, fastest, strict=True))))


if __name__ == "__main__":
    main()

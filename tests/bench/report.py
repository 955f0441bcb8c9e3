"""Measure the report of a large synthetic campaign: `python -m tests.bench.report [PAGES [FOLDER]]`.

Beside each time stands how long a plain loop of Python takes, because both depend on the machine and on what
else it does.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from digitize.campaign.store import open_campaign
from digitize.report.build import FORMATS, write
from digitize.report.details import Details
from digitize.tally.publish import finish
from tests.bench.campaign import ROWS_PER_PAGE, make

LOOP = 10**7
LIMIT_S = 10.0  # of the report; the workbook, with every row, takes longer
QUIET_LOOP_S = 0.45  # on a machine of 2022 with nothing else to do


def cpu_s(work: Callable[[], object]) -> float:
    start_s = time.process_time()
    work()
    return time.process_time() - start_s


def loop() -> None:
    total = 0
    for number in range(LOOP):
        total += number


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as name:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name)
        if not (folder / "campaign.sqlite").exists():
            print(f"Making {pages * ROWS_PER_PAGE} rows ...", flush=True)
            make(folder, pages, pages)
        with open_campaign(folder) as campaign:
            details = Details("Mehr Bäume", "Verein", 100_000)
            print(f"{'tables and search for duplicates':34}{cpu_s(lambda: finish(campaign)):7.1f} s")
            for formats in (FORMATS[:1], FORMATS[:2], FORMATS):
                spent_s = cpu_s(lambda formats=formats: write(campaign, details, ["de"], formats))
                looped_s = cpu_s(loop)
                report_only = formats != FORMATS
                slow = "  TOO SLOW" if report_only and spent_s * QUIET_LOOP_S / looped_s > LIMIT_S else ""
                print(f"report: {', '.join(formats):26}{spent_s:7.1f} s (loop {looped_s:.2f} s){slow}")


if __name__ == "__main__":
    main()

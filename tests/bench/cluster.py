"""Compare one and two workers, of the local pool and of Dask: `python -m tests.bench.cluster [PAGES]`.

The start is left out: counted is from the second page stored to the last.
"""

import sys
import tempfile
import time
from pathlib import Path

from digitize import batch
from digitize.campaign.store import Outcome
from digitize.page.pipeline import Settings
from tests.bench.pages import make_pdf

PAGES = 12
WARM = 2  # pages, one for each worker


class Clock(batch.Silent):
    """Notes when pages are stored."""

    def __init__(self) -> None:
        self.stored_s: list[float] = []

    def page(self, outcome: Outcome) -> None:  # noqa: ARG002
        self.stored_s.append(time.perf_counter())


def pages_per_minute(pdf: Path, out: Path, workers: int, cluster: str) -> float:
    clock = Clock()
    batch.run([pdf], out, Settings(), workers=workers, cluster=cluster, watch=clock)
    return 60 * (len(clock.stored_s) - WARM) / (clock.stored_s[-1] - clock.stored_s[WARM - 1])


def main(pages: int) -> None:
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as name:
        pdf = Path(name) / "lists.pdf"
        make_pdf(pdf, pages)
        print(f"{'':<14}{'1 worker':>12}{'2 workers':>12}{'ratio':>8}   pages per minute")
        for kind in ("local pool", "Dask"):
            rates = [
                pages_per_minute(
                    pdf, Path(name) / f"{kind}{count}", count, f"local:{count}" if kind == "Dask" else ""
                )
                for count in (1, 2)
            ]
            print(f"{kind:<14}{rates[0]:>12.1f}{rates[1]:>12.1f}{rates[1] / rates[0]:>8.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)

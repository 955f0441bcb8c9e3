"""The pages that are measured: filled lists from a scanner with a feeder."""

from pathlib import Path

from samples.synthetic import ACAT, Habits, Paper, make_page, random_fill
from samples.synthetic.scan_files import save_pdf

LIST = ACAT[1]
FEEDER = Paper(dpi=300.0, skew_deg=0.4, noise=1.6, dust=12)
# Every row is filled in: the most work that a page can be.
FILLED = Habits(missing=0.05, struck=0.02, joint=0.02, ditto=0.3, skipped=0.0)


def make_pdf(path: Path, pages: int) -> None:
    """Save a PDF of lists with 27 filled rows at 300 dpi."""
    save_pdf(
        path, [make_page(LIST, random_fill(LIST, seed, 1.0, FILLED), FEEDER, seed) for seed in range(pages)]
    )

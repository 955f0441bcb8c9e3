"""The pages that are measured: filled lists as an office scans them."""

from pathlib import Path

from samples.synthetic import ACAT, Habits, Paper, make_page, random_fill
from samples.synthetic.scan_files import save_pdf

LIST = ACAT[1]
FEEDER = Paper(dpi=300.0, skew_deg=0.4, noise=1.6, dust=12)
# Every row is written in: the most that a page can ask for.
FILLED = Habits(missing=0.05, struck=0.02, joint=0.02, ditto=0.3, skipped=0.0)


def make_pdf(path: Path, pages: int) -> None:
    """A PDF of `pages` lists of 27 filled rows at 300 dpi, every one by other hands."""
    save_pdf(
        path, [make_page(LIST, random_fill(LIST, seed, 1.0, FILLED), FEEDER, seed) for seed in range(pages)]
    )

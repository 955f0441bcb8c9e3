"""Measure one worker of the plain pipeline: `python -m tests.bench.plain PDF PAGES LANGUAGES`.

Writes JSON to standard output.
"""

import json
import sys
from pathlib import Path

import cv2

from tests.bench.taken import peak_mb, times_of
from tests.plain_pipeline import read_page


def main(pdf: Path, pages: int, languages: str) -> None:
    cv2.setNumThreads(1)
    taken = times_of(lambda page: len(read_page(pdf, page, languages)), pages)
    print(json.dumps({"pages": taken, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

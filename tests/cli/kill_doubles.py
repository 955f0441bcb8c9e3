"""Pages for runs that are killed: quick to digitize, with something to collate, review and decide."""

import time
import zlib
from dataclasses import replace
from pathlib import Path

from digitize.page.pipeline import Settings
from digitize.records import Digitized, Reading
from tests.campaign.store.deciding import clear, doubtful, placeless
from tests.outcomes import sheet_page

PAGE_S = 0.02


def count_pages(path: Path) -> int:
    return int(path.read_text().split()[0])


def digitize(file: str, page: int, _settings: Settings) -> Digitized:
    """Rows that depend on content and page alone; the first is by the same person everywhere."""
    time.sleep(PAGE_S)
    seed = zlib.crc32(f"{Path(file).read_text()} {page}".encode())
    again = replace(clear(1), name=Reading("Ada Lovelace", 0.99, "double 1"))
    rows = [again, doubtful(2), placeless(3), *(clear(4 + at) for at in range(seed % 5))]
    return Digitized(sheet_page(file, page, *rows), f"picture {seed}".encode())

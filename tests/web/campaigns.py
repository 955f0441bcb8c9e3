"""Campaigns built from records with drawn pages: any number of rows, without recognition."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from digitize.campaign.store import open_campaign
from digitize.geometry import Box, Homography, Mesh
from digitize.images import encode
from digitize.records import (
    Candidate,
    Cell,
    Column,
    Digitized,
    Flag,
    FlagCode,
    Ink,
    InkMeasure,
    Mark,
    PageId,
    PageKind,
    Place,
    Reading,
    Role,
    Row,
    SheetPage,
    Status,
    Table,
)

WIDTH_PX, HEIGHT_PX = 1000, 1400
TOP_PX, ROW_PX = 200, 60
EDGES_PX = {
    Role.NUMBER: (50, 100),
    Role.NAME: (100, 400),
    Role.ADDRESS: (400, 700),
    Role.SIGNATURE: (700, 950),
}
MESH = Mesh.of_homography(Homography.identity(), WIDTH_PX, HEIGHT_PX)
SWISS = Place("ZH", "8001", "Zürich", "CH", 0.999, (Candidate("ZH", "8001", "Zürich", 0.999),))
UNSURE = Place(
    "BE",
    "3012",
    "Bern",
    "CH",
    0.6,
    (Candidate("BE", "3012", "Bern", 0.6), Candidate("LU", "6012", "Obernau", 0.4)),
)

MakeRow = Callable[[int], Row]


def row(
    number: int,
    status: Status = Status.SIGNED,
    name: str = "Ada Muster",
    address: str = "Dorfstrasse 1\n8001 Zürich",
    place: Place = SWISS,
    codes: Sequence[FlagCode] = (),
    review: bool = False,
    name_confidence: float = 0.9,
) -> Row:
    """Return one row with flags of these codes."""
    top = TOP_PX + (number - 1) % 20 * ROW_PX
    unsure = FlagCode.UNSURE_INK in codes
    cells = tuple(
        Cell(role, Box(left, top, right, top + ROW_PX), _ink(unsure and role is Role.SIGNATURE))
        for role, (left, right) in EDGES_PX.items()
    )
    return Row(
        number=number,
        index=(number - 1) % 20,
        box=Box(50, top, 950, top + ROW_PX),
        cells=cells,
        status=status,
        flags=tuple(Flag(code) for code in codes),
        review=review or status is Status.DOUBTFUL or bool(codes),
        name=Reading(name, name_confidence, "synthetic 1"),
        address=Reading(address, 0.9, "synthetic 1"),
        place=place,
    )


def doubtful(number: int, name: str = "Ada Muster") -> Row:
    return row(number, Status.DOUBTFUL, name, codes=(FlagCode.UNSURE_INK,))


def unsure_region(number: int) -> Row:
    return row(number, place=UNSURE, codes=(FlagCode.REGION_WEAK,))


def unsure_and_weak(number: int) -> Row:
    """Return a row whose canton and name are both in question."""
    codes = (FlagCode.REGION_WEAK, FlagCode.WEAK_NAME)
    return row(number, place=UNSURE, codes=codes, name_confidence=0.1)


def all_open(number: int) -> Row:
    """Return a row of which it is open whether it counts, in which canton, and what the name is."""
    codes = (FlagCode.UNSURE_INK, FlagCode.REGION_WEAK, FlagCode.WEAK_NAME)
    return row(number, Status.DOUBTFUL, place=UNSURE, codes=codes, name_confidence=0.1)


def doubtful_and_weak(number: int) -> Row:
    """Return a row of which it is open whether it counts and what the name is; the canton is clear."""
    codes = (FlagCode.UNSURE_INK, FlagCode.WEAK_NAME)
    return row(number, Status.DOUBTFUL, codes=codes, name_confidence=0.1)


def weak_name(number: int, name: str = "Ada Muster") -> Row:
    return row(number, name=name, codes=(FlagCode.WEAK_NAME,), name_confidence=0.1)


def make(
    folder: Path,
    pages: Iterable[tuple[str, Sequence[Row]]],
    pictures: bool = True,
    after: int = 0,
    title: str = "",
) -> None:
    """Store these pages, one file each, as if they had been digitized; `after` so many files.

    `title` is printed on all of them.
    """
    picture = _picture() if pictures else b""
    with open_campaign(folder, create=True) as campaign:
        for place, (name, rows) in enumerate(pages, after):
            path = str(folder / "scans" / name)
            entry = campaign.inputs.add(path, f"{place:064x}", 1, place, date(2026, 11, 2))
            campaign.inputs.set_pages(entry.id, 1)
            page = SheetPage(
                PageId(path, 1),
                PageKind.LIST,
                "auto",
                0,
                0.0,
                6.0,
                MESH,
                (_table(),),
                tuple(rows),
                title=title,
            )
            campaign.pages.save(entry.id, Digitized(page, picture), "synthetic", "0")


def _ink(unsure: bool) -> InkMeasure:
    return InkMeasure(Ink.UNSURE if unsure else Ink.INKED, Mark.WRITING, 9.0 if unsure else 60.0, 0.0, 8.0)


def _table() -> Table:
    columns = tuple(Column(role, left, right) for role, (left, right) in EDGES_PX.items())
    edges = tuple(float(TOP_PX + place * ROW_PX) for place in range(21))
    return Table(columns, edges, TOP_PX - ROW_PX)


def _picture() -> bytes:
    """Draw a page with the rules of the table and a stroke in every cell."""
    page = np.full((HEIGHT_PX, WIDTH_PX), 250, np.uint8)
    for place in range(21):
        y = TOP_PX + place * ROW_PX
        page[y : y + 2, 50:950] = 60
        if place < 20:
            page[y + 30 : y + 34, 120:360] = page[y + 28 : y + 32, 430:660] = page[
                y + 26 : y + 31, 730:900
            ] = 20
    for left, right in EDGES_PX.values():
        page[TOP_PX : TOP_PX + 20 * ROW_PX, left : left + 2] = 60
        page[TOP_PX : TOP_PX + 20 * ROW_PX, right : right + 2] = 60
    return encode(page, ".jpg", 80)

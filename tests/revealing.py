"""A page that tells everything a page can tell, and a search for it in every byte of a folder."""

from dataclasses import replace
from pathlib import Path

from digitize.geometry import Box
from digitize.page.pipeline import Settings
from digitize.records import (
    Candidate,
    Cell,
    Column,
    Digitized,
    Flag,
    FlagCode,
    Ink,
    PageId,
    Place,
    Reading,
    Role,
    Row,
    Status,
    Table,
)
from tests.outcomes import BOX, row, sheet_page, signature

NAME, STREET, TOWN, POSTCODE = "Xenia Zypresse", "Quittenweg 77", "Ypsilonia", "9876"
HEADER, PICTURE, CROP = "Zypresse in a header", b"a picture of Zypresse", b"a crop of Quittenweg"
SECRETS = ("Zypresse", "Quittenweg", "Ypsilonia", "9876")
REGION = "GR"


def tell_all(file: str, page: int, _settings: Settings) -> Digitized:
    """Two rows that count, one that is doubtful, one that is blank; every text names somebody."""
    made = (Status.SIGNED, Status.SIGNED, Status.DOUBTFUL)
    filled = [_row(4 * page + index, index, status) for index, status in enumerate(made)]
    rows = (*filled, replace(row(4, Status.BLANK), number=4 * page + 3))
    column = Column(Role.NAME, 0.0, 100.0, HEADER)
    bare = sheet_page(file, page, *rows)
    outcome = replace(bare, tables=(Table((column,), (0.0, 50.0), 0.0),))
    return Digitized(outcome, PICTURE + bytes([page]), tuple((line.number, CROP) for line in rows))


def tell_twice(file: str, page: int, settings: Settings) -> Digitized:
    """Page 2 is a second scan of page 1."""
    told = tell_all(file, 1, settings)
    return replace(told, outcome=replace(told.outcome, id=PageId(file, page)))


def _row(number: int, index: int, status: Status) -> Row:
    candidates = (Candidate(REGION, POSTCODE, TOWN, 0.9), Candidate("UR", "6543", TOWN, 0.1))
    place = Place(REGION, POSTCODE, TOWN, "CH", 0.9, candidates)
    reading = Reading(f"{NAME} {number}", 0.9, "double 1")
    cells = (
        replace(signature(Ink.INKED), role=Role.NAME, reading=reading),
        Cell(Role.ADDRESS, BOX, signature(Ink.INKED).ink, Reading(f"{STREET}\n{POSTCODE} {TOWN}", 0.8, "d")),
        replace(signature(Ink.INKED), ink=replace(signature(Ink.INKED).ink, extent=Box(number, 0, 60, 40))),
    )
    flags = (Flag(FlagCode.WEAK_NAME),)
    bare = row(number, status, f"{NAME} {number}", f"{STREET}\n{POSTCODE} {TOWN}", place, cells, flags)
    return replace(bare, index=index)


def found_in(folder: Path) -> dict[str, list[str]]:
    """Which of the secrets lie in which files, in any of the encodings in use."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        told = [secret for secret in SECRETS if _is_in(secret, content) or secret in path.name]
        if told:
            found[path.relative_to(folder).as_posix()] = told
    return found


def _is_in(secret: str, content: bytes) -> bool:
    return any(secret.encode(encoding) in content for encoding in ("utf-8", "utf-16-le"))

"""One line per row and per page, as the tables show them; plain values, no pandas."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from digitize.records import Failure, PageId, Reading, Region, Row, ScanFile, SheetPage, Status
from digitize.sheets import Standing

ROW_COLUMNS = (
    *("file", "page", "row", "status", "signed", "name", "address", "postcode", "locality", "canton"),
    *("region", "flags", "remarks", "review"),
    *("name_confidence", "address_confidence", "canton_confidence"),
)
PAGE_COLUMNS = (
    *("file", "page", "sheet", "kind", "rows", "signed", "doubtful", "incomplete", "struck", "blank"),
    *("form", "rotation_deg", "skew_deg", "reason", "note"),
)
CANTONS = (
    *("ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL"),
    *("SH", "AR", "AI", "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU"),
)
"""The 26 cantons in the order of the Federal Constitution, article 1."""

IN_CANTON = "canton"  # what column `region` says where the address lies in a canton
DUPLICATE = "duplicate"  # kind of a page whose file is counted under another name
WAITING = "waiting"  # kind of a page that no run has reached yet

Outcome = SheetPage | Failure
Standings = Mapping[PageId, Standing]


def row_lines(outcome: Outcome, label: str) -> Iterator[dict[str, Any]]:
    if isinstance(outcome, Failure):
        return
    for row in sorted(outcome.rows, key=lambda row: (row.number, row.index)):
        yield dict.fromkeys(ROW_COLUMNS, "") | {
            "file": label,
            "page": outcome.id.page,
            "row": row.number,
            "status": row.status.value,
            "signed": _yes_no(row.signed or row.status is Status.SIGNED),
            **_texts(row),
            "flags": "; ".join(flag.code.value for flag in row.flags),
            "remarks": " ".join(flag.sentence for flag in row.flags),
            "review": _yes_no(row.review),
        }


def _texts(row: Row) -> dict[str, Any]:
    if row.status is Status.BLANK:
        # What little was read there (a speck, a rule) is not a name.
        return {}
    place = row.place
    return {
        "name": _one_line(row.name),
        "address": _one_line(row.address),
        "postcode": place.postcode if place else "",
        "locality": place.locality if place else "",
        **_region(row),
        "name_confidence": _confidence(row.name),
        "address_confidence": _confidence(row.address),
        "canton_confidence": round(place.confidence, 3) if place else "",
    }


def _region(row: Row) -> dict[str, str]:
    """Two letters where there are any, and which kind of outcome it is."""
    region = str(row.place.region) if row.place else Region.UNKNOWN.value
    if region in CANTONS:
        return {"canton": region, "region": IN_CANTON}
    # A region outside the list is a fault elsewhere; it must not make a signature vanish.
    known = region if region in set(Region) else Region.UNKNOWN.value
    return {"canton": known if known == Region.LIECHTENSTEIN else "", "region": known}


def page_lines(
    file: ScanFile, by_page: Mapping[PageId, Outcome], standings: Standings
) -> Iterator[dict[str, Any]]:
    numbers = range(1, file.pages + 1) if file.pages is not None else range(1)
    for number in numbers:
        line = dict.fromkeys(PAGE_COLUMNS, "") | {"file": file.label, "page": number}
        page_id = PageId(file.path, number)
        outcome, standing = by_page.get(page_id), standings.get(page_id, Standing())
        found = Counter(row.status for row in outcome.rows) if isinstance(outcome, SheetPage) else Counter()
        line |= {"rows": found.total(), **{status.value: found[status] for status in Status}}
        line |= {"sheet": standing.sheet or ""}
        yield line | _page_texts(file, outcome, standing)


def _page_texts(file: ScanFile, outcome: Outcome | None, standing: Standing) -> dict[str, Any]:
    if file.same_as:
        return {"kind": DUPLICATE, "note": f"The same content as {file.same_as}, where it is counted."}
    if outcome is None:
        return {"kind": WAITING, "note": "Not processed yet: run the same command again."}
    if isinstance(outcome, Failure):
        return {"kind": "failed", "reason": outcome.kind, "note": outcome.sentence}
    return {
        "kind": outcome.kind.value,
        "form": standing.form or outcome.form,
        "rotation_deg": outcome.rotation_deg,
        "skew_deg": round(outcome.skew_deg, 2) + 0.0,  # never "-0.0"
        "note": " ".join(note for note in (outcome.note, *_notes(standing)) if note),
    }


def _notes(standing: Standing) -> Iterator[str]:
    for first, last in standing.missing:
        yield f"The page with rows {first}-{last} is missing."


def _one_line(reading: Reading | None) -> str:
    return ", ".join(reading.text.split("\n")) if reading else ""


def _confidence(reading: Reading | None) -> float | str:
    return round(reading.confidence, 3) if reading else ""


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"

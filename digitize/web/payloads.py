"""Questions as JSON for the scripts of the pages; texts are not escaped."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from starlette.requests import Request

from digitize.address.directory.towns import town_named
from digitize.campaign.decisions import Field, Kind, place_text
from digitize.campaign.store import OpenPage, OpenPair, OpenRow
from digitize.geometry import Box
from digitize.messages import CELL_SENTENCES, CELL_WORDS, sentence
from digitize.records import (
    ADDRESS_ROLES,
    COUNT_FLAGS,
    NAME_ROLES,
    Candidate,
    Cell,
    Flag,
    FlagCode,
    Ink,
    Place,
    Region,
    Role,
    Row,
    RowKey,
    Status,
)
from digitize.web.render import language_of
from digitize.web.translations import catalogue

KEY_MAX = 2**63 - 1  # largest integer of SQLite
CANDIDATES_MAX = 8  # keys 1 to 8
LIKELY_AT_LEAST = 0.005  # less likely candidates only make the list longer
TEXT_ROLES = {Field.NAME: NAME_ROLES, Field.ADDRESS: (*ADDRESS_ROLES, Role.CANTON, Role.COUNTRY)}
CELL_ROLES = dict(zip(CELL_WORDS, (NAME_ROLES, ADDRESS_ROLES, (Role.SIGNATURE,)), strict=True))
WHOLE_ROW_FLAGS = frozenset({FlagCode.UNSURE_STRUCK, FlagCode.STAMP})
NEIGHBOURS_SHARE = 1.5  # of the height of a row, shown above and below it
NOT_SIGNED = {FlagCode.UNSURE_STRUCK: Status.STRUCK}  # of a row that does not count; else incomplete


def key_text(key: RowKey) -> str:
    """Return a row key as text, the inverse of `key_of`."""
    return f"{key.page_id}.{key.index}.{key.number}"


def key_of(text: str) -> RowKey:
    """Parse a row key; raises ValueError."""
    page_id, index, number = map(int, text.split("."))
    if max(abs(page_id), abs(index), abs(number)) > KEY_MAX:
        raise ValueError
    return RowKey(page_id, index, number)


def question_values(request: Request, shown: OpenRow) -> dict[str, Any]:
    """Return one row with its question."""
    translated = catalogue(language_of(request)).gettext
    row = shown.row
    return {
        "key": key_text(shown.key),
        "kind": shown.kind.value if shown.kind else "",
        "file": shown.file,
        "page": shown.page,
        "pageId": shown.key.page_id,
        "index": shown.key.index,
        "number": row.number,
        "status": row.status.value,
        "yes": Status.SIGNED.value,
        "no": _not_counted(row).value,
        "name": row.name.text if row.name else "",
        "address": row.address.text if row.address else "",
        "asksCount": Kind.COUNT in shown.asks,
        "asksCanton": Kind.REGION in shown.asks,
        "weakName": Kind.NAME in shown.asks,
        "weakAddress": Kind.ADDRESS in shown.asks,
        **_told(shown, translated),
        "second": shown.second,
        "candidates": [_candidate_values(each) for each in candidates(row.place)],
        **(_pictures(shown) if shown.picture else {}),
    }


def _pictures(shown: OpenRow) -> dict[str, Any]:
    """Return the URLs of the pictures of a row."""
    page_id, row = shown.key.page_id, shown.row
    cells = {
        "cell": asked_box(row),
        "nameCell": _role_box(row, NAME_ROLES),
        "addressCell": _role_box(row, TEXT_ROLES[Field.ADDRESS]),
        "signatureCell": _role_box(row, (Role.SIGNATURE,)),
    }
    near = row.box.expanded(0, NEIGHBOURS_SHARE * row.box.height)
    # A ditto mark says nothing without the row that it repeats.
    above = row.box.height if any(flag.code is FlagCode.DITTO for flag in row.flags) else 0.0
    shown_box = Box(row.box.left, row.box.top - above, row.box.right, row.box.bottom)
    own = {"picture": crop_path(page_id, shown_box), "around": crop_path(page_id, near)}
    return (
        own
        | {name: crop_path(page_id, box, "cell") for name, box in cells.items()}
        | {"top": round(row.box.top)}
    )


def pair_values(request: Request, pair: OpenPair) -> dict[str, Any]:
    """Return two rows or two pages that may be duplicates."""
    sides = []
    for side in (pair.first, pair.other):
        if isinstance(side, OpenPage):
            shown = {"key": key_text(side.key), "file": side.file, "page": side.page, "pageId": side.page_id}
            sides.append(shown | {"picture": f"/pages/{side.page_id}/picture" if side.picture else ""})
        else:
            sides.append(question_values(request, side))
    return {"kind": pair.kind.value, "key": sides[0]["key"], "other": sides[1]["key"], "sides": sides}


def candidates(place: Place | None) -> Sequence[Candidate]:
    """Return the regions in which the address may lie, likeliest first, each with its likeliest town."""
    if place is None:
        return ()
    by_region: dict[str, list[Candidate]] = {}
    for each in sorted(place.candidates, key=lambda each: -each.probability):
        by_region.setdefault(each.region, []).append(_without_office(each))
    found = [
        replace(_likeliest(of_region), probability=sum(each.probability for each in of_region))
        for of_region in by_region.values()
    ]
    found = [each for each in found if each.probability >= LIKELY_AT_LEAST]
    if place.region not in (*by_region, Region.UNKNOWN, Region.AMBIGUOUS):
        found.append(
            _without_office(Candidate(place.region, place.postcode, place.locality, place.confidence))
        )
    return sorted(found, key=lambda each: -each.probability)[:CANDIDATES_MAX]


def _without_office(candidate: Candidate) -> Candidate:
    """Return a candidate with its town; a company's postcode, where nobody lives, is left out."""
    town = town_named(candidate.postcode, candidate.locality)
    return candidate if town == candidate.locality else replace(candidate, postcode="", locality=town)


def _likeliest(candidates: Sequence[Candidate]) -> Candidate:
    """Return the likeliest town of one region, with the likeliest of its postcodes that is no company's."""
    shares: dict[str, float] = defaultdict(float)
    for each in candidates:
        shares[each.locality] += each.probability
    town = max(shares, key=lambda name: shares[name])
    own = [each for each in candidates if each.locality == town]
    return next((each for each in own if each.postcode), own[0])


def asked_box(row: Row) -> Box:
    """Return the box of the cells that are in doubt: the whole row if it is not about single cells."""
    codes = {flag.code for flag in row.flags}
    boxes = [cell.box for code in CELL_SENTENCES if code in codes for cell in doubtful_cells(row, code)]
    if boxes:
        return reduce(Box.union, boxes)
    return row.box if codes & WHOLE_ROW_FLAGS else _role_box(row, (Role.SIGNATURE,))


def doubtful_cells(row: Row, code: FlagCode) -> list[Cell]:
    """Return the cells that a doubt about ink is about."""
    cells = [cell for cell in row.cells if any(cell.role in roles for roles in CELL_ROLES.values())]
    if code is FlagCode.UNSURE_INK:
        return [cell for cell in cells if cell.ink.state is Ink.UNSURE]
    if code is FlagCode.FOREIGN_INK:  # without its neighbours' ink the row lacks these
        return [
            cell
            for cell in cells
            if cell.ink.state is not Ink.INKED and cell.ink.foreign_stroke_mm >= cell.ink.blank_limit_mm
        ]
    return []


def _not_counted(row: Row) -> Status:
    """Return what a row is that does not count: as was recognised, or as the doubt suggests."""
    if row.status not in (Status.SIGNED, Status.DOUBTFUL):
        return row.status
    codes = {flag.code for flag in row.flags}
    return next((status for code, status in NOT_SIGNED.items() if code in codes), Status.INCOMPLETE)


def _told(shown: OpenRow, translated: Callable[[str], str]) -> dict[str, Any]:
    """Return the sentences on a question: `doubts` on whether the row counts, if more is asked."""
    doubts = [flag for flag in shown.flags if flag.code in COUNT_FLAGS]
    rest = [flag for flag in shown.flags if flag.code not in COUNT_FLAGS]
    apart = Kind.COUNT in shown.asks and shown.kind is not Kind.COUNT
    reasons = doubts if shown.kind is Kind.COUNT else rest
    told = {"doubts": doubts if apart else (), "reasons": reasons or (() if apart else shown.flags)}
    return {
        name: [text for flag in flags for text in _reasons(shown.row, flag, translated)]
        for name, flags in told.items()
    }


def _reasons(row: Row, flag: Flag, translated: Callable[[str], str]) -> list[str]:
    """Return the sentences of a flag, which name the cells that it is about."""
    cells = {cell.role for cell in doubtful_cells(row, flag.code)}
    words = [word for word, roles in CELL_ROLES.items() if cells.intersection(roles)]
    if not words:
        return [sentence(flag, translated)]
    return [translated(CELL_SENTENCES[flag.code]).format(cell=translated(word)) for word in words]


def crop_path(page_id: int, box: Box, size: str = "row") -> str:
    """Return the URL of a box of a page; `size` is row or cell."""
    edges = ",".join(str(max(0, round(edge))) for edge in (box.left, box.top, box.right, box.bottom))
    return f"/pages/{page_id}/cut?box={edges}&size={size}"


def _role_box(row: Row, roles: Sequence[Role]) -> Box:
    """Return the union of the cells with these roles, or the whole row if there is none."""
    boxes = [cell.box for cell in row.cells if cell.role in roles]
    if not boxes:
        return row.box
    united = boxes[0]
    for box in boxes[1:]:
        united = united.union(box)
    return united


def _candidate_values(candidate: Candidate) -> dict[str, Any]:
    place = Place(candidate.region, candidate.postcode, candidate.locality)
    return {
        "value": place_text(place),
        "region": candidate.region,
        "place": f"{candidate.postcode} {candidate.locality}".strip(),
        "share": round(candidate.probability, 3),
    }

"""Write the truth as a CSV table with one line per printed row."""

import csv
from collections.abc import Iterable
from pathlib import Path

from digitize.records import Role
from samples.synthetic.truth import PageTruth, RowTruth

COLUMNS = (
    *("file", "page", "row", "difficulty", "form", "page_kind", "row_kind"),
    *("inked_name", "inked_address", "inked_signature", "signed", "struck", "ditto", "counts", "ambiguous"),
    *("visibility", "name", "given", "family", "address", "postcode", "locality", "canton", "flags"),
)
_NAMES = (Role.NAME, Role.FAMILY_NAME, Role.GIVEN_NAME)
_ADDRESSES = (Role.ADDRESS, Role.STREET, Role.POSTCODE, Role.POSTCODE_TOWN, Role.TOWN)


def truth_lines(file: str, page: int, truth: PageTruth, difficulty: str) -> list[dict[str, str]]:
    """Return the lines of a page, none for a page without a table."""
    return [_line(file, page, truth, row, difficulty) for row in truth.rows]


def write_truth(path: Path, lines: Iterable[dict[str, str]]) -> None:
    """Write lines of all pages to a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _line(file: str, page: int, truth: PageTruth, row: RowTruth, difficulty: str) -> dict[str, str]:
    def inked(roles: tuple[Role, ...]) -> bool:
        return any(cell.inked for cell in row.cells if cell.role in roles)

    values: dict[str, object] = {
        "file": file,
        "page": page,
        "row": row.number,
        "difficulty": difficulty,
        "form": truth.form,
        "page_kind": truth.kind.value,
        "row_kind": row.kind,
        "inked_name": inked(_NAMES),
        "inked_address": inked(_ADDRESSES),
        "inked_signature": inked((Role.SIGNATURE,)),
        "signed": row.has_signature,
        "struck": row.struck,
        "ditto": row.ditto,
        "counts": row.counts,
        "ambiguous": row.ambiguous,
        "visibility": f"{row.visibility:.3f}" if row.filled else "",
        "name": row.name,
        "given": row.given,
        "family": row.family,
        "address": row.address,
        "postcode": row.postcode,
        "locality": row.locality,
        "canton": row.canton,
        "flags": " ".join(row.flags),
    }
    return {key: str(int(value)) if isinstance(value, bool) else str(value) for key, value in values.items()}

"""List what an audit draws from: the rows of pages that count, and the pages without rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from digitize.campaign.decisions import Field
from digitize.campaign.store.database import Database
from digitize.campaign.store.serialise import SEPARATOR
from digitize.records import Status


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row as it is counted; `status` is None for a page without rows, whose `index` is -1."""

    page_id: int
    index: int
    number: int
    status: Status | None
    region: str
    decided: bool  # its status was decided by a person


def audit_rows(database: Database) -> Iterator[AuditRow]:
    """Yield the rows of all pages but second scans, and the pages on which no row was found.

    Second rows of a person are left out: on its sheet such a row looks as if it counted.  Raises BadStore.
    """
    with database.snapshot():
        rows = database.rows(
            "SELECT s.page_id, row_index, number, s.status, s.region, s.decided FROM row_states s"
            " JOIN rows r ON r.id = s.row_id WHERE s.counted = 1 ORDER BY s.page_id, row_index"
        )
        pages = database.rows(
            "SELECT id FROM pages WHERE number > 0 AND id NOT IN (SELECT page_id FROM rows)"
            " AND id NOT IN (SELECT page_id FROM page_states WHERE counted = 0) ORDER BY id"
        )
    for row in rows:
        decided = Field.STATUS.value in row["decided"].split(SEPARATOR)
        yield AuditRow(
            *(row["page_id"], row["row_index"], row["number"]), Status(row["status"]), row["region"], decided
        )
    for page in pages:
        yield AuditRow(page["id"], -1, 0, None, "", False)

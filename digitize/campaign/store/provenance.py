"""Tell how the stored results came about: program versions, and when scans were added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digitize.campaign.store.database import Database


@dataclass(frozen=True, slots=True)
class Provenance:
    """`versions` are the versions of digitize that read pages, with the number of pages.

    `first` and `last` are the times (UTC) at which the first and the last scan were added, None if there is
    no scan.
    """

    versions: Mapping[str, int]
    first: datetime | None
    last: datetime | None


def provenance(database: Database) -> Provenance:
    """Return how the results of a campaign came about.  Raises BadStore."""
    pages = database.rows("SELECT version, count(*) AS pages FROM pages GROUP BY version ORDER BY version")
    (times,) = database.rows("SELECT min(registered) AS first, max(registered) AS last FROM inputs")
    first, last = (datetime.fromisoformat(time) if time else None for time in times)
    return Provenance({line["version"]: line["pages"] for line in pages}, first, last)

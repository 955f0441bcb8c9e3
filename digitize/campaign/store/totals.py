"""The current count, read from sums and indexes alone.

The functions work inside the caller's transaction, so that all sums are of one moment.
"""

import sqlite3
from collections import Counter
from datetime import date

from digitize.campaign.decisions import Content, Kind
from digitize.campaign.store.page_settlements import PETITION, UNSETTLED
from digitize.campaign.store.review_items import Totals
from digitize.campaign.store.review_queue import PAIRS
from digitize.records import Status


def totals(connection: sqlite3.Connection) -> Totals:
    """Return the current count."""
    regions: Counter[str] = Counter()
    statuses: Counter[Status] = Counter()
    late = 0
    for line in connection.execute("SELECT region, status, late, rows FROM tally_counts WHERE rows > 0"):
        status = Status(line["status"])
        statuses[status] += line["rows"]
        if status is Status.SIGNED:
            regions[line["region"]] += line["rows"]
            late += line["rows"] * line["late"]
    return Totals(
        regions=regions,
        counted=statuses[Status.SIGNED],
        late=late,
        doubtful=statuses[Status.DOUBTFUL],
        statuses=statuses,
        open=_open(connection),
        seconds=_count(
            connection,
            "SELECT count(*) FROM row_states WHERE second_question IS NOT NULL AND counted = 1",
        ),
        decided=_count(connection, "SELECT count(*) FROM row_states WHERE decided != ''"),
        days=_days(connection),
        pages=_kinds(connection),
        petitions=_petitions(connection),
        unsettled=_count(connection, f"SELECT count(*) FROM {UNSETTLED}"),
        **_settled(connection),
    )


def _kinds(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the pages by kind, without those in the trash."""
    query = "SELECT kind, count(*) AS pages FROM pages GROUP BY kind"
    found = Counter({line["kind"]: line["pages"] for line in connection.execute(query)})
    for line in connection.execute(
        "SELECT kind FROM page_settlements s JOIN pages p ON p.id = s.page_id WHERE trashed = 1"
    ):
        found[line["kind"]] -= 1
    return +found


def _settled(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of pages to be scanned again, typed in, and in the trash."""
    found = connection.execute(
        "SELECT total(content = ? AND NOT trashed) AS again, total(content = ? AND NOT trashed) AS typed,"
        " total(trashed) AS trashed FROM page_settlements",
        (Content.AGAIN.value, Content.TYPED.value),
    ).fetchone()
    return {name: int(found[name]) for name in ("again", "typed", "trashed")}


def _open(connection: sqlite3.Connection) -> dict[Kind, int]:
    """Return the number of open questions of each kind."""
    query = (
        "SELECT question, count(*) AS rows FROM row_states"
        " WHERE question IS NOT NULL AND counted = 1 GROUP BY question"
    )
    rows = {line["question"]: line["rows"] for line in connection.execute(query)}
    pairs = {kind: _count(connection, f"SELECT count(*) FROM ({query})") for kind, query in PAIRS.items()}
    return {kind: rows.get(kind.value, 0) for kind in Kind} | pairs


def _days(connection: sqlite3.Connection) -> list[tuple[date, int]]:
    """Return counted rows per day of receipt; they are summed by file first, which needs fewer look-ups."""
    found = connection.execute(
        "SELECT received, sum(rows) AS rows FROM"
        " (SELECT input_id, sum(signed) AS rows FROM page_counts c JOIN pages p ON p.id = c.page_id"
        " WHERE signed > 0 GROUP BY input_id) s JOIN inputs i ON i.id = s.input_id"
        " GROUP BY received ORDER BY received"
    )
    return [(date.fromisoformat(line["received"]), line["rows"]) for line in found]


def _petitions(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the counted rows of each petition with filled rows, the largest first; "" is not known."""
    found = connection.execute(
        f"SELECT {PETITION} AS petition, sum(signed) AS rows FROM page_counts s"
        " LEFT JOIN page_states ps ON ps.page_id = s.page_id"
        " LEFT JOIN page_settlements ON page_settlements.page_id = s.page_id"
        " WHERE filled > 0 GROUP BY 1 ORDER BY 1 = '', 2 DESC, 1"
    )
    return {line["petition"]: int(line["rows"]) for line in found}


def _count(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])

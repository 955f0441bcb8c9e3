"""Where pages belong, and which are scans of one paper: as computed, and as people decided.

Every function works inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Container, Mapping
from dataclasses import dataclass

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import DIFFERENT, SAME, Field
from digitize.campaign.store import duplicate_signers, row_state
from digitize.campaign.store.snapshot import Moment
from digitize.records import PageId

LIKELY = "likely"

_STATE = "coalesce(decided, found)"
_IDS = "SELECT pages.id, path, number FROM pages JOIN inputs ON inputs.id = input_id"


@dataclass(frozen=True, slots=True)
class _Place:
    """What the verdicts of a page take from its standing."""

    counted: int = 1
    late: int = 0
    differing: str = "[]"


def ids(connection: sqlite3.Connection) -> dict[PageId, int]:
    """The pages' numbers in the campaign, by the names that they have now."""
    return {PageId(page["path"], page["number"]): int(page["id"]) for page in connection.execute(_IDS)}


def keep(connection: sqlite3.Connection, standings: Mapping[PageId, PageState], moment: Moment) -> None:
    """Write where the pages belong, and bring the verdicts in step.

    The pages have the names of that moment: files may have been moved since, and
    pages may be gone.  What people decided on pairs of them since still holds.
    Pages of files that are counted under another name count no more.
    """
    there = {int(page["id"]) for page in connection.execute("SELECT id FROM pages")}
    known = {page: page_id for page, page_id in moment.ids.items() if page_id in there}
    elsewhere = {file.path for file in moment.files if file.same_as}
    before = _all_places(connection)
    connection.execute("DELETE FROM standings")
    for page, page_id in known.items():
        if page.file in elsewhere:
            _insert(connection, page_id, PageState(), None, counted=False)
        elif page in standings:
            standing = standings[page]
            first = known.get(standing.duplicate_of) if standing.duplicate_of else None
            _insert(connection, page_id, standing, first, counted=first is None)
    _keep_pairs(connection, standings, known)
    _decide_anew(connection, moment.decision, there)
    _take_over(connection, before, _all_places(connection))


def stored(connection: sqlite3.Connection) -> dict[PageId, PageState]:
    """The standings as they were kept, as far as the count rests on them."""
    pages = {page_id: page for page, page_id in ids(connection).items()}
    return {
        pages[line["page_id"]]: PageState(
            sheet=line["sheet"],
            duplicate_of=pages.get(line["duplicate_of"]),
            differing=frozenset(json.loads(line["differing"])),
            late=bool(line["late"]),
        )
        for line in connection.execute("SELECT * FROM standings")
    }


def decided(connection: sqlite3.Connection) -> dict[frozenset[PageId], bool]:
    """Pairs of pages on which people decided, and whether they are the same paper."""
    pages = {page_id: page for page, page_id in ids(connection).items()}
    query = (
        "SELECT page_id, other_page_id, decided FROM page_pairs"
        f" WHERE decided IN ('{SAME}', '{DIFFERENT}') AND page_id != other_page_id"
    )
    return {
        frozenset({pages[pair["page_id"]], pages[pair["other_page_id"]]}): pair["decided"] == SAME
        for pair in connection.execute(query)
        if pair["page_id"] in pages and pair["other_page_id"] in pages
    }


def state_of(connection: sqlite3.Connection, page_id: int, other_id: int) -> str:
    """What is taken for settled of a pair: "same", "different", or nothing."""
    found = connection.execute(
        f"SELECT {_STATE} AS state FROM page_pairs WHERE page_id = ? AND other_page_id = ?",
        (min(page_id, other_id), max(page_id, other_id)),
    ).fetchone()
    return "" if found is None or found["state"] == LIKELY else str(found["state"])


def decide(connection: sqlite3.Connection, page_id: int, other_id: int, value: str | None) -> None:
    """Note what a person decided on a pair (None: nothing any more) and find anew what counts.

    Which scan counts is settled for good when the books are kept again.
    """
    connection.execute(
        "INSERT INTO page_pairs (page_id, other_page_id, found, decided) VALUES (?, ?, '', ?)"
        " ON CONFLICT (page_id, other_page_id)"
        " DO UPDATE SET decided = excluded.decided, reserved_by = NULL, reserved_until = NULL",
        (min(page_id, other_id), max(page_id, other_id), value),
    )
    groups = [_group(connection, page) for page in (page_id, other_id)]
    before = _places(connection, *groups)
    for group in groups:
        _count_one(connection, group)
    _take_over(connection, before, _places(connection, *groups))


def mend(connection: sqlite3.Connection) -> None:
    """After pages were deleted: what was another scan or signature of something there counts again."""
    gone = connection.execute(
        "SELECT page_id FROM standings WHERE duplicate_of IS NOT NULL"
        " AND duplicate_of NOT IN (SELECT id FROM pages)"
    ).fetchall()
    groups = [_group(connection, line["page_id"]) for line in gone]
    before = _places(connection, *groups)
    for group in groups:
        _count_one(connection, group)
    _take_over(connection, before, _places(connection, *groups))


def _insert(
    connection: sqlite3.Connection, page_id: int, standing: PageState, first: int | None, *, counted: bool
) -> None:
    connection.execute(
        "INSERT INTO standings (page_id, sheet, duplicate_of, late, counted, differing)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(page_id, standing.sheet, first, int(standing.late), int(counted)),
            json.dumps(sorted(standing.differing)),
        ),
    )


def _keep_pairs(
    connection: sqlite3.Connection, standings: Mapping[PageId, PageState], known: Mapping[PageId, int]
) -> None:
    """The pairs that were found, in place of those found before; what people decided stays."""
    connection.execute("DELETE FROM page_pairs WHERE decided IS NULL")
    query = f"SELECT page_id, other_page_id FROM page_pairs WHERE decided = '{SAME}'"
    united = {page_id for pair in connection.execute(query) for page_id in pair}
    found: dict[tuple[int, int], str] = {}
    for page, standing in standings.items():
        near = [(other, LIKELY) for other in standing.likely]
        near += [(standing.duplicate_of, SAME)] if standing.duplicate_of else []
        for other, state in near:
            if page in known and other in known:
                found[min(known[page], known[other]), max(known[page], known[other])] = state
    connection.executemany(
        "INSERT INTO page_pairs (page_id, other_page_id, found) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        # What follows from what a person united was not found.
        [(*pair, state) for pair, state in found.items() if state != SAME or not united.intersection(pair)],
    )


def _decide_anew(connection: sqlite3.Connection, since: int, there: Container[int]) -> None:
    """What counts by the decisions on pairs of pages that were made since."""
    made = connection.execute(
        "SELECT page_id, other_page_id FROM decisions WHERE id > ? AND field = ?", (since, Field.PAGE.value)
    ).fetchall()
    for page_id in {page_id for pair in made for page_id in pair}:
        if page_id in there:
            _count_one(connection, _group(connection, page_id))


def _group(connection: sqlite3.Connection, page_id: int) -> set[int]:
    """All scans of the paper of this page."""
    group, waiting = {page_id}, [page_id]
    while waiting:
        near = connection.execute(
            f"SELECT other_page_id FROM page_pairs WHERE page_id = ?1 AND {_STATE} = '{SAME}'"
            f" UNION SELECT page_id FROM page_pairs WHERE other_page_id = ?1 AND {_STATE} = '{SAME}'",
            (waiting.pop(),),
        )
        new = {line[0] for line in near} - group
        group |= new
        waiting += new
    return group


def _count_one(connection: sqlite3.Connection, group: set[int]) -> None:
    """Of all scans of one paper, the one with the most rows and signatures counts."""
    marks = ", ".join("?" * len(group))
    best = connection.execute(
        "SELECT p.id FROM pages p LEFT JOIN verdicts v ON v.page_id = p.id"
        f" WHERE p.id IN ({marks}) GROUP BY p.id"
        " ORDER BY count(v.row_id) DESC, total(v.status = 'signed') DESC, p.input_id, p.number LIMIT 1",
        list(group),
    ).fetchone()
    if best is None:
        return
    for page in group:
        again = None if page == best["id"] else best["id"]
        connection.execute(
            "INSERT INTO standings (page_id, duplicate_of, late, counted, differing)"
            " VALUES (?, ?, 0, ?, '[]') ON CONFLICT (page_id)"
            " DO UPDATE SET duplicate_of = excluded.duplicate_of, counted = excluded.counted",
            (page, again, int(again is None)),
        )


def _all_places(connection: sqlite3.Connection) -> dict[int, _Place]:
    return {
        line["page_id"]: _Place(line["counted"], line["late"], line["differing"])
        for line in connection.execute("SELECT page_id, counted, late, differing FROM standings")
    }


def _places(connection: sqlite3.Connection, *groups: set[int]) -> dict[int, _Place]:
    query = "SELECT counted, late, differing FROM standings WHERE page_id = ?"
    found = {page: connection.execute(query, (page,)).fetchone() for group in groups for page in group}
    return {page: _Place(*line) for page, line in found.items() if line is not None}


def _take_over(
    connection: sqlite3.Connection, before: Mapping[int, _Place], after: Mapping[int, _Place]
) -> None:
    """Bring the verdicts of the pages whose standing changed in step, then look at persons."""
    for page_id in before.keys() | after.keys():
        old, new = before.get(page_id, _Place()), after.get(page_id, _Place())
        if old.differing != new.differing:
            row_state.write_page(connection, page_id)
        elif old != new:
            connection.execute(
                "UPDATE verdicts SET counted = ?, late = ? WHERE page_id = ?",
                (new.counted, new.late, page_id),
            )
    duplicate_signers.regroup_all(connection)

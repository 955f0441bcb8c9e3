"""Where pages belong, and which are scans of one paper: as computed, and as people decided."""

import sqlite3
from collections.abc import Iterable, Mapping

from digitize.decisions import SAME
from digitize.records import PageId, ScanFile
from digitize.sheets import Standing
from digitize.store import people

LIKELY = "likely"

_STATE = "coalesce(decided, found)"


def keep(
    connection: sqlite3.Connection, standings: Mapping[PageId, Standing], files: Iterable[ScanFile]
) -> None:
    """Write the standings, which come in the order of the inputs, and bring the verdicts in step.

    Pages of files that are counted under another name count no more.
    """
    ids = {
        PageId(page["path"], page["number"]): page["id"]
        for page in connection.execute(
            "SELECT pages.id, path, number FROM pages JOIN inputs ON inputs.id = input_id"
        )
    }
    elsewhere = {file.path for file in files if file.same_as}
    values: list[tuple[int | None, ...]] = []
    for page, page_id in ids.items():
        standing = standings.get(page)
        if page.file in elsewhere:
            values.append((page_id, None, None, 0, 0))
        elif standing is not None:
            again = ids.get(standing.duplicate_of) if standing.duplicate_of else None
            values.append((page_id, standing.sheet, again, int(standing.late), int(again is None)))
    connection.execute("DELETE FROM standings")
    connection.executemany(
        "INSERT INTO standings (page_id, sheet, duplicate_of, late, counted) VALUES (?, ?, ?, ?, ?)", values
    )
    _keep_pairs(connection, standings, ids)
    _take_over(connection, ids.values())


def _keep_pairs(
    connection: sqlite3.Connection, standings: Mapping[PageId, Standing], ids: Mapping[PageId, int]
) -> None:
    """The pairs that were found, in place of those found before; what people decided stays."""
    order = {page: place for place, page in enumerate(standings)}
    found: list[tuple[int, int, str]] = []
    for page, standing in standings.items():
        first = standing.duplicate_of
        same = [(first, SAME)] if first is not None else []
        likely = [(other, LIKELY) for other in standing.likely if order.get(other, -1) < order[page]]
        found += [(ids[a], ids[page], how) for a, how in (*same, *likely) if a in ids and page in ids]
    connection.execute("DELETE FROM page_pairs WHERE decided IS NULL")
    united = {
        pair["other_page_id"]
        for pair in connection.execute(f"SELECT other_page_id FROM page_pairs WHERE decided = '{SAME}'")
    }
    connection.executemany(
        "INSERT INTO page_pairs (page_id, other_page_id, found) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        # What a person united was not found.
        [pair for pair in found if not (pair[2] == SAME and pair[1] in united)],
    )


def decided(connection: sqlite3.Connection) -> dict[frozenset[PageId], bool]:
    """Pairs of pages on which people decided, and whether they are the same paper."""
    query = (
        "SELECT ai.path AS a, ap.number AS an, bi.path AS b, bp.number AS bn, decided FROM page_pairs pp"
        " JOIN pages ap ON ap.id = pp.page_id JOIN inputs ai ON ai.id = ap.input_id"
        " JOIN pages bp ON bp.id = pp.other_page_id JOIN inputs bi ON bi.id = bp.input_id"
        " WHERE decided IS NOT NULL"
    )
    return {
        frozenset({PageId(pair["a"], pair["an"]), PageId(pair["b"], pair["bn"])}): pair["decided"] == SAME
        for pair in connection.execute(query)
    }


def in_order(connection: sqlite3.Connection, page_id: int, other_id: int) -> tuple[int, int] | None:
    """The two pages in the order of the inputs; None where one of them is gone."""
    found = connection.execute(
        "SELECT id FROM pages WHERE id IN (?, ?) ORDER BY input_id, number", (page_id, other_id)
    ).fetchall()
    return (found[0]["id"], found[1]["id"]) if len(found) == 2 else None


def state_of(connection: sqlite3.Connection, first: int, other: int) -> str:
    """What is known of a pair: "same", "different", "likely", or nothing."""
    found = connection.execute(
        f"SELECT {_STATE} AS state FROM page_pairs WHERE page_id = ? AND other_page_id = ?", (first, other)
    ).fetchone()
    return "" if found is None else str(found["state"])


def decide(connection: sqlite3.Connection, first: int, other: int, value: str | None) -> None:
    """Note what a person decided on a pair (None: nothing any more) and find anew what counts."""
    connection.execute(
        "INSERT INTO page_pairs (page_id, other_page_id, found, decided) VALUES (?, ?, '', ?)"
        " ON CONFLICT (page_id, other_page_id)"
        " DO UPDATE SET decided = excluded.decided, reserved_by = NULL, reserved_until = NULL",
        (first, other, value),
    )
    same = connection.execute("SELECT page_id FROM standings WHERE duplicate_of = ?", (other,)).fetchall()
    pages = [other, *(line["page_id"] for line in same)]
    for page_id in pages:
        _unite(connection, page_id)
    _take_over(connection, pages)


def mend(connection: sqlite3.Connection) -> None:
    """After pages were deleted: what was the second scan or signature of something there counts again."""
    gone = connection.execute(
        "SELECT page_id FROM standings WHERE duplicate_of IS NOT NULL"
        " AND duplicate_of NOT IN (SELECT id FROM pages)"
    ).fetchall()
    for line in gone:
        _unite(connection, line["page_id"])
    _take_over(connection, [line["page_id"] for line in gone])


def _unite(connection: sqlite3.Connection, page_id: int) -> None:
    """Find the page that counts in place of this one."""
    root, seen = page_id, {page_id}
    while True:
        found = connection.execute(
            "SELECT pp.page_id FROM page_pairs pp JOIN pages p ON p.id = pp.page_id"
            f" WHERE other_page_id = ? AND {_STATE} = '{SAME}' ORDER BY p.input_id, p.number LIMIT 1",
            (root,),
        ).fetchone()
        if found is None or found["page_id"] in seen:
            break
        root = found["page_id"]
        seen.add(root)
    again = None if root == page_id else root
    connection.execute(
        "INSERT INTO standings (page_id, duplicate_of, late, counted) VALUES (?, ?, 0, ?)"
        " ON CONFLICT (page_id)"
        " DO UPDATE SET duplicate_of = excluded.duplicate_of, counted = excluded.counted",
        (page_id, again, int(again is None)),
    )


def _take_over(connection: sqlite3.Connection, page_ids: Iterable[int]) -> None:
    """Take the standings of these pages over into their verdicts, then look at persons."""
    for page_id in page_ids:
        query = "SELECT counted, late FROM standings WHERE page_id = ?"
        standing = connection.execute(query, (page_id,)).fetchone()
        counted, late = (standing["counted"], standing["late"]) if standing else (1, 0)
        connection.execute(
            "UPDATE verdicts SET counted = ?1, late = ?2"
            " WHERE page_id = ?3 AND (counted != ?1 OR late != ?2)",
            (counted, late, page_id),
        )
    people.regroup_all(connection)

"""Store the state of every page, and which pages are scans of one paper: as found, and as decided.

The functions work inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import DIFFERENT, SAME, Field
from digitize.campaign.store import duplicate_signers, page_deadlines, row_state
from digitize.campaign.store.due_work import Snapshot
from digitize.records import PageId

LIKELY = "likely"  # in the column `found`: a person should decide

_EFFECTIVE = "coalesce(decided, found)"
_IDS = "SELECT pages.id, path, number FROM pages JOIN inputs ON inputs.id = input_id"


@dataclass(frozen=True, slots=True)
class _RowEffects:
    """What the rows of a page take from its state."""

    counted: int = 1
    late: int = 0
    differing: str = "[]"
    deadline: str | None = None


_EFFECT_COLUMNS = "counted, late, differing, deadline"


def page_ids(connection: sqlite3.Connection) -> dict[PageId, int]:
    """Return the ids of the pages."""
    return {PageId(page["path"], page["number"]): int(page["id"]) for page in connection.execute(_IDS)}


def save(connection: sqlite3.Connection, states: Mapping[PageId, PageState], snapshot: Snapshot) -> None:
    """Replace the page states by those computed from a snapshot, and update the row states.

    Files may have been moved since the snapshot, and pages deleted.  What people have decided on
    pairs of pages since then stays in effect.  Pages of files that are counted under another name
    do not count.
    """
    existing = {int(page["id"]) for page in connection.execute("SELECT id FROM pages")}
    known = {page: page_id for page, page_id in snapshot.page_ids.items() if page_id in existing}
    duplicate_files = {file.path for file in snapshot.files if file.same_as}
    before = _all_effects(connection)
    connection.execute("DELETE FROM page_states")
    for page, page_id in known.items():
        if page.file in duplicate_files:
            _insert(connection, page_id, PageState(), None, counted=False)
        elif page in states:
            state = states[page]
            first = known.get(state.duplicate_of) if state.duplicate_of else None
            _insert(connection, page_id, state, first, counted=first is None)
    _save_pairs(connection, states, known)
    _apply_newer_decisions(connection, snapshot.last_decision, existing)
    _update_rows(connection, before, _all_effects(connection))


def stored(connection: sqlite3.Connection) -> dict[PageId, PageState]:
    """Return the stored page states, as far as the count depends on them."""
    pages = {page_id: page for page, page_id in page_ids(connection).items()}
    return {
        pages[line["page_id"]]: PageState(
            sheet=line["sheet"],
            duplicate_of=pages.get(line["duplicate_of"]),
            differing=frozenset(json.loads(line["differing"])),
            late=bool(line["late"]),
            deadline=date.fromisoformat(line["deadline"]) if line["deadline"] else None,
            deadline_from=line["deadline_from"],
            petition=line["petition"],
        )
        for line in connection.execute("SELECT * FROM page_states")
    }


def decided_pairs(connection: sqlite3.Connection) -> dict[frozenset[PageId], bool]:
    """Return the pairs of pages that people decided on, and whether they are the same paper."""
    pages = {page_id: page for page, page_id in page_ids(connection).items()}
    query = (
        "SELECT page_id, other_page_id, decided FROM page_pairs"
        f" WHERE decided IN ('{SAME}', '{DIFFERENT}') AND page_id != other_page_id"
    )
    return {
        frozenset({pages[pair["page_id"]], pages[pair["other_page_id"]]}): pair["decided"] == SAME
        for pair in connection.execute(query)
        if pair["page_id"] in pages and pair["other_page_id"] in pages
    }


def pair_value(connection: sqlite3.Connection, page_id: int, other_id: int) -> str:
    """Return "same" or "different" if that was found or decided for a pair of pages, otherwise ""."""
    found = connection.execute(
        f"SELECT {_EFFECTIVE} AS value FROM page_pairs WHERE page_id = ? AND other_page_id = ?",
        (min(page_id, other_id), max(page_id, other_id)),
    ).fetchone()
    return "" if found is None or found["value"] == LIKELY else str(found["value"])


def decide_pair(connection: sqlite3.Connection, page_id: int, other_id: int, value: str | None) -> None:
    """Store what a person decided on a pair (None: nothing any more) and update what counts.

    Which of several scans counts is only final when the page states are computed again.
    """
    connection.execute(
        "INSERT INTO page_pairs (page_id, other_page_id, found, decided) VALUES (?, ?, '', ?)"
        " ON CONFLICT (page_id, other_page_id)"
        " DO UPDATE SET decided = excluded.decided, reserved_by = NULL, reserved_until = NULL",
        (min(page_id, other_id), max(page_id, other_id), value),
    )
    _recount(connection, [_group(connection, page) for page in (page_id, other_id)])


def recount_orphans(connection: sqlite3.Connection) -> None:
    """After pages were deleted: count the scans and signatures that were duplicates of theirs."""
    orphans = connection.execute(
        "SELECT page_id FROM page_states WHERE duplicate_of IS NOT NULL"
        " AND duplicate_of NOT IN (SELECT id FROM pages)"
    ).fetchall()
    _recount(connection, [_group(connection, line["page_id"]) for line in orphans])


def recount(connection: sqlite3.Connection, page_id: int) -> None:
    """After rows of a page came or went: choose again which scan of its paper counts."""
    group = _group(connection, page_id)
    if len(group) > 1:
        _recount(connection, [group])


def _recount(connection: sqlite3.Connection, groups: list[set[int]]) -> None:
    """Choose the scan that counts in each group of pages, and update the row states."""
    before = _effects(connection, groups)
    for group in groups:
        _count_one(connection, group)
    _update_rows(connection, before, _effects(connection, groups))


def _insert(
    connection: sqlite3.Connection, page_id: int, state: PageState, first: int | None, *, counted: bool
) -> None:
    connection.execute(
        "INSERT INTO page_states"
        " (page_id, sheet, duplicate_of, late, counted, differing, deadline, deadline_from, petition)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(page_id, state.sheet, first, int(state.late), int(counted)),
            json.dumps(sorted(state.differing)),
            state.deadline.isoformat() if state.deadline else None,
            state.deadline_from,
            state.petition,
        ),
    )


def _save_pairs(
    connection: sqlite3.Connection, states: Mapping[PageId, PageState], known: Mapping[PageId, int]
) -> None:
    """Replace the pairs found before by those of these states; decided pairs stay."""
    connection.execute("DELETE FROM page_pairs WHERE decided IS NULL")
    query = f"SELECT page_id, other_page_id FROM page_pairs WHERE decided = '{SAME}'"
    united = {page_id for pair in connection.execute(query) for page_id in pair}
    found: dict[tuple[int, int], str] = {}
    for page, state in states.items():
        others = [(other, LIKELY) for other in state.possible_duplicates]
        others += [(state.duplicate_of, SAME)] if state.duplicate_of else []
        for other, value in others:
            if page in known and other in known:
                found[min(known[page], known[other]), max(known[page], known[other])] = value
    connection.executemany(
        "INSERT INTO page_pairs (page_id, other_page_id, found) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        # A duplicate of a page that a person united with another may follow from that decision alone.
        [(*pair, value) for pair, value in found.items() if value != SAME or not united.intersection(pair)],
    )


def _apply_newer_decisions(connection: sqlite3.Connection, since: int, existing: Container[int]) -> None:
    """Choose the scan that counts for pairs of pages decided after the decision `since`."""
    newer = connection.execute(
        "SELECT page_id, other_page_id FROM decisions WHERE id > ? AND field = ?", (since, Field.PAGE.value)
    ).fetchall()
    for page_id in {page_id for pair in newer for page_id in pair}:
        if page_id in existing:
            _count_one(connection, _group(connection, page_id))


def _group(connection: sqlite3.Connection, page_id: int) -> set[int]:
    """Return all scans of the paper of this page."""
    group, waiting = {page_id}, [page_id]
    while waiting:
        same = connection.execute(
            f"SELECT other_page_id FROM page_pairs WHERE page_id = ?1 AND {_EFFECTIVE} = '{SAME}'"
            f" UNION SELECT page_id FROM page_pairs WHERE other_page_id = ?1 AND {_EFFECTIVE} = '{SAME}'",
            (waiting.pop(),),
        )
        new = {line[0] for line in same} - group
        group |= new
        waiting += new
    return group


def _count_one(connection: sqlite3.Connection, group: set[int]) -> None:
    """Count the scan with the most rows and signatures of all scans of one paper."""
    marks = ", ".join("?" * len(group))
    best = connection.execute(
        "SELECT p.id FROM pages p LEFT JOIN row_states s ON s.page_id = p.id"
        f" WHERE p.id IN ({marks}) GROUP BY p.id"
        " ORDER BY count(s.row_id) DESC, total(s.status = 'signed') DESC, p.input_id, p.number LIMIT 1",
        list(group),
    ).fetchone()
    if best is None:
        return
    for page in group:
        first = None if page == best["id"] else best["id"]
        connection.execute(
            "INSERT INTO page_states (page_id, duplicate_of, late, counted, differing)"
            " VALUES (?, ?, 0, ?, '[]') ON CONFLICT (page_id)"
            " DO UPDATE SET duplicate_of = excluded.duplicate_of, counted = excluded.counted",
            (page, first, int(first is None)),
        )


def _all_effects(connection: sqlite3.Connection) -> dict[int, _RowEffects]:
    query = f"SELECT page_id, {_EFFECT_COLUMNS} FROM page_states"
    return {page_id: _RowEffects(*values) for page_id, *values in connection.execute(query)}


def _effects(connection: sqlite3.Connection, groups: list[set[int]]) -> dict[int, _RowEffects]:
    query = f"SELECT {_EFFECT_COLUMNS} FROM page_states WHERE page_id = ?"
    found = {page: connection.execute(query, (page,)).fetchone() for group in groups for page in group}
    return {page: _RowEffects(*line) for page, line in found.items() if line is not None}


def _update_rows(
    connection: sqlite3.Connection, before: Mapping[int, _RowEffects], after: Mapping[int, _RowEffects]
) -> None:
    """Update the row states of pages whose state changed, then the duplicate signers."""
    changes = [
        (page_id, before.get(page_id, _RowEffects()), after.get(page_id, _RowEffects()))
        for page_id in before.keys() | after.keys()
    ]
    if any(old.deadline != new.deadline for _, old, new in changes):
        depending = page_deadlines.pages_with_changed_cantons(connection)
    else:
        depending = set()
    for page_id, old, new in changes:
        if old.differing != new.differing or (old.deadline != new.deadline and page_id in depending):
            row_state.write_page(connection, page_id)
        elif old != new:
            connection.execute(
                "UPDATE row_states SET counted = ?, late = ? WHERE page_id = ?",
                (new.counted, new.late, page_id),
            )
    duplicate_signers.regroup_all(connection)

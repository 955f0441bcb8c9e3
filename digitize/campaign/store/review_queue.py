"""Choose the next questions for a person, reserve them, and collect what is shown with them.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from digitize.campaign.decisions import Kind
from digitize.campaign.store import row_state, second_look_sample, serialise
from digitize.campaign.store.page_results import PICTURES
from digitize.campaign.store.review_items import OpenPage, OpenPair, OpenRow
from digitize.campaign.store.scan_labels import label_of
from digitize.records import RowFlag, RowKey, Status

RESERVED_S = 300.0  # a person who takes a break does not keep others waiting for long
# One that ends later than any made now was made before the clock was set back.
_VOID = f"reserved_until NOT BETWEEN :now AND :now + {RESERVED_S}"
SECOND_LOOK_INTERVAL = 4  # one question in so many is a second look at most, while there are others

# Those who disagree about a row are not asked again: `second_not_by` names both.
_MAY_ANSWER = (
    "(:coordinates OR s.second_question IS NOT NULL OR s.second_not_by IS NULL"
    f" OR NOT instr('{serialise.SEPARATOR}' || s.second_not_by || '{serialise.SEPARATOR}',"
    f" '{serialise.SEPARATOR}' || :who || '{serialise.SEPARATOR}'))"
)
_OPEN = (
    "SELECT s.row_id FROM row_states s LEFT JOIN reservations r ON r.row_id = s.row_id"
    " WHERE s.question = :kind AND s.counted = 1 AND s.question IS NOT NULL"
    f" AND {_MAY_ANSWER} AND (r.reserved_by IS NULL OR r.reserved_by = :who)"
    " ORDER BY s.closeness, s.row_id LIMIT :most"
)
_SECOND = (
    "SELECT s.row_id FROM row_states s LEFT JOIN reservations r ON r.row_id = s.row_id"
    " WHERE s.second_question = :kind AND s.counted = 1 AND s.second_question IS NOT NULL"
    " AND s.second_not_by != :who"
    " AND (r.reserved_by IS NULL OR r.reserved_by = :who) ORDER BY s.row_id LIMIT :most"
)
_MAY_COUNT = f"('{Status.SIGNED.value}', '{Status.DOUBTFUL.value}')"
_SIGNER_PAIRS = (
    "SELECT pp.id, pp.likelihood, a.id AS first, b.id AS other FROM signer_pairs pp"
    " JOIN rows a ON (a.page_id, a.row_index, a.number) = (pp.page_id, pp.row_index, pp.number)"
    " JOIN rows b ON (b.page_id, b.row_index, b.number) = (other_page_id, other_row_index, other_number)"
    " JOIN row_states sa ON sa.row_id = a.id JOIN row_states sb ON sb.row_id = b.id"
    " WHERE pp.decided IS NULL AND sa.counted = 1 AND sb.counted = 1"
    f" AND sa.status IN {_MAY_COUNT} AND sb.status IN {_MAY_COUNT}"
)
_PAGE_PAIRS = (
    "SELECT pp.id, 0.5 AS likelihood, pp.page_id AS first, other_page_id AS other FROM page_pairs pp"
    " LEFT JOIN page_states a ON a.page_id = pp.page_id LEFT JOIN page_states b ON b.page_id = other_page_id"
    " WHERE pp.decided IS NULL AND found = 'likely'"
    " AND coalesce(a.counted, 1) = 1 AND coalesce(b.counted, 1) = 1"
)
PAIRS = {Kind.PERSON: _SIGNER_PAIRS, Kind.PAGE: _PAGE_PAIRS}
"""Queries of the pairs that nobody has decided."""

_ORDERS = {Kind.PERSON: "pp.likelihood DESC, pp.id", Kind.PAGE: "pp.id"}
_TABLES = {Kind.PERSON: "signer_pairs", Kind.PAGE: "page_pairs"}
_PAIR_KEY = "page_id, row_index, number, other_page_id, other_row_index, other_number"


def next_rows(
    connection: sqlite3.Connection,
    folder: Path,
    kind: Kind,
    who: str,
    most: int,
    now_s: float,
    coordinates: bool = False,
) -> list[OpenRow]:
    """Return rows with this question and reserve them for `who`; second looks are mixed in.

    Rows about which `who` and another person disagree are left out, unless `who` coordinates.
    """
    connection.execute(f"DELETE FROM reservations WHERE {_VOID}", {"now": now_s})
    values = {"kind": kind.value, "who": who, "most": most, "coordinates": coordinates}
    rows = [line["row_id"] for line in connection.execute(_OPEN, values)]
    seconds = [line["row_id"] for line in connection.execute(_SECOND, values)]
    max_seconds = max(most - len(rows), most // SECOND_LOOK_INTERVAL)
    chosen = _mix(rows, seconds[:max_seconds], most)
    connection.executemany(
        "INSERT OR REPLACE INTO reservations (row_id, reserved_by, reserved_until) VALUES (?, ?, ?)",
        [(row_id, who, now_s + RESERVED_S) for row_id, _ in chosen],
    )
    items = ItemReader(connection, folder)
    return [items.row(row_state.at(connection, row_id), kind, second) for row_id, second in chosen]


def _mix(rows: list[int], seconds: list[int], most: int) -> list[tuple[int, bool]]:
    """Return the rows with whether each is a second look.

    Second looks are spread evenly, so that their position does not give them away.
    """
    rows = rows[: most - len(seconds)]
    step = (len(rows) + len(seconds)) / (len(seconds) or 1)
    places = {int(step * (at + 0.5)): row_id for at, row_id in enumerate(seconds)}
    firsts = iter(rows)
    count = len(rows) + len(seconds)
    return [(places[at], True) if at in places else (next(firsts), False) for at in range(count)]


def next_pairs(
    connection: sqlite3.Connection, folder: Path, kind: Kind, who: str, most: int, now_s: float
) -> list[OpenPair]:
    """Return the likeliest pairs that nobody has decided and reserve them for `who`."""
    free = f"(reserved_until IS NULL OR {_VOID} OR reserved_by = :who)"
    query = f"{PAIRS[kind]} AND {free} ORDER BY {_ORDERS[kind]} LIMIT :most"
    found = connection.execute(query, {"now": now_s, "who": who, "most": most}).fetchall()
    connection.executemany(
        f"UPDATE {_TABLES[kind]} SET reserved_by = ?, reserved_until = ? WHERE id = ?",
        [(who, now_s + RESERVED_S, pair["id"]) for pair in found],
    )
    items = ItemReader(connection, folder)
    side: Callable[[int], OpenRow | OpenPage] = items.row_with_id if kind is Kind.PERSON else items.page
    return [OpenPair(kind, side(pair["first"]), side(pair["other"]), pair["likelihood"]) for pair in found]


def release(connection: sqlite3.Connection, who: str) -> None:
    """Release everything reserved for a person."""
    connection.execute("DELETE FROM reservations WHERE reserved_by = ?", (who,))
    for table in _TABLES.values():
        connection.execute(
            f"UPDATE {table} SET reserved_by = NULL, reserved_until = NULL WHERE reserved_by = ?", (who,)
        )


class ItemReader:
    """Reads rows and pages as they are shown to a person; pages and labels are looked up once."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection, self._folder = connection, folder
        self._pages: dict[int, sqlite3.Row] = {}
        self._labels: dict[str, str] = {}

    def row(self, row: row_state.StoredRow, kind: Kind | None, second: bool = False) -> OpenRow:
        """Return a row with a question of this kind; None: with its own first question."""
        page = self._page(row.page_id)
        query = "SELECT * FROM row_states WHERE row_id = ?"
        state = self._connection.execute(query, (row.id,)).fetchone()
        question = row.decided.question
        known: dict[str, Any] = {"counted": bool(state["counted"]), "late": bool(state["late"])}
        known["asks"] = question.asks if question else frozenset()
        if second:
            share = second_look_sample.share_of(self._connection)
            known["asks"] = second_look_sample.kinds_due_on(row.decided.effective, share)
        else:  # a second look must not show the first decision
            known["decided"] = split(state["decided"])
            known["decided_by"] = split(state["decided_by"])
            known["notes"] = tuple(RowFlag(flag) for flag in split(state["flags"]))
        return OpenRow(
            key=RowKey(row.page_id, row.recognised.index, row.recognised.number),
            kind=kind or (question.kind if question else None),
            file=self._label(page["path"]),
            page=page["number"],
            row=row.recognised if second else row.decided.row,
            picture=self._picture(page),
            px_per_mm=page["px_per_mm"],
            second=second,
            **known,
        )

    def row_with_id(self, row_id: int) -> OpenRow:
        return self.row(row_state.at(self._connection, row_id), None)

    def rows_of_page(self, page_id: int) -> list[OpenRow]:
        return [self.row(row, None) for row in row_state.of_page(self._connection, page_id)]

    def page(self, page_id: int) -> OpenPage:
        page = self._page(page_id)
        return OpenPage(page_id, self._label(page["path"]), page["number"], self._picture(page))

    def _page(self, page_id: int) -> sqlite3.Row:
        if page_id not in self._pages:
            self._pages[page_id] = self._connection.execute(
                "SELECT pages.*, path FROM pages JOIN inputs ON inputs.id = input_id WHERE pages.id = ?",
                (page_id,),
            ).fetchone()
        return self._pages[page_id]

    def _label(self, path: str) -> str:
        """Return the name of the file as in the tables."""
        if path not in self._labels:
            self._labels[path] = label_of(self._connection, path)
        return self._labels[path]

    def _picture(self, page: sqlite3.Row) -> Path | None:
        return self._folder / PICTURES / page["picture"] if page["picture"] else None


def split(text: str) -> tuple[str, ...]:
    """Return the values of a column that holds several."""
    return tuple(text.split(serialise.SEPARATOR)) if text else ()


def save_signer_pairs(connection: sqlite3.Connection, pairs: Iterable[tuple[RowKey, RowKey, float]]) -> None:
    """Replace the pairs found before; decided pairs stay, and so do reservations of pairs found again."""
    found = {
        (a.page_id, a.index, a.number, b.page_id, b.index, b.number): likelihood
        for a, b, likelihood in ((min(x, y), max(x, y), z) for x, y, z in pairs)
    }
    before = connection.execute(f"SELECT {_PAIR_KEY}, id FROM signer_pairs WHERE decided IS NULL").fetchall()
    gone = [(pair_id,) for *key, pair_id in before if tuple(key) not in found]
    connection.executemany("DELETE FROM signer_pairs WHERE id = ?", gone)
    connection.executemany(
        f"INSERT INTO signer_pairs ({_PAIR_KEY}, likelihood) VALUES (?, ?, ?, ?, ?, ?, ?)"
        f" ON CONFLICT ({_PAIR_KEY}) DO UPDATE SET likelihood = excluded.likelihood",
        [(*key, likelihood) for key, likelihood in found.items()],
    )

"""Which questions come next, and for whom they are kept; rows and pairs as a person is shown them.

Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from digitize.campaign.decisions import Kind
from digitize.campaign.store import row_state
from digitize.campaign.store.page_results import PICTURES
from digitize.campaign.store.review_items import OpenPage, OpenPair, OpenRow
from digitize.campaign.store.scan_labels import label_of
from digitize.records import RowFlag, RowKey, Status

KEPT_S = 300.0  # a person who goes for coffee keeps nobody waiting much longer
SECOND_EVERY = 4  # of so many questions at most one is a second look, while there are others

_OPEN = (
    "SELECT v.row_id FROM verdicts v LEFT JOIN reservations r ON r.row_id = v.row_id"
    " WHERE v.question = :kind AND v.counted = 1 AND v.question IS NOT NULL"
    " AND (r.who IS NULL OR r.who = :who) ORDER BY v.closeness, v.row_id LIMIT :most"
)
_SECOND = (
    "SELECT v.row_id FROM verdicts v LEFT JOIN reservations r ON r.row_id = v.row_id"
    " WHERE v.second = :kind AND v.counted = 1 AND v.second IS NOT NULL AND v.second_not != :who"
    " AND (r.who IS NULL OR r.who = :who) ORDER BY v.row_id LIMIT :most"
)
_MAY_COUNT = f"('{Status.SIGNED.value}', '{Status.DOUBTFUL.value}')"
_PERSONS = (
    "SELECT pp.id, pp.likeness, a.id AS first, b.id AS other FROM person_pairs pp"
    " JOIN rows a ON (a.page_id, a.row_index, a.number) = (pp.page_id, pp.row_index, pp.number)"
    " JOIN rows b ON (b.page_id, b.row_index, b.number) = (other_page_id, other_row_index, other_number)"
    " JOIN verdicts va ON va.row_id = a.id JOIN verdicts vb ON vb.row_id = b.id"
    " WHERE pp.decided IS NULL AND va.counted = 1 AND vb.counted = 1"
    f" AND va.status IN {_MAY_COUNT} AND vb.status IN {_MAY_COUNT}"
)
_PAGES = (
    "SELECT pp.id, 0.5 AS likeness, pp.page_id AS first, other_page_id AS other FROM page_pairs pp"
    " LEFT JOIN standings a ON a.page_id = pp.page_id LEFT JOIN standings b ON b.page_id = other_page_id"
    " WHERE pp.decided IS NULL AND found = 'likely'"
    " AND coalesce(a.counted, 1) = 1 AND coalesce(b.counted, 1) = 1"
)
PAIRS = {Kind.PERSON: _PERSONS, Kind.PAGE: _PAGES}
_PAIR_KEY = "page_id, row_index, number, other_page_id, other_row_index, other_number"
_TABLES = {Kind.PERSON: "person_pairs", Kind.PAGE: "page_pairs"}


def next_rows(
    connection: sqlite3.Connection, folder: Path, kind: Kind, who: str, most: int, now_s: float
) -> list[OpenRow]:
    """Rows with this question for `who`, kept for some minutes; second looks lie among them."""
    connection.execute("DELETE FROM reservations WHERE until < ?", (now_s,))
    asked = {"kind": kind.value, "who": who, "most": most}
    rows = [line["row_id"] for line in connection.execute(_OPEN, asked)]
    seconds = [line["row_id"] for line in connection.execute(_SECOND, asked)]
    room = max(most - len(rows), most // SECOND_EVERY)
    chosen = _mixed(rows, seconds[:room], most)
    connection.executemany(
        "INSERT OR REPLACE INTO reservations (row_id, who, until) VALUES (?, ?, ?)",
        [(row_id, who, now_s + KEPT_S) for row_id, _ in chosen],
    )
    show = Showing(connection, folder)
    return [show.row(row_state.at(connection, row_id), kind, second) for row_id, second in chosen]


def _mixed(rows: list[int], seconds: list[int], most: int) -> list[tuple[int, bool]]:
    """Second looks spread evenly, so that nobody can tell them by their place."""
    rows = rows[: most - len(seconds)]
    step = (len(rows) + len(seconds)) / (len(seconds) or 1)
    places = {int(step * (at + 0.5)): row_id for at, row_id in enumerate(seconds)}
    firsts = iter(rows)
    every = range(len(rows) + len(seconds))
    return [(places[at], True) if at in places else (next(firsts), False) for at in every]


def next_pairs(
    connection: sqlite3.Connection, folder: Path, kind: Kind, who: str, most: int, now_s: float
) -> list[OpenPair]:
    """The likeliest pairs nobody has decided, kept for `who` for some minutes."""
    free = "(reserved_until IS NULL OR reserved_until < :now OR reserved_by = :who)"
    query = f"{PAIRS[kind]} AND {free} ORDER BY pp.likeness DESC, pp.id LIMIT :most"
    query = query if kind is Kind.PERSON else query.replace("pp.likeness DESC, ", "")
    found = connection.execute(query, {"now": now_s, "who": who, "most": most}).fetchall()
    connection.executemany(
        f"UPDATE {_TABLES[kind]} SET reserved_by = ?, reserved_until = ? WHERE id = ?",
        [(who, now_s + KEPT_S, pair["id"]) for pair in found],
    )
    show = Showing(connection, folder)
    shown: Callable[[int], OpenRow | OpenPage] = show.row_of if kind is Kind.PERSON else show.page
    return [OpenPair(kind, shown(pair["first"]), shown(pair["other"]), pair["likeness"]) for pair in found]


def release(connection: sqlite3.Connection, who: str) -> None:
    """Let go of everything that was kept for somebody."""
    connection.execute("DELETE FROM reservations WHERE who = ?", (who,))
    for table in _TABLES.values():
        connection.execute(
            f"UPDATE {table} SET reserved_by = NULL, reserved_until = NULL WHERE reserved_by = ?", (who,)
        )


class Showing:
    """Rows and pages as a person is shown them; the names of the files are looked up once."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection, self._folder = connection, folder
        self._pages: dict[int, sqlite3.Row] = {}
        self._labels: dict[str, str] = {}

    def row(self, row: row_state.Stored, kind: Kind | None, second: bool = False) -> OpenRow:
        page = self._page(row.page_id)
        query = "SELECT * FROM verdicts WHERE row_id = ?"
        verdict = self._connection.execute(query, (row.id,)).fetchone()
        question = row.settled.question
        known: dict[str, Any] = {"counted": bool(verdict["counted"]), "late": bool(verdict["late"])}
        if not second:  # which is to know nothing of the first
            known["decided"], known["decided_by"] = (split(verdict[name]) for name in ("decided", "who"))
            known["notes"] = tuple(RowFlag(flag) for flag in split(verdict["flags"]))
        return OpenRow(
            key=RowKey(row.page_id, row.raw.index, row.raw.number),
            kind=kind or (question.kind if question else None),
            file=self._label(page["path"]),
            page=page["number"],
            row=row.raw if second else row.settled.row,
            picture=self._picture(page),
            px_per_mm=page["px_per_mm"],
            second=second,
            **known,
        )

    def row_of(self, row_id: int) -> OpenRow:
        return self.row(row_state.at(self._connection, row_id), None)

    def rows_of(self, page_id: int) -> list[OpenRow]:
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
        """As all tables name the file."""
        if path not in self._labels:
            self._labels[path] = label_of(self._connection, path)
        return self._labels[path]

    def _picture(self, page: sqlite3.Row) -> Path | None:
        return self._folder / PICTURES / page["picture"] if page["picture"] else None


def split(text: str) -> tuple[str, ...]:
    return tuple(text.split(row_state.SEPARATOR)) if text else ()


def save_signer_pairs(connection: sqlite3.Connection, pairs: Iterable[tuple[RowKey, RowKey, float]]) -> None:
    """The pairs that were found, in place of those found before; what people decided stays.

    So does for whom a pair is kept that is found again.
    """
    found = {
        (a.page_id, a.index, a.number, b.page_id, b.index, b.number): likeness
        for a, b, likeness in ((min(x, y), max(x, y), z) for x, y, z in pairs)
    }
    before = connection.execute(f"SELECT {_PAIR_KEY}, id FROM person_pairs WHERE decided IS NULL").fetchall()
    gone = [(pair_id,) for *key, pair_id in before if tuple(key) not in found]
    connection.executemany("DELETE FROM person_pairs WHERE id = ?", gone)
    connection.executemany(
        f"INSERT INTO person_pairs ({_PAIR_KEY}, likeness) VALUES (?, ?, ?, ?, ?, ?, ?)"
        f" ON CONFLICT ({_PAIR_KEY}) DO UPDATE SET likeness = excluded.likeness",
        [(*key, likeness) for key, likeness in found.items()],
    )

"""Queries of the website use indexes, as SQLite's query plans show."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digitize.campaign.store import Campaign, open_campaign
from tests.bench.campaign import make, questions

PAGES = 60
SMALL = (
    "due",
    "settings",
    "page_states",
    "page_counts",
    "tally_counts",
    "page_settlements",
    "reservations",
    "page_pairs",
    "signer_pairs",
    "inputs",
    "refused_uploads",
    "words",
    "sqlite_schema",
    "backup_notes",
)
"""Tables that may be scanned: they have at most one row per file, page, pair, region, or word written."""
LISTS = ("first pages", "last open pages", "last 100 of the trail", "orphaned")
"""Queries that scan a list in its order by their nature."""

_SCANNED = re.compile(r"^SCAN (\w+)(?! USING)")
_NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE) (\w+)(?: AS)?(?: (\w+))?")


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    make(folder, PAGES, decided=60)
    return folder


@contextmanager
def statements_of(campaign: Campaign) -> Iterator[list[str]]:
    """Record the statements that reach SQLite."""
    statements: list[str] = []
    connection = campaign.review._database.connection
    connection.set_trace_callback(statements.append)
    yield statements
    connection.set_trace_callback(None)


def scanned(connection: sqlite3.Connection, statement: str) -> set[str]:
    """Return the tables that a statement scans without an index."""
    plan = [line["detail"] for line in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    names = {alias or table: table for table, alias in _NAMED.findall(statement)} | {
        table: table for table, _ in _NAMED.findall(statement)
    }
    found = {match.group(1) for line in plan if (match := _SCANNED.match(line))}
    return {names[name] for name in found if name in names}


def test_no_query_of_the_website_scans_a_large_table(synthetic: Path) -> None:
    with open_campaign(synthetic) as campaign:
        connection = campaign.review._database.connection
        for name, ask in questions(campaign).items():
            if name in LISTS:
                continue
            with statements_of(campaign) as statements:
                ask()
            for statement in statements:
                if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                    large = scanned(connection, statement) - set(SMALL)
                    assert not large, (name, statement)


def test_the_count_looks_up_no_row(synthetic: Path) -> None:
    with open_campaign(synthetic) as campaign, statements_of(campaign) as statements:
        campaign.review.totals()
    with open_campaign(synthetic) as campaign:
        connection = campaign.review._database.connection
        plans = [
            line["detail"]
            for statement in statements
            if statement.startswith(("SELECT", "WITH"))
            for line in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]
    whole = re.compile(
        r"(SCAN|SEARCH) row_states\b(?!.* row_states_(open|second|decided)\b)"
    )  # not some rows
    read = [line for line in plans if whole.match(line)]
    assert plans and read == []


def test_the_check_finds_a_scan(synthetic: Path) -> None:
    with open_campaign(synthetic) as campaign:
        connection = campaign.review._database.connection
        assert scanned(connection, "SELECT * FROM rows r WHERE r.number = 3") == {"rows"}
        assert scanned(connection, "SELECT count(*) FROM row_states WHERE closeness > 0.5") == {"row_states"}
        assert scanned(connection, "SELECT * FROM row_states v WHERE v.row_id = 3") == set()

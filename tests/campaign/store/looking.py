"""Helpers to fill a campaign and to look at its database and pictures from outside."""

import sqlite3
from contextlib import closing
from datetime import date

from digitize.campaign.store import DATABASE, PICTURES, Campaign

SCAN = "/scans/a.pdf"
HOW = ("settings", "0.1.0")


def add(campaign: Campaign, path: str = SCAN, content: str = "1", pages: int | None = 2) -> int:
    entry = campaign.inputs.add(path, content, 1, 1, date(2025, 1, 17))
    if pages is not None:
        campaign.inputs.set_pages(entry.id, pages)
    return entry.id


def pictures(campaign: Campaign) -> list[bytes]:
    return [path.read_bytes() for path in (campaign.folder / PICTURES).iterdir()]


def query(campaign: Campaign, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(campaign.folder / DATABASE)) as connection:
        return connection.execute(sql).fetchall()


def count(campaign: Campaign, table: str) -> object:
    return query(campaign, f"SELECT count(*) FROM {table}")[0][0]


def page_ids(campaign: Campaign) -> list[tuple[object, ...]]:
    return query(campaign, "SELECT id, input_id, number FROM pages")


def tables(campaign: Campaign) -> set[object]:
    return {name for (name,) in query(campaign, "SELECT name FROM sqlite_schema")}

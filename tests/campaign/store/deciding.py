"""Helpers to fill a campaign with rows to decide on and to check its derived data."""

from dataclasses import replace

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Kind
from digitize.campaign.store import Campaign, row_counts, row_state
from digitize.records import Digitized, Flag, FlagCode, Ink, PageId, Place, Row, RowKey, Status
from tests.campaign.store.looking import HOW, SCAN, add, query
from tests.outcomes import row, sheet_page, signature

ZURICH = Place("ZH", "8001", "Zürich", "CH", 0.999)


def clear(number: int) -> Row:
    return row(number, Status.SIGNED, f"Name {number}", "Weg 1\n8001 Zürich", ZURICH, (signature(Ink.INKED),))


def doubtful(number: int, stroke_mm: float = 7.0) -> Row:
    """Return a row that may be blank: the nearer the stroke is to 8 mm, the less certain it is."""
    unsure = (signature(Ink.UNSURE, stroke_mm=stroke_mm),)
    flags = (Flag(FlagCode.UNSURE_INK),)
    return replace(clear(number), status=Status.DOUBTFUL, cells=unsure, flags=flags, review=True)


def placeless(number: int) -> Row:
    """Return a row that counts, but whose canton is unknown."""
    flags = (Flag(FlagCode.REGION_AMBIGUOUS),)
    return replace(clear(number), place=replace(ZURICH, region="ambiguous"), flags=flags, review=True)


def store(campaign: Campaign, *rows: Row, page: int = 1, path: str = SCAN) -> int:
    """Store a page as a run does; return its id."""
    known = campaign.inputs.at(path)
    input_id = known.id if known else add(campaign, path, path)
    campaign.pages.save(input_id, Digitized(sheet_page(path, page, *rows), b"picture"), *HOW)
    found = query(campaign, f"SELECT id FROM pages WHERE input_id = {input_id} AND number = {page}")
    return int(str(found[0][0]))


def key(page_id: int, line: Row) -> RowKey:
    return RowKey(page_id, line.index, line.number)


def open_keys(campaign: Campaign, kind: Kind, who: str = "ann", most: int = 100) -> list[RowKey]:
    return [shown.key for shown in campaign.review.next_questions(kind, who, most)]


def save_states(campaign: Campaign, states: dict[PageId, PageState]) -> None:
    """Store these page states."""
    campaign.review.save_page_states(states, campaign.derived.take_snapshot())


def in_step(campaign: Campaign) -> bool:
    """Return whether the row states and their sums are the same if they are computed again."""
    connection = campaign.review._database.connection
    every = "SELECT * FROM row_states ORDER BY row_id"
    stored = [tuple(line) for line in connection.execute(every)]
    connection.execute("BEGIN")
    row_state.rebuild(connection)
    computed = [tuple(line) for line in connection.execute(every)]
    connection.execute("ROLLBACK")
    return stored == computed and row_counts.are_right(connection)

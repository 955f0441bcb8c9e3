"""What a searchable copy says: orientation and handwriting of each page, as people decided them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from digitize.archive.searchable import PageText, Word
from digitize.campaign.store import Campaign
from digitize.geometry import Box
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Reading, Role, Row, SheetPage


def page_texts(campaign: Campaign) -> Mapping[str, Mapping[int, PageText]]:
    """Return what is known of the pages of each scan, by path and page number."""
    found: dict[str, dict[int, PageText]] = defaultdict(dict)
    roles = (*NAME_ROLES, *ADDRESS_ROLES)
    with campaign.snapshot():
        counted = campaign.derived.take_snapshot().counted
        for outcome in campaign.review.outcomes(campaign.pages.ids(counted), roles=roles):
            if isinstance(outcome, SheetPage):
                words = tuple(word for row in outcome.rows for word in _words(row, outcome))
                found[outcome.id.file][outcome.id.page] = PageText(outcome.rotation_deg, words)
    return found


def _words(row: Row, page: SheetPage) -> Iterator[Word]:
    """Yield name and address of a row where they are written on the scan."""
    texts: tuple[tuple[Reading | None, Sequence[Role]], ...] = (
        (row.name, NAME_ROLES),
        (row.address, ADDRESS_ROLES),
    )
    for reading, roles in texts:
        if reading is None or not reading.text.strip():
            continue
        boxes = [cell.box for cell in row.cells if cell.role in roles]
        around = boxes[0] if boxes else row.box
        for box in boxes[1:]:
            around = around.union(box)
        points = page.to_scan.to_scan(around.corners)
        xs, ys = zip(*points, strict=True)
        yield Word(reading.text, Box(min(xs), min(ys), max(xs), max(ys)))

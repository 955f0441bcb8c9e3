"""A campaign with decisions of all kinds, ways to damage its database, and what must outlive them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from digitize.campaign.decisions import DIFFERENT, SAME, Decision, Field
from digitize.campaign.store import DATABASE, Campaign, open_campaign
from digitize.form.definition import Form
from digitize.records import Digitized, RowKey
from tests.campaign.store.deciding import clear, doubtful, key, placeless
from tests.campaign.store.looking import HOW
from tests.outcomes import sheet_page

ROWS = (doubtful(1), placeless(2), clear(3), clear(4))
PAGE_BYTES = 4096

Damage = Callable[[Path, np.random.Generator], None]


def read(campaign: Campaign, path: Path, pages: int = 2) -> list[int]:
    """Store a scan and its pages as a run does; return the ids of the pages."""
    known = campaign.inputs.at(str(path))
    size = path.stat().st_size
    if known is None:
        known = campaign.inputs.add(str(path), path.read_text(), size, 1, date(2025, 1, 17))
        campaign.inputs.set_pages(known.id, pages)
    for number in range(1, pages + 1):
        page = sheet_page(str(path), number, *ROWS)
        campaign.pages.save(known.id, Digitized(page, f"picture {number}".encode()), *HOW)
    found = campaign.review._database.rows("SELECT id FROM pages WHERE input_id = ?", known.id)
    return [line["id"] for line in found]


def fill(folder: Path, scans: int = 3) -> None:
    """Make scans beside the folder and a campaign of them with decisions of every field."""
    with open_campaign(folder, create=True) as campaign:
        ids = []
        for number in range(scans):
            path = folder.parent / f"{number}.pdf"
            path.write_text(f"content {number}")
            ids += read(campaign, path)
        campaign.settings.set_deadline(date(2025, 1, 20))
        campaign.forms.keep(Form(name="mine", deadline=date(2025, 2, 1)))
        campaign.inputs.set_received(1, date(2025, 1, 10))
        review = campaign.review
        review.set_second_look(1.0)
        for page_id in ids:
            first, second, third, fourth = (key(page_id, row) for row in ROWS)
            review.decide(first, Field.STATUS, "signed", "ann")
            review.decide(second, Field.ADDRESS, "Weg 2\n3000 Bern", "bob")
            review.decide(third, Field.NAME, "Zoë Straße", "ann")
            review.undo("ann")
            review.decide(third, Field.PERSON, SAME, "ann", other=fourth)
        review.decide(RowKey(ids[0], -1, 0), Field.PAGE, DIFFERENT, "bob", other=RowKey(ids[-1], -1, 0))


def read_again(folder: Path) -> None:
    """Read all scans again, as the next run does."""
    with open_campaign(folder) as campaign:
        for entry in campaign.inputs.all():
            read(campaign, Path(entry.path), entry.pages or 2)


def kept(folder: Path) -> tuple[object, ...]:
    """Return everything that must outlive damage once the scans were read again."""
    with open_campaign(folder) as campaign:
        trail: list[Decision] = list(campaign.review.trail())
        totals = campaign.review.totals()
        rows = [
            (row.key, row.row, row.counted, row.decided)
            for page in campaign.review._database.rows("SELECT id FROM pages ORDER BY id")
            for row in campaign.review.rows(page["id"])
        ]
        inputs = [(entry.path, entry.sha256, entry.received) for entry in campaign.inputs.all()]
        settings = campaign.settings.wanted().deadline, campaign.forms.all(), campaign.review.second_look()
        pairs = campaign.review.decided_pages()
        return trail, totals, rows, inputs, settings, pairs


def flip_bytes(path: Path, dice: np.random.Generator) -> None:
    """Change some bytes anywhere."""
    data = bytearray(path.read_bytes())
    for at in dice.integers(0, len(data), int(dice.integers(1, 20))):
        data[at] ^= int(dice.integers(1, 256))
    path.write_bytes(data)


def flip_bit(path: Path, dice: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    data[int(dice.integers(0, len(data)))] ^= 1 << int(dice.integers(8))
    path.write_bytes(data)


def zero_block(path: Path, dice: np.random.Generator) -> None:
    """Overwrite one block of the disk with zeros."""
    data = bytearray(path.read_bytes())
    start = int(dice.integers(0, len(data) // PAGE_BYTES)) * PAGE_BYTES
    data[start : start + PAGE_BYTES] = bytes(PAGE_BYTES)
    path.write_bytes(data)


def truncate(path: Path, dice: np.random.Generator) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * dice.uniform(0.0, 1.0))])


def lose_header(path: Path, dice: np.random.Generator) -> None:
    data = path.read_bytes()
    count = int(dice.integers(16, 100))
    path.write_bytes(bytes(count) + data[count:])


def delete(path: Path, _dice: np.random.Generator) -> None:
    path.unlink()


DAMAGES: dict[str, Damage] = {
    "bytes changed": flip_bytes,
    "bit flipped": flip_bit,
    "block of zeros": zero_block,
    "truncated": truncate,
    "header gone": lose_header,
    "deleted": delete,
}


def database(folder: Path) -> Path:
    return folder / DATABASE

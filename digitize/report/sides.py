"""Load the two sides of a comparison: campaigns, or lists keyed by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from digitize.campaign.store import Campaign
from digitize.errors import BadTable
from digitize.images import decode, encode
from digitize.records import PageId, Status
from digitize.report.comparison import OPEN, Compared, RowValues
from digitize.report.typed_tables import read_lines
from digitize.tally.publish import current_tables

REQUIRED = ("file", "page", "row")
YES = ("yes", "ja", "oui", "sì", "si", "1", "true", Status.SIGNED.value)
NO = (
    "no",
    "nein",
    "non",
    "0",
    "false",
    *(s.value for s in Status if s not in (Status.SIGNED, Status.DOUBTFUL)),
)
CROP_WIDTH_PX, CROP_QUALITY = 1000, 70
MARGIN_SHARE = 0.3  # of the height of a row, above and below it


@dataclass(frozen=True, slots=True)
class Side:
    """One count."""

    name: str
    rows: Sequence[RowValues]


def from_campaign(campaign: Campaign, by_content: bool) -> Side:
    """Return the rows of a campaign with all decisions; scans are named by content or by their file name."""
    tables = current_tables(campaign)
    contents = {entry.path: entry.sha256 for entry in campaign.inputs.all()}
    paths = {file.label: file.path for file in campaign.inputs.files()}
    columns = ("file", "page", "row", "status", "canton", "region", "postcode", "name", "address", "flags")
    rows = []
    for line in zip(*(tables.rows[name].tolist() for name in columns), strict=True):
        file, page, row, status, canton, region, postcode, name, address, flags = line
        counted = "duplicate-p" not in flags.replace("possible-duplicate", "")
        rows.append(
            RowValues(
                file=file,
                content=contents[paths[file]] if by_content else _stem(file),
                page=int(page),
                row=int(row),
                values={
                    Compared.COUNTS: _counts(status if counted else "no"),
                    Compared.CANTON: canton or region,
                    Compared.POSTCODE: postcode,
                    Compared.NAME: name,
                    Compared.ADDRESS: address,
                },
                is_blank=status == Status.BLANK,
            )
        )
    return Side(campaign.folder.resolve().name, rows)


def from_list(path: Path) -> Side:
    """Return the rows of a list keyed by hand, CSV or XLSX; as the README describes it.  Raises BadTable."""
    headings, *lines = read_lines(path) or [[]]
    columns = [heading.strip().casefold() for heading in headings]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise BadTable(f"{path} has no column {', '.join(missing)}.")
    rows = []
    for number, line in enumerate(lines, start=2):
        if not any(line):
            continue
        values = dict(zip(columns, (cell.strip() for cell in line), strict=False))
        if not (values["page"].isdecimal() and values["row"].isdecimal()):
            raise BadTable(f"{path}, line {number}: page and row must be numbers.")
        counts = values.get("counts") or values.get("status") or ""
        told: dict[Compared, str] = {
            what: values[what] for what in Compared if what is not Compared.COUNTS and values.get(what)
        }
        if counts:
            told[Compared.COUNTS] = _counts(counts, f"{path}, line {number}")
        rows.append(
            RowValues(
                values["file"],
                _stem(values["file"]),
                int(values["page"]),
                int(values["row"]),
                told,
                is_blank=counts == Status.BLANK,
            )
        )
    return Side(path.name, rows)


def crops_of(campaign: Campaign) -> Callable[[str, int, int], bytes | None]:
    """Return a function that cuts a row out of its page: (label of the file, page, row) to a JPEG."""
    pages = campaign.derived.take_snapshot().page_ids
    paths = {file.label: file.path for file in campaign.inputs.files()}

    def crop(file: str, page: int, number: int) -> bytes | None:
        page_id = pages.get(PageId(paths.get(file, ""), page))
        picture = None if page_id is None else campaign.listing.picture(page_id)
        if page_id is None or picture is None or not picture.is_file():
            return None
        box = next((row.row.box for row in campaign.review.rows(page_id) if row.key.number == number), None)
        pixels = decode(picture.read_bytes())
        if box is None:
            return None
        around = box.height * MARGIN_SHARE
        cut = pixels[box.expanded(around, around).clipped(pixels.shape[1], pixels.shape[0]).slices()]
        step = max(1, cut.shape[1] // CROP_WIDTH_PX)
        return encode(cut[::step, ::step], ".jpg", CROP_QUALITY) if cut.size else None

    return crop


def _stem(file: str) -> str:
    return PurePath(file.replace("\\", "/")).name.casefold()


def _counts(text: str, where: str = "") -> str:
    said = text.strip().casefold()
    if said in YES:
        return "yes"
    if said in NO:
        return "no"
    if said in (Status.DOUBTFUL.value, OPEN):
        return OPEN
    raise BadTable(f'{where}: "counts" or "status" must be yes or no, or a status such as signed.')

"""A decision: who decided what about which row, when, and what was there before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digitize.address.directory import CANTONS
from digitize.campaign.decisions.value_text import SEPARATOR, split_place_text
from digitize.errors import BadDecision
from digitize.records import Region, RowKey, Status, is_valid_hint

# Longer input is a fault of the page that sent it.
MAX_TEXT_LENGTH = 300  # characters of a name or address
MAX_NAME_LENGTH = 80  # characters of the name of the person who decides

WHOLE_PAGE = -1  # row index in the key of a page

SAME = "same"
DIFFERENT = "different"


class Field(StrEnum):
    """What a decision is about."""

    STATUS = "status"
    NAME = "name"
    ADDRESS = "address"
    PLACE = "canton"  # region, postcode and locality
    PERSON = "person"  # whether two rows were written by the same person
    PAGE = "page"  # whether two pages are scans of the same paper
    CONTENT = "content"  # of a page: what it is, and whose rows count
    TRASH = "trash"  # of a page: whether it was taken out of the campaign
    READING = "reading"  # of a page: how to read it again
    ROW = "row"  # whether the row is on the sheet
    COMMENT = "comment"  # of a row or page
    PETITION = "petition"  # of a page: the petition that it belongs to


class Content(StrEnum):
    """What a person says about a page; on all but the first two nothing counts."""

    AS_READ = "as-read"  # the rows found are all there are
    TYPED = "typed"  # only the rows that people typed in count
    OTHER = "other"  # not a petition sheet
    BLANK = "blank"
    AGAIN = "scan-again"  # somebody has to scan the paper again
    ARRIVED = "scanned-again"  # that was done


PAIRS = (Field.PERSON, Field.PAGE)
"""Fields of decisions about two rows or two pages."""

PAGE_FIELDS = (Field.CONTENT, Field.TRASH, Field.READING, Field.PETITION)
"""Fields of decisions about a whole page."""

REMOVED, KEPT = "removed", "kept"  # of a page in the trash, and of a row that is not on the sheet
ADDED = "added"  # a row that was missed; it replaces one with its number that is found later
ADDED_AGAIN = "added-again"  # the same, where another row of the sheet has the same number

_VALUES = {
    Field.PERSON: frozenset({SAME, DIFFERENT}),
    Field.PAGE: frozenset({SAME, DIFFERENT}),
    Field.CONTENT: frozenset(content.value for content in Content),
    Field.TRASH: frozenset({REMOVED, KEPT}),
    Field.ROW: frozenset({ADDED, ADDED_AGAIN, REMOVED, KEPT}),
}
_STATUSES = frozenset(
    status.value for status in (Status.SIGNED, Status.INCOMPLETE, Status.STRUCK, Status.BLANK)
)
_REGIONS = frozenset((*CANTONS, Region.LIECHTENSTEIN, Region.ABROAD, Region.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the audit log; entries are only ever added.

    `id` increases with time.  `before` is the value until then.  `undoes` is the id of the
    decision that this entry takes back; `value` is then the value that holds again.  `second`
    marks a second look, taken without knowing the first decision.  `other` is the second row
    or page of a pair.  `file` and `page` name the scan as it was called at the time.
    """

    id: int
    row: RowKey | None
    field: Field
    value: str
    before: str
    by: str
    at: datetime
    undoes: int | None = None
    second: bool = False
    other: RowKey | None = None
    file: str = ""
    page: int = 0

    @property
    def valid(self) -> bool:
        """Whether digitize would accept this decision.

        A decision is invalid only if it was changed in the database by other means.
        """
        if self.undoes is not None:
            return True
        return is_valid_value(self.field, self.value) and not (self.field in PAIRS and self.pairs_with_itself)

    @property
    def pairs_with_itself(self) -> bool:
        """Whether both sides of the pair are the same row or the same page."""
        if self.row is None or self.other is None:
            return False
        if self.field is Field.PAGE:
            return self.row.page_id == self.other.page_id
        return self.row == self.other


def page_key(page_id: int) -> RowKey:
    """Return the key of a whole page, for decisions about pages."""
    return RowKey(page_id, WHOLE_PAGE, 0)


def checked_name(by: str) -> str:
    """Return the name of the person who decides as it is stored; raises BadDecision if it is not valid."""
    name = " ".join(by.replace(";", ",").split())  # a semicolon separates names in the tables
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise BadDecision("A decision needs the name of the person who made it; say who you are.")
    return name


def is_valid_value(field: Field, value: str) -> bool:
    """Return whether a stored value is valid for the field."""
    if field is Field.STATUS:
        return value in _STATUSES
    if field is Field.PLACE:
        return split_place_text(value)[0] in _REGIONS
    if field is Field.READING:
        return is_valid_hint(value)
    return field not in _VALUES or value in _VALUES[field]


def checked_value(field: Field, value: str) -> str:
    """Return a value as it is stored; raises BadDecision if it is not valid for the field."""
    if field in (Field.NAME, Field.ADDRESS, Field.COMMENT):  # these keep their lines
        text = "\n".join(" ".join(line.split()) for line in value.strip().splitlines())
    else:
        text = " ".join(value.split())
    valid = (
        is_valid_value(field, text) and len(text) <= MAX_TEXT_LENGTH and text.replace("\n", "").isprintable()
    )
    if field is Field.PLACE:
        region, postcode, locality = split_place_text(text)
        text = SEPARATOR.join((region, postcode, locality))
        valid = valid and SEPARATOR.strip() not in postcode
    if not valid:
        raise BadDecision(f"What was sent cannot be a decision on the {field.value}; load the page again.")
    return text

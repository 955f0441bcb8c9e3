"""A decision: who said what about which row, when, and what it was before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digitize.address.directory import CANTONS
from digitize.campaign.decisions.value_text import PARTED, parted
from digitize.errors import BadDecision
from digitize.records import Region, RowKey, Status

TEXT_MAX = 300  # characters of a name or address: more is a mistake of the page that sent it
NAME_MAX = 80  # characters of the name of a person who decides
WHOLE_PAGE = -1  # row index in the key of a page

SAME = "same"
DIFFERENT = "different"


class Field(StrEnum):
    """What a decision is about."""

    STATUS = "status"
    NAME = "name"
    ADDRESS = "address"
    PLACE = "canton"  # region, postcode and locality
    PERSON = "person"  # whether two rows come from the same person
    PAGE = "page"  # whether two pages are scans of the same paper


PAIRS = (Field.PERSON, Field.PAGE)
COUNTABLE = (Status.SIGNED, Status.INCOMPLETE, Status.STRUCK, Status.BLANK)
_COUNTABLE = frozenset(status.value for status in COUNTABLE)
REGIONS = (*sorted(CANTONS), Region.LIECHTENSTEIN, Region.ABROAD, Region.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the trail; lines are only ever added.

    `id` grows with time.  `row` is None where the line concerns no row.
    `before` is what stood there until then.  `undoes` is the id of the decision
    that this line takes back; `value` is then what stands again.  `second` is
    true for a second look that was taken without knowing the first.  `other` is
    the second of a pair.  `file` and `page` are what the scan was called then.
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
        """Whether digitize would have kept it; a line that was changed by other means may be none."""
        if self.undoes is not None:
            return True
        return fits(self.field, self.value) and not (self.field in PAIRS and self.is_with_itself)

    @property
    def is_with_itself(self) -> bool:
        """Whether both sides of the pair are one row or one page."""
        if self.row is None or self.other is None:
            return False
        if self.field is Field.PAGE:
            return self.row.page_id == self.other.page_id
        return self.row == self.other


def page_key(page_id: int) -> RowKey:
    """The key of a whole page, for decisions about pages."""
    return RowKey(page_id, WHOLE_PAGE, 0)


def named(by: str) -> str:
    """The name of who decides, as it is kept; raises BadDecision where it is none."""
    name = " ".join(by.replace(";", ",").split())  # lists of names are parted by semicolons
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise BadDecision("A decision needs the name of who made it; say who you are.")
    return name


def fits(field: Field, value: str) -> bool:
    """Whether a value, as it is kept, can be one of this field."""
    if field is Field.STATUS:
        return value in _COUNTABLE
    if field is Field.PLACE:
        return parted(value)[0] in REGIONS
    return field not in PAIRS or value in (SAME, DIFFERENT)


def checked(field: Field, value: str) -> str:
    """The value as it is kept; raises BadDecision where it cannot be one of this field."""
    if field in (Field.NAME, Field.ADDRESS):  # the lines of an address stay lines
        text = "\n".join(" ".join(line.split()) for line in value.strip().splitlines())
    else:
        text = " ".join(value.split())
    good = fits(field, text) and len(text) <= TEXT_MAX and text.replace("\n", "").isprintable()
    if field is Field.PLACE:
        region, postcode, locality = parted(text)
        text = PARTED.join((region, postcode, locality))
        good = good and PARTED.strip() not in postcode
    if not good:
        raise BadDecision(f"What was sent cannot be a decision on the {field.value}; load the page again.")
    return text

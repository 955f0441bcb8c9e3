"""The closed lists of words in which results are given: kinds, roles, states, statuses, flags, notes."""

from enum import StrEnum
from typing import Final


class PageKind(StrEnum):
    """What kind of page was found."""

    LETTER = "letter"  # a page of text with a few rows
    LIST = "list"  # a page that is mostly signature table
    BLANK = "blank"  # an empty side; the other side may show through
    NO_TABLE = "no-table"  # something is printed or written on it, but no signature table
    FAILED = "failed"


class Role(StrEnum):
    """What a column of the table is for."""

    NUMBER = "number"
    NAME = "name"
    GIVEN_NAME = "given-name"
    FAMILY_NAME = "family-name"
    ADDRESS = "address"
    STREET = "street"
    POSTCODE = "postcode"
    TOWN = "town"
    POSTCODE_TOWN = "postcode-town"
    CANTON = "canton"
    COUNTRY = "country"
    DATE = "date"
    BIRTH = "birth"
    EMAIL = "email"
    PHONE = "phone"
    SIGNATURE = "signature"
    OTHER = "other"  # for the office, or not understood


NAME_ROLES = (Role.NAME, Role.FAMILY_NAME, Role.GIVEN_NAME)
ADDRESS_ROLES = (Role.ADDRESS, Role.STREET, Role.POSTCODE, Role.POSTCODE_TOWN, Role.TOWN)


class Ink(StrEnum):
    """The ink state of a cell; decided in `digitize.ink.ink_state`."""

    BLANK = "blank"
    INKED = "inked"
    UNSURE = "unsure"


class Mark(StrEnum):
    """What the ink of a cell looks like."""

    WRITING = "writing"  # ordinary: letters, digits, a signature
    NONE = "none"  # no ink
    DASH = "dash"  # one short horizontal stroke: "nothing here"
    TICK = "tick"  # a check mark or a cross
    DITTO = "ditto"  # ditto marks: as above
    ARROW = "arrow"  # a vertical arrow, line or part of a bracket: perhaps as above
    COVERED = "covered"  # something covers the cell; ink may lie below it


class Status(StrEnum):
    """Whether a row counts; decided in `digitize.page.row_status`."""

    BLANK = "blank"
    SIGNED = "signed"  # name, address and signature present, not struck: it counts
    INCOMPLETE = "incomplete"  # name, address or signature is missing
    STRUCK = "struck"
    DOUBTFUL = "doubtful"  # a person must decide whether it counts


class Region(StrEnum):
    """Regions other than the 26 cantons, which are given by their two letters."""

    LIECHTENSTEIN = "LI"
    ABROAD = "abroad"
    AMBIGUOUS = "ambiguous"  # several cantons remain possible
    UNKNOWN = "unknown"


class FlagCode(StrEnum):
    """What recognition found about a row; `digitize.messages` has the sentences."""

    MISSING_NAME = "missing-name"
    MISSING_ADDRESS = "missing-address"
    MISSING_SIGNATURE = "missing-signature"
    DASH_SIGNATURE = "dash-signature"
    TICK_SIGNATURE = "tick-signature"
    JOINT_SIGNATURE = "joint-signature"
    HOUSEHOLD_SIGNATURE = "household-signature"
    UNSURE_INK = "unsure-ink"
    COVERED = "covered"
    FOREIGN_INK = "foreign-ink"
    STRUCK = "struck"
    UNSURE_STRUCK = "unsure-struck"
    STAMP = "stamp"
    DITTO = "ditto"
    WEAK_NAME = "weak-name"
    WEAK_ADDRESS = "weak-address"
    REGION_AMBIGUOUS = "region-ambiguous"
    REGION_UNKNOWN = "region-unknown"
    REGION_WEAK = "region-weak"
    ABROAD = "abroad"
    NUMBER_INFERRED = "number-inferred"
    ROWS_LOST = "rows-lost"


COUNT_FLAGS: Final = frozenset(
    {
        FlagCode.TICK_SIGNATURE,
        FlagCode.JOINT_SIGNATURE,
        FlagCode.HOUSEHOLD_SIGNATURE,
        FlagCode.UNSURE_INK,
        FlagCode.COVERED,
        FlagCode.FOREIGN_INK,
        FlagCode.UNSURE_STRUCK,
        FlagCode.STAMP,
    }
)
"""Flags that ask whether a row counts."""

REGION_FLAGS: Final = frozenset({FlagCode.REGION_AMBIGUOUS, FlagCode.REGION_UNKNOWN, FlagCode.REGION_WEAK})
TEXT_FLAGS: Final = frozenset({FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS})
READING_FLAGS: Final = REGION_FLAGS | TEXT_FLAGS
"""Flags about what was read."""


class PageFlag(StrEnum):
    """What follows for a row from its page; worked out when tables are written, never stored."""

    DUPLICATE_PAGE = "duplicate-page"
    POSSIBLE_DUPLICATE_PAGE = "possible-duplicate-page"
    SCANS_DIFFER = "scans-differ"
    LATE = "late"


class RowFlag(StrEnum):
    """What follows for a row from decisions and from other rows; never stored with the row."""

    DUPLICATE_PERSON = "duplicate-person"
    POSSIBLE_DUPLICATE_PERSON = "possible-duplicate-person"
    CONTESTED = "contested"
    DECISION_LOST = "decision-lost"
    TYPED = "typed-in"
    FOLLOWS = "follows-above"


class NoteCode(StrEnum):
    """Something to say about a page; `digitize.messages` has the sentences."""

    TEXT = "text"  # a finished sentence, as earlier versions stored it

    # From recognition, stored with the page.
    NEGATIVE = "negative"
    SHEET_BATCH = "sheet-batch"
    NO_TABLE = "no-table"
    NO_HEADER = "no-header"
    HEADER_UNREAD = "header-unread"
    MISSING_COLUMNS = "missing-columns"
    BORROWED_COLUMNS = "borrowed-columns"
    NUMBERS_UNREAD = "numbers-unread"
    NUMBERS_JUMP = "numbers-jump"
    NUMBERS_NOT_OF_FORM = "numbers-not-of-form"
    NUMBER_OUTSIDE_ROWS = "number-outside-rows"
    FAINT_RULES = "faint-rules"
    PALE_PAGE = "pale-page"
    TABLE_IN_PIECES = "table-in-pieces"
    SECOND_SHEET = "second-sheet"
    WRITING_ABOVE = "writing-above"
    WRITING_BELOW = "writing-below"
    WRITING_ABOVE_AND_BELOW = "writing-above-and-below"

    # From the other pages of the campaign, worked out when tables are written.
    DUPLICATE_FILE = "duplicate-file"
    NOT_PROCESSED = "not-processed"
    SECOND_SCAN = "second-scan"
    SCANNED_AGAIN = "scanned-again"
    POSSIBLE_DUPLICATE = "possible-duplicate"
    IN_STACKS = "in-stacks"
    OTHER_FORM = "other-form"
    MISSING_PAGE = "missing-page"

    # From people.
    SETTLED_AS_READ = "settled-as-read"
    SETTLED_TYPED = "settled-typed"
    SETTLED_OTHER = "settled-other"
    SETTLED_BLANK = "settled-blank"
    SETTLED_AGAIN = "settled-scan-again"
    SETTLED_ARRIVED = "settled-scanned-again"
    TRASHED = "trashed"

"""What rows are told because of where their page belongs."""

from enum import StrEnum


class PageFlag(StrEnum):
    """Set on rows when the tables are written; never stored, as another scan may change it."""

    DUPLICATE_PAGE = "duplicate-page"
    POSSIBLE_DUPLICATE_PAGE = "possible-duplicate-page"
    SCANS_DIFFER = "scans-differ"
    LATE = "late"


PAGE_SENTENCES = {
    PageFlag.DUPLICATE_PAGE: "The page was scanned twice: the row counts on the other scan.",
    PageFlag.POSSIBLE_DUPLICATE_PAGE: "The page may have been scanned twice: decide whether both count.",
    PageFlag.SCANS_DIFFER: "On another scan of this page the row comes out otherwise: look at both.",
    PageFlag.LATE: "The sheet came after the deadline.",
}

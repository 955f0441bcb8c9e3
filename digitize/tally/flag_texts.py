"""What the flags of a line of rows.csv mean for the count.

Few combinations of flags occur, each on thousands of rows: the answers are kept.
"""

from functools import lru_cache

from digitize.records import PageFlag, RowFlag

FLAG_SEPARATOR = "; "


@lru_cache(maxsize=4096)
def is_counted(flags: str) -> bool:
    """Return whether a row with these flags (as in rows.csv) is counted.

    Rows of second scans and second rows of the same person are not.
    """
    return not {PageFlag.DUPLICATE_PAGE, RowFlag.DUPLICATE_PERSON} & set(flags.split(FLAG_SEPARATOR))


@lru_cache(maxsize=4096)
def is_on_counted_page(flags: str) -> bool:
    """Return whether a row with these flags is on a page that counts."""
    return PageFlag.DUPLICATE_PAGE not in flags.split(FLAG_SEPARATOR)


@lru_cache(maxsize=4096)
def is_late(flags: str) -> bool:
    """Return whether a row with these flags arrived after the deadline."""
    return PageFlag.LATE in flags.split(FLAG_SEPARATOR)

"""Counting without keeping: what a page counts for, without anything that can be read or looked at.

Used where names must never be stored (`run --counts-only`).  The ink, the
status and the region of every row stay, so that the count is the same.
"""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from digitize.campaign.decisions.open_questions import COUNT_CODES, REGION_CODES
from digitize.form.definition import Form
from digitize.records import (
    Candidate,
    Cell,
    Column,
    Digitized,
    Failure,
    FlagCode,
    Place,
    Row,
    Status,
    Table,
)

LIKE = 78  # of 100: a printed word with a few misread letters
UNKNOWN = "?"  # instead of words that no form has: they may be somebody's writing
_OF_TEXTS = frozenset({FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS})  # nobody can look at them any more


def strip(digitized: Digitized, forms: Iterable[Form]) -> Digitized:
    """Without texts, pictures and crops; of printed words those stay that one of the `forms` has."""
    outcome = digitized.outcome
    if isinstance(outcome, Failure):
        return Digitized(outcome)
    known = tuple(forms)
    return Digitized(
        replace(
            outcome,
            tables=tuple(_table(table, known) for table in outcome.tables),
            rows=tuple(map(_row, outcome.rows)),
            title=_printed(outcome.title, (word for form in known for word in form.title_words)),
        )
    )


def _table(table: Table, forms: Iterable[Form]) -> Table:
    words = [word for form in forms for column in form.columns for word in column.words]
    return replace(table, columns=tuple(_column(column, words) for column in table.columns))


def _column(column: Column, words: Iterable[str]) -> Column:
    return replace(column, header=_printed(column.header, words))


def _printed(read: str, words: Iterable[str]) -> str:
    """The known word for which `read` stands."""
    if not read:
        return ""
    ratios = {word: fuzz.ratio(read.lower(), word.lower()) for word in words}
    best = max(ratios, key=lambda word: ratios[word], default=UNKNOWN)
    return best if ratios.get(best, 0) >= LIKE else UNKNOWN


def _row(row: Row) -> Row:
    flags = tuple(flag for flag in row.flags if flag.code not in _OF_TEXTS)
    open_codes = (COUNT_CODES | REGION_CODES) & {flag.code for flag in flags}
    return replace(
        row,
        cells=tuple(map(_cell, row.cells)),
        flags=flags,
        review=row.review and (row.status is Status.DOUBTFUL or bool(open_codes)),
        name=None,
        address=None,
        place=_place(row.place),
    )


def _cell(cell: Cell) -> Cell:
    return replace(cell, reading=None)


def _place(place: Place | None) -> Place | None:
    if place is None:
        return None
    candidates = tuple(Candidate(one.region, "", "", one.probability) for one in place.candidates)
    return replace(place, postcode="", locality="", candidates=candidates)

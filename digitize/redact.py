"""Remove from a result everything that can be read or looked at, and keep what is counted.

Used if names must never be stored (`run --counts-only`).  The ink, the status and the region of
every row are kept, so that the count stays the same.
"""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from digitize.form.definition import Form
from digitize.records import (
    COUNT_FLAGS,
    REGION_FLAGS,
    TEXT_FLAGS,
    Candidate,
    Cell,
    Column,
    Digitized,
    Failure,
    Place,
    Row,
    Status,
    Table,
)

MIN_SIMILARITY = 78  # of 100 (rapidfuzz ratio): a printed word with a few misread letters
UNKNOWN = "?"  # replaces words that are on no form: they may be handwriting


def redact(digitized: Digitized, forms: Iterable[Form]) -> Digitized:
    """Return the result without texts, pictures and crops.

    Of printed words, those stay that are on one of the `forms`.
    """
    outcome = digitized.outcome
    if isinstance(outcome, Failure):
        return Digitized(outcome)
    forms = tuple(forms)
    return Digitized(
        replace(
            outcome,
            tables=tuple(_redact_table(table, forms) for table in outcome.tables),
            rows=tuple(map(_redact_row, outcome.rows)),
            title=_printed_word(outcome.title, (word for form in forms for word in form.title_words)),
        )
    )


def _redact_table(table: Table, forms: Iterable[Form]) -> Table:
    words = [word for form in forms for column in form.columns for word in column.words]
    return replace(table, columns=tuple(_redact_column(column, words) for column in table.columns))


def _redact_column(column: Column, words: Iterable[str]) -> Column:
    return replace(column, header=_printed_word(column.header, words))


def _printed_word(read: str, words: Iterable[str]) -> str:
    """Return the known word of which `read` is a misreading."""
    if not read:
        return ""
    ratios = {word: fuzz.ratio(read.lower(), word.lower()) for word in words}
    best = max(ratios, key=lambda word: ratios[word], default=UNKNOWN)
    return best if ratios.get(best, 0) >= MIN_SIMILARITY else UNKNOWN


def _redact_row(row: Row) -> Row:
    flags = tuple(flag for flag in row.flags if flag.code not in TEXT_FLAGS)  # the texts are gone
    open_codes = (COUNT_FLAGS | REGION_FLAGS) & {flag.code for flag in flags}
    return replace(
        row,
        cells=tuple(map(_redact_cell, row.cells)),
        flags=flags,
        review=row.review and (row.status is Status.DOUBTFUL or bool(open_codes)),
        name=None,
        address=None,
        place=_redact_place(row.place),
    )


def _redact_cell(cell: Cell) -> Cell:
    return replace(cell, reading=None)


def _redact_place(place: Place | None) -> Place | None:
    if place is None:
        return None
    candidates = tuple(Candidate(one.region, "", "", one.probability) for one in place.candidates)
    return replace(place, postcode="", locality="", candidates=candidates)

"""Identify the form of a page by its columns, header words and row numbers."""

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import fmean

from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, FormColumn, load_form, shipped_forms
from digitize.records import Column, FlagCode, Role, SheetPage

MIN_SIMILARITY = 78  # of 100, on average: a header with one or two misread letters
MIN_EACH_SIMILARITY = 65  # one header may be damaged further where the others are read well
MIN_SIMILARITY_WITH_TITLE, MIN_EACH_WITH_TITLE = 65, 55  # the same where the title is that of the form
MIN_TITLE_LETTERS = 15  # of a title that says anything
MIN_TITLE_SIMILARITY = 85  # of 100: a title with some misread letters
MIN_HEADER_LETTERS = 3  # of a header that says anything; what a stain leaves of one has fewer

Span = tuple[int, int]  # first and last printed number


@cache
def shipped() -> tuple[Form, ...]:
    """Return the forms of the package that define which rows are on which page."""
    return tuple(form for form in map(load_form, shipped_forms()) if spans_of(form))


def spans_of(form: Form) -> tuple[Span, ...]:
    """Return the first and last printed number of each page of a form, in ascending order."""
    kinds = dict(form.first_row)
    return tuple(sorted(span for kind in kinds if (span := form.rows_of(kind)) is not None))


def form_of(page: SheetPage, named: Mapping[str, Form]) -> Form | None:
    """Return the form of a page: the one that was chosen for it, or else the shipped one it agrees with.

    `named` has the known forms by name.  Returns None if no form is known.
    """
    if page.form != AUTO:
        return named.get(page.form)
    return next((form for form in shipped() if _agrees(page, form)), None)


def span_of(page: SheetPage, form: Form | None) -> Span | None:
    """Return the first and last row number of a page, None if they are not known.

    If the numbers were not read, they are those of the only page of the form
    that has as many rows.
    """
    if not page.rows:
        return None
    if not _has_inferred_numbers(page):
        numbers = [row.number for row in page.rows]
        return min(numbers), max(numbers)
    fitting = [span for span in spans_of(form) if _length(span) == len(page.rows)] if form else []
    return fitting[0] if len(fitting) == 1 else None


def fits_form(span: Span, form: Form) -> bool:
    """Return whether row numbers fit a page of the form; any do if the form does not define its rows."""
    return not spans_of(form) or any(_fits_page(span, printed) for printed in spans_of(form))


def lost_rows(page: SheetPage, form: Form | None) -> Span | None:
    """Return the rows that the form has at the end or the start of a page and that were not found."""
    span = span_of(page, form)
    if form is None or span is None or _has_inferred_numbers(page):
        return None
    overlapping = (printed for printed in spans_of(form) if printed[0] <= span[1] and span[0] <= printed[1])
    first, last = next(overlapping, span)
    if span[1] < last:
        return span[1] + 1, last
    return (first, span[0] - 1) if first < span[0] else None


def _agrees(page: SheetPage, form: Form) -> bool:
    """Return whether roles, legible headers and row numbers of a page are those of the form.

    The column of the numbers may lie beyond the edge of the picture.
    """
    columns = _columns_that_count(page.table.columns if page.table else (), form)
    roles = tuple(column.role for column in columns)
    known = [column for column in form.columns if column.role in roles or column.role is not Role.NUMBER]
    if not page.rows or roles != tuple(column.role for column in known):
        return False
    pairs = [pair for pair in zip(columns, known, strict=True) if _is_comparable(*pair)]
    span = span_of(page, form)
    alike = [_similarity(*pair) for pair in pairs]
    each, average = (
        (MIN_EACH_WITH_TITLE, MIN_SIMILARITY_WITH_TITLE)
        if _has_title_of(page, form)
        else (MIN_EACH_SIMILARITY, MIN_SIMILARITY)
    )
    headers_agree = bool(alike) and min(alike) >= each and fmean(alike) >= average
    return headers_agree and span is not None and fits_form(span, form)


def _has_title_of(page: SheetPage, form: Form) -> bool:
    title = page.title.lower()
    return len(title) >= MIN_TITLE_LETTERS and any(
        fuzz.partial_ratio(title, words.lower()) >= MIN_TITLE_SIMILARITY
        for words in form.title_words
        if len(words) >= MIN_TITLE_LETTERS
    )


def _columns_that_count(columns: Sequence[Column], form: Form) -> list[Column]:
    """Return the columns of a page without those that a fold or a streak seems to have cut off others.

    They have no header and no role, and the form has no such column.
    """
    if Role.OTHER in form.roles:
        return list(columns)
    return [column for column in columns if column.role is not Role.OTHER or column.header]


def _is_comparable(column: Column, known: FormColumn) -> bool:
    letters = sum(letter.isalpha() for letter in column.header)
    return letters >= MIN_HEADER_LETTERS and bool(known.words)


def _similarity(column: Column, known: FormColumn) -> float:
    """Return how similar the header of a column is to that of the form, 0 to 100."""
    return max(fuzz.ratio(column.header.lower(), word.lower()) for word in known.words)


def _fits_page(span: Span, printed: Span) -> bool:
    """Return whether row numbers are those of a page, possibly without some rows at one end."""
    is_inside = printed[0] <= span[0] and span[1] <= printed[1]
    return is_inside and (span[0] == printed[0] or span[1] == printed[1])


def _length(span: Span) -> int:
    return span[1] - span[0] + 1


def _has_inferred_numbers(page: SheetPage) -> bool:
    return any(flag.code is FlagCode.NUMBER_INFERRED for row in page.rows for flag in row.flags)

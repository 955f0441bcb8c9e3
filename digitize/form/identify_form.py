"""Which printed design a page has, told from what was read on it."""

from collections.abc import Mapping
from functools import cache

from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, FormColumn, load_form, shipped_forms
from digitize.records import Column, FlagCode, SheetPage

LIKE = 78  # of 100: a header with one or two misread letters

Span = tuple[int, int]  # first and last printed number


@cache
def shipped() -> tuple[Form, ...]:
    """The forms of the package that say which rows stand on which page."""
    return tuple(form for form in map(load_form, shipped_forms()) if spans_of(form))


def spans_of(form: Form) -> tuple[Span, ...]:
    """The printed numbers of each page of a form, in their order."""
    kinds = dict(form.first_row)
    return tuple(sorted(span for kind in kinds if (span := form.rows_of(kind)) is not None))


def form_of(page: SheetPage, named: Mapping[str, Form]) -> Form | None:
    """The form that was named for the page, or the shipped one with its columns, headers and row numbers."""
    if page.form != AUTO:
        return named.get(page.form)
    return next((form for form in shipped() if _agrees(page, form)), None)


def span_of(page: SheetPage, form: Form | None) -> Span | None:
    """First and last number on a page; None where they are not known.

    Numbers that could not be read are those of the form's page with as many rows.
    """
    if not page.rows:
        return None
    if not _inferred(page):
        numbers = [row.number for row in page.rows]
        return min(numbers), max(numbers)
    fitting = [span for span in spans_of(form) if _length(span) == len(page.rows)] if form else []
    return fitting[0] if len(fitting) == 1 else None


def is_of(span: Span, form: Form) -> bool:
    """Whether rows are those of a page of the form, as far as it says which it has."""
    return not spans_of(form) or any(_on(span, printed) for printed in spans_of(form))


def lost_rows(page: SheetPage, form: Form | None) -> Span | None:
    """The rows at the end or the beginning of a page that its form has and that were not found."""
    span = span_of(page, form)
    if form is None or span is None or _inferred(page):
        return None
    first, last = next((p for p in spans_of(form) if p[0] <= span[1] and span[0] <= p[1]), span)
    if span[1] < last:
        return span[1] + 1, last
    return (first, span[0] - 1) if first < span[0] else None


def _agrees(page: SheetPage, form: Form) -> bool:
    columns = page.table.columns if page.table else ()
    if not page.rows or tuple(column.role for column in columns) != form.roles:
        return False
    read = [_header_like(*pair) for pair in zip(columns, form.columns, strict=True) if _comparable(*pair)]
    span = span_of(page, form)
    return bool(read) and all(read) and span is not None and is_of(span, form)


def _comparable(column: Column, known: FormColumn) -> bool:
    return bool(column.header and known.words)


def _header_like(column: Column, known: FormColumn) -> bool:
    return any(fuzz.ratio(column.header.lower(), word.lower()) >= LIKE for word in known.words)


def _on(span: Span, printed: Span) -> bool:
    """Whether rows are those of a form's page; some may be lost at one of its ends."""
    inside = printed[0] <= span[0] and span[1] <= printed[1]
    return inside and (span[0] == printed[0] or span[1] == printed[1])


def _length(span: Span) -> int:
    return span[1] - span[0] + 1


def _inferred(page: SheetPage) -> bool:
    return any(flag.code is FlagCode.NUMBER_INFERRED for row in page.rows for flag in row.flags)

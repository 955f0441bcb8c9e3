"""A shipped form is identified by columns, header words and row numbers together."""

from dataclasses import replace

import pytest

from digitize.form.definition import AUTO, Form, load_form
from digitize.form.identify_form import Span, fits_form, form_of, lost_rows, span_of, spans_of
from digitize.records import Column, Flag, FlagCode, PageKind, Role, SheetPage, Status, Table
from tests.outcomes import row, sheet_page

ACAT = load_form("acat")
TITLE = "Petition to the Belarusian Mlnister of the Interior"
HEADERS = ("", "Full Name", "Address", "Signature")
ROLES = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
WITH_FOLD = (Role.NUMBER, Role.NAME, Role.OTHER, Role.ADDRESS, Role.SIGNATURE)  # a fold divides a column


def list_page(
    first: int = 4,
    last: int = 30,
    headers: tuple[str, ...] = HEADERS,
    roles: tuple[Role, ...] = ROLES,
    inferred: bool = False,
) -> SheetPage:
    """Return a list page with these rows; `inferred` if their numbers were not read."""
    columns = tuple(Column(role, 0, 1, header) for role, header in zip(roles, headers, strict=True))
    flags = (Flag(FlagCode.NUMBER_INFERRED),) if inferred else ()
    rows = (row(n, Status.BLANK, flags=flags) for n in range(first, last + 1))
    page = sheet_page("/s/a.pdf", 1, *rows, kind=PageKind.LIST, form=AUTO)
    return replace(page, tables=(Table(columns, (0.0, 1.0), 0.0),))


@pytest.mark.parametrize(
    "page",
    [
        list_page(),
        list_page(1, 3),
        list_page(4, 28),  # two rows were lost at the lower end
        list_page(headers=("Nr", "Full Narne", "Adress", "Signature")),
        list_page(headers=("", "Full Name", "", "Signature")),
        list_page(headers=("", "Full Name", "Address", "Signatt")),  # noise over one of three
        list_page(1, 27, inferred=True),
        list_page(headers=("", "Full Name", "Ad", "Signature")),  # a stain hides the rest
        list_page(headers=("", "Full Name", "", "Address", "Signature"), roles=WITH_FOLD),
        list_page(1, 3, headers=HEADERS[1:], roles=ROLES[1:], inferred=True),  # the numbers are cut off
        replace(list_page(headers=("", "Name", "Addr", "Signature")), title=f"{TITLE}, Lt.-Gen. Ivan"),
    ],
)
def test_page_of_a_shipped_form_is_identified(page: SheetPage) -> None:
    assert form_of(page, {}) == ACAT


@pytest.mark.parametrize(
    "page",
    [
        list_page(1, 27),
        list_page(1, 20, inferred=True),
        list_page(5, 31),
        list_page(5, 29),
        list_page(headers=("", "Name, Vorname", "Adresse", "Unterschrift")),
        list_page(headers=("", "", "", "")),
        list_page(headers=("", "Full N", "Addr", "Signat")),
        list_page(headers=("", "Full Name", "Address", "Stamp")),
        list_page(headers=("", "Name", "Addr", "Signature")),
        replace(list_page(headers=("", "Name", "Addr", "Signature")), title="Petition for a lake"),
        replace(list_page(headers=("", "Name", "Adresse", "Unterschrift")), title=TITLE),
        list_page(roles=(Role.NUMBER, Role.NAME, Role.SIGNATURE, Role.ADDRESS)),
        list_page(headers=("", "Full Name", "E-mail", "Address", "Signature"), roles=WITH_FOLD),
        list_page(headers=("", "Na", "Ad", "Un")),
        replace(list_page(), tables=()),
    ],
)
def test_similar_page_is_not_identified(page: SheetPage) -> None:
    assert form_of(page, {}) is None


def test_form_that_was_chosen_is_not_questioned() -> None:
    page = sheet_page("/s/a.pdf", 1, form="mine")
    mine = replace(ACAT, name="mine")
    assert form_of(page, {"mine": mine}) == mine
    assert form_of(page, {}) is None


def test_numbers_that_were_not_read_are_those_of_the_page_with_as_many_rows() -> None:
    assert span_of(list_page(1, 27, inferred=True), ACAT) == (4, 30)
    assert span_of(list_page(1, 26, inferred=True), ACAT) is None
    assert span_of(list_page(1, 27, inferred=True), None) is None
    assert span_of(list_page(7, 9), None) == (7, 9)


def test_spans_are_those_of_the_pages_in_ascending_order() -> None:
    assert spans_of(ACAT) == ((1, 3), (4, 30))
    assert spans_of(Form(AUTO)) == ()


@pytest.mark.parametrize(
    ("span", "fits"), [((4, 30), True), ((4, 20), True), ((9, 30), True), ((9, 20), False), ((1, 4), False)]
)
def test_rows_may_be_missing_at_one_end_of_a_page_only(span: Span, fits: bool) -> None:
    assert fits_form(span, ACAT) is fits
    assert fits_form(span, Form(AUTO))


@pytest.mark.parametrize(
    ("first", "last", "lost"), [(4, 28, (29, 30)), (6, 30, (4, 5)), (4, 30, None), (1, 2, (3, 3))]
)
def test_rows_that_the_form_has_and_the_page_lacks_are_lost(first: int, last: int, lost: Span | None) -> None:
    assert lost_rows(list_page(first, last), ACAT) == lost


def test_no_rows_are_lost_if_form_or_numbers_are_unknown() -> None:
    assert lost_rows(list_page(4, 28), None) is None
    assert lost_rows(list_page(4, 28, inferred=True), ACAT) is None

"""A shipped form is recognised by columns, header words and row numbers together."""

from dataclasses import replace

import pytest

from digitize.form.definition import AUTO, load_form
from digitize.form.identify_form import form_of, span_of
from digitize.records import Column, Flag, FlagCode, PageKind, Role, SheetPage, Status, Table
from tests.outcomes import row, sheet_page

ACAT = load_form("acat")
HEADERS = ("", "Full Name", "Address", "Signature")
ROLES = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)


def listing(
    first: int = 4,
    last: int = 30,
    headers: tuple[str, ...] = HEADERS,
    roles: tuple[Role, ...] = ROLES,
    inferred: bool = False,
) -> SheetPage:
    columns = tuple(Column(role, 0, 1, header) for role, header in zip(roles, headers, strict=True))
    flags = (Flag(FlagCode.NUMBER_INFERRED, ""),) if inferred else ()
    rows = (row(n, Status.BLANK, flags=flags) for n in range(first, last + 1))
    page = sheet_page("/s/a.pdf", 1, *rows, kind=PageKind.LIST, form=AUTO)
    return replace(page, tables=(Table(columns, (0.0, 1.0), 0.0),))


@pytest.mark.parametrize(
    "page",
    [
        listing(),
        listing(1, 3),
        listing(4, 28),  # two rows were lost at the lower end
        listing(headers=("Nr", "Full Narne", "Adress", "Signature")),
        listing(headers=("", "Full Name", "", "Signature")),
        listing(1, 27, inferred=True),
    ],
)
def test_the_customers_form_is_recognised(page: SheetPage) -> None:
    assert form_of(page, {}) == ACAT


@pytest.mark.parametrize(
    "page",
    [
        listing(1, 27),
        listing(1, 20, inferred=True),
        listing(5, 31),
        listing(5, 29),
        listing(headers=("", "Name, Vorname", "Adresse", "Unterschrift")),
        listing(headers=("", "", "", "")),
        listing(roles=(Role.NUMBER, Role.NAME, Role.SIGNATURE, Role.ADDRESS)),
        replace(listing(), tables=()),
    ],
)
def test_look_alikes_are_not(page: SheetPage) -> None:
    assert form_of(page, {}) is None


def test_a_form_that_was_named_is_taken_at_its_word() -> None:
    page = sheet_page("/s/a.pdf", 1, form="mine")
    mine = replace(ACAT, name="mine")
    assert form_of(page, {"mine": mine}) == mine
    assert form_of(page, {}) is None


def test_numbers_that_were_not_read_are_those_of_the_page_of_the_form_with_as_many_rows() -> None:
    assert span_of(listing(1, 27, inferred=True), ACAT) == (4, 30)
    assert span_of(listing(1, 26, inferred=True), ACAT) is None
    assert span_of(listing(1, 27, inferred=True), None) is None
    assert span_of(listing(7, 9), None) == (7, 9)

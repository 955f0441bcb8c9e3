"""Columns whose header is not understood get the role that the others leave to them."""

from dataclasses import replace

import pytest

from digitize.form.definition import AUTO, Form
from digitize.records import Column as Found
from digitize.records import Role
from digitize.table.header.header_words import vocabulary
from digitize.table.header.roles import resolve_roles
from samples.synthetic import ACAT
from tests.table.tables import LOW, exact_page, synthetic

ACAT_LIST = ACAT[1]


def test_column_for_remarks_is_not_an_unread_column() -> None:
    printed = ("Nr.", "Name", "Bemerkungen", "Unterschrift")
    roles = (Role.NUMBER, Role.NAME, Role.OTHER, Role.SIGNATURE)
    columns = [
        Found(role, 200.0 * i, 200.0 * i + 200, text)
        for i, (role, text) in enumerate(zip(roles, printed, strict=True))
    ]
    page = exact_page(synthetic(ACAT_LIST, LOW, 0.6))
    words = vocabulary(Form(AUTO))
    assert tuple(c.role for c in resolve_roles(columns, Form(AUTO), page, words)) == roles
    for header in ("", "Adresse8.DF7 on", "LuA NaPt . Q"):  # under a stamp, in pieces
        unread = [*columns[:2], replace(columns[2], header=header), columns[3]]
        assert [c.role for c in resolve_roles(unread, Form(AUTO), page, words)][2] is Role.ADDRESS


@pytest.mark.parametrize(
    ("header", "role"), [("E SOequre 1", Role.SIGNATURE), ("Beruf und Hobby", Role.OTHER)]
)
def test_a_header_word_between_pieces_of_a_stamp_is_that_of_the_form(header: str, role: Role) -> None:
    printed = ("", "Full Name", "Address", header)
    roles = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.OTHER)
    columns = [
        Found(known, 200.0 * i, 200.0 * i + 200, text)
        for i, (known, text) in enumerate(zip(roles, printed, strict=True))
    ]
    page = exact_page(synthetic(ACAT_LIST, LOW, 0.6))
    resolved = resolve_roles(columns, Form(AUTO), page, vocabulary(Form(AUTO)))
    assert [column.role for column in resolved] == [*roles[:3], role]


@pytest.mark.parametrize(
    ("headers", "towns"),
    [
        (("PI.Z", "on"), (Role.POSTCODE, Role.TOWN)),
        (("", ""), (Role.POSTCODE, Role.TOWN)),
        (("P1Z, 0n",), (Role.POSTCODE_TOWN,)),
        (("Telefon",), (Role.OTHER,)),
        (("Beruf und Hobby", "on"), (Role.OTHER, Role.OTHER)),
    ],
)
def test_unread_columns_behind_the_street_are_for_postcode_and_town(
    headers: tuple[str, ...], towns: tuple[Role, ...]
) -> None:
    texts = ("Name, Vorname", "Strasse, Nr.", *headers, "Unterschrift")
    roles = (Role.NAME, Role.STREET, *([Role.OTHER] * len(headers)), Role.SIGNATURE)
    columns = [
        Found(role, 200.0 * i, 200.0 * i + 200, text)
        for i, (role, text) in enumerate(zip(roles, texts, strict=True))
    ]
    page = exact_page(synthetic(ACAT_LIST, LOW, 0.6))
    resolved = resolve_roles(columns, Form(AUTO), page, vocabulary(Form(AUTO)))
    assert [column.role for column in resolved] == [Role.NAME, Role.STREET, *towns, Role.SIGNATURE]


@pytest.mark.parametrize(
    ("texts", "signed"),
    [(("Das", "Signarus"), 4), (("Signature", "Das"), 3), (("Das", "Beruf und Hobby"), 3)],
)
def test_a_misread_word_tells_more_than_one_that_says_nothing(texts: tuple[str, str], signed: int) -> None:
    read = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.OTHER, Role.OTHER)
    printed = ("", "Full Name", "Address", *texts)
    columns = [
        Found(role, 200.0 * i, 200.0 * i + 200, text)
        for i, (role, text) in enumerate(zip(read, printed, strict=True))
    ]
    page = exact_page(synthetic(ACAT_LIST, LOW, 0.6))
    resolved = resolve_roles(columns, Form(AUTO), page, vocabulary(Form(AUTO)))
    assert [i for i, column in enumerate(resolved) if column.role is Role.SIGNATURE] == [signed]

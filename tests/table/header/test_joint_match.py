"""Misread words are known as a header by all of them together; what else stands on one line is none."""

import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Page
from digitize.records import Role
from digitize.table.header.header_line import find_header_line
from digitize.table.header.header_words import vocabulary
from digitize.table.header.joint_match import match_together
from digitize.table.header.single_line import read_columns
from samples.synthetic import ACAT
from tests.doubles import MisreadingReader
from tests.table.tables import LOW, exact_edges_px, exact_page, print_reader, synthetic

WORDS = vocabulary(Form(AUTO))
MISREAD = {"Full Name": "Folt Naone", "Address": "Nilress"}


@pytest.mark.parametrize(
    ("texts", "roles"),
    [
        (("Folt Naone", "Nilress", "Signature"), (Role.NAME, Role.ADDRESS, Role.SIGNATURE)),
        (
            ("Nr", "Nane", "Vorríainc", "Adresse (Strasse. PL2, Ort)", "Unteryteift"),
            (Role.NUMBER, Role.NAME, Role.GIVEN_NAME, Role.ADDRESS, Role.SIGNATURE),
        ),
        (
            ("Cognome", "Nome", "Indirlzzo", "Eirma"),
            (Role.FAMILY_NAME, Role.GIVEN_NAME, Role.ADDRESS, Role.SIGNATURE),
        ),
        (("Nom", "Adrosse conplète", "Sisnaturc"), (Role.FAMILY_NAME, Role.ADDRESS, Role.SIGNATURE)),
    ],
)
def test_misread_words_are_a_header_together(texts: tuple[str, ...], roles: tuple[Role, ...]) -> None:
    assert match_together(texts, WORDS) == list(roles)


@pytest.mark.parametrize(
    "texts",
    [
        ("Stadelmann", "Kian", "Schulmatte 29", "Fabio"),
        ("Signature", "Stadelmann", "Fabio"),
        ("Name", "Ort", "Datum"),
        ("Folt Naone", "Nilress"),
        ("Folt Naone", "Nilress", "Siynahuc"),
        ("TEN Nr", "Vorname Name (in Blockschrift) Adresse", "Datum SRTOTROtON", "Unterschrift ARNSNAXECET"),
    ],
    ids=["handwriting", "one word of three", "no signature", "two columns", "none read well", "run together"],
)
def test_other_words_are_none(texts: tuple[str, ...]) -> None:
    assert match_together(texts, WORDS) is None


def worn_header() -> tuple[Page, MisreadingReader]:
    page = synthetic(ACAT[1], LOW, 0.0)
    return exact_page(page), MisreadingReader(print_reader(), MISREAD)


def test_the_line_of_a_misread_header_is_found() -> None:
    page, reader = worn_header()
    found = find_header_line(page, Form(AUTO), reader)
    assert found == find_header_line(page, Form(AUTO), print_reader())
    assert set(MISREAD) <= reader.seen


def test_columns_without_rules_lie_where_the_words_of_a_misread_header_do() -> None:
    page, reader = worn_header()
    columns, rows = exact_edges_px(synthetic(ACAT[1], LOW, 0.0))
    read = read_columns(page, (columns[1], columns[-1]), rows[0], rows[1], WORDS, reader)
    assert [column.role for column in read] == [Role.NAME, Role.ADDRESS, Role.SIGNATURE]

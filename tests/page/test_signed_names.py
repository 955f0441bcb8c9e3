"""An unsure signature counts if it is read as the signer's name, and only then."""

from dataclasses import replace

import pytest

from digitize.page.signed_names import is_beside_name, is_name_of_signer
from digitize.records import Column, FlagCode, Role, Status, Table
from samples.synthetic import Paper, Signing
from tests.doubles import BabblingReader
from tests.ink.inks import measured, signers, synthetic
from tests.page.test_build_rows import LEGIBLE, engine, has


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("Scheidegger", "Liana Scheidegger"),
        ("Fray", "Annabelle Frey"),
        ("A. Arnald", "Arnold Anna"),
        ("L.S.", "Scheidegger Liana"),
        ("LM", "Laetitia Monney"),
        ("é.j", "Élodie Joly"),
        ("a m j", "Anna Maria Joss"),
        ("LOT", "Lilian Thommen"),  # L.T.
        ("K0Z", "Zollinger Krzysztof"),
    ],
)
def test_a_word_of_the_name_and_initials_are_a_signature(signature: str, name: str) -> None:
    assert is_name_of_signer(signature, name)


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("", "Anna Frey"),
        ("Anna Frey", ""),
        ("Thun", "Anna Frey"),
        ("Meyer", "Anna Frey"),
        ("F", "Anna Frey"),
        ("AA", "Anna Frey"),
        ("AFX", "Anna Frey"),
        ("11", "Anna Frey"),
        ("Uni", "Uri Uni"),
        ("LAT", "Lilian Thommen"),
        ("OLT", "Lilian Thommen"),
    ],
)
def test_other_words_letters_and_numbers_are_none(signature: str, name: str) -> None:
    assert not is_name_of_signer(signature, name)


@pytest.mark.parametrize(
    ("signature", "neighbours", "is_signer"),
    [
        ("Graf", ["Gilles Gasser", "Gaëlle Flückiger"], True),
        ("Graf", ["Gilles Gasser", "Anna Graf"], False),
        ("Colin Graf", ["Gilles Gasser", "Anna Graf"], True),
        ("C.G.", ["Conrad Graf"], False),
        ("C.G.", ["Priscilla Graf", "Anna Graf"], True),
        ("COG", ["Gilles Chappuis"], False),
    ],
)
def test_a_word_of_a_neighbours_name_is_none_where_the_ink_may_be_theirs(
    signature: str, neighbours: list[str], is_signer: bool
) -> None:
    assert is_name_of_signer(signature, "Graf, Colin", neighbours) is is_signer


def test_in_the_shape_of_a_mark_only_a_word_of_the_name_is_a_signature() -> None:
    assert is_name_of_signer("Blaser", "Blaser Heike", is_mark=True)
    assert is_name_of_signer("XX", "Xaver Xeller")
    assert not is_name_of_signer("XX", "Xaver Xeller", is_mark=True)


def test_names_before_the_signatures_may_run_on_into_them() -> None:
    columns = [Column(role, 100.0 * i, 100.0 * (i + 1)) for i, role in enumerate((Role.ADDRESS, Role.NAME))]
    signature = Column(Role.SIGNATURE, 200.0, 300.0)
    assert is_beside_name(Table((*columns, signature), (0.0, 50.0), 0.0), 2)
    address_last = replace(columns[1], role=Role.NAME, right_px=150.0)
    assert not is_beside_name(Table((columns[0], address_last, signature), (0.0, 50.0), 0.0), 2)


def test_initials_in_the_shape_of_marks_count_if_they_are_read_as_those_of_the_signer() -> None:
    fills = tuple(replace(fill, hand=LEGIBLE, signature=Signing.INITIALS) for fill in signers(15)[:3])
    page = measured(synthetic(fills, Paper(dpi=300.0), 3))
    asked = [has(row, FlagCode.UNSURE_INK) for row in page.rows(BabblingReader())[:3]]
    assert any(asked)
    rows = page.rows(engine())[:3]
    assert [row.status for row in rows] == [Status.SIGNED] * 3
    cells = [cell for row in rows for cell in row.cells if cell.role is Role.SIGNATURE]
    assert all(cell.reading is None for cell in cells)  # signatures are never kept as text

"""Lines of one or several cells become one address text."""

import pytest

from digitize.address.join_lines import canton_named, join_lines
from digitize.ocr.engines import Line
from digitize.records import Role


def lines(*texts: str) -> list[Line]:
    return [Line(text, 0.9) for text in texts]


def test_lines_of_one_cell_are_separated_by_newlines() -> None:
    address = join_lines(lines("Dorfstr. 4", "6460 Altdorf"), ())
    assert address.text == "Dorfstr. 4\n6460 Altdorf"
    assert address.place_from == 0
    assert [(start, line.text) for start, line in address.pieces] == [(0, "Dorfstr. 4"), (11, "6460 Altdorf")]


def test_cells_are_ordered_as_on_an_envelope() -> None:
    roles = (Role.TOWN, Role.POSTCODE, Role.STREET)
    address = join_lines(lines("Altdorf", "6460", "Dorfstr. 4"), roles)
    assert address.text == "Dorfstr. 4\n6460 Altdorf"
    assert address.text[address.place_from :].strip() == "6460 Altdorf"
    for start, line in address.pieces:
        assert address.text[start : start + len(line.text)] == line.text


@pytest.mark.parametrize(("town", "place_from"), [("1950 Sion", 20), ("", 0)])
def test_address_cell_beside_a_filled_town_cell_holds_the_street_only(town: str, place_from: int) -> None:
    address = join_lines(lines("Rue de Fribourg 1700", town), (Role.ADDRESS, Role.POSTCODE_TOWN))
    assert address.place_from == place_from


def test_lines_of_other_roles_are_ignored() -> None:
    address = join_lines(lines("Anna Roth", "6460 Altdorf"), (Role.NAME, Role.ADDRESS))
    assert address.text == "6460 Altdorf"


def test_canton_and_country_come_from_their_cells() -> None:
    roles = (Role.TOWN, Role.CANTON, Role.COUNTRY)
    address = join_lines([Line("Wil", 0.9), Line("St. Gallen", 0.7), Line("CH", 0.9)], roles)
    assert (address.canton, address.canton_confidence, address.country) == ("SG", 0.7, "CH")
    assert address.text == "Wil"


@pytest.mark.parametrize(("text", "country"), [("Konstanz, Deutschland", "DE"), ("Konstanz", "")])
def test_country_is_also_found_in_the_text(text: str, country: str) -> None:
    assert join_lines(lines(text), ()).country == country


def test_confidence_is_weighted_by_characters() -> None:
    address = join_lines([Line("a" * 30, 0.9), Line("b" * 10, 0.5)], ())
    assert address.confidence == pytest.approx(0.8)
    assert join_lines([], ()).confidence == 1


@pytest.mark.parametrize(
    ("text", "canton"),
    [("TG", "TG"), ("tg", "TG"), ("Thurgau", "TG"), ("(VD)", "VD"), ("Genève", "GE"), ("XX", ""), ("", "")],
)
def test_canton_is_named_by_letters_or_in_full(text: str, canton: str) -> None:
    assert canton_named(text) == canton

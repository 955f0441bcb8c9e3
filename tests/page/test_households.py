"""A row without a signature beside a signed one of the same family name may be signed for."""

import pytest

from digitize.page.households import beside_signed_relatives


@pytest.mark.parametrize(
    ("name", "beside", "found"),
    [
        ("Käser Sina", "Besart Käser-Albrecht", True),
        ("Sina Kaser", "Käser Besart", True),  # without its accent
        ("Sina Käsor", "Käser Besart", True),  # one letter misread
        ("Sina Meier", "Besart Käser", False),
        ("Sina Kunz", "Besart Kurz", False),  # in short names a letter makes another name
        ("S. von Arx", "M. d’Arx", True),
        ("S. de Luca", "M. de Rossi", False),  # particles are no names
        ("", "", False),
    ],
)
def test_rows_of_one_family_name_are_found(name: str, beside: str, found: bool) -> None:
    for names, signed, unsigned in (((name, beside), (False, True), 0), ((beside, name), (True, False), 1)):
        assert beside_signed_relatives(names, signed) == ({unsigned} if found else set())


def test_only_the_next_rows_are_looked_at_and_only_unsigned_ones_found() -> None:
    names = ["Anna Frei", "Max Frei", "Paul Gut", "Eva Frei", "Lea Frei"]
    assert beside_signed_relatives(names, [True, True, True, False, False]) == set()
    assert beside_signed_relatives(names, [False, True, False, False, True]) == {0, 3}


@pytest.mark.parametrize(
    ("names", "addresses", "found"),
    [
        (
            ("Ljubica Hernan", "Hermann Michaela"),
            ("leastran 28 2621 wattwil", "Scastrasse 28 267 Wattwil"),
            True,
        ),
        (
            ("Ljubica Hernan", "Hermann Michaela"),
            ("leastran 28 2621 wattwil", "Hofweg 3 9630 Wattwil"),
            False,
        ),
        (
            ("Ljubica Gerber", "Hermann Michaela"),
            ("leastran 28 2621 wattwil", "Scastrasse 28 267 Wattwil"),
            False,
        ),
        (("Ljubica Hernan", "Hermann Michaela"), ("", ""), False),
    ],
)
def test_a_badly_read_name_is_that_of_a_relative_at_the_same_address(
    names: tuple[str, str], addresses: tuple[str, str], found: bool
) -> None:
    assert beside_signed_relatives(names, (False, True), addresses) == ({0} if found else set())

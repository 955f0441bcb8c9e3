"""Letters where a house number belongs become digits, words stay words."""

import pytest

from digitize.ocr.house_numbers import with_house_number


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Waldweg zz", "Waldweg 22"),
        ("Moosstrasse zic", "Moosstrasse 21c"),
        ("Bahnhofstr. I9, 6460 Altdorf", "Bahnhofstr. 19, 6460 Altdorf"),
        ("BERGGASSE lO 8400 WINTERTHUR", "BERGGASSE 10 8400 WINTERTHUR"),
        ("Dorfplatz g", "Dorfplatz 9"),
    ],
)
def test_letters_behind_a_street_are_its_number(read: str, meant: str) -> None:
    assert with_house_number(read) == meant


@pytest.mark.parametrize(
    "line",
    [
        "Waldweg 22",
        "Waldweg 21b",
        "Dorfplatz am See",
        "Bahnhofstrasse sud",  # not every letter looks like a digit
        "Hofmatte oo",  # no number begins with 0
        "Via al Ri",
        "Rue du Sol",
        "Oberweg Bissig",
        "8212 Neuhausen",
        "",
    ],
)
def test_everything_else_stays_as_it_was_read(line: str) -> None:
    assert with_house_number(line) == line

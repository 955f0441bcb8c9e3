"""Addresses are taken apart and their places corrected, without anything invented."""

import pytest

from digitize.address.candidates import Hit
from digitize.address.normalise import normalise
from digitize.address.parse import PostcodeSpan, TownSpan
from digitize.records import Place, Region
from tests.address.addresses import locality, located

ALTDORF = Place("UR", "6460", "Altdorf UR", "CH", 0.99)
TEXT = "Zeughausweg 29, b460 Altdort"
HIT = Hit(
    locality("6460", "Altdorf UR"),
    0.0,
    PostcodeSpan(16, 20, "b460", 0.0),
    TownSpan(21, 28, "altdort", 0.0),
    "Altdorf",
    country="CH",
    postcode="6460",
)


def test_certain_place_replaces_what_was_read() -> None:
    parsed = normalise(TEXT, ALTDORF, [(HIT, 0.99)])
    assert (parsed.postcode, parsed.town) == ("6460", "Altdorf")
    assert (parsed.street, parsed.house_number) == ("Zeughausweg", "29")
    assert parsed.corrected == "Zeughausweg 29, 6460 Altdorf"
    assert parsed.place is ALTDORF


def test_uncertain_place_leaves_the_town_as_read() -> None:
    parsed = normalise(TEXT, ALTDORF, [(HIT, 0.7)])
    assert parsed.town == "Altdort"
    assert parsed.postcode == "6460"  # b460 is no postcode in any case
    assert normalise(TEXT, ALTDORF, [(HIT, 0.4)]).corrected == TEXT


def test_unknown_place_keeps_the_text_in_one_line() -> None:
    parsed = normalise("Zeughausweg 29\nqwxyz", Place(Region.UNKNOWN), [(HIT, 0.99)])
    assert parsed.corrected == "Zeughausweg 29, qwxyz"
    assert (parsed.postcode, parsed.town) == ("", "")


@pytest.mark.parametrize(
    ("read", "corrected"),
    [
        ("Zeughausweg 29, 6460 Altdorf", "Zeughausweg 29, 6460 Altdorf"),
        ("Zeughausweg 29, b460 Altdort", "Zeughausweg 29, 6460 Altdorf"),
        ("ZEUGHAUSWEG 29\n6460 ALTDORE", "ZEUGHAUSWEG 29, 6460 ALTDORF"),
        ("Zeughausweg 29 6460Altdorf", "Zeughausweg 29, 6460 Altdorf"),
        ("Juraweg 28, Sarnem", "Juraweg 28, Sarnen"),
        ("Bergstrasse 3, CH-6O78 Burglen", "Bergstrasse 3, CH-6078 Bürglen"),
        ("2, Rte de Berne, 1823 Gliou", "2, Rte de Berne, 1823 Glion"),
        ("Postfach 873, 6060 Sarnen", "Postfach 873, 6060 Sarnen"),
        ("6460", "6460"),
        ("Rosenstr. 12, 3703 Aeschi b. Spiez", "Rosenstr. 12, 3703 Aeschi b. Spiez"),
        ("Rte du Pré 24, 1724 Oberried FR", "Rte du Pré 24, 1724 Oberried FR"),
        ("qwxyz vvk", "qwxyz vvk"),
        ("8O48 Zurich", "8048 Zürich"),
        ("8620 Wetzik", "8620 Wetzikon"),
        ("Via Vela 46, 6850 Mendr1510", "Via Vela 46, 6850 Mendr1510"),
        ("8048 Zürich-Altstetten", "8048 Zürich-Altstetten"),
        ("8050 Oerlikon", "8050 Oerlikon"),
        ("8212 NEUHAUSEN AM RHEINF", "8212 NEUHAUSEN AM RHEINFALL"),
        ("CH - 8001 Zürich", "CH - 8001 Zürich"),
        ("8001 Zürich, Bahnhofstr. 5", "Bahnhofstr. 5, 8001 Zürich"),
        ("1211 Genève 15", "1211 Genève 15"),
        ("Rue du Stand 5, 1201 Genf, Suisse", "Rue du Stand 5, 1201 Genf, Suisse"),
        ("D-79576 Weil am Rhein", "D-79576 Weil am Rhein"),
    ],
)
def test_corrected_address_has_the_spelling_of_the_directory(read: str, corrected: str) -> None:
    assert located(*read.split("\n")).corrected == corrected


@pytest.mark.parametrize(
    ("texts", "street", "number", "postcode", "town"),
    [
        (("Bahnhofstrasse 22B", "8840 Einsiedeln"), "Bahnhofstrasse", "22B", "8840", "Einsiedeln"),
        (("85, Rue de la Paix, 1005 Lausanne",), "Rue de la Paix", "85", "1005", "Lausanne"),
        (("Postfach, 3001 Bern",), "Postfach", "", "3001", "Bern"),
        (("CH-6460 Altdorf UR",), "", "", "CH-6460", "Altdorf UR"),
    ],
)
def test_address_is_taken_apart(
    texts: tuple[str, ...], street: str, number: str, postcode: str, town: str
) -> None:
    parsed = located(*texts)
    assert (parsed.street, parsed.house_number, parsed.postcode, parsed.town) == (
        street,
        number,
        postcode,
        town,
    )

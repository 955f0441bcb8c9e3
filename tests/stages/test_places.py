"""From what was read to a canton: exact where it is clear, honest where it is not."""

import pytest

from digitize.readers import Line
from digitize.records import Region, Role
from digitize.regions import load_directory
from digitize.stages.places import ParsedAddress, locate

DIRECTORY = load_directory()


def at(*texts: str, roles: tuple[Role, ...] = ()) -> ParsedAddress:
    return locate([Line(text, 0.9) for text in texts], DIRECTORY, roles)


@pytest.mark.parametrize(
    "text,region",
    [
        ("Zeughausweg 29, 6460 Altdorf", "UR"),
        ("Zeughausweg 29 6460Altdorf", "UR"),
        ("Bergstrasse 3; CH-6078 Bürglen", "OW"),
        ("BERGWEG 38, 5018 ERLINSBACH", "AG"),
        ("5015 Erlinsbach", "SO"),
        ("Rte du Grand-Pré 24, 1724 Oberried FR", "FR"),
        ("Wil SG", "SG"),
        ("Bahnhofstr. 1, Buchs (AG)", "AG"),
        ("Aeschi b. Spiez", "BE"),
        ("Case postale 1234, 1820 Montreux", "VD"),
        ("Postfach 8001, 6060 Sarnen", "OW"),
        ("Casella postale 205, 6600 Locarno", "TI"),
        ("c/o Muster, Dorfstr. 4, 8750 Glarus", "GL"),
        ("Rue du Rhône 3, Genève 15", "GE"),
        ("14, route de Valmont, Payerne", "VD"),
        ("Via Pretorio 118 Mendrisio", "TI"),
        ("Altdorf UR, Hauptstrasse 3", "UR"),
        ("6460", "UR"),
        ("Biel", "BE"),
        ("Rue de Genève 27, 1950 Sion", "VS"),
        ("Sarnen", "OW"),
        ("Schlossgasse 2b, 9490 Vaduz", Region.LIECHTENSTEIN),
        ("FL-9494 Schaan", Region.LIECHTENSTEIN),
        ("19, chemin du Temple, 25300 Pontarlier", Region.ABROAD),
        ("Vicolo Cattori 2, 22100 Como", Region.ABROAD),
        ("Rheingasse 1, D-78462 Konstanz", Region.ABROAD),
        ("A-6900 Bregenz", Region.ABROAD),
        ("Kirchstrasse 5, 6900 Bregenz", Region.ABROAD),
        ("Via Nassa 5, 6900 Lugano", "TI"),
        ("12345 Springfield, USA", Region.ABROAD),
        ("Juraweg 28, Bürglen", Region.AMBIGUOUS),
        ("Wil", Region.AMBIGUOUS),
        ("9105 Schönengrund", Region.AMBIGUOUS),
        ("6340 Sihlbrugg", Region.AMBIGUOUS),
        ("", Region.UNKNOWN),
        ("Juraweg 28", Region.UNKNOWN),
        ("Schlossrain 6", Region.UNKNOWN),
        ("Rue de Lausanne 12", Region.UNKNOWN),
        ("qwxyz vvk", Region.UNKNOWN),
    ],
)
def test_region(text: str, region: str) -> None:
    assert at(text).place.region == region


@pytest.mark.parametrize(
    "read,corrected",
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
    ],
)
def test_corrected_text_mends_postcode_and_town_and_invents_nothing(read: str, corrected: str) -> None:
    assert at(*read.split("\n")).corrected == corrected


def test_parts_of_an_address() -> None:
    parsed = at("Bahnhofstrasse 22B", "8840 Einsiedeln")
    assert (parsed.street, parsed.house_number) == ("Bahnhofstrasse", "22B")
    assert (parsed.postcode, parsed.town) == ("8840", "Einsiedeln")
    assert (parsed.place.postcode, parsed.place.locality) == ("8840", "Einsiedeln")
    assert parsed.place.country == "CH"


def test_house_number_before_the_street() -> None:
    parsed = at("85, Rue de la Paix, 1005 Lausanne")
    assert (parsed.street, parsed.house_number) == ("Rue de la Paix", "85")


def test_separate_cells() -> None:
    parsed = at("Dorfstr. 1234", "6460", "Altdorf", roles=(Role.STREET, Role.POSTCODE, Role.TOWN))
    assert parsed.place.region == "UR"
    assert parsed.corrected == "Dorfstr. 1234, 6460 Altdorf"
    assert at("Rue Neuve 7", "1217 Meyrin", roles=(Role.STREET, Role.POSTCODE_TOWN)).place.region == "GE"


def test_canton_and_country_cells_settle_a_town() -> None:
    assert at("Bürglen", "Thurgau", roles=(Role.TOWN, Role.CANTON)).place.region == "TG"
    assert at("Bürglen", "UR", roles=(Role.TOWN, Role.CANTON)).place.region == "UR"
    abroad = at("Wil", "Deutschland", roles=(Role.TOWN, Role.COUNTRY)).place
    assert (abroad.region, abroad.country) == (Region.ABROAD, "DE")

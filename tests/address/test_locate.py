"""The region of an address, and how certain it is."""

import numpy as np
import pytest

from digitize.address.locate import locate, neighbour_shares
from digitize.ocr.engines import Line
from digitize.records import Region, Role
from tests.address.addresses import DIRECTORY, located
from tests.ocr.spelled import spelled


@pytest.mark.parametrize(
    ("text", "region"),
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
        ("Postfach, 3001 Bern", "BE"),
        ("Case postale\n1211 Genève 3", "GE"),
        ("Zürich-Oerlikon", "ZH"),
        ("Lugano-Viganello", "TI"),
        ("Saint-Maurice", "VS"),
        ("Casella postale 205, 6600 Locarno", "TI"),
        ("c/o Muster, Dorfstr. 4, 8750 Glarus", "GL"),
        ("Rue du Rhône 3, Genève 15", "GE"),
        ("14, route de Valmont, Payerne", "VD"),
        ("14, route de Valmont Payerne", "VD"),
        ("Via Pretorio 118 Mendrisio", "TI"),
        ("Altdorf UR, Hauptstrasse 3", "UR"),
        ("8001 Zürich, Bahnhofstr. 5", "ZH"),
        ("6460", "UR"),
        ("Biel", "BE"),
        ("Sarnen", "OW"),
        ("Baden", "AG"),
        ("Freiburg", "FR"),
        ("Rue de Genève 27, 1950 Sion", "VS"),
        ("Rue de Paris 12, 1000 Lausanne", "VD"),
        ("Viale Italia 5, 6600 Locarno", "TI"),
        ("1927 Chemin", "VS"),
        ("1700 Freiburg", "FR"),
        ("Via Nassa 5, 6900 Lugano", "TI"),
    ],
)
def test_swiss_address_lies_in_its_canton(text: str, region: str) -> None:
    assert located(text).place.region == region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("600S Luzern", "LU"),
        ("8400 W'thur", "ZH"),
        ("1752 Villars-sur-Gl", "FR"),
        ("Hirschenstrasse 45, goss Sarnen", "OW"),
        ("Hirschenstrasse 45, goss Teufen", Region.AMBIGUOUS),
    ],
)
def test_misread_and_truncated_places_are_recognised(text: str, region: str) -> None:
    assert located(text).place.region == region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Liechtenstein", Region.LIECHTENSTEIN),
        ("9490 Vaduz, Liechtenstein", Region.LIECHTENSTEIN),
        ("Schlossgasse 2b, 9490 Vaduz", Region.LIECHTENSTEIN),
        ("FL-9494 Schaan", Region.LIECHTENSTEIN),
        ("Konstanz, Deutschland", Region.ABROAD),
        ("79098 Freiburg", Region.ABROAD),
        ("19, chemin du Temple, 25300 Pontarlier", Region.ABROAD),
        ("Vicolo Cattori 2, 22100 Como", Region.ABROAD),
        ("Rheingasse 1, D-78462 Konstanz", Region.ABROAD),
        ("A-6900 Bregenz", Region.ABROAD),
        ("Kirchstrasse 5, 6900 Bregenz", Region.ABROAD),
        ("12345 Springfield, USA", Region.ABROAD),
        ("10 Baker Street, London", Region.ABROAD),
        ("Rue de la Loi 12, 1000 Bruxelles", Region.ABROAD),
        ("New York", Region.ABROAD),
        ("Rue du Lac 3, Evian", Region.ABROAD),
        ("Via Roma 3, Como", Region.ABROAD),
        ("Mailand", Region.ABROAD),
        ("Munich", Region.ABROAD),
        ("Vienne", Region.ABROAD),
    ],
)
def test_address_outside_switzerland_is_liechtenstein_or_abroad(text: str, region: str) -> None:
    assert located(text).place.region == region


@pytest.mark.parametrize("text", ["Juraweg 28, Bürglen", "Wil", "9105 Schönengrund", "6340 Sihlbrugg"])
def test_place_that_may_lie_in_several_cantons_is_ambiguous(text: str) -> None:
    place = located(text).place
    assert place.region == Region.AMBIGUOUS
    assert len({candidate.region for candidate in place.candidates}) > 1


@pytest.mark.parametrize(
    "text",
    [
        *("", "qwxyz vvk", "Bahnhofstrasse 3 AG", "12, chemin du Lac", "Rue de Lausanne 12"),
        *("Juraweg 28", "Rue de la Gare 5", "Via Motta 12", "Schlossrain 6", "Waldweg 5"),
    ],
)
def test_street_alone_or_nonsense_is_unknown(text: str) -> None:
    assert located(text).place.region == Region.UNKNOWN


@pytest.mark.parametrize("text", ["dito", '"', "11", "11\n11\n11"])
def test_ditto_marks_have_no_place_and_no_candidates(text: str) -> None:
    place = located(*text.split("\n")).place
    assert (place.region, place.candidates) == (Region.UNKNOWN, ())


def test_street_postcode_and_town_may_have_cells_of_their_own() -> None:
    parsed = located("Dorfstr. 1234", "6460", "Altdorf", roles=(Role.STREET, Role.POSTCODE, Role.TOWN))
    assert (parsed.place.region, parsed.corrected) == ("UR", "Dorfstr. 1234, 6460 Altdorf")
    assert located("Rue Neuve 7", "1217 Meyrin", roles=(Role.STREET, Role.POSTCODE_TOWN)).place.region == "GE"


def test_number_of_a_street_beside_a_town_cell_is_no_postcode() -> None:
    parsed = located("Rue de Fribourg 1700", "1950 Sion", roles=(Role.ADDRESS, Role.POSTCODE_TOWN))
    assert (parsed.place.region, parsed.corrected) == ("VS", "Rue de Fribourg 1700, 1950 Sion")
    empty_cell = located("Rue Neuve 7, 1950 Sion", "", roles=(Role.ADDRESS, Role.TOWN))
    assert empty_cell.place.region == "VS"


def test_cells_for_canton_and_country_decide_between_towns_of_one_name() -> None:
    assert located("Bürglen", "Thurgau", roles=(Role.TOWN, Role.CANTON)).place.region == "TG"
    assert located("Bürglen", "UR", roles=(Role.TOWN, Role.CANTON)).place.region == "UR"
    abroad = located("Wil", "Deutschland", roles=(Role.TOWN, Role.COUNTRY)).place
    assert (abroad.region, abroad.country) == (Region.ABROAD, "DE")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("ZH", "ZH"),
        ("Kt. ZH", "ZH"),
        ("Kanton Bern", "BE"),
        ("Canton de Vaud", "VD"),
        ("Bahnhofstrasse 3, ZH", "ZH"),
    ],
)
def test_canton_without_a_town_is_the_region(text: str, region: str) -> None:
    parsed = located(text)
    assert parsed.place.region == region
    assert parsed.place.confidence <= 0.9  # low enough for a review
    assert parsed.corrected == text


@pytest.mark.parametrize(("text", "region"), [("Lens VS", "VS"), ("1700 Freiburg", "FR"), ("Koblenz", "AG")])
def test_city_abroad_does_not_displace_a_swiss_town_that_fits_as_well(text: str, region: str) -> None:
    assert located(text).place.region == region


def test_city_abroad_must_be_read_exactly_and_not_contradict_the_country() -> None:
    london = located("London").place
    assert (london.region, london.country) == (Region.ABROAD, "GB")
    assert located("Londom").place.region != Region.ABROAD
    assert located("London", "CH", roles=(Role.TOWN, Role.COUNTRY)).place.region != Region.ABROAD
    turin = located("Turin").place  # the city, or a hamlet in Valais
    assert turin.confidence < 0.8
    assert {candidate.region for candidate in turin.candidates} == {"VS", Region.ABROAD}


def test_share_of_the_right_canton_falls_with_every_error() -> None:
    texts = ("6460 Altdorf", "6460 Altdort", "6160 Altdort", "6160 Aldort", "6160 Aldrt")
    places = [located(text).place for text in texts]
    shares = [sum(c.probability for c in place.candidates if c.region == "UR") for place in places]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.999


def test_unclear_reading_needs_more_evidence() -> None:
    assert located("3758", confidence=0.95).place.region == "BE"
    assert located("3758", confidence=0.45).place.region == Region.UNKNOWN


def unclear_except(text: str, start: int, end: int) -> Line:
    """Return a line of which only text[start:end] is read clearly."""
    parts = spelled(text[:start], 0), spelled(text[start:end]), spelled(text[end:], 0)
    log_probs = np.concatenate([part.log_probs for part in parts if part.log_probs is not None])
    return Line(text, 0.65, log_probs, parts[1].alphabet)


def test_clear_postcode_counts_although_the_rest_is_hardly_legible() -> None:
    street, number, town = "Ch. da sila 6, ", "2406", " Le maillot"
    text = street + number + town
    place = locate([unclear_except(text, len(street), len(street + number))], DIRECTORY).place
    assert place.region == "NE"
    assert 0.95 < place.confidence < 0.99  # reviewed, because the postcode is all there is
    assert locate([spelled(text, 0)], DIRECTORY).place.region == Region.UNKNOWN


def test_ambiguous_place_lists_its_cantons() -> None:
    place = located("Juraweg 28, Bürglen").place
    shares = {candidate.region: candidate.probability for candidate in place.candidates}
    assert {"OW", "TG", "UR"} <= set(shares)
    assert max(shares.values()) < 0.5
    assert place.postcode == place.locality == ""


def test_neighbours_decide_between_towns_of_one_name() -> None:
    others = [located("Waldweg 5, 6078 Bürglen").place] * 9
    others += [located("6210 Sursee").place, located("qwxyz").place]
    shares = neighbour_shares(others)
    assert shares == {"6078": pytest.approx(0.9), "6210": pytest.approx(0.1)}
    place = locate([Line("Juraweg 28, Bürglen", 0.9)], DIRECTORY, neighbours=shares).place
    assert place.region == "OW"
    assert place.confidence < 0.999


def test_towns_of_one_name_do_not_weaken_clear_evidence_from_neighbours() -> None:
    neighbours = neighbour_shares([located("6078 Bürglen").place] * 5 + [located("6060 Sarnen").place] * 5)
    place = locate([Line("Juraweg 28, Bürglen", 0.97)], DIRECTORY, neighbours=neighbours).place
    assert place.region == "OW"
    assert place.confidence > 0.99


def test_neighbours_do_not_outweigh_what_is_clearly_written() -> None:
    place = locate([Line("6460 Altdorf", 0.9)], DIRECTORY, neighbours={"8243": 1.0}).place
    assert place.region == "UR"

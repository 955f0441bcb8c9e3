"""The shipped directory of Swiss places: its content, and exact lookups."""

import subprocess
import sys
from importlib import resources

import pytest

from digitize.address.directory import (
    CANTONS,
    LIECHTENSTEIN,
    load_directory,
)
from digitize.address.directory.postcodes import read_directory
from samples.build_data.border_facts import ADDED, LOCALITY_CANTONS

DIRECTORY = load_directory()


def cantons_of(postcode: str, name: str) -> dict[str, float]:
    return next(dict(loc.cantons) for loc in DIRECTORY.by_postcode(postcode) if loc.name == name)


def test_directory_has_all_cantons_and_liechtenstein_and_nothing_else() -> None:
    found = {canton for loc in DIRECTORY.localities for canton, _ in loc.cantons}
    assert found == CANTONS | {LIECHTENSTEIN}
    assert len(CANTONS) == 26


def test_table_has_every_name_of_its_sources() -> None:
    """The table must be built again whenever exonyms or border facts are edited."""
    lines = resources.files("digitize.data").joinpath("exonyms.tsv").read_text(encoding="utf-8").splitlines()
    for exonym, name in (line.split("\t") for line in lines if not line.startswith("#")):
        assert name in {loc.name for loc in DIRECTORY.by_name(exonym)}, exonym
    for (postcode, name), cantons in {**ADDED, **LOCALITY_CANTONS}.items():
        assert cantons_of(postcode, name) == pytest.approx(cantons)


def test_localities_are_unique_and_well_formed() -> None:
    assert len(DIRECTORY.localities) > 4_200
    postcodes = {loc.postcode for loc in DIRECTORY.localities}
    assert len(postcodes) > 3_350
    assert all(len(code) == 4 and code.isdigit() and "1000" <= code <= "9699" for code in postcodes)
    assert all(sum(share for _, share in loc.cantons) == pytest.approx(1) for loc in DIRECTORY.localities)
    assert len({(loc.postcode, loc.name) for loc in DIRECTORY.localities}) == len(DIRECTORY.localities)


@pytest.mark.parametrize(
    "postcode,name,canton",
    [
        ("6460", "Altdorf UR", "UR"),
        ("9490", "Vaduz", "LI"),
        ("1660", "Château-d'Oex", "VD"),  # apostrophes are restored
        ("2740", "Moutier", "JU"),
        ("1595", "Clavaleyres", "FR"),
        ("2333", "La Cibourg", "BE"),
        ("2616", "La Cibourg", "BE"),
        ("6010", "Kriens", "LU"),
    ],
)
def test_place_has_its_canton(postcode: str, name: str, canton: str) -> None:
    assert cantons_of(postcode, name) == {canton: 1.0}


@pytest.mark.parametrize(
    "postcode,name,cantons",
    [
        ("9105", "Schönengrund", {"AR", "SG"}),
        ("2345", "Le Cerneux-Veusil", {"BE", "JU"}),
        ("6340", "Sihlbrugg", {"ZG", "ZH"}),
        ("8866", "Ziegelbrücke", {"GL", "SG"}),
        ("6388", "Grafenort", {"NW", "OW"}),
    ],
)
def test_places_on_a_border_lie_in_two_cantons(postcode: str, name: str, cantons: set[str]) -> None:
    assert set(cantons_of(postcode, name)) == cantons


@pytest.mark.parametrize(
    "written,name",
    [
        ("Genf", "Genève"),
        ("Ginevra", "Genève"),
        ("Losanna", "Lausanne"),
        ("Coire", "Chur"),
        ("Biel", "Biel/Bienne"),
        ("bienne", "Biel/Bienne"),
        ("Freiburg", "Fribourg"),
        ("San Gallo", "St. Gallen"),
        ("Neuhausen", "Neuhausen am Rheinfall"),
        ("Oberried", "Oberried FR"),
    ],
)
def test_names_in_other_languages_find_the_place(written: str, name: str) -> None:
    assert name in {loc.name for loc in DIRECTORY.by_name(written)}


def test_unknown_postcodes_and_names_find_nothing() -> None:
    assert DIRECTORY.by_postcode("6499") == ()
    assert DIRECTORY.by_name("Nirgendwo") == ()


def test_nearest_keys_are_sorted_by_edits_and_within_the_limit() -> None:
    found = DIRECTORY.nearest_keys("altdorff", 2, 5)
    assert found[0] == ("altdorf", 1)
    assert [edits for _, edits in found] == sorted(edits for _, edits in found)
    assert all(edits <= 2 for _, edits in found)


def test_line_of_the_table_gives_names_and_shares() -> None:
    small = read_directory("2500\tBiel/Bienne\tBE\tBiel|Bienne\tSeeland\n2501\tX\tBE:0.65 SO:0.35\t\t\n")
    biel = small.by_name("BIEL")[0]
    assert [(name.spelling, name.loose) for name in biel.names] == [
        ("Biel/Bienne", False),
        ("Biel", False),
        ("Bienne", False),
        ("Seeland", True),
    ]
    assert small.by_postcode("2501")[0].cantons == (("BE", 0.65), ("SO", 0.35))


def test_equally_near_keys_are_in_the_order_of_the_table() -> None:
    """The order must not vary from run to run: it decides which keys are within the limit."""
    names = [f"Dorf{letter}" for letter in "qwertzuiop"]
    small = read_directory(f"2500\t{names[0]}\tBE\t{'|'.join(names[1:])}\t\n")
    assert [name for name, _ in small.nearest_keys("dorf", 1, 10)] == [name.lower() for name in names]


def test_tables_are_not_loaded_on_import() -> None:
    code = (
        "import digitize.address.directory as r; import sys;"
        "assert r.load_directory.cache_info().currsize == 0;"
        "assert r.load_foreign_places.cache_info().currsize == 0;"
        "assert r.load_cities.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

"""What `locate` holds to for any text and for every place of the directory."""

from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.address.directory import CANTONS, Locality, fold
from digitize.address.locate import locate
from digitize.ocr.engines import Line
from digitize.records import Region
from tests.address.addresses import DIRECTORY, UNIQUE, located

LAYOUTS = ["{} {}", "CH-{} {}", "Dorf 3, {} {}", "Weg 1\n{} {}", "{1}, {0}"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(DIRECTORY.localities), st.integers(0, 3), st.sampled_from("0123456789"))
def test_wrong_digit_never_moves_a_right_town_elsewhere_with_certainty(
    locality: Locality, position: int, digit: str
) -> None:
    postcode = locality.postcode[:position] + digit + locality.postcode[position + 1 :]
    allowed = {canton for canton, _ in locality.cantons}
    for other in DIRECTORY.by_postcode(postcode):
        if other.name == locality.name:
            allowed |= {canton for canton, _ in other.cantons}
    place = located(f"Dorfweg 3, {postcode} {locality.name}").place
    is_certain = place.confidence >= 0.99 and place.region in CANTONS
    assert not is_certain or place.region in allowed


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(UNIQUE), st.sampled_from(LAYOUTS))
def test_every_place_is_found_in_any_layout(locality: Locality, layout: str) -> None:
    place = located(*layout.format(locality.postcode, locality.name).split("\n")).place
    assert place.region == locality.cantons[0][0]
    assert place.postcode == locality.postcode


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(UNIQUE), st.booleans())
def test_capitals_and_lost_accents_do_not_matter(locality: Locality, capitals: bool) -> None:
    name = locality.name.upper() if capitals else fold(locality.name)
    assert located(f"{locality.postcode} {name}").place.region == locality.cantons[0][0]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(UNIQUE))
def test_no_postcode_is_invented_in_the_text(locality: Locality) -> None:
    assert locality.postcode not in located(f"Dorfweg 3, {locality.name}").corrected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.floats(0, 1))
def test_any_text_gives_a_consistent_place(text: str, confidence: float) -> None:
    place = locate([Line(text, confidence)], DIRECTORY).place
    assert place.region in CANTONS | set(Region)
    assert 0 <= place.confidence <= 1
    assert sum(candidate.probability for candidate in place.candidates) <= 1 + 1e-6
    assert place.region not in CANTONS or place.confidence >= 0.7


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöü0123456789 ,.", max_size=40))
def test_address_without_a_place_keeps_its_words(text: str) -> None:
    parsed = located(text)
    if parsed.place.region == Region.UNKNOWN:
        assert fold(parsed.corrected) == fold(text)

"""What the directory confirms of an address, and what rests on the recogniser alone."""

from dataclasses import replace

import pytest

from digitize.address.candidates import Hit
from digitize.address.certainty import (
    end_of_word,
    is_postcode_certain,
    is_town_certain,
    postcode_share,
    town_share,
    unconfirmed_parts,
)
from digitize.address.parse import PostcodeSpan, TownSpan
from digitize.ocr.engines import Line
from tests.address.addresses import locality, located

TEXT = "Zeughausweg 29, 6460 Altdorf"
ALTDORF = Hit(
    locality("6460", "Altdorf UR"),
    0.0,
    PostcodeSpan(16, 20, "6460", 0.0),
    TownSpan(21, 28, "altdorf", 0.0),
    "Altdorf",
    country="CH",
    postcode="6460",
)
OTHER = replace(ALTDORF, postcode="8243", spelling="Altdorf SH")


def test_shares_are_summed_over_hits_with_the_same_postcode_and_spelling() -> None:
    hits = [(ALTDORF, 0.5), (OTHER, 0.2), (replace(ALTDORF, spelling="Altdorf UR"), 0.1)]
    assert postcode_share(hits) == pytest.approx(0.6)
    assert town_share(hits) == pytest.approx(0.5)


def test_postcode_is_certain_from_nine_tenths_on_and_from_one_half_if_it_was_read_with_letters() -> None:
    assert is_postcode_certain([(ALTDORF, 0.9), (OTHER, 0.1)])
    assert not is_postcode_certain([(ALTDORF, 0.8), (OTHER, 0.2)])
    with_letter = replace(ALTDORF, postcode_span=PostcodeSpan(16, 20, "b460", 0.0))
    assert is_postcode_certain([(with_letter, 0.5), (OTHER, 0.2)])
    assert not is_postcode_certain([(with_letter, 0.4), (OTHER, 0.2)])


def test_without_postcode_or_town_nothing_is_certain() -> None:
    neither = replace(ALTDORF, postcode_span=None, town_span=None)
    assert not is_postcode_certain([(neither, 1.0)])
    assert not is_town_certain([(neither, 1.0)])
    assert postcode_share([(replace(ALTDORF, postcode=""), 1.0)]) == 0


def test_town_with_more_words_than_the_spelling_is_not_certain() -> None:
    assert is_town_certain([(ALTDORF, 0.95)])
    longer = replace(ALTDORF, town_span=TownSpan(21, 40, "altdorfoberdorf", 0.0))
    assert not is_town_certain([(longer, 0.95)])


def test_digits_attached_to_a_town_belong_to_its_word() -> None:
    assert end_of_word("Mendr1510 x", 5) == 9
    assert end_of_word("Altdorf, x", 7) == 7


def test_unconfirmed_parts_are_outside_the_certain_spans() -> None:
    parts, share = unconfirmed_parts(TEXT, [(ALTDORF, 0.95)], [(0, Line(TEXT, 0.9))])
    assert [part.text for part in parts] == ["Zeughausweg 29, "]
    assert share == pytest.approx(0.95)


def test_nothing_confirmed_leaves_the_whole_line_and_a_share_of_zero() -> None:
    parts, share = unconfirmed_parts(TEXT, [(ALTDORF, 0.6), (OTHER, 0.4)], [(0, Line(TEXT, 0.9))])
    assert [part.text for part in parts] == [TEXT]
    assert share == 0


def unconfirmed(*texts: str) -> tuple[list[str], float]:
    parsed = located(*texts)
    return [part.text.strip(" ,") for part in parsed.unconfirmed], parsed.confirmed_share


@pytest.mark.parametrize(
    ("texts", "rest"),
    [
        (("Zeughausweg 29, 6460 Altdort",), ["Zeughausweg 29"]),
        (("Zeughausweg 29", "b460 Altdorf"), ["Zeughausweg 29"]),
        (("6460 Altdorf, Zeughausweg 29",), ["Zeughausweg 29"]),
        (("6460 Altdorf",), []),
    ],
)
def test_misread_place_is_confirmed_by_the_directory(texts: tuple[str, ...], rest: list[str]) -> None:
    parts, share = unconfirmed(*texts)
    assert parts == rest
    assert share > 0.9


def test_towns_abroad_and_quarters_are_not_confirmed() -> None:
    assert unconfirmed("Zeughausweg 29", "qwxyz vvk") == (["Zeughausweg 29", "qwxyz vvk"], 0.0)
    abroad = unconfirmed("Rheingasse 1, 79576 Weil am Rhein")
    assert abroad == (["Rheingasse 1", "Weil am Rhein"], pytest.approx(1, abs=0.01))
    assert unconfirmed("8048 Zürich-Altstetten im Grünen")[0]

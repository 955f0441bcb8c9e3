"""Addresses that name a canton but no town."""

import pytest

from digitize.address.canton_only import canton_only
from digitize.address.join_lines import join_lines
from digitize.ocr.engines import Line
from digitize.records import Place, Role


def canton_of(text: str, confidence: float = 0.8) -> Place | None:
    return canton_only(join_lines([Line(text, confidence)], ()))


@pytest.mark.parametrize(
    ("text", "canton"),
    [
        ("ZH", "ZH"),
        ("Kt. ZH", "ZH"),
        ("Kanton Bern", "BE"),
        ("Canton de Vaud", "VD"),
        ("Cantone Ticino", "TI"),
        ("canton du Jura", "JU"),
        ("Bahnhofstrasse 3, ZH", "ZH"),
        ("Bahnhofstrasse 3\nKanton Zug", "ZG"),
    ],
)
def test_canton_after_the_street_is_found(text: str, canton: str) -> None:
    place = canton_of(text)
    assert place is not None
    assert (place.region, place.country, place.postcode) == (canton, "CH", "")


@pytest.mark.parametrize("text", ["Bern", "Zug", "Bahnhofstrasse 3 AG", "ZH, Bahnhofstrasse 3", "", "XX"])
def test_towns_streets_and_other_letters_are_no_canton(text: str) -> None:
    assert canton_of(text) is None


@pytest.mark.parametrize(("confidence", "expected"), [(0.5, 0.5), (0.99, 0.9)])
def test_confidence_is_low_enough_for_a_review(confidence: float, expected: float) -> None:
    place = canton_of("ZH", confidence)
    assert place is not None
    assert place.confidence == expected


def test_cell_for_the_canton_is_taken_with_its_own_confidence() -> None:
    lines = [Line("12.3.1970", 0.4), Line("VS", 0.97)]
    place = canton_only(join_lines(lines, (Role.NUMBER, Role.CANTON)))
    assert place == Place("VS", country="CH", confidence=0.97)

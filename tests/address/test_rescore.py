"""The recogniser's probabilities change the order of candidates."""

from dataclasses import replace

import pytest

from digitize.address.candidates import Hit
from digitize.address.locate import locate
from digitize.address.parse import PostcodeSpan, TownSpan
from digitize.address.rescore import rescore
from digitize.ocr.engines import Line
from digitize.records import Region
from tests.address.addresses import DIRECTORY, clear, line_of, locality


def hit(read: str, postcode: str, name: str) -> Hit:
    """Return a hit for a line that begins with this postcode reading, followed by "Altdorf"."""
    span = PostcodeSpan(0, 4, read, 0.0)
    town = TownSpan(5, 12, "altdorf", 0.0)
    return Hit(locality(postcode, name), 0.0, span, town, "Altdorf", country="CH", postcode=postcode)


def test_candidate_that_the_probabilities_support_gains_on_the_one_they_exclude() -> None:
    doubtful = line_of(*clear("6"), {"1": 0.5, "4": 0.45}, *clear("60 Altdorf"))
    certain = line_of(*clear("6160 Altdorf"))
    right = hit("6160", "6460", "Altdorf UR")
    (supported,) = rescore([right], [(0, doubtful)])
    (excluded,) = rescore([right], [(0, certain)])
    assert supported.score > excluded.score


def test_hits_without_probabilities_keep_their_scores() -> None:
    hits = [hit("6160", "6460", "Altdorf UR")]
    assert rescore(hits, [(0, Line("6160 Altdorf", 0.9))]) == hits


def test_hits_that_are_not_written_in_the_line_keep_their_scores() -> None:
    nowhere = replace(hit("6160", "6460", "Altdorf UR"), postcode_span=None, town_span=None)
    assert rescore([nowhere], [(0, line_of(*clear("6160 Altdorf")))]) == [nowhere]


def test_only_the_best_twenty_hits_are_rescored() -> None:
    line = line_of(*clear("6"), {"1": 0.5, "4": 0.45}, *clear("60 Altdorf"))
    hits = [replace(hit("6160", "6460", "Altdorf UR"), score=-float(rank)) for rank in range(25)]
    rescored = rescore(hits, [(0, line)])
    unchanged = [each for each in rescored if each in hits]
    assert unchanged == hits[20:]


def test_probabilities_tell_two_similar_towns_apart() -> None:
    """ "1820 Monthen": Monthey is one letter away, Montreux two, but the letters look like the latter."""
    word = [*clear("Mont"), {"h": 0.4, "r": 0.35}, *clear("e"), {"n": 0.4, "u": 0.35}, {" ": 0.5, "x": 0.3}]
    by_text = locate([Line("1820 Monthen", 0.9)], DIRECTORY).place
    vaud = sum(candidate.probability for candidate in by_text.candidates if candidate.region == "VD")
    rescored = locate([line_of(*clear("1820 "), *word)], DIRECTORY)
    assert rescored.place.region == "VD"
    assert rescored.place.confidence > max(vaud, 0.9)
    assert rescored.corrected == "1820 Montreux"


def test_town_decides_about_a_digit_that_was_read_with_doubt() -> None:
    doubtful = line_of(*clear("6"), {"1": 0.5, "4": 0.45}, *clear("60 Altdorf"))
    certain = line_of(*clear("6160 Altdorf"))
    assert doubtful.text == certain.text == "6160 Altdorf"
    by_doubtful, by_certain = (locate([line], DIRECTORY).place for line in (doubtful, certain))
    assert by_doubtful.region == "UR"
    assert by_doubtful.confidence >= by_certain.confidence


@pytest.mark.parametrize("word", ["Kolumbarium", "Zentralschweiz"])
def test_word_outside_the_directory_is_not_forced_into_it(word: str) -> None:
    assert locate([line_of(*clear(word))], DIRECTORY).place.region == Region.UNKNOWN

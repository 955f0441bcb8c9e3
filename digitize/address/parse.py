"""Where in an address the postcode and the town may stand.

All positions are character indices into the address as one text, its lines
parted by newlines.  Nothing here looks into the directory: every plausible
spot is offered with the logarithm of how usual it is to write it there.
"""

import re
from dataclasses import dataclass

from digitize.address.address_words import (
    ARTICLES,
    COUNTRY_OF_PREFIX,
    ends_with_town,
    is_box,
    is_street,
    starts_street,
    without_country,
)
from digitize.address.directory.ocr_error_model import DIGITS
from digitize.address.directory.postcodes import CANTONS
from digitize.address.directory.spelling_key import fold, key
from digitize.ocr.digits import POSSIBLE_DIGITS_OF

# How usual a place for the postcode or the town is (natural logarithms of rough shares).
_USUAL, _LESS, _RARE = -0.1, -0.9, -2.3
RARELY_A_TOWN = -7.0  # a town with a number behind it is far more often a street
_PASSED_OVER = -4.5  # a number that may be a postcode is something else

_TOKEN = re.compile(r"[^\s,;()]+")
_PREFIX = re.compile(
    r"(?<![^\W_])(?:(?P<dashed>CH|FL|LI|DE|D|AT|A|FR|F|IT|I)\s?[-–—._]\s?|(?P<bare>CH|FL)\s?)$", re.I
)
_LETTERS_BEFORE = re.compile(r"(?:[A-Z]{1,2}[-–—._]|CH|FL|)", re.I)  # "CH6460", "D-78462" in one token
_SEGMENT = re.compile(r"[^,;\n]+")
_DIGIT_RUN = re.compile(r"(?<!\d)(?=(\d[^\s,;]{3}|\d[^\s,;]{3}\d)(?!\d))")
_SPLIT_CODE = re.compile(r"(?<![\w])(\d{1,3})[ .](\d{1,3})(?![\d])")
_CANTON_AT_END = re.compile(r"[\s,(/]*\b([A-Z]{2})\b[\s).]*$")
_NUMBER_AT_END = re.compile(r"\d\s?[a-zA-Z]?\W*$")
_NUMBERS_AT_END = re.compile(r"[\s\d.]+$")
_HOUSE_NUMBER = re.compile(r"\d+\s?[a-zA-Z]?\b")
_GARBLED_CODE = re.compile(r"\s*[^\W\d_]{3,5}\s+(?=\w{3})")
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class NumberSpot:
    """Characters that may be the postcode.

    `country` comes from a prefix such as "D-", which begins at `prefix_start`
    (-1: there is none to speak of).
    """

    start: int
    end: int
    text: str
    usual: float
    country: str = ""
    prefix_start: int = -1

    @property
    def first(self) -> int:
        """Where the spot begins, its prefix included."""
        return self.start if self.prefix_start < 0 else self.prefix_start


@dataclass(frozen=True, slots=True)
class TownSpot:
    """Characters that may be the town; `canton` from letters after it ("Wil SG")."""

    start: int
    end: int
    key: str
    usual: float
    canton: str = ""


@dataclass(frozen=True, slots=True)
class Parse:
    """One way to take the address apart."""

    number: NumberSpot | None
    towns: tuple[TownSpot, ...]
    usual: float


def parses(text: str, place_from: int = 0) -> list[Parse]:
    """Every plausible way to take `text` apart, the one without a postcode last.

    Postcode and town are looked for at or behind index `place_from`.
    """
    numbers = [spot for spot in number_spots(text) if spot.start >= place_from]
    found = [Parse(spot, _within(_towns_around(text, spot), place_from), spot.usual) for spot in numbers]
    passed_over = any(len(spot.text) >= DIGITS and spot.text.isdigit() for spot in numbers)
    usual = _PASSED_OVER if passed_over else _USUAL
    found.append(Parse(None, _within(_towns_alone(text), place_from), usual))
    return found


def _within(spots: tuple[TownSpot, ...], place_from: int) -> tuple[TownSpot, ...]:
    return tuple(spot for spot in spots if spot.start >= place_from)


def number_spots(text: str) -> list[NumberSpot]:
    spots: dict[tuple[int, int], NumberSpot] = {}
    for token in _TOKEN.finditer(text):
        if is_box(text[: token.start()]):
            continue
        prefix = _LETTERS_BEFORE.match(token.group())
        for start in {token.start(), token.start() + (prefix.end() if prefix else 0)}:
            for spot in _spots_at(text, start, token.end()):
                spots[spot.start, spot.end] = spot
    for run in _DIGIT_RUN.finditer(text):
        spot = NumberSpot(*run.span(1), run[1], _LESS + _LESS)
        if sum(c.isdigit() for c in spot.text) >= len(spot.text) - 1 >= 3 and not is_box(text[: spot.start]):
            spots.setdefault(run.span(1), spot)
    for pair in _SPLIT_CODE.finditer(text):
        if len(pair[1] + pair[2]) == 4 and not is_box(text[: pair.start()]):
            spots.setdefault(pair.span(), NumberSpot(*pair.span(), pair[1] + pair[2], _RARE))
    return list(spots.values())


def _spots_at(text: str, start: int, end: int) -> list[NumberSpot]:
    """Numbers of three to five digits that begin at `start`."""
    prefix_start, country = _prefix(text, start)
    spots = []
    for width, fewest_digits in ((4, 2), (5, 4), (3, 3)):
        run = text[start : start + width]
        digits = sum(c.isdigit() for c in run)
        if start + width > end or digits < fewest_digits:
            continue
        if not all(c.isdigit() or c in POSSIBLE_DIGITS_OF for c in run):
            continue
        if text[start + width : start + width + 1].isdigit():
            continue
        before = text[:prefix_start].rstrip(" ")
        first = not before or before[-1] in ",;\n-–" or bool(country)
        followed = bool(_LETTERS.match(text[start + width :].lstrip(" ,-.")))
        alone = _LESS if not before else _RARE
        usual = (_USUAL if first else _LESS) + (_USUAL if followed else alone)
        usual = usual if width >= DIGITS else usual + _RARE
        spots.append(NumberSpot(start, start + width, run, usual, country, prefix_start))
    return spots


def _prefix(text: str, start: int) -> tuple[int, str]:
    """Where a country prefix ("CH-", "D-") before `start` begins, and its country; `start`, "" if none."""
    found = _PREFIX.search(text, max(0, start - 5), start)
    if not found:
        return start, ""
    return found.start(), COUNTRY_OF_PREFIX[(found["dashed"] or found["bare"]).upper()]


def _towns_around(text: str, number: NumberSpot) -> tuple[TownSpot, ...]:
    """Town texts for a given postcode spot: behind it, else before it."""
    segments = [m.span() for m in _SEGMENT.finditer(text)]
    behind = [(max(a, number.end), b) for a, b in segments if b > number.end]
    before = [(a, min(b, number.first)) for a, b in segments if a < number.first]
    spots: list[TownSpot] = []
    for position, (start, end) in enumerate(behind[:2]):
        if not starts_street(text[start:end]):
            spots += _town_spots(text, start, end, _USUAL if position == 0 else _LESS)
    for start, end in before[::-1][:2]:
        if not any(c.isdigit() for c in text[start:end]) and not is_street(text[start:end]):
            spots += _town_spots(text, start, end, _RARE, whole=True)
        else:
            spots += _after_house_number(text, start, end, _RARE)
    return tuple(spots)


def _towns_alone(text: str) -> tuple[TownSpot, ...]:
    """Town texts of an address without a postcode: the last part that is no street."""
    spots: list[TownSpot] = []
    for position, segment in enumerate(reversed(list(_SEGMENT.finditer(text)))):
        usual = _USUAL if position == 0 else _RARE
        start, end = segment.span()
        if is_street(segment.group()) or any(c.isdigit() for c in segment.group()):
            spots += _after_house_number(text, start, end, usual + _LESS)
            spots += _after_street(text, start, end, usual + _RARE)
        if not is_street(segment.group()):
            numbered = bool(_NUMBER_AT_END.search(segment.group()))
            spots += _town_spots(text, start, end, usual + numbered * RARELY_A_TOWN, whole=position > 0)
            spots += _behind_first_word(text, start, end, usual + _RARE)
    return tuple(spots)


def _after_house_number(text: str, start: int, end: int, usual: float) -> list[TownSpot]:
    """ "Via Pretorio 118 Mendrisio": what follows the last number of a street."""
    numbers = list(_HOUSE_NUMBER.finditer(text, start, end))
    if not numbers or numbers[-1].start() <= start + 1:
        return []
    return _town_spots(text, numbers[-1].end(), end, usual)


def _after_street(text: str, start: int, end: int, usual: float) -> list[TownSpot]:
    """ "14, route de Valmont Payerne": the last word of a street in a line that lost its comma."""
    words = list(re.finditer(r"\S+", text[start:end]))
    if not words or not ends_with_town(fold(text[start:end]).split(" ")):
        return []
    last = _town_spot(text, start + words[-1].start(), end, usual, "")
    return [last] if len(last.key) > 2 else []


def _behind_first_word(text: str, start: int, end: int, usual: float) -> list[TownSpot]:
    """ "goss Teufen": the first word may be a postcode read as letters."""
    first = _GARBLED_CODE.match(text, start, end)
    return [_town_spot(text, first.end(), end, usual, "")] if first else []


def _town_spots(text: str, start: int, end: int, usual: float, whole: bool = False) -> list[TownSpot]:
    """The town in text[start:end]: all of it, and its first words where more follows."""
    end = start + len(without_country(text[start:end]))
    canton = ""
    letters = _CANTON_AT_END.search(text[start:end])
    if (
        letters
        and letters[1] in CANTONS | {"FL", "LI"}
        and _LETTERS.search(text[start : start + letters.start()])
    ):
        canton = "LI" if letters[1] == "FL" else letters[1]
    spots = [_town_spot(text, start, end, usual, canton)]
    if canton and letters:
        spots.append(_town_spot(text, start, start + letters.start(), usual, canton))
    words = list(re.finditer(r"\S+", text[start:end]))
    for count in () if whole else range(1, min(4, len(words))):
        spots.append(_town_spot(text, start, start + words[count - 1].end(), usual + _RARE, ""))
    hyphen = text.find("-", start + 1, end - 1)
    if hyphen > 0:  # "Zürich-Oerlikon": the town before its quarter
        spots.append(_town_spot(text, start, hyphen, usual + _RARE, ""))
    return [spot for spot in spots if len(spot.key) > 1 and spot.key not in ARTICLES]


def _town_spot(text: str, start: int, end: int, usual: float, canton: str) -> TownSpot:
    raw = _NUMBERS_AT_END.sub("", text[start:end])
    lead = len(raw) - len(raw.lstrip(" .,:;-–_"))
    end = start + len(raw.rstrip(" .,:;-–_("))
    start = min(start + lead, end)
    return TownSpot(start, end, key(fold(text[start:end])), usual, canton)

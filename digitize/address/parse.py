"""Where in an address the postcode and the town may be.

All positions are character indices into the text of the address, whose lines are
separated by newlines.  Nothing is looked up in the directory here: every
plausible span is returned with the logarithm of how usual it is to write a
postcode or a town there.
"""

import re
from collections.abc import Iterator
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

# How usual a position is for a postcode or a town: natural logarithms of rough shares of addresses.
_USUAL, _LESS_USUAL, _RARE = -0.1, -0.9, -2.3
RARELY_A_TOWN = -7.0  # a name with a number after it is far more often a street
_IGNORED_POSTCODE = -4.5  # a number that may be a postcode is something else

# Widths (characters) and fewest digits of what may be a postcode: four, five abroad, or three with one lost.
_CODE_WIDTHS = ((4, 2), (5, 4), (3, 3))
_MAX_PREFIX = 5  # characters of a country prefix with its separator
_MAX_FIRST_WORDS = 3  # of a segment that may be the town alone
_SEGMENTS_NEARBY = 2  # on either side of a postcode in which its town is looked for

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
class PostcodeSpan:
    """Characters that may be the postcode.

    `country` comes from a prefix such as "D-", which begins at `prefix_start`,
    -1 if the span was found without looking for one.
    """

    start: int
    end: int
    text: str
    log_prior: float
    country: str = ""
    prefix_start: int = -1

    @property
    def first(self) -> int:
        """Index at which the span begins, including its prefix."""
        return self.start if self.prefix_start < 0 else self.prefix_start


@dataclass(frozen=True, slots=True)
class TownSpan:
    """Characters that may be the town; `canton` is from letters after it ("Wil SG")."""

    start: int
    end: int
    key: str
    log_prior: float
    canton: str = ""


@dataclass(frozen=True, slots=True)
class Parse:
    """One way to take an address apart: a postcode, if any, and where its town may be."""

    postcode: PostcodeSpan | None
    towns: tuple[TownSpan, ...]
    log_prior: float


def parse(text: str, place_from: int = 0) -> list[Parse]:
    """Return every plausible way to take `text` apart, last the one without a postcode.

    Postcode and town are searched at and after the index `place_from`.
    """
    postcodes = [span for span in postcode_spans(text) if span.start >= place_from]
    found = [
        Parse(span, _from_index(_towns_around(text, span), place_from), span.log_prior) for span in postcodes
    ]
    has_code = any(len(span.text) >= DIGITS and span.text.isdigit() for span in postcodes)
    log_prior = _IGNORED_POSTCODE if has_code else _USUAL
    found.append(Parse(None, _from_index(_towns_alone(text), place_from), log_prior))
    return found


def _from_index(spans: tuple[TownSpan, ...], place_from: int) -> tuple[TownSpan, ...]:
    return tuple(span for span in spans if span.start >= place_from)


def postcode_spans(text: str) -> list[PostcodeSpan]:
    """Return everything in `text` that may be a postcode, except numbers of post office boxes."""
    spans: dict[tuple[int, int], PostcodeSpan] = {}
    for token in _TOKEN.finditer(text):
        if is_box(text[: token.start()]):
            continue
        prefix = _LETTERS_BEFORE.match(token.group())
        for start in {token.start(), token.start() + (prefix.end() if prefix else 0)}:
            for span in _codes_at(text, start, token.end()):
                spans[span.start, span.end] = span
    for run in _DIGIT_RUN.finditer(text):  # inside a token: "Altdorf6460"
        span = PostcodeSpan(*run.span(1), run[1], 2 * _LESS_USUAL)
        digits = sum(c.isdigit() for c in span.text)
        if digits >= len(span.text) - 1 >= 3 and not is_box(text[: span.start]):
            spans.setdefault(run.span(1), span)
    for pair in _SPLIT_CODE.finditer(text):  # "64 60"
        if len(pair[1] + pair[2]) == DIGITS and not is_box(text[: pair.start()]):
            spans.setdefault(pair.span(), PostcodeSpan(*pair.span(), pair[1] + pair[2], _RARE))
    return list(spans.values())


def _codes_at(text: str, start: int, end: int) -> Iterator[PostcodeSpan]:
    """Yield the numbers of three to five digits, or letters like digits, from `start` to at most `end`."""
    prefix_start, country = _prefix(text, start)
    before = text[:prefix_start].rstrip(" ")
    is_first = not before or before[-1] in ",;\n-–" or bool(country)
    for width, min_digits in _CODE_WIDTHS:
        run = text[start : start + width]
        if start + width > end or sum(c.isdigit() for c in run) < min_digits:
            continue
        if not all(c.isdigit() or c in POSSIBLE_DIGITS_OF for c in run):
            continue
        if text[start + width : start + width + 1].isdigit():
            continue
        is_followed = bool(_LETTERS.match(text[start + width :].lstrip(" ,-.")))
        at_end = _LESS_USUAL if not before else _RARE
        log_prior = (_USUAL if is_first else _LESS_USUAL) + (_USUAL if is_followed else at_end)
        log_prior = log_prior if width >= DIGITS else log_prior + _RARE
        yield PostcodeSpan(start, start + width, run, log_prior, country, prefix_start)


def _prefix(text: str, start: int) -> tuple[int, str]:
    """Return where a country prefix ("CH-", "D-") before `start` begins, and its country.

    Without a prefix, returns `start` and "".
    """
    found = _PREFIX.search(text, max(0, start - _MAX_PREFIX), start)
    if not found:
        return start, ""
    return found.start(), COUNTRY_OF_PREFIX[(found["dashed"] or found["bare"]).upper()]


def _towns_around(text: str, postcode: PostcodeSpan) -> tuple[TownSpan, ...]:
    """Return the town spans for a postcode: after it, or less usual before it."""
    segments = [m.span() for m in _SEGMENT.finditer(text)]
    after = [(max(a, postcode.end), b) for a, b in segments if b > postcode.end]
    before = [(a, min(b, postcode.first)) for a, b in segments if a < postcode.first]
    spans: list[TownSpan] = []
    for position, (start, end) in enumerate(after[:_SEGMENTS_NEARBY]):
        if not starts_street(text[start:end]):
            spans += _town_spans(text, start, end, _USUAL if position == 0 else _LESS_USUAL)
    for start, end in before[::-1][:_SEGMENTS_NEARBY]:
        if not any(c.isdigit() for c in text[start:end]) and not is_street(text[start:end]):
            spans += _town_spans(text, start, end, _RARE, whole=True)
        else:
            spans += _after_house_number(text, start, end, _RARE)
    return tuple(spans)


def _towns_alone(text: str) -> tuple[TownSpan, ...]:
    """Return the town spans of an address without a postcode: usually the last segment that is no street."""
    spans: list[TownSpan] = []
    for position, segment in enumerate(reversed(list(_SEGMENT.finditer(text)))):
        log_prior = _USUAL if position == 0 else _RARE
        start, end = segment.span()
        if is_street(segment.group()) or any(c.isdigit() for c in segment.group()):
            spans += _after_house_number(text, start, end, log_prior + _LESS_USUAL)
            spans += _after_street(text, start, end, log_prior + _RARE)
        if not is_street(segment.group()):
            has_number = bool(_NUMBER_AT_END.search(segment.group()))
            whole_prior = log_prior + has_number * RARELY_A_TOWN
            spans += _town_spans(text, start, end, whole_prior, whole=position > 0)
            spans += _after_first_word(text, start, end, log_prior + _RARE)
    return tuple(spans)


def _after_house_number(text: str, start: int, end: int, log_prior: float) -> list[TownSpan]:
    """Return what follows the last number of a street: "Via Pretorio 118 Mendrisio"."""
    numbers = list(_HOUSE_NUMBER.finditer(text, start, end))
    if not numbers or numbers[-1].start() <= start + 1:
        return []
    return _town_spans(text, numbers[-1].end(), end, log_prior)


def _after_street(text: str, start: int, end: int, log_prior: float) -> list[TownSpan]:
    """Return the last word of a street whose comma was lost: "14, route de Valmont Payerne"."""
    words = list(re.finditer(r"\S+", text[start:end]))
    if not words or not ends_with_town(fold(text[start:end]).split(" ")):
        return []
    last = _town_span(text, start + words[-1].start(), end, log_prior, "")
    return [last] if len(last.key) > 2 else []


def _after_first_word(text: str, start: int, end: int, log_prior: float) -> list[TownSpan]:
    """Return what follows a first word that may be a postcode read as letters: "goss Teufen"."""
    first = _GARBLED_CODE.match(text, start, end)
    return [_town_span(text, first.end(), end, log_prior, "")] if first else []


def _town_spans(text: str, start: int, end: int, log_prior: float, whole: bool = False) -> list[TownSpan]:
    """Return the town in text[start:end]: all of it and, unless `whole`, its first words."""
    end = start + len(without_country(text[start:end]))
    canton = ""
    letters = _CANTON_AT_END.search(text[start:end])
    if letters and letters[1] in CANTONS | {"FL", "LI"}:
        has_town = _LETTERS.search(text[start : start + letters.start()])
        canton = ("LI" if letters[1] == "FL" else letters[1]) if has_town else ""
    spans = [_town_span(text, start, end, log_prior, canton)]
    if canton and letters:
        spans.append(_town_span(text, start, start + letters.start(), log_prior, canton))
    words = list(re.finditer(r"\S+", text[start:end]))
    for count in () if whole else range(1, min(_MAX_FIRST_WORDS + 1, len(words))):
        spans.append(_town_span(text, start, start + words[count - 1].end(), log_prior + _RARE, ""))
    hyphen = text.find("-", start + 1, end - 1)
    if hyphen > 0:  # "Zürich-Oerlikon": the town before its quarter
        spans.append(_town_span(text, start, hyphen, log_prior + _RARE, ""))
    return [span for span in spans if len(span.key) > 1 and span.key not in ARTICLES]


def _town_span(text: str, start: int, end: int, log_prior: float, canton: str) -> TownSpan:
    """Return text[start:end] as a town without the punctuation around it and the numbers after it."""
    raw = _NUMBERS_AT_END.sub("", text[start:end])
    lead = len(raw) - len(raw.lstrip(" .,:;-–_"))
    end = start + len(raw.rstrip(" .,:;-–_("))
    start = min(start + lead, end)
    return TownSpan(start, end, key(fold(text[start:end])), log_prior, canton)

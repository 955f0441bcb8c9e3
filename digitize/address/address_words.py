"""Words of addresses in four languages: streets, post office boxes, ditto marks and countries."""

import re

from digitize.address.directory import CANTONS, fold
from digitize.address.directory.ocr_error_model import DIGITS
from digitize.address.directory.region_names import COUNTRY_OF_WORD, COUNTRY_WORDS

COUNTRY_OF_PREFIX = {
    "CH": "CH",
    "FL": "LI",
    "LI": "LI",
    "D": "DE",
    "DE": "DE",
    "A": "AT",
    "AT": "AT",
    "F": "FR",
    "FR": "FR",
    "I": "IT",
    "IT": "IT",
}

_STREET_WORDS = (
    "rue|rte|route|av|ave|avenue|bd|bld|blvd|boulevard|ch|chem|chemin|pl|place|imp|impasse|quai|ruelle|sentier"
    "|allee|passage|promenade|via|viale|vicolo|piazza|piazzetta|salita|strada|contrada|corso|largo"
    "|postfach|case postale|casella postale|po box"
)
_STREET_START = re.compile(
    rf"^(?:\d+\s?[a-z]?\s)?(?:{_STREET_WORDS}|r|che|sent|all|pass|cour|clos|stradun|c o|pf|cp|boite|box)\s"
)
_STREET_INSIDE = re.compile(rf"\b(?:{_STREET_WORDS})\s")
ARTICLES = frozenset(
    {"de", "du", "des", "d", "la", "le", "les", "l", "della", "delle", "dei", "del", "di", "al", "alla"}
    | {"san", "s", "st", "sur", "en", "a", "sous", "der", "die", "das", "dem", "den", "im", "am"}
)
_STREET_END = re.compile(r"(?:strasse|str|gasse|weg|platz|allee|gasschen|gassli|ring|steig|quai|gass)$")
_STROKES_ONLY = re.compile(r"""^[\s.,;:_/\\–—-]*[1lI|"'”“„‟″〃‘’`´][\s1lI|"'”“„‟″〃‘’`´.,;:_/\\–—-]*$""")
_DITTO = frozenset(
    {"dito", "ditto", "dto", "do", "idem", "id", "itto", "dite", "ibidem", "ebenso", "deto", "dit", "dato"}
)
_LEAST_DITTO_LETTERS = 4
_MAX_STROKE_CHARACTERS = 4  # of misread ditto marks, with the end of a name that runs into the cell
_STROKE_DIGITS = frozenset("018")  # digits as which small upright strokes are read
_PART_END = re.compile(r"[,;\n]\s*$")
_BOX_END = re.compile(
    r"(?:\bpostfach|\bpf|\bcase postale|\bc p|\bcp|\bcasella postale|\bcasella|\bpo box|\bp o box|\bbox"
    r"|\bboite postale)$"
)


def country_of_code(text: str) -> str:
    """Return the ISO code for the letters of a country ("D", "CH", "GB"), "" for any other text."""
    letters = text.upper()
    known = letters in COUNTRY_WORDS and letters not in CANTONS  # "BE" is Bern
    return COUNTRY_OF_PREFIX.get(letters, letters if known else "")


def is_street(text: str) -> bool:
    """Return whether `text` looks like a street, a post office box or a c/o line rather than a town."""
    words = fold(text)
    return bool(_STREET_START.match(words) or _STREET_INSIDE.search(words)) or any(
        _STREET_END.search(word) for word in words.split()
    )


def starts_street(text: str) -> bool:
    """Return whether `text` begins with a word with which only streets, boxes and the like begin."""
    return bool(_STREET_START.match(fold(text)))


def ends_with_town(words: list[str]) -> bool:
    """Return whether the last of a street's words may be the town ("route de Valmont Payerne").

    It is not after an article or the kind of street: "route de Payerne", "Rue Lausanne".
    """
    before = [word for word in words[:-1] if not word.isdigit()]
    named = [word for word in before[1:] if word not in ARTICLES]
    return bool(named) and before[-1] not in ARTICLES


def is_ditto(text: str) -> bool:
    """Return whether `text` only says "as above": a word, or ditto marks, which are read as "11"."""
    if _STROKES_ONLY.match(text):
        return True
    words = fold(text).split(" ")
    return len(words) <= 2 and words[-1] in _DITTO


def is_ditto_word(text: str) -> bool:
    """Return whether `text` is a whole word that says "as above" and that specks are not read as."""
    return fold(text) in _DITTO and len(text) >= _LEAST_DITTO_LETTERS


def is_perhaps_ditto(text: str) -> bool:
    """Return whether `text` is too short for an address and may be misread ditto marks ("H 110", "8888").

    A letter may be the end of the name in the next cell; the letters of a canton are no ditto marks.
    """
    characters = [character for character in text if character.isalnum()]
    if not 0 < len(characters) <= _MAX_STROKE_CHARACTERS or text.strip().upper() in CANTONS:
        return False
    digits = [character for character in characters if character.isdigit()]
    is_postcode = len(digits) == DIGITS and len(set(digits)) > 1  # "1800", but not "8888"
    return _STROKE_DIGITS.issuperset(digits) and len(characters) - len(digits) <= 1 and not is_postcode


def is_box(before: str) -> bool:
    """Return whether a number that follows `before` is that of a post office box.

    After a comma it is the postcode: many boxes have no number.
    """
    return not _PART_END.search(before) and bool(_BOX_END.search(fold(before[-20:])))


def country_named(text: str) -> str:
    """Return the ISO code of a country named at the end of `text` or on a separate line, "" if none is."""
    for part in reversed(re.split(r"[,;\n()]", text)):
        words = [] if is_street(part) else fold(part).split()
        for count in (3, 2, 1):
            country = COUNTRY_OF_WORD.get(" ".join(words[-count:])) if len(words) >= count else None
            if country:
                return country
    return ""


def without_country(text: str) -> str:
    """Return `text` without the name of a country at its end."""
    words = text.rstrip(" .)")
    for part in re.finditer(r"(?:^|[\s(/,-])([^\W\d]+(?:[\s-][^\W\d]+){0,2})$", words):
        if fold(part[1]) in COUNTRY_OF_WORD:
            return text[: part.start()]
    last = re.search(r"(?:^|[\s(/,-]+)([^\W\d]+)$", words)
    return text[: last.start()] if last and fold(last[1]) in COUNTRY_OF_WORD else text

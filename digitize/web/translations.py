"""The languages of the pages: gettext catalogues, selected by the Accept-Language header."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = {"de": "Deutsch", "fr": "Français", "it": "Italiano", "en": "English"}
SOURCE = "en"  # language of the texts in the code; it needs no catalogue
DOMAIN = "digitize"
FOLDER = Path(__file__).parent / "locale"

Catalogue = gettext.NullTranslations


@cache
def catalogue(language: str) -> Catalogue:
    """Return the translations into one of LANGUAGES."""
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, languages=[language])


def preferred(accept_language: str, default: str = SOURCE) -> str:
    """Return the language of LANGUAGES that an Accept-Language header (RFC 9110, 12.5.4) prefers."""
    best, best_quality = default, 0.0
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        quality = _quality(rest)
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

"""The languages of pages and reports: gettext catalogues, and how numbers and days are written."""

import gettext
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

LANGUAGES = {"de": "Deutsch", "fr": "Français", "it": "Italiano", "en": "English"}
SOURCE = "en"  # language of the texts in the code; it needs no catalogue
DOMAIN = "digitize"
FOLDER = Path(__file__).parent / "web" / "locale"
THOUSANDS = {"de": "’", "fr": "\u202f", "it": "’", "en": ","}  # as written in Switzerland

Catalogue = gettext.NullTranslations


@cache
def catalogue(language: str) -> Catalogue:
    """Return the translations into one of LANGUAGES."""
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, languages=[language])


def shown_number(value: int, language: str) -> str:
    """Return a number with the separators of the language."""
    return f"{value:,}".replace(",", THOUSANDS[language])


def shown_day(day: date) -> str:
    """Return a day, the same in all languages."""
    return f"{day:%d.%m.%Y}"


def shown_moment(at: datetime) -> str:
    """Return a date and time in local time, the same in all languages; without a zone it is in UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone():%d.%m.%Y %H:%M}"

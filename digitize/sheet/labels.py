"""What is printed on a sheet besides its text: column headers and the deadline, in four languages.

The headers are among those that digitize reads on any sheet (`digitize/form/words.toml`), so that a sheet is
understood even where its code is not.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from digitize.records import Role

LANGUAGES: Final = ("de", "fr", "it", "en")

HEADERS: Final[Mapping[Role, Mapping[str, str]]] = {
    Role.NUMBER: {"de": "Nr.", "fr": "N°", "it": "N.", "en": "No."},
    Role.NAME: {"de": "Name, Vorname", "fr": "Nom, prénom", "it": "Cognome, nome", "en": "Full name"},
    Role.GIVEN_NAME: {"de": "Vorname", "fr": "Prénom", "it": "Nome", "en": "First name"},
    Role.FAMILY_NAME: {"de": "Nachname", "fr": "Nom", "it": "Cognome", "en": "Last name"},
    Role.ADDRESS: {"de": "Adresse", "fr": "Adresse", "it": "Indirizzo", "en": "Address"},
    Role.STREET: {"de": "Strasse, Nr.", "fr": "Rue, n°", "it": "Via, n.", "en": "Street, no."},
    Role.POSTCODE: {"de": "PLZ", "fr": "NPA", "it": "NPA", "en": "Postcode"},
    Role.TOWN: {"de": "Wohnort", "fr": "Localité", "it": "Località", "en": "Town"},
    Role.POSTCODE_TOWN: {
        **{"de": "PLZ, Ort", "fr": "NPA, localité", "it": "NPA, località"},
        **{"en": "Postcode, town"},
    },
    Role.CANTON: {"de": "Kanton", "fr": "Canton", "it": "Cantone", "en": "Canton"},
    Role.COUNTRY: {"de": "Land", "fr": "Pays", "it": "Paese", "en": "Country"},
    Role.DATE: {"de": "Datum", "fr": "Date", "it": "Data", "en": "Date"},
    Role.BIRTH: {
        **{"de": "Geburtsdatum", "fr": "Date de naissance", "it": "Data di nascita"},
        **{"en": "Date of birth"},
    },
    Role.EMAIL: {"de": "E-Mail", "fr": "E-mail", "it": "E-mail", "en": "E-mail"},
    Role.PHONE: {"de": "Telefon", "fr": "Téléphone", "it": "Telefono", "en": "Phone"},
    Role.SIGNATURE: {"de": "Unterschrift", "fr": "Signature", "it": "Firma", "en": "Signature"},
    Role.OTHER: {"de": "Bemerkungen", "fr": "Remarques", "it": "Osservazioni", "en": "Remarks"},
}

_MONTHS: Final[Mapping[str, Sequence[str]]] = {
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "it": [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_RETURN_BY: Final = {
    "de": "Bitte zurücksenden bis {}",
    "fr": "À renvoyer jusqu’au {}",
    "it": "Da rinviare entro il {}",
    "en": "Please return by {}",
}


def header(role: Role, languages: Sequence[str]) -> str:
    """Return the header of a column in these languages, each word once."""
    return " / ".join(dict.fromkeys(HEADERS[role][language] for language in languages))


def return_by(deadline: date, language: str) -> str:
    """Return the sentence that names the last day on which sheets are in time."""
    month = _MONTHS[language][deadline.month - 1]
    if language == "de":
        day = f"{deadline.day}.\N{NO-BREAK SPACE}{month}\N{NO-BREAK SPACE}{deadline.year}"
    elif language == "fr" and deadline.day == 1:
        day = f"1er\N{NO-BREAK SPACE}{month}\N{NO-BREAK SPACE}{deadline.year}"
    else:
        day = f"{deadline.day}\N{NO-BREAK SPACE}{month}\N{NO-BREAK SPACE}{deadline.year}"
    return _RETURN_BY[language].format(day)

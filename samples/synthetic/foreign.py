"""Designs with more complex tables.

Rows of two storeys (a signature above the printed name), header cells that span several columns, columns in
another order, and tables that cannot be counted.
"""

from dataclasses import replace

from digitize.records import PageKind, Role
from samples.synthetic.form_design import LETTER_MM, Column, Design, Rules
from samples.synthetic.texts import PETITIONS


def _foreign(form: str, language: str, *columns: Column, **settings: object) -> Design:
    text = PETITIONS[language]
    parts = {"before": text.before, "after": text.after, **settings}
    return Design(form, PageKind.LIST, tuple(columns), language=language, **parts)  # type: ignore[arg-type]


US_STACKED = _foreign(
    "us-stacked",
    "en",
    Column(Role.NUMBER, "No.", 11),
    Column(Role.SIGNATURE, "Signature", 70, 0),
    Column(Role.NAME, "Printed name", 70, 1),
    Column(Role.STREET, "Residence address", 78, 0),
    Column(Role.POSTCODE_TOWN, "City, ZIP", 78, 1),
    Column(Role.DATE, "Date", 22),
    row_count=10,
    row_height_mm=15.0,
    header_height_mm=11.0,
    margin_mm=(17.0, 18.0),
    paper_mm=LETTER_MM,
    face="arimo",
    storeys=(0.5, 0.5),
    number_format="{}",
)
US_UNEVEN = _foreign(
    "us-uneven",
    "en",
    Column(Role.NAME, "Print your name", 62, 0),
    Column(Role.SIGNATURE, "Signature", 62, 1),
    Column(Role.STREET, "Street address", 80, 0),
    Column(Role.TOWN, "City", 52, 1),
    Column(Role.POSTCODE, "Zip code", 28, 1),
    Column(Role.OTHER, "Office use only", 26),
    row_count=9,
    row_height_mm=18.0,
    header_height_mm=12.0,
    margin_mm=(21.0, 18.0),
    paper_mm=LETTER_MM,
    storeys=(0.42, 0.58),
    header_bold=True,
)
US_THROUGH = _foreign(
    "us-through",
    "en",
    Column(Role.NUMBER, "#", 10, 0),
    Column(Role.OTHER, "", 10, 1),
    Column(Role.SIGNATURE, "Signature", 66, 0),
    Column(Role.NAME, "Name (printed)", 66, 1),
    Column(Role.ADDRESS, "Home address", 80, 0),
    Column(Role.EMAIL, "Email", 80, 1),
    Column(Role.DATE, "Date signed", 30, 0),
    Column(Role.PHONE, "Phone", 30, 1),
    row_count=10,
    first_row=11,
    row_height_mm=17.0,
    header_height_mm=12.0,
    margin_mm=(14.9, 16.0),
    paper_mm=LETTER_MM,
    storeys=(0.5, 0.5),
    face="tinos",
)
EN_LINES = _foreign(
    "en-lines",
    "en",
    Column(Role.NUMBER, "", 9),
    Column(Role.SIGNATURE, "Signature", 60, 0),
    Column(Role.NAME, "Name in block letters", 60, 1),
    Column(Role.ADDRESS, "Address and postcode", 80),
    Column(Role.OTHER, "Leave blank", 21),
    row_count=12,
    row_height_mm=14.0,
    header_height_mm=12.0,
    margin_mm=(20.0, 18.0),
    storeys=(0.55, 0.45),
    stacked_header=True,
    header_shade=0.12,
)
IT_STOREYS = _foreign(
    "it-storeys",
    "it",
    Column(Role.NUMBER, "N.", 10),
    Column(Role.NAME, "Cognome e nome", 66, 0),
    Column(Role.BIRTH, "Data di nascita", 66, 1),
    Column(Role.STREET, "Via e numero", 54, 0),
    Column(Role.POSTCODE_TOWN, "CAP, località", 54, 1),
    Column(Role.SIGNATURE, "Firma autografa", 44),
    row_count=11,
    row_height_mm=15.0,
    header_height_mm=11.0,
    margin_mm=(18.0, 18.0),
    storeys=(0.5, 0.5),
    header_centred=True,
)
DE_MERGED = _foreign(
    "de-merged",
    "de",
    Column(Role.NUMBER, "Nr.", 9),
    Column(Role.FAMILY_NAME, "Nachname", 36, group="Name (in Blockschrift)"),
    Column(Role.GIVEN_NAME, "Vorname", 32, group="Name (in Blockschrift)"),
    Column(Role.BIRTH, "Geburtsdatum (Tag/Monat/Jahr)", 27),
    Column(Role.STREET, "Strasse und Nr.", 48, group="Wohnadresse"),
    Column(Role.POSTCODE, "PLZ", 16, group="Wohnadresse"),
    Column(Role.TOWN, "Ort", 32, group="Wohnadresse"),
    Column(Role.SIGNATURE, "Eigenhändige Unterschrift", 42),
    Column(Role.OTHER, "Kontrolle (leer lassen)", 22),
    row_count=9,
    row_height_mm=10.0,
    header_height_mm=13.0,
    margin_mm=(16.5, 14.0),
    paper_mm=(297.0, 210.0),
    header_size_pt=9.0,
)
FR_MERGED = _foreign(
    "fr-merged",
    "fr",
    Column(Role.SIGNATURE, "Signature", 40),
    Column(Role.FAMILY_NAME, "Nom", 30, group="Identité"),
    Column(Role.GIVEN_NAME, "Prénom", 30, group="Identité"),
    Column(Role.STREET, "Rue", 44, group="Domicile"),
    Column(Role.POSTCODE_TOWN, "Code postal, ville", 36, group="Domicile"),
    row_count=15,
    row_height_mm=10.0,
    header_height_mm=12.0,
    margin_mm=(15.0, 18.0),
    face="tinos",
)
CH_FEDERAL = _foreign(
    "ch-federal",
    "de",
    Column(Role.NUMBER, "Nr.", 9),
    Column(Role.FAMILY_NAME, "Name (eigenhändig und möglichst in Blockschrift)", 34),
    Column(Role.GIVEN_NAME, "Vorname (eigenhändig und möglichst in Blockschrift)", 34),
    Column(Role.BIRTH, "Geburtsdatum (Tag / Monat / Jahr)", 24),
    Column(Role.STREET, "Wohnadresse (Strasse und Hausnummer)", 46),
    Column(Role.SIGNATURE, "Eigenhändige Unterschrift", 34),
    Column(Role.OTHER, "Kontrolle (leer lassen)", 17),
    row_count=10,
    row_height_mm=10.5,
    header_height_mm=16.0,
    margin_mm=(6.0, 16.0),
    header_size_pt=8.0,
    face="arimo",
)
EN_ORDER = _foreign(
    "en-order",
    "en",
    Column(Role.NUMBER, "No.", 10),
    Column(Role.SIGNATURE, "Signature", 44),
    Column(Role.NAME, "Printed name", 48),
    Column(Role.ADDRESS, "Residence address", 62),
    Column(Role.DATE, "Date", 18),
    row_count=14,
    first_row=57,
    row_height_mm=10.0,
    header_height_mm=8.0,
    margin_mm=(16.9, 18.0),
    paper_mm=LETTER_MM,
)
CH_FIELDS = replace(
    CH_FEDERAL, form="ch-fields", fields=("Kanton:", "Postleitzahl:", "Politische Gemeinde:"), row_count=8
)
FOREIGN = (
    *(US_STACKED, US_UNEVEN, US_THROUGH, EN_LINES, IT_STOREYS),
    *(DE_MERGED, FR_MERGED, CH_FEDERAL, CH_FIELDS, EN_ORDER),
)

NO_SIGNATURE = _foreign(
    "no-signature",
    "de",
    Column(Role.NUMBER, "Nr.", 10),
    Column(Role.NAME, "Name, Vorname", 55),
    Column(Role.ADDRESS, "Adresse", 65),
    Column(Role.PHONE, "Telefon", 40),
    row_count=14,
    row_height_mm=10.0,
    margin_mm=(20.0, 20.0),
)
NO_NAME = _foreign(
    "no-name",
    "fr",
    Column(Role.NUMBER, "N°", 10),
    Column(Role.OTHER, "Objet", 55),
    Column(Role.ADDRESS, "Adresse", 65),
    Column(Role.SIGNATURE, "Signature", 40),
    row_count=14,
    row_height_mm=10.0,
    margin_mm=(20.0, 20.0),
    rules=Rules.FULL,
)
LABELLED = replace(
    US_STACKED, form="labelled", labelled=True, header_height_mm=0.0, row_height_mm=18.0, row_count=8
)

"""Designs of petition sheets: the ACAT sheet, and invented ones in four languages."""

from dataclasses import replace

import numpy as np

from digitize.records import PageKind, Role
from samples.synthetic.form_design import LETTER_MM, TABLOID_MM, Column, Design, Rules
from samples.synthetic.layout import layout
from samples.synthetic.texts import (
    ACAT_FOOTER,
    ACAT_HEAD,
    ACAT_LETTER,
    ACAT_TITLE,
    LETTER_WITHOUT_TABLE,
    PETITIONS,
)
from samples.synthetic.typefaces import PRINT

BOTTOM_MARGIN_MM = 8.0

_ACAT_COLUMNS = (
    Column(Role.NUMBER, "", 11.0),
    Column(Role.NAME, "Full Name", 52.0),
    Column(Role.ADDRESS, "Address", 59.0),
    Column(Role.SIGNATURE, "Signature", 44.0),
)

ACAT = (
    Design(
        "acat",
        PageKind.LETTER,
        _ACAT_COLUMNS,
        row_count=3,
        row_height_mm=11.4,
        number_top=True,
        before=(*ACAT_HEAD, *ACAT_LETTER),
        language="en",
        margin_mm=(22.0, 22.0),
    ),
    Design(
        "acat",
        PageKind.LIST,
        _ACAT_COLUMNS,
        row_count=27,
        first_row=4,
        row_height_mm=7.6,
        number_top=True,
        before=ACAT_TITLE,
        after=ACAT_FOOTER,
        language="en",
        margin_mm=(22.0, 18.0),
    ),
)


def _look_alike(form: str, language: str, *columns: Column, **settings: object) -> tuple[Design, ...]:
    text = PETITIONS[language]
    parts = {"before": text.before, "after": text.after, **settings}
    return (Design(form, PageKind.LIST, tuple(columns), language=language, **parts),)  # type: ignore[arg-type]


DE_PLAIN = _look_alike(
    "de-plain",
    "de",
    Column(Role.NUMBER, "Nr.", 10),
    Column(Role.NAME, "Name, Vorname", 54),
    Column(Role.ADDRESS, "Adresse", 60),
    Column(Role.SIGNATURE, "Unterschrift", 46),
    row_count=12,
    row_height_mm=10.0,
    margin_mm=(20.0, 20.0),
    face="arimo",
    header_height_mm=9.0,
    header_bold=True,
    header_centred=True,
)
DE_WIDE = _look_alike(
    "de-wide",
    "de",
    Column(Role.NUMBER, "", 9),
    Column(Role.FAMILY_NAME, "Nachname", 40),
    Column(Role.GIVEN_NAME, "Vorname", 36),
    Column(Role.STREET, "Strasse, Nr.", 54),
    Column(Role.POSTCODE, "PLZ", 18),
    Column(Role.TOWN, "Wohnort", 44),
    Column(Role.SIGNATURE, "Unterschrift (eigenhändig)", 56),
    row_count=10,
    first_row=21,
    row_height_mm=10.5,
    margin_mm=(20.0, 14.0),
    paper_mm=(297.0, 210.0),
    header_height_mm=9.0,
    header_shade=0.16,
    rule_mm=0.35,
)
DE_LINES = _look_alike(
    "de-lines",
    "de",
    Column(Role.NAME, "Name und Vorname (bitte in Blockschrift)", 45),
    Column(Role.BIRTH, "Jahrgang", 18),
    Column(Role.STREET, "Strasse und Nummer", 48),
    Column(Role.POSTCODE_TOWN, "PLZ / Ort", 34),
    Column(Role.SIGNATURE, "Unterschrift", 35),
    row_count=15,
    row_height_mm=9.0,
    margin_mm=(15.0, 18.0),
    rules=Rules.HORIZONTAL,
    header_height_mm=11.0,
    second_box=True,
)
FR_PLAIN = _look_alike(
    "fr-plain",
    "fr",
    Column(Role.NUMBER, "N°", 10),
    Column(Role.FAMILY_NAME, "Nom", 34),
    Column(Role.GIVEN_NAME, "Prénom", 32),
    Column(Role.STREET, "Rue et numéro", 44),
    Column(Role.POSTCODE_TOWN, "NPA / Localité", 34),
    Column(Role.SIGNATURE, "Signature", 32),
    row_count=18,
    row_height_mm=9.0,
    margin_mm=(12.0, 16.0),
    face="tinos",
    header_bold=True,
    number_format="{}",
)
FR_INNER = _look_alike(
    "fr-inner",
    "fr",
    Column(Role.SIGNATURE, "Signature manuscrite", 42),
    Column(Role.NAME, "Nom et prénom", 55),
    Column(Role.ADDRESS, "Adresse complète", 73),
    row_count=14,
    row_height_mm=10.0,
    margin_mm=(20.0, 22.0),
    rules=Rules.INNER,
    header_height_mm=8.0,
)
IT_PLAIN = _look_alike(
    "it-plain",
    "it",
    Column(Role.NUMBER, "N.", 10),
    Column(Role.NAME, "Cognome e nome", 50),
    Column(Role.ADDRESS, "Indirizzo", 58),
    Column(Role.DATE, "Data", 20),
    Column(Role.SIGNATURE, "Firma", 40),
    row_count=20,
    row_height_mm=8.5,
    margin_mm=(16.0, 18.0),
    header_shade=0.12,
    header_bold=True,
)
IT_DOTTED = _look_alike(
    "it-dotted",
    "it",
    Column(Role.NUMBER, "", 9),
    Column(Role.NAME, "Nome e cognome", 52),
    Column(Role.ADDRESS, "Indirizzo completo", 65),
    Column(Role.SIGNATURE, "Firma", 44),
    row_count=16,
    row_height_mm=10.0,
    margin_mm=(20.0, 20.0),
    rules=Rules.DOTTED,
    face="tinos",
)
EN_LETTER = _look_alike(
    "en-letter",
    "en",
    Column(Role.NUMBER, "No", 10),
    Column(Role.NAME, "Print name", 45),
    Column(Role.ADDRESS, "Address", 55),
    Column(Role.EMAIL, "E-mail", 38),
    Column(Role.SIGNATURE, "Signature", 36),
    row_count=17,
    first_row=18,
    row_height_mm=9.5,
    margin_mm=(15.9, 18.0),
    paper_mm=LETTER_MM,
    face="arimo",
)
EN_TABLOID = _look_alike(
    "en-tabloid",
    "en",
    Column(Role.NUMBER, "", 12),
    Column(Role.NAME, "Full name", 70),
    Column(Role.STREET, "Street", 64),
    Column(Role.POSTCODE_TOWN, "Postcode / Town", 46),
    Column(Role.SIGNATURE, "Signature", 48),
    row_count=30,
    row_height_mm=10.0,
    margin_mm=(19.7, 24.0),
    paper_mm=TABLOID_MM,
    rules=Rules.DOTTED_FULL,
    second_box=True,
)

DESIGNS: dict[str, tuple[Design, ...]] = {
    pages[0].form: pages
    for pages in (
        *(ACAT, DE_PLAIN, DE_WIDE, DE_LINES, FR_PLAIN, FR_INNER),
        *(IT_PLAIN, IT_DOTTED, EN_LETTER, EN_TABLOID),
    )
}
LOOK_ALIKES = tuple(pages[0] for name, pages in DESIGNS.items() if name != "acat")
NO_TABLE = Design("", PageKind.NO_TABLE, (), 0, before=LETTER_WITHOUT_TABLE, face="arimo")
EMPTY_BACK = Design("", PageKind.BLANK, (), 0)


def restyled(design: Design, seed: int) -> Design:
    """Return the design with another typeface, header, rules, row height and place of the numbers."""
    rng = np.random.default_rng([seed, 4])
    other = replace(
        design,
        face=str(rng.choice(PRINT)),
        header_bold=bool(rng.random() < 0.5),
        header_centred=bool(rng.random() < 0.4),
        header_shade=float(rng.choice([0.0, 0.0, 0.1, 0.2])),
        header_height_mm=design.header_height_mm + float(rng.uniform(0, 2)),
        number_top=bool(rng.random() < 0.4),
        rule_mm=float(rng.choice([0.15, 0.25, 0.35, 0.5])),
        margin_mm=(design.margin_mm[0], design.margin_mm[1] + float(rng.uniform(-4, 3))),
    )
    taller = replace(other, row_height_mm=design.row_height_mm * float(rng.uniform(0.93, 1.08)))
    return taller if _fits(taller) else other if _fits(other) else design


def _fits(design: Design) -> bool:
    plan = layout(design)
    lowest = max(words.baseline_mm for words in plan.words)
    return max(lowest, plan.y_mm[-1]) < design.paper_mm[1] - BOTTOM_MARGIN_MM

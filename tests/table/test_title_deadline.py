"""Titles and deadlines are read from the print around the table in four languages."""

from dataclasses import replace
from datetime import date

import pytest

from digitize.form.definition import load_form
from digitize.images import Scan
from digitize.ocr.open_reader import PRINT, open_reader
from digitize.page.detect_tables import find_tables
from digitize.table.title_deadline import TitleDeadline, find_deadline, read_title_deadline
from samples.synthetic import ACAT, DESIGNS, Design, Extras, Paper, Paragraph, make_page

END_OF_MARCH = date(2025, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Frist/délai: 20.01.2025", date(2025, 1, 20)),
        ("Einsendeschluss: 1. März 2025", date(2025, 3, 1)),
        ("Einsendeschluss 31.Marz 2025", END_OF_MARCH),
        ("Bitte ausgefüllte Bogen bis spätestens 20.01.2025zurücksenden an: 3001 Bern", date(2025, 1, 20)),
        ("À renvoyer avant le 1er avril 2025 à : ACAT", date(2025, 4, 1)),
        ("Merci de renvoyer les feuilles jusqu'au 31 mars 2025.", END_OF_MARCH),
        ("Da rispedire entro il 31 marzo 2025 a: 6900 Lugano", END_OF_MARCH),
        ("Please return this sheet by 31 March 2025.", END_OF_MARCH),
        ("Please return by March 31, 2025", END_OF_MARCH),
        ("Deadline 5/4/2025", date(2025, 4, 5)),
        ("Seit dem 1. Januar 2024 wartet sie. Einsendeschluss: 31.3.2025", END_OF_MARCH),
        ("In prison since 7 September 2020", None),
        ("Frist: 31.02.2025", None),
        ("Frist: 12 Personen 2025", None),
        ("Bern, 20.01.2025", None),
        ("", None),
    ],
)
def test_date_after_a_keyword_is_the_deadline(text: str, day: date | None) -> None:
    assert find_deadline(text) == day


def read_page(design: Design, paper: Paper = Paper(), extras: Extras = Extras()) -> TitleDeadline:  # noqa: B008
    synthetic = make_page(design, (), paper, 3, extras)
    reader = open_reader(PRINT)
    found = find_tables(Scan("a.png", 1, synthetic.pixels, synthetic.truth.dpi), load_form("auto"), reader)
    return read_title_deadline(found.page, found.tables[0], found.tables[-1], reader)


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("de-plain", "Petition «Für den Erhalt der Buslinie am Abend»"),
        ("fr-plain", "Pétition «Pour une bibliothèque ouverte le dimanche»"),
        ("it-plain", "Petizione «Per un sentiero sicuro lungo il fiume»"),
        ("en-letter", "Petition for a Safe Crossing at the School"),
    ],
)
def test_title_and_deadline_are_read_in_each_language(form: str, title: str) -> None:
    found = read_page(DESIGNS[form][0])
    assert found.deadline == END_OF_MARCH
    assert only_letters(found.title) == only_letters(title)


def only_letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def test_title_and_deadline_are_read_on_a_dark_scanner_bed() -> None:
    found = read_page(ACAT[1], Paper(bed=0.1, skew_deg=1.0))
    assert found.title.startswith("Petition to the Belarusian Minister of the Interior")
    assert found.deadline == date(2025, 1, 20)


def test_letter_has_no_title_and_dates_in_its_text_are_no_deadline() -> None:
    assert read_page(ACAT[0]) == TitleDeadline()


def test_note_far_below_the_table_is_no_deadline() -> None:
    far = Paragraph(" ", 10, space_after_mm=30.0)
    design = replace(DESIGNS["de-plain"][0], after=(far, Paragraph("Einsendeschluss: 31.03.2025", 9)))
    assert read_page(design).deadline is None

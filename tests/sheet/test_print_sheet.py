"""The PDF shows what its codes say, everything fits, and what does not is one sentence."""

import subprocess
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from digitize.errors import BadSheet
from digitize.form.definition import load_form
from digitize.form.sheet_code import SheetCode
from digitize.load import load_page
from digitize.load.sheet_marks import read_sheet_marks
from digitize.ocr.open_reader import PRINT, open_reader
from digitize.page.coded_sheet import find_coded_rows
from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import PageId, PageKind, Role, SheetPage, Status
from digitize.sheet import SheetWishes, columns_of, print_sheet
from digitize.sheet.labels import HEADERS, LANGUAGES, return_by
from digitize.sheet.wishes import form_name
from digitize.table.title_deadline import find_deadline

LETTER = "Dear Minister\n\nPlease build crossings that are safe.\n\nWith kind regards"
CUSTOMER = SheetWishes(
    title="For safe crossings",
    columns=columns_of(["number=", "name=Full Name", "address=Address", "signature=Signature"], ["en"]),
    rows=(3, 27),
    texts=(LETTER, "Sehr geehrter Herr Minister\n\nBitte bauen Sie sichere Übergänge."),
    languages=("en", "de"),
    organisation="Safe Roads",
    deadline=date(2026, 11, 30),
    batch=2,
)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "sheet.pdf"
    printed = print_sheet(CUSTOMER)
    path.write_bytes(printed.pdf)
    path.with_suffix(".toml").write_text(printed.form, encoding="utf-8")
    return path


def outcomes(pdf: Path, form: str = "auto") -> list[SheetPage]:
    tools = load_tools(Settings(form=form))
    return [digitize_page(load_page(pdf, page), PageId(str(pdf), page), tools)[1] for page in (1, 2)]


def test_the_printed_sheet_is_recognised_by_itself(pdf: Path) -> None:
    letter, rows = outcomes(pdf)
    assert (letter.kind, rows.kind) == (PageKind.LETTER, PageKind.LIST)
    assert [row.number for row in (*letter.rows, *rows.rows)] == list(range(1, 31))
    assert all(row.status is Status.BLANK for row in (*letter.rows, *rows.rows))
    assert letter.form == rows.form == "for-safe"
    assert letter.deadline == rows.deadline == date(2026, 11, 30)
    assert rows.title == "For safe crossings"


def test_the_rules_are_printed_where_the_code_says(pdf: Path) -> None:
    for page in (1, 2):
        found = find_coded_rows(load_page(pdf, page), open_reader(PRINT))
        assert found is not None
        table, px = found.tables[0].table, found.page.px_per_mm
        heights = [(b - a) / px for a, b in zip(table.row_edges_px[:-1], table.row_edges_px[1:], strict=True)]
        assert heights == pytest.approx([found.code.pitch_mm10 / 10] * len(heights), abs=0.15)
        widths = [(column.right_px - column.left_px) / px for column in table.columns]
        assert widths == pytest.approx([width for _, width in found.code.columns], abs=0.2)


def test_it_can_be_read_without_its_code_too(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitize.page.find_rows.find_coded_rows", lambda *_: None)
    letter, rows = outcomes(pdf, str(pdf.with_suffix(".toml")))
    assert [len(letter.rows), len(rows.rows)] == [3, 27]
    assert rows.table is not None
    assert [column.role for column in rows.table.columns] == [column.role for column in CUSTOMER.columns]


def test_the_form_file_is_one(pdf: Path) -> None:
    form = load_form(str(pdf.with_suffix(".toml")))
    assert (form.name, form.deadline) == ("for-safe", date(2026, 11, 30))
    assert form.rows_of(PageKind.LETTER) == (1, 3) and form.rows_of(PageKind.LIST) == (4, 30)
    assert form.roles == (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)


def test_the_letter_is_printed_whole_in_all_languages(pdf: Path) -> None:
    first, second = (page.extract_text() for page in PdfReader(pdf).pages)
    for words in ("With kind regards", "sichere Übergänge", "Safe Roads", "Please return by", "zurücksenden"):
        assert words in first
    assert "For safe crossings" in second and "Dear Minister" not in second


def test_every_typeface_is_embedded(pdf: Path) -> None:
    shown = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
    lines = shown.splitlines()[2:]
    assert lines and all(line.split()[-5] == "yes" for line in lines)


def test_quotes_and_signs_in_texts_stay_what_they_are() -> None:
    title = '<b>"Mehr" & \\weniger</b>'
    printed = print_sheet(replace(CUSTOMER, title=title, texts=(), rows=(5,), name="x"))
    assert tomllib.loads(printed.form)["title_words"] == [title]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "title"),
        ({"title": "???"}, "form a name"),
        ({"columns": columns_of(["name", "address"], ["en"])}, "signatures"),
        ({"columns": columns_of(["name", "name", "signature"], ["en"])}, "once"),
        ({"rows": (1, 2, 3)}, "pages"),
        ({"rows": (3, 40)}, "do not fit onto page 2"),
        ({"rows": (30, 27)}, "fewer rows beneath it"),
        ({"rows": (0,)}, "rows"),
        ({"texts": (LETTER * 60,)}, "shorten the text"),
        ({"texts": ("x" * 20_001,)}, "longer"),
        ({"batch": 10_000}, "batch"),
        ({"organisation": "x" * 121}, "Organisation"),
        ({"deadline": date(1999, 1, 1)}, "deadline"),
    ],
)
def test_what_does_not_fit_is_one_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadSheet, match=words):
        print_sheet(replace(CUSTOMER, **changes))  # type: ignore[arg-type]


def test_columns_that_are_none_are_named() -> None:
    with pytest.raises(BadSheet, match='"shoe-size"'):
        columns_of(["name", "shoe-size"], ["en"])


def test_every_column_has_a_header_in_every_language() -> None:
    assert set(HEADERS) == set(Role)
    assert all(set(words) == set(LANGUAGES) for words in HEADERS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_deadline_is_one_that_digitize_reads(language: str) -> None:
    for day in (date(2026, 3, 1), date(2026, 12, 31)):
        assert find_deadline(return_by(day, language)) == day


@pytest.mark.parametrize(
    ("title", "name"),
    [("Mehr Bäume!", "mehr-baeume"), ("Für sichere Übergänge", "fuer-sichere"), ("42", "42"), ("…", "")],
)
def test_the_form_is_named_after_the_title(title: str, name: str) -> None:
    assert form_name(title) == name


@pytest.mark.parametrize("seed", range(4))
def test_any_columns_that_fit_are_recognised(seed: int, tmp_path: Path) -> None:
    some = (
        ["name", "signature"],
        ["number", "family-name", "given-name", "street", "postcode-town", "birth", "signature"],
        ["given-name", "family-name", "address", "email", "signature", "other"],
        ["number", "name", "street", "postcode", "town", "canton", "date", "signature", "other"],
    )[seed]
    languages = LANGUAGES[: seed + 1]
    wishes = SheetWishes("T", columns_of(some, languages), (10,), (LETTER,), languages)
    path = tmp_path / "sheet.pdf"
    printed = print_sheet(wishes)
    path.write_bytes(printed.pdf)
    found = read_sheet_marks(load_page(path, 1))
    assert found is not None and found.code == printed.codes[0]
    assert SheetCode.of_text(found.code.text) == found.code

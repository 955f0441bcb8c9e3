"""The header gives the purpose of each column, in four languages, with rules or without."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, load_form
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.records import Role, Table
from digitize.table.header import read_header
from samples.synthetic import (
    ACAT,
    DESIGNS,
    LOOK_ALIKES,
    Column,
    Design,
    Mode,
    Paper,
    Rules,
    SyntheticPage,
    restyled,
)
from tests.doubles import BabblingReader, MuteReader
from tests.table.tables import (
    LOW,
    exact_edges_px,
    exact_page,
    found_table,
    print_reader,
    roles_of,
    synthetic,
    with_boxes,
    with_strokes,
)

ACAT_LIST = ACAT[1]
EDGE_MM = 1.0  # tolerance for columns that only header words give


def header_of(
    page: SyntheticPage,
    pixels: Pixels | None = None,
    form: Form = Form(AUTO),  # noqa: B008
    reader: Reader | None = None,
    lost: tuple[int, ...] = (),
) -> Table | None:
    """Read the header on exact edges; the inner column edges in `lost` are unknown."""
    columns, rows = exact_edges_px(page)
    kept = tuple(x for i, x in enumerate(columns) if i not in lost)
    return read_header(exact_page(page, pixels), kept, rows, form, reader or print_reader())


def assert_as_printed(page: SyntheticPage, table: Table | None, edge_mm: float = 0.01) -> None:
    assert table is not None
    assert roles_of(table) == page.truth.roles
    columns, rows = exact_edges_px(page)
    scale = page.mapping.scale
    lefts = [column.left_px / scale for column in table.columns]
    assert lefts == pytest.approx(page.layout.x_mm[:-1], abs=edge_mm)
    assert table.columns[-1].right_px == pytest.approx(columns[-1])
    assert table.row_edges_px == rows[1:], "the header is not a row, and no row is missing"
    assert table.header_top_px == rows[0]
    assert all(a.right_px == b.left_px for a, b in pairwise(table.columns))


@pytest.mark.parametrize("design", (*ACAT, *LOOK_ALIKES), ids=lambda d: f"{d.form} {d.kind}")
def test_every_design_is_understood(design: Design) -> None:
    page = synthetic(design, LOW, 0.4)
    unruled = design.rules in (Rules.HORIZONTAL, Rules.DOTTED)
    lost = tuple(range(1, len(design.columns))) if unruled else ()
    assert_as_printed(page, header_of(page, lost=lost), EDGE_MM if unruled else 0.01)


@pytest.mark.parametrize("seed", range(3))
def test_other_styles_are_understood(seed: int) -> None:
    design = restyled((DESIGNS["de-plain"][0], DESIGNS["fr-plain"][0], DESIGNS["it-plain"][0])[seed], seed)
    page = synthetic(design, Paper(mode=Mode.BITONAL), 0.3)
    assert_as_printed(page, header_of(page))


@pytest.mark.parametrize("design", (ACAT_LIST, *(d for d in LOOK_ALIKES if d.rules is Rules.HORIZONTAL)))
@pytest.mark.parametrize("margin_mm", [0.0, 1.0])
def test_white_words_on_a_dark_band_are_read(design: Design, margin_mm: float) -> None:
    page = synthetic(design, LOW, 0.4)
    unruled = design.rules is Rules.HORIZONTAL
    xs, (top, bottom, *_) = page.layout.x_mm, page.layout.y_mm
    rows, columns = (
        slice(*(round(mm * page.mapping.scale) for mm in ends))
        for ends in ((top + margin_mm, bottom), (xs[0], xs[-1]))
    )
    pixels = page.pixels.copy()
    pixels[rows, columns] = 255 - (0.8 * pixels[rows, columns]).astype(np.uint8)
    assert_as_printed(
        page,
        header_of(page, pixels, lost=tuple(range(1, len(design.columns))) if unruled else ()),
        EDGE_MM if unruled else 0.01,
    )


def test_words_on_dark_paper_are_read() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.4)
    assert_as_printed(page, header_of(page, (0.4 * page.pixels.astype(np.float64)).astype(np.uint8)))


@pytest.mark.parametrize("form", ["acat", "fr-plain"])
@pytest.mark.parametrize("is_header", [True, False])
def test_the_lower_half_of_a_high_header_is_no_row(form: str, is_header: bool) -> None:
    """It has neither a rule above it nor a number; a first row may have lost one of them."""
    design = DESIGNS[form][-1]
    page = synthetic(replace(design, header_height_mm=design.row_height_mm), LOW, 0.4)
    xs, (_, first, second, *_) = page.layout.x_mm, page.layout.y_mm
    top = first - 0.6 if is_header else first + 0.6
    hidden = with_boxes(page, *((a + 0.4, top, b - 0.4, second - 0.6) for a, b in pairwise(xs)))
    table = header_of(page, hidden)
    assert table is not None
    assert table.row_edges_px == exact_edges_px(page)[1][2 if is_header else 1 :]


@pytest.mark.parametrize("form", ["acat", "it-plain", "de-wide"])
def test_columns_may_be_in_any_order(form: str) -> None:
    design = DESIGNS[form][-1]
    first, *others = design.columns
    page = synthetic(replace(design, columns=(first, *reversed(others))), LOW, 0.3)
    assert_as_printed(page, header_of(page))


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        (("Name", "Vorname"), (Role.FAMILY_NAME, Role.GIVEN_NAME)),
        (("Vorname", "Name"), (Role.GIVEN_NAME, Role.FAMILY_NAME)),
        (("Nom", "Prénom"), (Role.FAMILY_NAME, Role.GIVEN_NAME)),
        (("Cognome", "Nome"), (Role.FAMILY_NAME, Role.GIVEN_NAME)),
        (("Nom", "Adresse"), (Role.NAME, Role.ADDRESS)),
        (("Vorname", "Anschrift"), (Role.NAME, Role.ADDRESS)),
        (("Name, Vorname", "Strasse / Nr."), (Role.NAME, Role.STREET)),
        (("Vor- und Nachname", "PLZ Ort"), (Role.NAME, Role.POSTCODE_TOWN)),
    ],
)
def test_roles_depend_on_neighbouring_columns(headers: tuple[str, str], roles: tuple[Role, Role]) -> None:
    columns = (
        Column(Role.NUMBER, "Nr.", 10),
        Column(roles[0], headers[0], 45),
        Column(roles[1], headers[1], 55),
        Column(Role.SIGNATURE, "Unterschrift", 50),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns, row_count=4), LOW, 0.5)
    assert_as_printed(page, header_of(page))


def test_writing_left_of_a_centred_header_word_is_not_a_number_column() -> None:
    columns = (
        Column(Role.NAME, "Name", 70),
        Column(Role.ADDRESS, "Adresse", 60),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns), LOW, 0.8)
    assert_as_printed(page, header_of(page))


def test_stamp_over_the_header_is_completed_from_the_form() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.3)
    (x0, x1, x2, *_), (top, bottom, *_) = page.layout.x_mm, page.layout.y_mm
    rng = np.random.default_rng(4)
    strokes = [((x1 + 2 + i, top + 1), (x1 + 3.5 + i, bottom - 1)) for i in np.arange(0, 24, 1.3)]
    noise = [
        ((x1 + a, top + 1 + b), (x1 + a + 4, bottom - 1 - b)) for a, b in rng.uniform(0, 3, (20, 2)) * (9, 1)
    ]
    pixels = with_strokes(page, *strokes, *noise, width_mm=0.5)
    assert_as_printed(page, header_of(page, pixels))
    assert x0 < x1 < x2


def test_dust_next_to_the_words_is_ignored() -> None:
    page = synthetic(DESIGNS["it-plain"][0], LOW, 0.3)
    xs, (top, bottom, *_) = page.layout.x_mm, page.layout.y_mm
    middle = (top + bottom) / 2
    places = [right - d for right in (xs[2], xs[3], xs[5]) for d in (4.0, 8.5, 13.0)]
    specks = [((x, middle - 1.2), (x - 1.1, middle + 1.3), (x + 0.4, middle + 1.0)) for x in places]
    assert_as_printed(page, header_of(page, with_strokes(page, *specks)))


def test_named_form_replaces_an_illegible_header() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.3)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    white = with_boxes(page, *((a + 0.5, ys[0] + 0.5, b - 0.5, ys[1] - 0.5) for a, b in pairwise(xs)))
    assert header_of(page, white) is None
    assert_as_printed(page, header_of(page, white, load_form("acat")))
    assert_as_printed(page, header_of(page, form=load_form("acat"), reader=MuteReader()))
    other = synthetic(DESIGNS["fr-plain"][0], LOW, 0.3)
    assert header_of(other, form=load_form("acat"), reader=MuteReader()) is None, (
        "the form has four columns, the table six"
    )


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_no_header_is_invented_if_nothing_is_legible(reader: Reader) -> None:
    assert header_of(synthetic(DESIGNS["fr-plain"][0], LOW, 0.6), reader=reader) is None


def test_header_above_the_first_rule_is_found() -> None:
    page = synthetic(DESIGNS["fr-plain"][0], LOW, 0.4)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    pixels = with_boxes(page, (xs[0] - 1, ys[0] - 1, xs[-1] + 1, ys[0] + 0.6))
    columns, rows = exact_edges_px(page)
    table = read_header(exact_page(page, pixels), columns, rows[1:], Form(AUTO), print_reader())
    assert table is not None
    assert roles_of(table) == page.truth.roles
    assert table.row_edges_px == rows[1:]


@pytest.mark.parametrize("column", [1, 3], ids=["Full Name", "Signature"])
@pytest.mark.parametrize("off_mm", [6.0, 8.0, 10.0])
def test_a_streak_through_a_header_word_is_no_column_rule(column: int, off_mm: float) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.4)
    columns, rows = exact_edges_px(page)
    x = columns[column] + off_mm * page.mapping.scale
    streaked = page.pixels.copy()
    streaked[:, round(x) : round(x) + 2] = 60
    edges = tuple(sorted((*columns, x)))
    assert_as_printed(page, read_header(exact_page(page, streaked), edges, rows, Form(AUTO), print_reader()))


def test_columns_keep_their_header_texts() -> None:
    _, result = found_table(DESIGNS["fr-plain"][0], Paper(dpi=150.0, skew_deg=1.1))
    assert result.table is not None
    for column, printed in zip(result.table.columns, DESIGNS["fr-plain"][0].columns, strict=True):
        assert fuzz.ratio(column.header, printed.header) > 75


def test_first_row_merged_with_the_header_is_restored() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    columns, rows = exact_edges_px(page)
    table = read_header(exact_page(page), columns, (rows[0], *rows[2:]), Form(AUTO), print_reader())
    assert table is not None
    assert table.row_edges_px == pytest.approx(rows[1:], abs=1.0)


class CountingReader:
    """Reads print, and counts the lines."""

    name = "counting 1"

    def __init__(self) -> None:
        self.lines = 0

    def read_line(self, crop: Pixels) -> Line:
        self.lines += 1
        return print_reader().read_line(crop)


def test_running_text_mistaken_for_a_table_is_hardly_read() -> None:
    """The lattice of a paragraph on a letter must not cost many readings."""
    reader = CountingReader()
    letter = exact_page(synthetic(ACAT[0], LOW, 0.4))
    left, right = letter.px(24.0), letter.px(186.0)
    rows = tuple(letter.px(y) for y in (95.0, 100.5, 106.0, 111.5, 117.0, 122.5))
    assert read_header(letter, (left, right), rows, Form(AUTO), reader) is None
    assert reader.lines <= 8


def test_of_dust_between_lines_little_is_read() -> None:
    reader, page = CountingReader(), synthetic(ACAT[0], LOW, 0.4)
    rows_mm = (95.0, 100.5, 106.0, 111.5, 117.0, 122.5)
    area = (24.0, rows_mm[0], 186.0, rows_mm[-1])
    specks = [
        (x, y, x + 1.2, y + 1.2) for y in np.arange(96.5, 122, 5.5) for x in np.arange(25.0, 184.0, 6.0)
    ]
    dusty = with_boxes(page, area, grey=251)
    for left, top, right, bottom in (np.array(specks) * page.mapping.scale).round().astype(int).tolist():
        dusty[top:bottom, left:right] = 40
    letter = exact_page(page, dusty)
    rows = tuple(letter.px(y) for y in rows_mm)
    assert read_header(letter, (letter.px(area[0]), letter.px(area[2])), rows, Form(AUTO), reader) is None
    assert reader.lines <= 14 * len(rows)  # 27 specks lie in each band

"""The header tells what each column is for, in four languages, with rules or without."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, load_form
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.records import Column as Found
from digitize.records import Role, Table
from digitize.table.header import read_header
from digitize.table.header.header_words import vocabulary
from digitize.table.header.roles import settled_roles
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
    without_rule,
)

ACAT_LIST = ACAT[1]
EDGE_MM = 1.0  # of columns that only their header words tell


def header_of(
    page: SyntheticPage,
    pixels: Pixels | None = None,
    form: Form = Form(AUTO),  # noqa: B008
    reader: Reader | None = None,
    lost: tuple[int, ...] = (),
) -> Table | None:
    """The table read on exact edges; the columns' inner edges in `lost` are not known."""
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
    assert table.row_edges_px == rows[1:], "the header is no row, and all rows are there"
    assert table.header_top_px == rows[0]
    assert all(a.right_px == b.left_px for a, b in pairwise(table.columns))


@pytest.mark.parametrize("design", (*ACAT, *LOOK_ALIKES), ids=lambda d: f"{d.form} {d.kind}")
def test_every_design_is_understood(design: Design) -> None:
    page = synthetic(design, LOW, 0.4)
    unruled = design.rules in (Rules.HORIZONTAL, Rules.DOTTED)
    lost = tuple(range(1, len(design.columns))) if unruled else ()
    assert_as_printed(page, header_of(page, lost=lost), EDGE_MM if unruled else 0.01)


@pytest.mark.parametrize("seed", range(3))
def test_another_dress_changes_nothing(seed: int) -> None:
    design = restyled((DESIGNS["de-plain"][0], DESIGNS["fr-plain"][0], DESIGNS["it-plain"][0])[seed], seed)
    page = synthetic(design, Paper(mode=Mode.BITONAL), 0.3)
    assert_as_printed(page, header_of(page))


@pytest.mark.parametrize("form", ["acat", "it-plain", "de-wide"])
def test_columns_may_stand_in_any_order(form: str) -> None:
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
def test_words_are_told_from_their_neighbours(headers: tuple[str, str], roles: tuple[Role, Role]) -> None:
    columns = (
        Column(Role.NUMBER, "Nr.", 10),
        Column(roles[0], headers[0], 45),
        Column(roles[1], headers[1], 55),
        Column(Role.SIGNATURE, "Unterschrift", 50),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns, row_count=4), LOW, 0.5)
    assert_as_printed(page, header_of(page))


@pytest.mark.parametrize("width_mm", [14.0, 15.0, 22.0])
def test_header_words_that_stand_close_head_columns_of_their_own(width_mm: float) -> None:
    """Where there are no upright rules only the gap between two words tells, here as wide as a space."""
    columns = (
        Column(Role.NAME, "Name und Vorname", 55),
        Column(Role.BIRTH, "Jahrgang", width_mm),
        Column(Role.STREET, "Strasse und Nummer", 45),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    design = replace(DESIGNS["de-lines"][0], columns=columns, row_count=4, header_size_pt=9.0)
    page = synthetic(design, LOW, 0.3)
    assert_as_printed(page, header_of(page, lost=(1, 2, 3)), EDGE_MM)


def test_what_stands_in_brackets_heads_no_column_of_its_own() -> None:
    columns = (
        Column(Role.NAME, "Name", 50),
        Column(Role.ADDRESS, "Adresse (PLZ Ort)", 70),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    page = synthetic(replace(DESIGNS["de-lines"][0], columns=columns, row_count=4), LOW, 0.3)
    assert_as_printed(page, header_of(page, lost=(1, 2)), EDGE_MM)


@pytest.mark.parametrize("form", ["acat", "fr-plain", "en-letter"])
def test_a_lost_column_rule_is_recovered_from_the_header_words(form: str) -> None:
    page = synthetic(DESIGNS[form][-1], LOW, 0.5)
    for lost in range(2, len(page.layout.x_mm) - 1):
        pixels = without_rule(page, column=lost)
        assert_as_printed(page, header_of(page, pixels, lost=(lost,)), EDGE_MM)


@pytest.mark.parametrize("form", ["acat", "it-dotted", "en-tabloid"])
def test_a_number_column_without_rule_and_word_is_told_by_its_numbers(form: str) -> None:
    page = synthetic(DESIGNS[form][-1], LOW, 0.6)
    pixels = without_rule(page, column=1)
    assert_as_printed(page, header_of(page, pixels, lost=(1,)), EDGE_MM)


def test_writing_left_of_a_centred_header_word_is_no_number_column() -> None:
    columns = (
        Column(Role.NAME, "Name", 70),
        Column(Role.ADDRESS, "Adresse", 60),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns), LOW, 0.8)
    assert_as_printed(page, header_of(page))


def test_a_stamp_over_the_header_leaves_what_can_be_read() -> None:
    """The form completes what the stamp hides."""
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


def test_dust_beside_the_words_does_not_matter() -> None:
    page = synthetic(DESIGNS["it-plain"][0], LOW, 0.3)
    xs, (top, bottom, *_) = page.layout.x_mm, page.layout.y_mm
    middle = (top + bottom) / 2
    places = [right - d for right in (xs[2], xs[3], xs[5]) for d in (4.0, 8.5, 13.0)]
    specks = [((x, middle - 1.2), (x - 1.1, middle + 1.3), (x + 0.4, middle + 1.0)) for x in places]
    assert_as_printed(page, header_of(page, with_strokes(page, *specks)))


def test_a_form_by_name_stands_in_for_a_header_nobody_can_read() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.3)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    white = with_boxes(page, *((a + 0.5, ys[0] + 0.5, b - 0.5, ys[1] - 0.5) for a, b in pairwise(xs)))
    assert header_of(page, white) is None
    assert_as_printed(page, header_of(page, white, load_form("acat")))
    assert_as_printed(page, header_of(page, form=load_form("acat"), reader=MuteReader()))
    other = synthetic(DESIGNS["fr-plain"][0], LOW, 0.3)
    assert header_of(other, form=load_form("acat"), reader=MuteReader()) is None, "six columns are not four"


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_without_anything_legible_no_header_is_invented(reader: Reader) -> None:
    assert header_of(synthetic(DESIGNS["fr-plain"][0], LOW, 0.6), reader=reader) is None


def test_a_header_that_stands_above_the_first_rule_is_found() -> None:
    page = synthetic(DESIGNS["fr-plain"][0], LOW, 0.4)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    pixels = with_boxes(page, (xs[0] - 1, ys[0] - 1, xs[-1] + 1, ys[0] + 0.6))
    columns, rows = exact_edges_px(page)
    table = read_header(exact_page(page, pixels), columns, rows[1:], Form(AUTO), print_reader())
    assert table is not None
    assert roles_of(table) == page.truth.roles
    assert table.row_edges_px == rows[1:]


def test_the_header_keeps_its_words() -> None:
    _, result = found_table(DESIGNS["fr-plain"][0], Paper(dpi=150.0, skew_deg=1.1))
    assert result.table is not None
    for column, printed in zip(result.table.columns, DESIGNS["fr-plain"][0].columns, strict=True):
        assert fuzz.ratio(column.header, printed.header) > 75


def test_a_first_row_that_the_header_swallowed_is_put_back() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    columns, rows = exact_edges_px(page)
    table = read_header(exact_page(page), columns, (rows[0], *rows[2:]), Form(AUTO), print_reader())
    assert table is not None
    assert table.row_edges_px == pytest.approx(rows[1:], abs=1.0)


def test_a_column_for_remarks_is_no_unread_column_of_a_known_form() -> None:
    printed = ("Nr.", "Name", "Bemerkungen", "Unterschrift")
    roles = (Role.NUMBER, Role.NAME, Role.OTHER, Role.SIGNATURE)
    columns = [
        Found(role, 50.0 * i, 50.0 * i + 50, text)
        for i, (role, text) in enumerate(zip(roles, printed, strict=True))
    ]
    page = exact_page(synthetic(ACAT_LIST, LOW, 0.6))
    words = vocabulary(Form(AUTO))
    assert tuple(c.role for c in settled_roles(columns, Form(AUTO), page, words)) == roles
    unread = [*columns[:2], replace(columns[2], header=""), columns[3]]
    assert [c.role for c in settled_roles(unread, Form(AUTO), page, words)][2] is Role.ADDRESS


def test_lines_of_text_that_were_taken_for_a_table_are_not_read() -> None:
    """On a letter the lattice of a paragraph costs next to nothing."""

    class Counting:
        name = "counting 1"
        lines = 0

        def read_line(self, crop: Pixels) -> Line:
            self.lines += 1
            return print_reader().read_line(crop)

    reader = Counting()
    letter = exact_page(synthetic(ACAT[0], LOW, 0.4))
    left, right = letter.px(24.0), letter.px(186.0)
    rows = tuple(letter.px(y) for y in (95.0, 100.5, 106.0, 111.5, 117.0, 122.5))
    assert read_header(letter, (left, right), rows, Form(AUTO), reader) is None
    assert reader.lines <= 4

"""Rows with storeys, words over several columns, and tables that lack a required column."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from digitize.form.definition import AUTO, Form, FormColumn, header_words
from digitize.records import Role, Table
from digitize.table.header import missing_columns, read_header
from digitize.table.header.cell_labels import find_labels
from digitize.table.header.cell_structure import align_rows, find_storeys
from digitize.table.header.header_words import fold, match_role, vocabulary
from digitize.table.header.rule_contrast import measure_rules
from samples.synthetic import ACAT, DESIGNS, FOREIGN, LOOK_ALIKES, Column, Design, Paper, Rules, SyntheticPage
from samples.synthetic.foreign import LABELLED, NO_NAME, NO_SIGNATURE, US_STACKED, US_THROUGH, US_UNEVEN
from samples.synthetic.typefaces import font
from tests.table.tables import (
    LOW,
    exact_edges_px,
    exact_page,
    find_table,
    print_reader,
    roles_of,
    synthetic,
    with_boxes,
)

CELL_MM = 0.6  # tolerance for rules within rows
ANY = Form(AUTO)


def header_of(page: SyntheticPage, rows: tuple[float, ...] | None = None, form: Form = ANY) -> Table | None:
    columns, edges = exact_edges_px(page)
    return read_header(exact_page(page), columns, rows or edges, form, print_reader())


def with_inner_edges(page: SyntheticPage) -> tuple[float, ...]:
    """Return the row edges of a lattice that includes the rules between storeys, also in the header."""
    shares, scale = [sum(US_STACKED.storeys[:i]) for i in range(2)], page.mapping.scale
    ys = page.layout.y_mm
    return (*((a + s * (b - a)) * scale for a, b in pairwise(ys) for s in shares), ys[-1] * scale)


def assert_as_printed(page: SyntheticPage, table: Table | None, roles: tuple[Role, ...]) -> None:
    """Assert the roles, and that every cell lies where it was printed."""
    assert table is not None
    assert roles_of(table) == roles
    assert len(table.row_edges_px) == len(page.layout.y_mm) - 1, "rows are missing or too many"
    scale, ys = page.mapping.scale, page.layout.y_mm
    for index in (0, len(ys) - 3):
        for column, place in zip(table.columns, page.layout.cells, strict=True):
            box = table.cell_box(index, column)
            found = (box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)
            assert found == pytest.approx(place.within(ys[index + 1], ys[index + 2]), abs=CELL_MM)


@pytest.mark.parametrize("design", [d for d in FOREIGN if d is not US_THROUGH], ids=lambda d: d.form)
def test_foreign_forms_are_understood(design: Design) -> None:
    page = synthetic(design, LOW, 0.5)
    assert_as_printed(page, header_of(page), page.truth.roles)


def test_rows_are_found_by_their_numbers_if_no_rule_is_interrupted() -> None:
    page = synthetic(US_THROUGH, LOW, 0.5)
    columns, _ = exact_edges_px(page)
    storeys = find_storeys(measure_rules(exact_page(page), columns, with_inner_edges(page)))
    assert storeys is not None
    assert (storeys.first, storeys.step) == (2, 2)
    table = header_of(page, with_inner_edges(page))
    assert table is not None
    # The space below the number has no header, so it is part of the number's cell.
    numbers = [role for role in page.truth.roles if role is not Role.OTHER]
    assert roles_of(table) == tuple(numbers)
    assert len(table.row_edges_px) == 1 + US_THROUGH.row_count


def test_rules_within_rows_are_not_row_edges() -> None:
    page = synthetic(US_STACKED, LOW, 0.5)
    assert_as_printed(page, header_of(page, with_inner_edges(page)), page.truth.roles)


def test_storeys_are_found_by_the_header_alone() -> None:
    columns = tuple(replace(column, storey=column.storey or 0) for column in US_THROUGH.columns[2:])
    page = synthetic(replace(US_THROUGH, columns=columns), LOW, 0.5)
    assert_as_printed(page, header_of(page, with_inner_edges(page)), page.truth.roles)


def test_rows_shifted_to_the_rules_between_storeys_are_aligned() -> None:
    page = synthetic(US_UNEVEN, LOW, 0.5)
    columns, edges = exact_edges_px(page)
    share = US_UNEVEN.storeys[0]
    shifted = (edges[0], *(a + share * (b - a) for a, b in pairwise(edges[1:])))
    rules = align_rows(measure_rules(exact_page(page), columns, shifted))
    assert rules.row_edges_px == pytest.approx(edges, abs=CELL_MM * page.mapping.scale)
    right = measure_rules(exact_page(page), columns, edges)
    assert align_rows(right).row_edges_px == edges


@pytest.mark.parametrize("design", (*ACAT, *LOOK_ALIKES), ids=lambda d: f"{d.form} {d.kind}")
def test_ordinary_rows_have_one_storey(design: Design) -> None:
    page = synthetic(design, LOW, 0.9)
    unruled = design.rules in (Rules.HORIZONTAL, Rules.DOTTED)
    columns, rows = exact_edges_px(page)
    rules = measure_rules(exact_page(page), columns[:: len(columns) - 1] if unruled else columns, rows)
    assert align_rows(rules) is rules
    assert find_labels(rules) is None
    assert find_storeys(rules) is None


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_table_with_labels_in_every_cell_and_storeys_is_not_understood(share: float) -> None:
    assert header_of(synthetic(LABELLED, LOW, share)) is None


@pytest.mark.parametrize("form", ["de-plain", "fr-plain", "it-plain"])
@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_words_in_every_cell_are_as_good_as_a_header(form: str, share: float) -> None:
    design = replace(
        DESIGNS[form][0], labelled=True, header_height_mm=0.0, row_height_mm=14.0, row_count=6, first_row=1
    )
    page = synthetic(design, Paper(dpi=200.0), share)
    _, edges = exact_edges_px(page)
    table = header_of(page, edges[1:])
    assert roles_of(table) == page.truth.roles
    assert table is not None
    assert table.row_edges_px == edges[1:], "the first row is one"


@pytest.mark.parametrize("design", [US_STACKED, FOREIGN[5]], ids=lambda d: d.form)
def test_storeys_and_merged_headers_are_found_on_a_scan(design: Design) -> None:
    page = synthetic(design, replace(LOW, skew_deg=1.5), 0.5)
    result = find_table(page)
    assert result.table is not None
    assert roles_of(result.table) == page.truth.roles
    assert len(result.table.row_edges_px) == 1 + design.row_count


def test_a_header_of_two_lines_with_no_rule_between_makes_no_storeys() -> None:
    """What the first line lacks is in the second, but the rows are not as high as both."""
    lines = (("Nr.", ""), ("Name,", "Vorname"), ("Wohn-", "adresse"), ("Eigenhändige", "Unterschrift"))
    columns = tuple(replace(c, header=one) for c, (one, _) in zip(ACAT[1].columns, lines, strict=True))
    design = replace(ACAT[1], columns=columns, first_row=1, header_height_mm=ACAT[1].row_height_mm)
    page = synthetic(replace(design, row_count=10), LOW, 0.5)
    xs, (_, first, second, *_) = page.layout.x_mm, page.layout.y_mm
    hidden = with_boxes(page, *((a + 0.4, first - 0.6, b - 0.4, second - 0.6) for a, b in pairwise(xs)))
    image, scale = Image.fromarray(hidden), page.mapping.scale
    for x, (_, text) in zip(xs, lines, strict=False):
        at = ((x + 1.5) * scale, (second - 2.5) * scale)
        ImageDraw.Draw(image).text(at, text, 40, font("carlito-regular", 3.5 * scale), "ls")
    columns_px, edges = exact_edges_px(page)
    table = read_header(exact_page(page, np.asarray(image)), columns_px, edges, ANY, print_reader())
    assert roles_of(table) == page.truth.roles
    assert table is not None
    assert table.row_edges_px == edges[2:]


def test_form_gives_the_number_of_storeys() -> None:
    page = synthetic(US_STACKED, LOW, 0.5)
    one = Form("one", columns=(FormColumn(Role.NUMBER), FormColumn(Role.SIGNATURE)))
    assert find_storeys(measure_rules(exact_page(page), *exact_edges_px(page)), one.storeys) is None
    known = [(c.role, None if c.storey is None else c.storey + 1) for c in US_STACKED.columns]
    form = Form("two", columns=tuple(FormColumn(role, (), storey) for role, storey in known))
    assert form.storeys == 2
    (left, *_, right), (top, bottom, *_) = page.layout.x_mm, page.layout.y_mm
    unread = with_boxes(page, (left + 1, top + 1, right - 1, bottom - 1))
    table = read_header(exact_page(page, unread), *exact_edges_px(page), form, print_reader())
    assert_as_printed(page, table, page.truth.roles)


@pytest.mark.parametrize(("design", "missing"), [(NO_SIGNATURE, "signature"), (NO_NAME, "name")])
def test_missing_columns_are_named(design: Design, missing: str) -> None:
    table = header_of(synthetic(design, LOW, 0.5))
    assert table is not None
    assert missing_columns(table, ANY) == (missing,)
    named = Form("mine", columns=tuple(FormColumn(column.role) for column in design.columns))
    assert missing_columns(table, named) == (), "a form may do without it"


def test_single_unread_column_gets_the_single_missing_role() -> None:
    columns = (Column(Role.NAME, "Name", 50), Column(Role.ADDRESS, "Adresse", 70), Column(Role.OTHER, "", 40))
    design = replace(NO_SIGNATURE, columns=columns)
    table = header_of(synthetic(design, LOW, 0.5))
    assert roles_of(table) == (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    more = (*columns[:1], replace(columns[1], width_mm=35), replace(columns[2], width_mm=35), columns[2])
    table = header_of(synthetic(replace(design, columns=more), LOW, 0.5))
    assert table is not None
    assert missing_columns(table, ANY) == ("signature",)


def test_every_header_word_has_one_role() -> None:
    roles: dict[str, set[Role]] = {}
    for role, words in header_words().items():
        for word in words:
            roles.setdefault(fold(word), set()).add(role)
    assert {word: found for word, found in roles.items() if len(found) > 1} == {}
    # One or two misread letters must not turn a word into one of another role.
    texts = list(roles)
    kin = [
        {Role.NAME, Role.FAMILY_NAME, Role.GIVEN_NAME},
        {Role.COUNTRY, Role.OTHER},
        {Role.STREET, Role.ADDRESS},
    ]
    near = [
        (a, b)
        for i, a in enumerate(texts)
        for b in texts[i + 1 :]
        if fuzz.ratio(a, b) >= 90
        and roles[a] != roles[b]
        and not any(roles[a] | roles[b] <= group for group in kin)
    ]
    assert near == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Name (eigenhändig und möglichst in Blockschrift)", Role.NAME),
        ("Vorname (eigenhändig und möglichst in Blockschrift)", Role.GIVEN_NAME),
        ("Wohnadresse (Strasse und Hausnummer)", Role.STREET),
        ("Eigenhändige Unterschrift", Role.SIGNATURE),
        ("Kontrolle (leer lassen)", Role.OTHER),
        ("Prénoms (écrire à la main)", Role.GIVEN_NAME),
        ("Date de naissance (jour/mois/année)", Role.BIRTH),
        ("Contrôle (laisser en blanc)", Role.OTHER),
        ("Indirizzo (via e numero)", Role.STREET),
        ("Firma autografa", Role.SIGNATURE),
        ("Signature of registered voter", Role.SIGNATURE),
        ("Residence address (street and number)", Role.STREET),
        ("City or town", Role.TOWN),
        ("Name / Nom / Cognome", Role.FAMILY_NAME),
        ("Unterschrift / Signature / Firma", Role.SIGNATURE),
        ("Name des Unterzeichners", Role.NAME),
        ("Nom du signataire", Role.NAME),
        ("Name of signatory", Role.NAME),
        ("Adresse / Wohnort", Role.ADDRESS),
        ("City/State/Zip", Role.POSTCODE_TOWN),
    ],
)
def test_header_words_of_real_sheets_are_known(text: str, role: Role) -> None:
    found, match = match_role(text, vocabulary(ANY))
    assert (found, match >= 78) == (role, True)

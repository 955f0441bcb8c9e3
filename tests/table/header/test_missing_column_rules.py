"""Where a column rule is missing, the header words and the numbers give the columns."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.records import Column as Found
from digitize.records import Role
from digitize.table.header.header_words import vocabulary
from digitize.table.header.open_edges import move_open_edges
from digitize.table.header.rule_in_header import rule_in_header
from digitize.table.header.single_line import read_columns
from samples.synthetic import ACAT, DESIGNS, Column, Paper, Rules
from tests.table.header.test_header import ACAT_LIST, EDGE_MM, assert_as_printed, header_of
from tests.table.tables import (
    LOW,
    exact_edges_px,
    exact_page,
    print_reader,
    roles_of,
    synthetic,
    with_boxes,
    without_rule,
)


def test_numbers_without_a_rule_end_before_the_names_below_a_centred_word() -> None:
    design = replace(ACAT_LIST, rules=Rules.HORIZONTAL, header_centred=True)
    page = synthetic(design, LOW, 0.8)
    table = header_of(page, lost=tuple(range(1, len(design.columns))))
    assert table is not None
    assert roles_of(table) == page.truth.roles
    edge_mm = table.columns[1].left_px / page.mapping.scale
    assert edge_mm == pytest.approx(page.layout.x_mm[1], abs=4.0)


@pytest.mark.parametrize("width_mm", [14.0, 15.0, 22.0])
def test_close_header_words_belong_to_separate_columns(width_mm: float) -> None:
    """Without vertical rules only the gap between two words separates columns, here as wide as a space."""
    columns = (
        Column(Role.NAME, "Name und Vorname", 55),
        Column(Role.BIRTH, "Jahrgang", width_mm),
        Column(Role.STREET, "Strasse und Nummer", 45),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    design = replace(DESIGNS["de-lines"][0], columns=columns, row_count=4, header_size_pt=9.0)
    page = synthetic(design, LOW, 0.3)
    assert_as_printed(page, header_of(page, lost=(1, 2, 3)), EDGE_MM)


def test_dashes_that_join_header_words_beside_ruled_columns_do_not_make_them_one() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.0)
    scale, (left, right), (top, low) = page.mapping.scale, page.layout.x_mm[1:3], page.layout.y_mm[:2]
    pixels = without_rule(page, column=2)
    y = round((top + low) / 2 * scale)
    for x_mm in np.arange(left + 17.5, right + 1.0, 2.6):
        x = round(float(x_mm) * scale)
        pixels[y : y + 2, x : x + round(1.6 * scale)] = 40
    columns, rows = exact_edges_px(page)
    edges = [x for i, x in enumerate(columns) if i != 2]
    found = read_columns(exact_page(page, pixels), edges, *rows[:2], vocabulary(Form(AUTO)), print_reader())
    assert [column.role for column in found[1:]] == list(page.truth.roles[1:])


def test_scraps_of_a_faded_header_word_make_no_columns() -> None:
    """What is left of "Name und Vorname" is read as "Na" and "tame": nearly "NPA" and nearly "Name"."""
    columns = (
        Column(Role.NAME, "Na", 22),
        Column(Role.NAME, "tame", 28),
        Column(Role.ADDRESS, "Wohnadresse", 70),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns), LOW, 0.0)
    table = header_of(page, without_rule(page, column=1), lost=(1,))
    assert table is not None
    assert len(table.columns) == 3
    assert Role.POSTCODE not in roles_of(table)


def test_a_misread_header_word_far_from_the_others_belongs_to_a_column_of_its_own() -> None:
    columns = (
        Column(Role.NAME, "Nom et prénom", 70),
        Column(Role.ADDRESS, "Adreve (rue, NPA, lieu)", 70),
        Column(Role.SIGNATURE, "Signature", 40),
    )
    page = synthetic(replace(DESIGNS["de-plain"][0], columns=columns), LOW, 0.0)
    table = header_of(page, without_rule(page, column=1), lost=(1,))
    assert table is not None
    assert roles_of(table) == page.truth.roles


@pytest.mark.parametrize("seed", range(2))
def test_a_pale_header_word_beside_a_legible_one_divides_their_column(seed: int) -> None:
    page = synthetic(ACAT_LIST, Paper(dpi=150.0, noise=2.0), 0.0, seed)
    (left, right), (top, low) = page.layout.x_mm[2:4], page.layout.y_mm[:2]
    pixels = without_rule(page, column=2)
    scale = page.mapping.scale
    word = pixels[
        round((top + 1) * scale) : round((low - 1) * scale), round(left * scale) : round(right * scale)
    ]
    word[:] = 255 - (255 - word) // 4
    table = header_of(page, pixels, lost=(2,))
    assert table is not None
    assert roles_of(table) == page.truth.roles


def test_text_in_brackets_is_not_a_separate_column() -> None:
    columns = (
        Column(Role.NAME, "Name", 50),
        Column(Role.ADDRESS, "Adresse (PLZ Ort)", 70),
        Column(Role.SIGNATURE, "Unterschrift", 40),
    )
    page = synthetic(replace(DESIGNS["de-lines"][0], columns=columns, row_count=4), LOW, 0.3)
    assert_as_printed(page, header_of(page, lost=(1, 2)), EDGE_MM)


@pytest.mark.parametrize("form", ["acat", "fr-plain", "en-letter"])
def test_missing_column_rule_is_recovered_from_the_header_words(form: str) -> None:
    page = synthetic(DESIGNS[form][-1], LOW, 0.5)
    for lost in range(2, len(page.layout.x_mm) - 1):
        pixels = without_rule(page, column=lost)
        assert_as_printed(page, header_of(page, pixels, lost=(lost,)), EDGE_MM)


@pytest.mark.parametrize("form", ["acat", "it-dotted", "en-tabloid"])
def test_number_column_without_rule_and_header_is_found_by_its_numbers(form: str) -> None:
    page = synthetic(DESIGNS[form][-1], LOW, 0.6)
    pixels = without_rule(page, column=1)
    assert_as_printed(page, header_of(page, pixels, lost=(1,)), EDGE_MM)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("above_mm", "kept", "is_rule"), [(0.0, 0.25, True), (12.0, 0.25, False), (0.0, 0.0, False)]
)
def test_a_rule_that_is_left_in_the_header_divides_the_columns_below(
    above_mm: float, kept: float, is_rule: bool, seed: int
) -> None:
    """A streak runs on above the table, and a mark in the header does not show below."""
    letter = replace(ACAT[0], header_centred=True)
    page = synthetic(letter, LOW, 0.7, seed)
    scale, x_mm, ys = page.mapping.scale, page.layout.x_mm[2], page.layout.y_mm
    pixels = without_rule(page, column=2)
    x = round(x_mm * scale)
    pieces = [(ys[0] - above_mm, ys[1] - 0.5), (ys[-1] - kept * (ys[-1] - ys[1]), ys[-1])]
    for top, low in pieces:
        pixels[round(top * scale) : round(low * scale), x : x + 2] = 40
    columns, rows = exact_edges_px(page)
    word = (columns[2] + columns[3]) / 2
    found = rule_in_header(exact_page(page, pixels), columns[1], word, rows[0], rows[1:])
    assert (found is not None) is is_rule
    assert found is None or found == pytest.approx(columns[2], abs=3)


@pytest.mark.parametrize("numbered", [True, False])
def test_numbers_below_a_stain_that_touches_the_header_word_have_a_column_of_their_own(
    numbered: bool,
) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.8)
    (left, right), (top, low) = page.layout.x_mm[:2], page.layout.y_mm[:2]
    pixels = without_rule(page, column=1)
    if not numbered:
        ends = page.layout.y_mm[1:]
        strips = [(left + 0.5, a + 0.5, right - 0.7, b - 0.5) for a, b in pairwise(ends)]
        pixels = with_boxes(page, (right - 0.6, top, right + 0.6, ends[-1]), *strips)
    scale, y = page.mapping.scale, (top + low) / 2
    pixels[
        round(y * scale) - 2 : round(y * scale) + 3, round((left + 0.9) * scale) : round((right + 2) * scale)
    ] = 60
    table = header_of(page, pixels, lost=(1,))
    assert table is not None
    assert (table.columns[0].role is Role.NUMBER) is numbered
    assert roles_of(table)[-3:] == page.truth.roles[-3:]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lost", [2, 3], ids=["Address", "Signature"])
def test_a_column_without_rule_and_legible_header_word_is_found_by_what_is_written(
    lost: int, seed: int
) -> None:
    design = replace(ACAT_LIST, rules=Rules.HORIZONTAL)
    page = synthetic(design, LOW, 0.8, seed)
    (left, right), (top, low) = page.layout.x_mm[lost : lost + 2], page.layout.y_mm[:2]
    pixels = with_boxes(page, (left + 0.5, top + 1.0, right - 0.5, low - 1.0))
    table = header_of(page, pixels, lost=(1, 2, 3))
    assert table is not None
    assert roles_of(table) == page.truth.roles
    found = table.columns[lost].left_px / page.mapping.scale
    assert found == pytest.approx(left, abs=14.0)  # somewhere between what is written in both


def test_writing_in_a_single_column_is_not_divided() -> None:
    columns = tuple(column for column in ACAT_LIST.columns if column.role is not Role.SIGNATURE)
    design = replace(ACAT_LIST, columns=columns, rules=Rules.HORIZONTAL)
    table = header_of(synthetic(design, LOW, 0.8), lost=(1, 2))
    assert table is not None
    assert Role.SIGNATURE not in roles_of(table)


def test_a_rule_left_of_a_header_word_is_not_taken_for_the_one_right_of_it() -> None:
    """A hair before the word makes its column begin left of the rule."""
    page = synthetic(ACAT[0], LOW, 0.7, 1)
    scale, xs, (top, low, *_) = page.mapping.scale, page.layout.x_mm, page.layout.y_mm
    pixels = without_rule(page, column=3).copy()
    hair = np.array([(xs[2] - 9, top + 1.5), (xs[2] - 4, top + 2), (xs[2] + 2.2, low - 2)]) * scale
    cv2.polylines(pixels, [hair.round().astype(np.int32)], isClosed=False, color=(60,) * 3, thickness=2)
    table = header_of(page, pixels, lost=(2, 3))
    assert roles_of(table) == page.truth.roles
    assert table is not None
    edges_mm = [column.left_px / scale for column in table.columns]
    assert edges_mm[3] == pytest.approx(xs[3], abs=4.0)


def test_a_rule_with_nothing_but_paper_on_its_right_is_taken() -> None:
    page = synthetic(replace(ACAT[0], header_centred=True), LOW, 0.0)
    columns, rows = exact_edges_px(page)
    read = [Found(role, a, b, "") for role, (a, b) in zip(page.truth.roles, pairwise(columns), strict=True)]
    right = columns[3] + 4 * page.mapping.scale
    read[2], read[3] = replace(read[2], right_px=right), replace(read[3], left_px=right)
    moved = move_open_edges(exact_page(page), read, columns[:3], rows[0], rows[1:])
    assert moved[3].left_px == pytest.approx(columns[3], abs=3)

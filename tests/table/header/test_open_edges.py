"""Column edges without rules go between what is written, not to the header words."""

import numpy as np
import pytest

from digitize.geometry import Homography, Mesh
from digitize.images import Page
from digitize.records import Column, Role
from digitize.table.header.open_edges import move_open_edges

PX_PER_MM = 6.0
ROWS_MM = tuple(30.0 + 9.0 * i for i in range(9))
TOP_MM = 22.0


def page_with(*writing: tuple[float, float]) -> Page:
    """A page with strokes from and to these positions (mm) in every row."""
    grey = np.full((120 * 6, 180 * 6), 255, np.uint8)
    for top in ROWS_MM[:-1]:
        for left, right in writing:
            grey[round((top + 3) * 6) : round((top + 6) * 6), round(left * 6) : round(right * 6)] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    return Page("a.png", 1, grey, PX_PER_MM, mesh)


def edge_mm(page: Page, at_mm: float, rules_mm: tuple[float, ...] = (20.0, 170.0)) -> float:
    """Where the edge between two columns ends up that was expected here."""
    columns = [
        Column(Role.NAME, 20 * PX_PER_MM, at_mm * PX_PER_MM, "Name"),
        Column(Role.ADDRESS, at_mm * PX_PER_MM, 170 * PX_PER_MM, "Address"),
    ]
    rules, rows = ([mm * PX_PER_MM for mm in edges] for edges in (rules_mm, ROWS_MM))
    before, after = move_open_edges(page, columns, rules, TOP_MM * PX_PER_MM, rows)
    assert before.right_px == after.left_px
    return after.left_px / PX_PER_MM


def test_an_edge_that_cuts_the_writing_is_moved_to_where_that_of_the_next_column_begins() -> None:
    page = page_with((22, 60), (75, 130))
    assert edge_mm(page, 100.0) == pytest.approx(73.5, abs=0.4)


def test_an_edge_between_the_writing_stays() -> None:
    page = page_with((22, 60), (75, 130))
    assert edge_mm(page, 70.0) == 70.0


@pytest.mark.parametrize(("rows", "expected_mm"), [(2, 81.0), (8, 90.0)])
def test_one_of_few_rows_moves_an_edge_and_one_of_many_does_not(rows: int, expected_mm: float) -> None:
    grey = page_with().pixels.copy()
    for i, top in enumerate(ROWS_MM[:rows]):
        for left, right in ((22, 60), (82 if i == 0 else 92, 130)):
            grey[round((top + 3) * 6) : round((top + 6) * 6), left * 6 : right * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 90.0) == pytest.approx(expected_mm, abs=0.4)


@pytest.mark.parametrize(("name_mm", "expected_mm"), [((36, 42), 34.5), ((46, 60), 44.0)])
def test_numbers_end_before_whatever_is_written_behind_them(
    name_mm: tuple[int, int], expected_mm: float
) -> None:
    """A short name ends left of the edge, at the header word, that stands in the middle of its column."""
    grey = page_with((22, 26)).pixels.copy()
    for left, right in (name_mm, (75, 130)):
        grey[round((ROWS_MM[1] + 3) * 6) : round((ROWS_MM[1] + 6) * 6), left * 6 : right * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    page = Page("a.png", 1, grey, PX_PER_MM, mesh)
    columns = [
        Column(Role.NUMBER, 20 * PX_PER_MM, 44 * PX_PER_MM, ""),
        Column(Role.NAME, 44 * PX_PER_MM, 170 * PX_PER_MM, "Name"),
    ]
    rules, rows = ([mm * PX_PER_MM for mm in edges] for edges in ((20.0, 170.0), ROWS_MM))
    _, name = move_open_edges(page, columns, rules, TOP_MM * PX_PER_MM, rows)
    assert name.left_px / PX_PER_MM == pytest.approx(expected_mm, abs=0.4)


def test_an_edge_on_a_rule_stays_whatever_is_written_over_it() -> None:
    page = page_with((22, 60), (75, 130))
    assert edge_mm(page, 100.0, (20.0, 100.0, 170.0)) == 100.0


def test_a_few_long_entries_do_not_move_an_edge() -> None:
    grey = page_with((22, 60), (75, 130)).pixels.copy()
    for top in ROWS_MM[:2]:
        grey[round((top + 3) * 6) : round((top + 6) * 6), 60 * 6 : 71 * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 70.0) == 70.0


def test_an_edge_does_not_move_across_a_header_word() -> None:
    grey = page_with((22, 60), (75, 130)).pixels.copy()
    grey[round((TOP_MM + 2) * 6) : round((TOP_MM + 5) * 6), 62 * 6 : 80 * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 100.0) == 100.0


def test_an_edge_right_of_short_entries_is_moved_to_their_left() -> None:
    """The header word stands above the middle of its column, most of whose entries end before it."""
    page = page_with((22, 38), (43, 60), (75, 95))
    assert edge_mm(page, 100.0) == pytest.approx(73.5, abs=0.4)


def test_an_edge_that_cuts_some_entries_is_moved_to_a_gap_that_divides_all_of_them() -> None:
    grey = page_with((22, 60)).pixels.copy()
    for i, top in enumerate(ROWS_MM[:-1]):
        for left, right in ((75, 105),) if i < 3 else ((75, 90), (108, 120)):
            grey[round((top + 3) * 6) : round((top + 6) * 6), left * 6 : right * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 100.0) == pytest.approx(73.5, abs=0.4)


def test_an_edge_left_of_a_column_that_hardly_anybody_filled_in_stays() -> None:
    """The gap between first and last name is nowhere the same in all rows."""
    grey = page_with().pixels.copy()
    for i, top in enumerate(ROWS_MM[:-1]):
        for left, right in ((22, 34 + i), (38 + i, 56), *([(75, 95)] if i < 3 else [])):
            grey[round((top + 3) * 6) : round((top + 6) * 6), left * 6 : right * 6] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 70.0) == 70.0


def test_a_piece_of_a_faint_rule_between_the_header_words_stops_no_edge() -> None:
    grey = page_with((22, 60), (75, 130)).pixels.copy()
    for left, right in ((30, 45), (74, 74.4), (101, 115)):
        rows = slice(round((TOP_MM + 2) * 6), round((TOP_MM + 5) * 6))
        grey[rows, round(left * 6) : round(right * 6)] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert edge_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 100.0) == pytest.approx(73.5, abs=0.6)


def right_end_mm(page: Page, end_mm: float) -> float:
    """Where the table ends up to end whose last rule was expected here."""
    columns = [
        Column(Role.NAME, 20 * PX_PER_MM, 70 * PX_PER_MM, "Name"),
        Column(Role.SIGNATURE, 70 * PX_PER_MM, end_mm * PX_PER_MM, "Signature"),
    ]
    rules, rows = ([mm * PX_PER_MM for mm in edges] for edges in ((20.0, 70.0, end_mm), ROWS_MM))
    return move_open_edges(page, columns, rules, TOP_MM * PX_PER_MM, rows)[-1].right_px / PX_PER_MM


@pytest.mark.parametrize("signature", [(90, 130), (103, 130)], ids=["across the end", "behind the end"])
def test_a_table_without_a_frame_ends_behind_its_signatures(signature: tuple[float, float]) -> None:
    assert right_end_mm(page_with((22, 60), signature), 100.0) == pytest.approx(131.5, abs=0.4)


def test_a_table_ends_at_its_frame_whatever_is_written_across_it() -> None:
    grey = page_with((22, 60), (90, 130)).pixels.copy()
    for top in np.arange(ROWS_MM[0], ROWS_MM[-1], 1.5):  # a dotted rule
        grey[round(top * 6) : round((top + 0.75) * 6), 600:602] = 60
    mesh = Mesh.of_homography(Homography.identity(), grey.shape[1], grey.shape[0])
    assert right_end_mm(Page("a.png", 1, grey, PX_PER_MM, mesh), 100.0) == 100.0


@pytest.mark.parametrize("beside", [(108, 130), (101, 102), (99, 180)], ids=["far", "dust", "the desk"])
def test_what_does_not_go_on_beside_the_rows_is_no_writing_of_theirs(beside: tuple[float, float]) -> None:
    assert right_end_mm(page_with((22, 60), (75, 95), beside), 100.0) == 100.0

"""Results are drawn on the page, each row in the colour of its status."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.geometry import Box, Homography, Mesh
from digitize.images import Pixels
from digitize.overlay import COLOURS, GRID, MARGIN_MM, draw
from digitize.records import (
    Cell,
    Column,
    Ink,
    InkMeasure,
    Mark,
    PageId,
    PageKind,
    Place,
    Reading,
    Role,
    Row,
    SheetPage,
    Status,
    Table,
)

SCALE = 8.0  # px per mm
WIDTH, HEIGHT = 1200, 600
COLUMNS = (Column(Role.NAME, 80, 500, "Name"), Column(Role.SIGNATURE, 500, 1100, "Signature"))
EDGES = tuple(100.0 + 80 * i for i in range(len(Status) + 1))
EXTENT = (540.0, 12.0, 700.0, 60.0)  # of the ink: left, top, right, bottom; heights within its row


def row(r: int, status: Status, ink: Ink = Ink.INKED, mark: Mark = Mark.WRITING) -> Row:
    box = Box(80, EDGES[r], 1100, EDGES[r + 1])
    left, top, right, bottom = EXTENT
    extent = Box(left, EDGES[r] + top, right, EDGES[r] + bottom)
    cell = Cell(Role.SIGNATURE, box, InkMeasure(ink, mark, 30.0, 0.0, 3.0, extent))
    return Row(
        number=r + 4,
        index=r,
        box=box,
        cells=(cell,),
        status=status,
        name=Reading("Zoë Hürlimann", 0.9, "double 1"),
        address=Reading("Rue de l’Église 4\n1700 Fribourg", 0.9, "double 1"),
        place=Place("FR"),
    )


def outcome(*rows: Row, table: bool = True) -> SheetPage:
    mesh = Mesh.of_homography(Homography.identity(), WIDTH, HEIGHT)
    found = (Table(COLUMNS, EDGES, 60.0),) if table else ()
    kind = PageKind.LIST if table else PageKind.BLANK
    return SheetPage(PageId("x", 1), kind, "auto", 0, 0.0, SCALE, mesh, found, rows)


def paper(channels: int = 1) -> Pixels:
    shape = (HEIGHT, WIDTH) if channels == 1 else (HEIGHT, WIDTH, channels)
    return np.full(shape, 255, np.uint8)


def red_green_blue(picture: Pixels) -> np.ndarray:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


ALL = tuple(row(r, status) for r, status in enumerate(Status))


@pytest.mark.parametrize("channels", [1, 3])
def test_picture_has_a_margin_and_the_page_is_not_changed(channels: int) -> None:
    page = paper(channels)
    picture = draw(page, outcome(*ALL))
    assert picture.shape == (HEIGHT, WIDTH + round(MARGIN_MM * SCALE), 3)
    assert (page == 255).all()


def test_ink_is_framed_in_the_colour_of_the_status() -> None:
    picture = red_green_blue(draw(paper(), outcome(*ALL)))
    assert len(set(COLOURS.values())) == len(Status)
    for r, status in enumerate(Status):
        left, top, right, _ = (round(v) for v in EXTENT)
        edge = picture[round(EDGES[r]) + top, left + 5 : right - 5]
        assert (edge == COLOURS[status]).all(), status


def test_uncertain_ink_is_framed_as_doubtful() -> None:
    picture = red_green_blue(draw(paper(), outcome(row(0, Status.SIGNED, Ink.UNSURE))))
    assert tuple(picture[round(EDGES[0] + EXTENT[1]), 600]) == COLOURS[Status.DOUBTFUL]


def test_grid_is_drawn_where_it_was_found_and_nowhere_else() -> None:
    picture = red_green_blue(draw(paper(), outcome()))
    for y in (60, *EDGES):
        assert tuple(picture[round(y), 300]) == GRID
    for column in COLUMNS:
        assert tuple(picture[130, round(column.right_px)]) == GRID
    assert (picture[130, 90:490] == 255).all()


def test_readings_are_written_beside_every_row_that_is_not_blank() -> None:
    picture = draw(paper(), outcome(*ALL))
    for r, status in enumerate(Status):
        beside = picture[round(EDGES[r]) : round(EDGES[r + 1]), WIDTH:]
        assert (beside < 200).any() == (status is not Status.BLANK)


def test_all_rows_but_blank_ones_are_tinted() -> None:
    picture = draw(paper(), outcome(*ALL))
    for r, status in enumerate(Status):
        inside = picture[round(EDGES[r]) + 40, 300]
        assert (inside == 255).all() == (status is Status.BLANK)


def test_marks_and_accents_are_visible() -> None:
    plain = draw(paper(), outcome(row(0, Status.INCOMPLETE)))
    dash = draw(paper(), outcome(row(0, Status.INCOMPLETE, mark=Mark.DASH)))
    assert (plain != dash).any()
    accents = replace(row(0, Status.SIGNED), name=Reading("Zoe Hurlimann", 0.9, "double 1"))
    assert (draw(paper(), outcome(row(0, Status.SIGNED))) != draw(paper(), outcome(accents))).any()


def test_page_without_a_table_has_a_title_only() -> None:
    picture = draw(paper(), outcome(table=False))
    assert (picture[round(8 * SCALE) :] == 255).all()
    assert (picture[: round(8 * SCALE)] < 200).any()


def test_row_beyond_the_edge_of_the_page_is_clipped() -> None:
    low = replace(row(4, Status.SIGNED), box=Box(-20, 560, 1500, 700))
    assert draw(paper(), outcome(low)).shape[0] == HEIGHT


def test_every_table_of_a_page_is_drawn() -> None:
    page = outcome()
    upper = replace(page.tables[0], row_edges_px=EDGES[:2])
    lower = replace(page.tables[0], row_edges_px=EDGES[3:5], header_top_px=EDGES[3])
    picture = draw(paper(), replace(page, tables=(upper, lower)))
    across = round(upper.columns[0].left_px) + 3
    assert [bool((picture[round(y), across] != 255).any()) for y in EDGES[:5]] == [
        True,
        True,
        False,
        True,
        True,
    ]

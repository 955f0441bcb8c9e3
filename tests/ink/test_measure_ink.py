"""The ink state of cells on synthetic pages whose every stroke is known."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digitize.records import Ink, Mark, Role, Status
from samples.synthetic import DESIGNS, Entry, Extras, Mode, Paper, Signing, make_page, random_paper
from tests.doubles import BabblingReader
from tests.ink.inks import (
    PITCH_MM,
    PLAIN,
    STRIP,
    Measured,
    draw_lines,
    empty_strip,
    measured,
    row_y,
    signers,
    synthetic,
)

WRITTEN = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)


def ink_states(found: Measured) -> list[tuple[Ink, ...]]:
    return [tuple(found.measure(r, role).state for role in WRITTEN) for r in range(len(found.inks))]


def wrong(found: Measured) -> Iterator[tuple[int, Role, Ink]]:
    """Yield the cells that are inked though blank, or the reverse; unsure cells are not wrong."""
    for row in found.synthetic.truth.rows:
        for cell in row.cells:
            if cell.role is Role.NUMBER:
                continue
            ink_state = found.measure(row.index, cell.role).state
            if ink_state is not Ink.UNSURE and (ink_state is Ink.INKED) != cell.inked:
                yield row.index, cell.role, ink_state


@lru_cache(maxsize=12)
def half(seed: int, paper: Paper = PLAIN) -> Measured:
    """Return a page with every second row filled in, so that each of them lies between blank rows."""
    rows = tuple(row if r % 2 else None for r, row in enumerate(signers(seed)))
    return measured(synthetic(rows, paper, seed))


@pytest.mark.parametrize("seed", range(6))
def test_filled_in_cells_are_inked_and_the_others_blank(seed: int) -> None:
    for r, row in enumerate(ink_states(half(seed))):
        assert set(row) == {Ink.INKED if r % 2 else Ink.BLANK}, r


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", Mode)
def test_ink_states_do_not_depend_on_the_resolution(seed: int, mode: Mode) -> None:
    coarse, fine = (half(seed, Paper(dpi=dpi, mode=mode)) for dpi in (150.0, 300.0))
    assert coarse.statuses()[1::2] == fine.statuses()[1::2] == [Status.SIGNED] * 4
    if mode is not Mode.BITONAL:  # in bitonal scans strokes break and join differently
        assert ink_states(coarse) == ink_states(fine)


@pytest.mark.parametrize("dpi", [150.0, 200.0, 300.0])
def test_lengths_are_in_mm_at_any_resolution(dpi: float) -> None:
    """Strokes of 8.5 and 9.5 mm are 18 mm, and a little more for the width of the pen."""
    page = empty_strip(dpi)
    corner = np.array([(30.0, 43.0), (36.0, 49.0), (44.1, 44.0)])
    found = measured(page, draw_lines(page, corner))
    assert found.measure(3, Role.NAME).stroke_mm == pytest.approx(18.8, rel=0.06)


@pytest.mark.parametrize(("length_mm", "ink_state"), [(1.5, Ink.BLANK), (5.5, Ink.UNSURE), (14.0, Ink.INKED)])
@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_little_ink_is_unsure_and_less_is_blank(length_mm: float, ink_state: Ink, dpi: float) -> None:
    page = empty_strip(dpi)
    turn = np.linspace(0, 2 * np.pi, 20)
    radius = length_mm / (2 * np.pi)
    ring = np.column_stack([40 + radius * np.cos(turn), 45.5 + radius * np.sin(turn)])
    found = measured(page, draw_lines(page, ring, width_mm=0.32))
    assert found.measure(3, Role.NAME).state is ink_state


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pen", ["blue ballpoint", "pencil", "red ballpoint", "felt pen", "blue ink"])
def test_rows_are_signed_with_any_pen(seed: int, pen: str) -> None:
    found = measured(synthetic(signers(seed, pen=pen), replace(PLAIN, toner=0.8, noise=3.0), seed))
    # Signatures of two neighbours that cannot be split are doubtful.
    assert set(found.statuses()) <= {Status.SIGNED, Status.DOUBTFUL}
    assert found.statuses().count(Status.SIGNED) >= STRIP.row_count - 2


DIRTY = {
    "dust": replace(PLAIN, dust=60),
    "folds": replace(PLAIN, folds=2),
    "bleed": replace(PLAIN, bleed=0.12),
    "streak": replace(PLAIN, streak=True),
    "holes": replace(PLAIN, holes=2),
    "jpeg": replace(PLAIN, jpeg_quality=40, noise=5.0),
    "bitonal": replace(PLAIN, mode=Mode.BITONAL, noise=4.0, dust=20),
    "interrupted rules": replace(PLAIN, gaps=30),
    "faint print": replace(PLAIN, toner=0.55, faint_patches=True),
}


@pytest.mark.parametrize("dirt", DIRTY)
@pytest.mark.parametrize("seed", range(3))
def test_dirt_is_not_ink(dirt: str, seed: int) -> None:
    """On a blank form, dirt makes a cell unsure at worst."""
    found = measured(synthetic((), DIRTY[dirt], seed))
    assert Counter(ink_state for row in ink_states(found) for ink_state in row)[Ink.INKED] == 0
    assert Status.SIGNED not in found.statuses() and Status.DOUBTFUL not in found.statuses()


@example(2413, 1.0, 12)
@given(st.integers(0, 10_000), st.floats(0.2, 1.0), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_specks_never_make_a_blank_row_signed_and_few_never_make_it_doubtful(
    seed: int, size_mm: float, count: int
) -> None:
    """By chance, specks may lie in every cell of a row."""
    page = empty_strip()
    rng = np.random.default_rng(seed)
    at = rng.uniform((24, 17), (176, 83), (count, 2))
    specks = [np.array([point, point + np.array([size_mm / 2, 0.0])]) for point in at]
    found = measured(page, draw_lines(page, *specks, width_mm=size_mm / 2)).statuses()
    assert Status.SIGNED not in found
    doubted = [row_y(r) for r, status in enumerate(found) if status is Status.DOUBTFUL]
    assert all(
        (np.abs(at[:, 1] - middle) < PITCH_MM / 2 + size_mm).sum() >= len(WRITTEN) for middle in doubted
    )


@example(80)  # seven specks lie in one row, in all of its cells
@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_dust_does_not_change_the_status_of_a_row(seed: int) -> None:
    """Specks of 0.4 mm leave signed rows signed, and blank rows blank unless they may lie in each cell."""
    page = half(1).synthetic
    rng = np.random.default_rng(seed)
    at = rng.uniform((24, 17), (176, 83), (25, 2))
    specks = [np.array([point, point + np.array([0.2, 0.0])]) for point in at]
    dusty = measured(page, draw_lines(page, *specks, width_mm=0.3)).statuses()
    changed = [
        (r, now) for r, (now, was) in enumerate(zip(dusty, half(1).statuses(), strict=True)) if now != was
    ]
    assert all(now is Status.DOUBTFUL and half(1).statuses()[r] is Status.BLANK for r, now in changed)
    assert all((np.abs(at[:, 1] - row_y(r)) < PITCH_MM / 2).sum() >= len(WRITTEN) for r, _ in changed)


@given(st.integers(0, 10_000), st.sampled_from(["clean", "office"]))
@settings(max_examples=12, deadline=None)
def test_a_signed_row_is_never_blank(seed: int, difficulty: str) -> None:
    paper = replace(
        random_paper(seed, difficulty), dpi=200.0, skew_deg=0.0, rotation_deg=0, bed=None, stamps=()
    )
    found = measured(synthetic(signers(seed), paper, seed))
    assert Status.BLANK not in found.statuses()
    assert found.statuses().count(Status.SIGNED) >= 5


MARKS = {
    "dash": (Entry.DASH, Mark.DASH),
    "tick": (Entry.TICK, Mark.TICK),
    "ditto": (Entry.DITTO, Mark.DITTO),
    "word": (Entry.WRITTEN, Mark.WRITING),
    "idem": (Entry.IDEM, Mark.WRITING),
    "nothing": (Entry.BLANK, Mark.NONE),
}


@pytest.mark.parametrize("what", MARKS)
@pytest.mark.parametrize("seed", range(3))
def test_marks_in_address_cells_are_recognised(what: str, seed: int) -> None:
    entry, mark = MARKS[what]
    rows = tuple(replace(row, address=entry if r else Entry.WRITTEN) for r, row in enumerate(signers(seed)))
    found = measured(synthetic(rows, seed=seed))
    seen = [found.measure(r, Role.ADDRESS).mark for r in range(1, STRIP.row_count)]
    assert seen.count(mark) >= STRIP.row_count - 2, seen
    right = Status.SIGNED if mark in (Mark.WRITING, Mark.DITTO, Mark.TICK) else Status.INCOMPLETE
    assert found.statuses()[1:].count(right) >= STRIP.row_count - 2


@pytest.mark.parametrize(
    ("signing", "status"),
    [
        (Signing.BLANK, Status.INCOMPLETE),
        (Signing.DASH, Status.INCOMPLETE),
        (Signing.TICK, Status.DOUBTFUL),
        (Signing.PRINTED, Status.SIGNED),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_status_of_a_row_follows_from_the_way_it_is_signed(
    signing: Signing, status: Status, seed: int
) -> None:
    """Every second row is signed in this way, the others with an ordinary signature."""
    rows = tuple(replace(row, signature=signing) if r % 2 else row for r, row in enumerate(signers(seed)))
    found = measured(synthetic(rows, seed=seed)).statuses()
    assert found[1::2].count(status) >= 3
    assert set(found[1::2]) <= {status, Status.DOUBTFUL}, "what is not recognised is doubtful"


def test_rows_signed_with_initials_are_never_blank_or_incomplete() -> None:
    for seed in range(4):
        rows = tuple(replace(row, signature=Signing.INITIALS) for row in signers(seed))
        found = measured(synthetic(rows, seed=seed)).statuses()
        assert set(found) <= {Status.SIGNED, Status.DOUBTFUL}
        assert found.count(Status.SIGNED) >= 6


def test_crops_for_reading_show_only_the_writing() -> None:
    """They show the cell's own strokes on white, without rules and neighbours' strokes."""
    rows = tuple(row if r % 2 else None for r, row in enumerate(signers(2, pen="black fineliner")))
    found = measured(synthetic(rows, seed=2))
    truth = found.synthetic
    for r in range(1, STRIP.row_count, 2):
        cell = found.inks[r].cells[1]
        assert cell.writing is not None and cell.measure.extent is not None
        assert cell.writing.dtype == np.uint8 and cell.writing.ndim == 2
        extent = cell.measure.extent
        assert cell.writing.shape[0] == pytest.approx(extent.height + 2 * found.page.px(1.0), abs=3)
        dark = int((cell.writing < 160).sum())
        assert dark == pytest.approx(
            int((truth.own_ink(r, Role.NAME) & (truth.pixels < 160)).sum()), rel=0.12
        )
        assert found.inks[r].cells[3].writing is None, "signatures are not read"
    assert all(cell.writing is None for cell in found.inks[0].cells), "blank cells are not read"


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_every_design_is_measured_without_error(name: str) -> None:
    design = DESIGNS[name][-1]
    design = replace(design, before=(), after=(), second_box=False, row_count=min(8, design.row_count))
    rows = tuple(row if r % 2 else None for r, row in enumerate(signers(5, design)))
    page = make_page(design, rows, Paper(dpi=150.0), 5, Extras())
    found = measured(page, design=design)
    right = [Status.SIGNED if row.counts else Status.BLANK for row in page.truth.rows]
    assert found.statuses() == right
    assert not list(wrong(found))


def test_a_lone_dot_in_an_address_cell_is_doubtful() -> None:
    """It may be dust, or all that is left of ditto marks."""
    page = empty_strip()
    signature = np.column_stack([np.linspace(142, 170, 60), row_y(2) + 2.5 * np.sin(np.linspace(0, 40, 60))])
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    name = [letter + np.array([x, row_y(2.15)]) for x in np.arange(28.0, 60.0, 4.0)]
    above = [letter + np.array([x, row_y(1.15)]) for x in np.arange(84.0, 120.0, 4.0)]
    dot = np.array([(100.0, row_y(2)), (100.7, row_y(2))])
    found = measured(page, draw_lines(page, signature, *name, *above, dot, width_mm=0.35))
    assert found.measure(2, Role.ADDRESS).mark is Mark.WRITING
    assert found.statuses()[2] is Status.DOUBTFUL


def test_a_hair_is_no_ditto_mark_whatever_stands_in_its_row() -> None:
    page = empty_strip()
    signature = np.column_stack([np.linspace(142, 170, 60), row_y(2) + 2.5 * np.sin(np.linspace(0, 40, 60))])
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    name = [letter + np.array([x, row_y(2.15)]) for x in np.arange(28.0, 60.0, 4.0)]
    above = [letter + np.array([x, row_y(1.15)]) for x in np.arange(84.0, 120.0, 4.0)]
    hair = np.array([(100.0, row_y(2) - 1.2), (101.2, row_y(2) + 0.3), (101.5, row_y(2) + 1.2)])
    written = draw_lines(page, signature, *name, *above, width_mm=0.4)
    pixels = np.minimum(written, draw_lines(page, hair, width_mm=0.25, darkness=0.3))
    found = measured(page, pixels)
    assert found.measure(2, Role.ADDRESS).state is Ink.UNSURE
    assert found.rows(BabblingReader())[2].status is Status.DOUBTFUL


def test_a_piece_of_a_rule_is_no_dash() -> None:
    page = empty_strip()
    piece = np.array([(40.0, row_y(3.5) - 0.8), (44.0, row_y(3.5) - 0.8)])
    found = measured(page, draw_lines(page, piece, width_mm=0.3))
    assert found.statuses()[3:5] == [Status.BLANK, Status.BLANK]
    assert not found.rows()[3].review

"""Which cells were written in, on synthetic pages whose every stroke is known."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.records import Ink, Mark, Role, Status
from samples.synthetic import DESIGNS, Entry, Extras, Mode, Paper, Signing, make_page, random_paper
from tests.ink.inks import PLAIN, STRIP, Measured, empty_strip, measured, penned, signers, synthetic

WRITTEN = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)


def verdicts(found: Measured) -> list[tuple[Ink, ...]]:
    return [tuple(found.measure(r, role).verdict for role in WRITTEN) for r in range(len(found.inks))]


def wrong(found: Measured) -> Iterator[tuple[int, Role, Ink]]:
    """Cells of which the verdict is not what was written; unsure is no mistake."""
    for row in found.synthetic.truth.rows:
        for cell in row.cells:
            if cell.role is Role.NUMBER:
                continue
            verdict = found.measure(row.index, cell.role).verdict
            if verdict is not Ink.UNSURE and (verdict is Ink.INKED) != cell.inked:
                yield row.index, cell.role, verdict


@cache
def half(seed: int, paper: Paper = PLAIN) -> Measured:
    """Every second row filled, so that every filled row has blank neighbours."""
    rows = tuple(row if r % 2 else None for r, row in enumerate(signers(seed)))
    return measured(synthetic(rows, paper, seed))


@pytest.mark.parametrize("seed", range(6))
def test_filled_cells_are_inked_and_the_others_blank(seed: int) -> None:
    for r, row in enumerate(verdicts(half(seed))):
        assert set(row) == {Ink.INKED if r % 2 else Ink.BLANK}, r


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", Mode)
def test_150_and_300_dpi_give_the_same_verdicts(seed: int, mode: Mode) -> None:
    coarse, fine = (half(seed, Paper(dpi=dpi, mode=mode)) for dpi in (150.0, 300.0))
    assert coarse.statuses()[1::2] == fine.statuses()[1::2] == [Status.SIGNED] * 4
    if mode is not Mode.BITONAL:  # in black and white strokes break and join differently
        assert verdicts(coarse) == verdicts(fine)


@pytest.mark.parametrize("dpi", [150.0, 200.0, 300.0])
def test_the_measure_is_in_mm_whatever_the_resolution(dpi: float) -> None:
    """Two strokes of 8.5 and 9.5 mm are 18 mm (and a little, for the pen's own width)."""
    page = empty_strip(dpi)
    corner = np.array([(30.0, 43.0), (36.0, 49.0), (44.1, 44.0)])
    found = measured(page, penned(page, corner))
    assert found.measure(3, Role.NAME).stroke_mm == pytest.approx(18.8, rel=0.06)


@pytest.mark.parametrize(("length_mm", "verdict"), [(1.5, Ink.BLANK), (5.5, Ink.UNSURE), (14.0, Ink.INKED)])
@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_little_ink_is_unsure_and_less_is_none(length_mm: float, verdict: Ink, dpi: float) -> None:
    page = empty_strip(dpi)
    turn = np.linspace(0, 2 * np.pi, 20)
    radius = length_mm / (2 * np.pi)
    ring = np.column_stack([40 + radius * np.cos(turn), 45.5 + radius * np.sin(turn)])
    found = measured(page, penned(page, ring, width_mm=0.32))
    assert found.measure(3, Role.NAME).verdict is verdict


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pen", ["blue ballpoint", "pencil", "red ballpoint", "felt pen", "blue ink"])
def test_every_pen_counts(seed: int, pen: str) -> None:
    found = measured(synthetic(signers(seed, pen=pen), replace(PLAIN, toner=0.8, noise=3.0), seed))
    # Two neighbours' signatures that cannot be parted are for a person.
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
def test_dirt_is_no_ink(dirt: str, seed: int) -> None:
    """Nobody wrote on this page; the worst that dirt does is to make a cell unsure."""
    found = measured(synthetic((), DIRTY[dirt], seed))
    assert Counter(verdict for row in verdicts(found) for verdict in row)[Ink.INKED] == 0
    assert Status.SIGNED not in found.statuses() and Status.DOUBTFUL not in found.statuses()


@given(st.integers(0, 10_000), st.floats(0.2, 1.0), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_specks_never_make_a_blank_row_count(seed: int, size_mm: float, count: int) -> None:
    page = empty_strip()
    rng = np.random.default_rng(seed)
    at = rng.uniform((24, 17), (176, 83), (count, 2))
    specks = [np.array([point, point + np.array([size_mm / 2, 0.0])]) for point in at]
    found = measured(page, penned(page, *specks, width_mm=size_mm / 2)).statuses()
    assert not {Status.SIGNED, Status.DOUBTFUL} & set(found)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_dust_on_a_filled_page_changes_no_count(seed: int) -> None:
    """Specks of 0.4 mm leave every signed row signed and every blank row blank."""
    page = half(1).synthetic
    rng = np.random.default_rng(seed)
    specks = [np.array([at, at + np.array([0.2, 0.0])]) for at in rng.uniform((24, 17), (176, 83), (25, 2))]
    dusty = measured(page, penned(page, *specks, width_mm=0.3)).statuses()
    assert dusty == half(1).statuses()


@given(st.integers(0, 10_000), st.sampled_from(["clean", "office"]))
@settings(max_examples=12, deadline=None)
def test_no_signed_row_ever_comes_out_blank(seed: int, difficulty: str) -> None:
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
def test_marks_in_address_cells(what: str, seed: int) -> None:
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
def test_ways_of_signing(signing: Signing, status: Status, seed: int) -> None:
    """Every second row is signed in this way, the others as it should be."""
    rows = tuple(replace(row, signature=signing) if r % 2 else row for r, row in enumerate(signers(seed)))
    found = measured(synthetic(rows, seed=seed)).statuses()
    assert found[1::2].count(status) >= 3
    assert set(found[1::2]) <= {status, Status.DOUBTFUL}, "what is not seen rightly is for a person"


def test_initials_are_never_taken_for_nothing() -> None:
    for seed in range(4):
        rows = tuple(replace(row, signature=Signing.INITIALS) for row in signers(seed))
        found = measured(synthetic(rows, seed=seed)).statuses()
        assert set(found) <= {Status.SIGNED, Status.DOUBTFUL}
        assert found.count(Status.SIGNED) >= 6


def test_writing_is_cut_out_with_nothing_else_in_it() -> None:
    """The crop for reading holds the cell's own strokes on white: no rule, no neighbour."""
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
def test_every_design(name: str) -> None:
    design = DESIGNS[name][-1]
    design = replace(design, before=(), after=(), second_box=False, row_count=min(8, design.row_count))
    rows = tuple(row if r % 2 else None for r, row in enumerate(signers(5, design)))
    page = make_page(design, rows, Paper(dpi=150.0), 5, Extras())
    found = measured(page, design=design)
    right = [Status.SIGNED if row.counts else Status.BLANK for row in page.truth.rows]
    assert found.statuses() == right
    assert not list(wrong(found))

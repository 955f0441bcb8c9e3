"""The truth about rows filled in every way, and the rows that random fills give."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.address.directory import canton_on, load_directory
from digitize.images import to_grey
from digitize.records import Mark, PageKind, Role
from samples.synthetic import (
    ACAT,
    DESIGNS,
    LOOK_ALIKES,
    NO_TABLE,
    TIDY,
    Entry,
    Extras,
    Habits,
    Mode,
    Paper,
    RowFill,
    Signing,
    Strike,
    SyntheticPage,
    blank_back,
    make_page,
    random_fill,
    random_paper,
    restyled,
)
from samples.synthetic.content import row_truth
from samples.synthetic.layout import layout
from samples.synthetic.synthetic_sheet import STRAY
from samples.synthetic.towns import SWISS_TOWNS, TOWNS
from samples.synthetic.truth import RowTruth

LIST = ACAT[1]
DEADLINE = date(2025, 1, 20)  # of the synthetic petitions
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
WRITTEN, BLANK, DASH, TICK = Entry.WRITTEN, Entry.BLANK, Entry.DASH, Entry.TICK


def tidy_row(**changes: object) -> RowFill:
    row = random_fill(LIST, 1, 0.1, TIDY)[0]
    assert row is not None
    return replace(row, **changes)  # type: ignore[arg-type]


def truth_of(row: RowFill | None) -> RowTruth:
    return row_truth(LIST, 2, row, CORNERS, (CORNERS,) * 4)


@pytest.mark.parametrize(
    ("changes", "kind", "counts", "ambiguous"),
    [
        ({}, "normal", True, False),
        ({"address": Entry.DITTO}, "normal", True, False),
        ({"address": Entry.IDEM}, "normal", True, False),
        ({"signature": Signing.LARGE}, "normal", True, False),
        ({"signature": Signing.INITIALS}, "normal", True, False),
        ({"signature": Signing.JOINT}, "normal", True, True),
        ({"signature": Signing.JOINT_BELOW}, "normal", True, True),
        ({"signature": Signing.DASH}, "no_signature", False, False),
        ({"signature": Signing.TICK}, "no_signature", False, True),
        ({"signature": Signing.BLANK}, "no_signature", False, False),
        ({"address": BLANK}, "no_address", False, False),
        ({"address": DASH}, "no_address", False, False),
        ({"address": BLANK, "signature": Signing.DASH}, "name_only", False, False),
        ({"name": BLANK, "address": BLANK}, "signature_only", False, False),
        ({"name": TICK, "address": BLANK, "signature": Signing.BLANK}, "mark_only", False, False),
        ({"strike": Strike.ZIGZAG}, "struck", False, False),
    ],
)
def test_kinds_of_rows(changes: dict[str, object], kind: str, counts: bool, ambiguous: bool) -> None:
    truth = truth_of(tidy_row(**changes))
    assert (truth.number, truth.kind, truth.counts, truth.ambiguous) == (6, kind, counts, ambiguous)
    assert truth.filled


def test_a_blank_row_has_no_ink_and_no_text() -> None:
    truth = truth_of(None)
    assert (truth.kind, truth.filled, truth.name, truth.canton) == ("blank", False, "", "")
    assert {cell.mark for cell in truth.cells} == {Mark.NONE}


def test_marks_and_texts_of_cells() -> None:
    row = tidy_row(address=Entry.DITTO, signature=Signing.DASH)
    truth = truth_of(row)
    name, address, signature = truth.cell(Role.NAME), truth.cell(Role.ADDRESS), truth.cell(Role.SIGNATURE)
    assert name and address and signature
    assert name.mark is Mark.WRITING and row.person.family.lower() in name.text.lower()
    assert address.mark is Mark.DITTO and address.text == ""
    assert signature.mark is Mark.DASH and signature.inked and not truth.has_signature
    assert truth.address == row.person.address and truth.ditto


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 1), index=st.integers(0, len(LOOK_ALIKES)))
def test_random_fills_are_complete_and_reproducible(seed: int, share: float, index: int) -> None:
    design = (LIST, *LOOK_ALIKES)[index]
    habits = Habits(joint=0.4, skipped=0.3)
    rows = random_fill(design, seed, share, habits)
    assert len(rows) == design.row_count
    assert rows == random_fill(design, seed, share, habits)
    following = (*rows[1:], None)
    for row, below in zip(rows, following, strict=True):
        begins = row is not None and row.signature is Signing.JOINT
        ends = below is not None and below.signature is Signing.JOINT_BELOW
        assert begins == ends, "a joint signature has two rows"
    tidy = random_fill(design, seed, share, TIDY)
    assert sum(truth_of(row).counts for row in tidy) == round(share * design.row_count)


@pytest.mark.parametrize("form", DESIGNS)
def test_designs_fit_their_paper(form: str) -> None:
    for design in DESIGNS[form]:
        page = make_page(design, (), Paper(dpi=72.0))
        width, height = design.paper_mm
        plan = page.layout
        assert plan.x_mm[0] > 5 and plan.x_mm[-1] < width - 5
        assert plan.y_mm[-1] < height - 5 and max(w.baseline_mm for w in plan.words) < height - 5
        assert len(page.truth.rows) == design.row_count
        assert page.truth.rows[0].number == design.first_row
        header = [w for w in plan.words if plan.y_mm[0] < w.baseline_mm < plan.y_mm[1]]
        for column, left, right in zip(design.columns, plan.x_mm, plan.x_mm[1:], strict=False):
            words = " ".join(w.text for w in header if left < w.x_mm < right)
            assert words == column.header


def test_restyled_designs_keep_their_table_and_fit() -> None:
    looks = set()
    for seed in range(12):
        for design in (*ACAT, *LOOK_ALIKES):
            other = restyled(design, seed)
            assert (other.columns, other.row_count, other.kind) == (
                design.columns,
                design.row_count,
                design.kind,
            )
            assert layout(other).y_mm[-1] < other.paper_mm[1] - 5
            looks.add((other.face, other.header_bold, other.number_top, other.rule_mm))
    assert len(looks) > 8


def test_the_acat_sheet_is_numbered_from_the_letter_to_the_list() -> None:
    letter, listing = (make_page(design, (), Paper(dpi=72.0)).truth for design in ACAT)
    assert [row.number for row in letter.rows + listing.rows] == list(range(1, 31))
    assert (letter.kind, listing.kind) == (PageKind.LETTER, PageKind.LIST)
    assert listing.row(12).index == 8
    with pytest.raises(KeyError):
        listing.row(3)


def test_pages_without_table() -> None:
    back, other = blank_back(Paper(dpi=72.0)), make_page(NO_TABLE, (), Paper(dpi=72.0))
    assert (back.truth.kind, other.truth.kind) == (PageKind.BLANK, PageKind.NO_TABLE)
    assert back.truth.rows == other.truth.rows == () and back.truth.table_quad is None
    assert back.pixels.min() > 230 and other.pixels.min() < 120


def test_the_same_seed_gives_the_same_page(list_page: SyntheticPage) -> None:
    rows = random_fill(LIST, 101, 0.75)
    again = make_page(LIST, rows, Paper(dpi=150.0), 101)
    np.testing.assert_array_equal(again.pixels, list_page.pixels)
    assert again.truth == list_page.truth
    assert not np.array_equal(make_page(LIST, rows, Paper(dpi=150.0), 102).pixels, list_page.pixels)


@pytest.mark.parametrize("difficulty", ["clean", "office", "hard", "photo"])
def test_papers_change_pixels_but_no_rows(difficulty: str) -> None:
    rows = random_fill(LIST, 4, 0.5)
    plain = make_page(LIST, rows, Paper(dpi=72.0), 4).truth
    for seed in range(3):
        paper = replace(random_paper(seed, difficulty), dpi=72.0)
        page = make_page(LIST, rows, paper, 4)
        found = [(row.number, row.kind, row.name, row.counts, row.canton) for row in page.truth.rows]
        assert found == [(row.number, row.kind, row.name, row.counts, row.canton) for row in plain.rows]
        assert page.pixels.shape[:2] == (page.truth.height_px, page.truth.width_px)


@pytest.mark.parametrize(
    "setting",
    [
        *({"dust": 40}, {"holes": 2}, {"folds": 2}, {"staple": True}, {"bleed": 0.1}, {"stain": True}),
        *({"gaps": 60}, {"torn": True}, {"streak": True}, {"uneven": 0.3}, {"stamps": ("over",)}),
        *({"toner": 0.5}, {"faint_patches": True}, {"noise": 9.0}, {"blur_px": 1.5}),
        *({"white": 0.8}, {"jpeg_quality": 40}),
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_wear_changes_pixels_but_not_the_truth(setting: dict[str, object]) -> None:
    rows = random_fill(LIST, 5, 0.3)
    plain = Paper(dpi=72.0, noise=0.0)
    before = make_page(LIST, rows, plain, 5)
    after = make_page(LIST, rows, replace(plain, **setting), 5)  # type: ignore[arg-type]
    assert after.truth == before.truth
    assert not np.array_equal(after.pixels, before.pixels)


@pytest.mark.parametrize("difficulty", ["office", "hard", "photo"])
def test_ink_of_the_truth_is_visible(difficulty: str) -> None:
    """No paper makes ink invisible that the truth calls written."""
    for seed in range(2):
        for mode in (Mode.GREY, Mode.BITONAL) if difficulty != "photo" else (Mode.COLOUR,):
            paper = replace(random_paper(seed, difficulty), dpi=150.0, mode=mode, torn=False)
            truth = make_page(LIST, random_fill(LIST, seed, 0.8), paper, seed).truth
            for row in truth.rows:
                assert (row.visibility > 0.12) == row.filled
                joint = "joint_signature" in row.flags
                assert all(cell.visibility > 0.1 for cell in row.cells if cell.inked and not joint)


@pytest.mark.parametrize(
    ("page", "extras"),
    [
        (0, Extras(date="3. Dez.")),
        (1, Extras(closing_z=True)),
        (1, Extras(note="Bitte neue Bogen senden!")),
    ],
)
def test_extras_belong_to_no_row(page: int, extras: Extras) -> None:
    design = ACAT[page]
    rows = random_fill(design, 7, 0.35, TIDY)
    plain = make_page(design, rows, Paper(dpi=100.0), 7)
    more = make_page(design, rows, Paper(dpi=100.0), 7, extras)
    assert more.truth == plain.truth
    assert not (plain.owner == STRAY).any() and (more.owner == STRAY).sum() > 30
    assert (to_grey(more.pixels)[more.owner == STRAY] < 235).mean() > 0.8


def test_strike_runs_through_all_cells_of_a_row() -> None:
    row = tidy_row(strike=Strike.SINGLE)
    page = make_page(LIST, (None, row), Paper(dpi=100.0), 8)
    xs = np.flatnonzero(page.strike_ink(1).any(axis=0))
    (left, _), (right, _) = page.truth.rows[1].cells[1].quad[0], page.truth.rows[1].cells[3].quad[1]
    assert xs[0] < left + 20 and xs[-1] > right - 40 and not page.strike_ink(0).any()


def test_towns_are_real() -> None:
    directory = load_directory()
    for town in SWISS_TOWNS:
        here = {
            locality.name: {
                canton_on(DEADLINE, canton, town.postcode, town.name) for canton, _ in locality.cantons
            }
            for locality in directory.by_postcode(town.postcode)
        }
        assert town.region in here[town.name], town
    assert {town.region for town in TOWNS} >= {"LI", "abroad"}
    assert len({town.region for town in SWISS_TOWNS}) == 26

"""The rows of a page inform each other: ditto marks, split columns, neighbours."""

from dataclasses import replace
from functools import cache

import pytest

from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.ocr.open_reader import open_reader
from digitize.page.build_rows import doubt_struck_rows
from digitize.records import FlagCode, PageKind, Role, Row, Status
from digitize.table.numbering import Numbering
from samples.synthetic import DESIGNS, Entry, Paper, RowFill, Signing, make_page
from samples.synthetic.fills import Strike
from samples.synthetic.hands import Hand
from tests.doubles import BabblingReader, MuteReader
from tests.ink.inks import BALLPOINT, STRIP, Measured, exact_table, measured, signers, synthetic, tools
from tests.ocr.spelled import spelled

LEGIBLE = Hand("patrick-hand", BALLPOINT, 1.9, wobble=0.1, two_lines=False)
ROWS = 4


@cache
def engine() -> Reader:
    return open_reader("rapid")


def legible(seed: int = 3) -> tuple[RowFill, ...]:
    return tuple(replace(row, hand=LEGIBLE) for row in signers(seed)[:ROWS])


def rows_of(*fills: RowFill, reader: Reader | None = None) -> tuple[Row, ...]:
    return measured(synthetic(fills, Paper(dpi=300.0), 3)).rows(reader or engine())[: len(fills)]


def has(row: Row, code: FlagCode) -> bool:
    return any(flag.code is code for flag in row.flags)


@pytest.mark.parametrize("entry", [Entry.DITTO, Entry.IDEM])
def test_ditto_marks_repeat_the_address_above(entry: Entry) -> None:
    first, *others = legible()
    rows = rows_of(first, *(replace(row, address=entry) for row in others))
    assert rows[0].address is not None and not has(rows[0], FlagCode.DITTO)
    for row in rows[1:]:
        assert row.address is not None and row.address.text == rows[0].address.text
        assert row.place == rows[0].place
        assert row.status is Status.SIGNED and has(row, FlagCode.DITTO)


def test_a_ditto_mark_skips_a_row_without_address() -> None:
    first, second, third, _ = legible()
    rows = rows_of(first, replace(second, address=Entry.BLANK), replace(third, address=Entry.DITTO))
    assert rows[1].status is Status.INCOMPLETE and rows[1].address is None
    assert rows[0].address is not None and rows[2].address is not None
    assert rows[2].address.text == rows[0].address.text


def test_a_ditto_mark_with_nothing_above_it_repeats_nothing() -> None:
    first, second, *_ = legible()
    rows = rows_of(replace(first, address=Entry.DITTO), second)
    assert rows[0].address is None and not has(rows[0], FlagCode.DITTO)
    assert rows[1].status is Status.SIGNED


def test_names_and_places_are_those_of_the_row() -> None:
    people = legible()
    for row, fill in zip(rows_of(*people), people, strict=True):
        assert row.name is not None and row.place is not None
        assert fill.person.family[:3].lower() in row.name.text.lower()
        assert row.place.region == fill.person.town.region
        assert row.name.reader == engine().name


class HalfClearReader:
    """Reads the same address everywhere, with certainty up to letter `clear` and uncertainly after it."""

    name = "half clear 1"

    def __init__(self, clear: int) -> None:
        self.line = spelled("Bahnhofstrasse 12, 6460 Altdorf", clear)

    def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
        return self.line


def test_the_confidence_of_an_address_is_that_of_the_part_unknown_to_the_directory() -> None:
    place_unclear = rows_of(*legible(), reader=HalfClearReader(24))
    all_unclear = rows_of(*legible(), reader=HalfClearReader(0))
    for row in place_unclear:
        assert row.address is not None and row.address.text.endswith("6460 Altdorf")
        assert row.address.confidence > 0.9 and not has(row, FlagCode.WEAK_ADDRESS)
        whole = next(cell.reading for cell in row.cells if cell.role is Role.ADDRESS)
        assert whole is not None and whole.confidence < 0.8
    assert all(row.address is not None and row.address.confidence < 0.5 for row in all_unclear)


def test_unread_is_not_blank() -> None:
    """An engine that reads nothing gives empty texts, not missing ones, and the same count."""
    mute, read = rows_of(*legible(), reader=MuteReader()), rows_of(*legible())
    assert [row.status for row in mute] == [row.status for row in read] == [Status.SIGNED] * ROWS
    for row in mute:
        assert row.name is not None and row.name.text == ""
        assert has(row, FlagCode.WEAK_NAME) and row.review


def test_nonsense_readings_change_no_status() -> None:
    babbled = rows_of(*legible(), reader=BabblingReader())
    assert [row.status for row in babbled] == [Status.SIGNED] * ROWS


def test_only_inked_cells_are_read() -> None:
    class Counting(MuteReader):
        lines = 0

        def read_line(self, crop):  # type: ignore[no-untyped-def]
            self.lines += 1
            return super().read_line(crop)

    counting = Counting()
    rows = measured(synthetic((), seed=3)).rows(counting)
    assert counting.lines == 0
    assert all(row.status is Status.BLANK and row.name is row.address is row.place is None for row in rows)
    measured(synthetic(legible()[:1], seed=3)).rows(counting)
    assert counting.lines > 0


def test_given_and_family_name_are_joined() -> None:
    design = replace(DESIGNS["de-wide"][0], before=(), after=(), row_count=4)
    people = tuple(replace(row, hand=LEGIBLE) for row in signers(6, design))
    page = make_page(design, people, Paper(dpi=300.0), 6)
    found = measured(page, design=design)
    for row, fill in zip(found.rows(engine()), people, strict=True):
        assert row.status is Status.SIGNED
        by_role = {cell.role: cell.reading.text for cell in row.cells if cell.reading}
        assert row.name is not None
        assert row.name.text == f"{by_role[Role.GIVEN_NAME]} {by_role[Role.FAMILY_NAME]}"
        assert row.place is not None and row.place.region == fill.person.town.region


def test_both_rows_of_a_joint_signature_are_flagged() -> None:
    first, second, *rest = legible()
    pair = replace(first, signature=Signing.JOINT), replace(second, signature=Signing.JOINT_BELOW)
    rows = rows_of(*pair, *rest)
    assert [row.status for row in rows[:2]] == [Status.DOUBTFUL] * 2
    assert all(has(row, FlagCode.JOINT_SIGNATURE) for row in rows[:2])
    assert all(row.signed is None for row in rows[:2])
    assert [row.status for row in rows[2:]] == [Status.SIGNED] * 2


def test_an_unsigned_row_is_asked_about_beside_a_signed_relative_only() -> None:
    first, second, third, fourth = legible()
    relative = replace(second.person, family=first.person.family)
    unsigned = (
        replace(second, person=relative, signature=Signing.BLANK),
        replace(fourth, signature=Signing.BLANK),
    )
    rows = rows_of(first, unsigned[0], third, unsigned[1])
    assert [has(row, FlagCode.HOUSEHOLD_SIGNATURE) for row in rows] == [False, True, False, False]
    assert rows[1].status is Status.DOUBTFUL and has(rows[3], FlagCode.MISSING_SIGNATURE)
    assert rows[1].signed is False


def test_numbers_and_boxes_come_from_the_table() -> None:
    found: Measured = measured(synthetic(legible(), seed=3))
    table = exact_table(found.synthetic)
    from digitize.page.build_rows import build_rows  # noqa: PLC0415

    counted = Numbering(tuple(range(40, 48)), False, PageKind.LIST)
    rows = build_rows(found.page, table, counted, found.inks, tools(MuteReader()))
    assert [row.number for row in rows] == list(range(40, 48))
    assert [row.index for row in rows] == list(range(8))
    assert all(has(row, FlagCode.NUMBER_INFERRED) for row in rows)
    for r, row in enumerate(rows):
        assert (row.box.top, row.box.bottom) == table.row_edges_px[r : r + 2]
        assert [cell.role for cell in row.cells] == [column.role for column in STRIP.columns]
        assert all(cell.box.top == row.box.top for cell in row.cells)


@pytest.mark.parametrize(("struck", "asked"), [(1, False), (2, True)])
def test_several_struck_rows_become_questions_and_no_others_do(struck: int, asked: bool) -> None:
    people = [replace(row, strike=Strike.DOUBLE) if r < struck else row for r, row in enumerate(legible())]
    rows = rows_of(*people)
    assert [row.status for row in rows] == [Status.STRUCK] * struck + [Status.SIGNED] * (4 - struck)
    for r, (before, row) in enumerate(zip(rows, doubt_struck_rows(rows), strict=True)):
        if asked and r < struck:
            assert (row.status, row.review) == (Status.DOUBTFUL, True)
            assert has(row, FlagCode.UNSURE_STRUCK)
            assert not has(row, FlagCode.STRUCK)
        else:
            assert row == before

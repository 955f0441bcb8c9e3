"""One page in, one outcome out: a result if all goes well, and a stored failure for every kind of trouble."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitize.errors import ReaderFailed, UnreadableScan
from digitize.geometry import Box
from digitize.images import Page, Pixels, decode, encode
from digitize.limits import Limits
from digitize.ocr.engines import Line, Reader
from digitize.ocr.open_reader import open_reader
from digitize.page import pipeline
from digitize.page.pipeline import Settings, digitize_file, digitize_page, digitize_with_page
from digitize.records import Digitized, Failure, Note, NoteCode, PageId, PageKind, Row, SheetPage, Status
from samples.synthetic import ACAT, NO_TABLE, Entry, Paper, SyntheticPage, blank_back, make_page, random_fill
from samples.synthetic.scan_files import save_pdf, save_png
from tests.doubles import BabblingReader, CrashingReader, FailingReader, MuteReader
from tests.ink.inks import tools
from tests.outcomes import sheet_page
from tests.page.broken_rules import with_holes
from tests.table.tables import scan_of

SETTINGS = Settings()
LOW = Paper(dpi=150.0)


@pytest.fixture(scope="module")
def list_file(tmp_path_factory: pytest.TempPathFactory, list_page: SyntheticPage) -> Path:
    path = tmp_path_factory.mktemp("scan") / "Muster Ada.png"
    save_png(path, list_page)
    return path


@pytest.fixture
def blank_file(tmp_path: Path) -> Path:
    """A page that takes no time to process."""
    path = tmp_path / "blank.png"
    path.write_bytes(encode(np.full((900, 600), 255, np.uint8), ".png"))
    return path


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Make the pipeline open the engine that the test asks for."""
    engine: Reader = request.param()
    monkeypatch.setattr(pipeline, "open_reader", lambda *_: engine)
    pipeline.load_tools.cache_clear()
    yield engine
    pipeline.load_tools.cache_clear()


def failure(digitized: Digitized) -> Failure:
    assert isinstance(digitized.outcome, Failure)
    assert digitized.picture == b"" and digitized.crops == ()
    return digitized.outcome


def test_a_list_page_gives_its_rows_its_picture_and_crops(list_file: Path, list_page: SyntheticPage) -> None:
    page, digitized = digitize_with_page(str(list_file), 1, Settings(crops=True))
    outcome = digitized.outcome
    assert isinstance(outcome, SheetPage) and page is not None
    assert outcome.id == PageId(str(list_file), 1)
    assert (outcome.kind, outcome.form, outcome.notes) == (PageKind.LIST, "auto", ())
    assert [row.number for row in outcome.rows] == [row.number for row in list_page.truth.rows]
    assert [row.index for row in outcome.rows] == list(range(27))
    assert outcome.table is not None and len(outcome.table.row_edges_px) == 28
    assert outcome.seconds > 0
    assert decode(digitized.picture).shape[:2] == (page.height_px, page.width_px)
    assert [number for number, _ in digitized.crops] == [row.number for row in outcome.rows]
    for (_, crop), row in zip(digitized.crops, outcome.rows, strict=True):
        shape = decode(crop).shape
        assert shape[0] >= row.box.height and shape[1] >= row.box.width


def test_crops_are_made_only_on_request(list_file: Path) -> None:
    assert digitize_file(str(list_file), 1, SETTINGS).crops == ()


def test_the_letter_is_a_letter(letter_page: SyntheticPage) -> None:
    _, outcome = digitize_page(scan_of(letter_page), PageId("x", 1), tools(open_reader("rapid")))
    assert outcome.kind is PageKind.LETTER
    assert [(row.number, row.status) for row in outcome.rows] == [(n, Status.SIGNED) for n in (1, 2, 3)]
    assert ACAT[0].row_count == 3


@pytest.mark.parametrize(
    ("page", "kind", "notes"),
    [
        (blank_back(LOW, 3), PageKind.BLANK, ()),
        (make_page(NO_TABLE, (), LOW, 3), PageKind.NO_TABLE, (Note(NoteCode.NO_TABLE),)),
    ],
    ids=["back", "letter"],
)
def test_pages_without_a_table_are_results_too(
    page: SyntheticPage, kind: PageKind, notes: tuple[Note, ...]
) -> None:
    flat, outcome = digitize_page(scan_of(page), PageId("x", 1), tools(MuteReader()))
    assert (outcome.kind, outcome.notes, outcome.rows, outcome.table) == (kind, notes, (), None)
    assert flat.pixels.size


@pytest.mark.parametrize("dpi", [50.0, 100.0, 300.0, 600.0])
def test_all_rows_are_found_whatever_resolution_the_file_claims(
    letter_page: SyntheticPage, dpi: float
) -> None:
    scan = replace(scan_of(letter_page), dpi=dpi)
    _, outcome = digitize_page(scan, PageId("x", 1), tools(open_reader("rapid")))
    assert [(row.number, row.status) for row in outcome.rows] == [(n, Status.SIGNED) for n in (1, 2, 3)]


def test_a_table_with_an_illegible_header_is_noted(empty_page: SyntheticPage) -> None:
    """The header tells the columns; if it cannot be read, a person must name the form."""
    _, outcome = digitize_page(scan_of(empty_page), PageId("x", 1), tools(MuteReader()))
    assert (outcome.kind, outcome.rows) == (PageKind.NO_TABLE, ())
    assert outcome.notes == (Note(NoteCode.NO_HEADER),)


@pytest.mark.slow
def test_the_count_does_not_depend_on_what_is_read(list_page: SyntheticPage) -> None:
    """Once the header is read, an engine that reads nonsense changes texts and flags, never a status."""
    rapid = open_reader("rapid")
    scan = scan_of(list_page)
    _, right = digitize_page(scan, PageId("x", 1), tools(rapid))

    class ReadsOnlyTheHeader:
        """Reads the first lines, which are print, as it should, and nonsense from then on."""

        name = "header 1"

        def __init__(self) -> None:
            self.left = 40

        def read_line(self, crop: Pixels) -> Line:
            self.left -= 1
            return (rapid if self.left > 0 else BabblingReader()).read_line(crop)

    _, babbled = digitize_page(scan, PageId("x", 1), tools(ReadsOnlyTheHeader()))
    assert [row.status for row in right.rows] == [row.status for row in babbled.rows]
    assert [row.name for row in right.rows] != [row.name for row in babbled.rows]
    assert sum(row.status is Status.SIGNED for row in right.rows) > 10


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("empty.png", b"", "unreadable"),
        ("torn.jpg", encode(np.full((900, 600), 255, np.uint8), ".jpg")[:400], "unreadable"),
        ("notes.docx", b"PK\x03\x04 nothing", "unsupported"),
        ("broken.pdf", b"%PDF-1.5\nnothing", "unreadable"),
    ],
)
def test_files_that_are_no_scans_fail_with_a_sentence(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    page, digitized = digitize_with_page(str(path), 1, SETTINGS)
    found = failure(digitized)
    assert page is None
    assert (found.id, found.stage, found.kind) == (PageId(str(path), 1), "load", kind)
    assert found.sentence.endswith(".") and "\n" not in found.sentence


def test_a_picture_of_a_few_pixels_is_a_blank_page(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    path.write_bytes(encode(np.full((9, 9), 255, np.uint8), ".png"))
    outcome = digitize_file(str(path), 1, SETTINGS).outcome
    assert isinstance(outcome, SheetPage)
    assert (outcome.kind, outcome.rows) == (PageKind.BLANK, ())


def test_a_page_that_the_file_does_not_have_fails(tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    save_pdf(path, [blank_back(LOW, 1)])
    assert failure(digitize_file(str(path), 2, SETTINGS)).stage == "load"
    assert failure(digitize_file(str(tmp_path / "gone.pdf"), 1, SETTINGS)).stage == "load"


@pytest.mark.parametrize("reader", [FailingReader], indirect=True)
def test_a_reader_that_breaks_down_fails_the_page(reader: Reader, list_file: Path) -> None:
    found = failure(digitize_file(str(list_file), 1, SETTINGS))
    assert (found.stage, found.kind) == ("digitize", ReaderFailed.kind)
    assert found.sentence == "The recogniser broke down; run the page again or report it."
    assert reader.name == "failing 1"


class QuotingReader:
    """Fails with a message that quotes what it read, as libraries do."""

    name = "quoting 1"

    def read_line(self, crop: Pixels) -> object:
        raise ValueError(f"cannot encode 'Ada Muster, Dorfstrasse 1' of shape {crop.shape}")


@pytest.mark.parametrize("reader", [QuotingReader, CrashingReader], indirect=True)
def test_an_unexpected_error_is_stored_without_its_message(reader: Reader, list_file: Path) -> None:
    found = failure(digitize_file(str(list_file), 1, SETTINGS))
    assert (found.stage, found.kind) == ("digitize", "unexpected")
    assert "Ada" not in found.sentence and "Dorfstrasse" not in found.sentence
    assert "mistake" not in found.sentence
    kind = "ValueError" if reader.name == "quoting 1" else "ZeroDivisionError"
    assert f"{kind} in test" in found.sentence or f"{kind} in doubles.py:" in found.sentence


@pytest.mark.parametrize("error", [MemoryError, cv2.error])
def test_a_picture_that_cannot_be_encoded_fails_its_page_and_not_the_batch(
    error: Callable[[str], Exception], blank_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise error("no room for 'Ada Muster'")

    monkeypatch.setattr(pipeline.images, "encode", refuse)
    page, digitized = digitize_with_page(str(blank_file), 1, SETTINGS)
    found = failure(digitized)
    assert page is None
    assert (found.stage, found.kind) == ("encode", "unexpected")
    assert "Ada" not in found.sentence


def test_settings_that_cannot_be_used_fail_the_page(blank_file: Path) -> None:
    found = failure(digitize_file(str(blank_file), 1, Settings(form="no-such-form")))
    assert (found.stage, found.kind) == ("digitize", "bad-form")
    assert "acat" in found.sentence


def test_the_key_of_the_settings_changes_with_everything_that_changes_a_result() -> None:
    assert Settings().key() == Settings(crops=True).key()
    keys = {
        Settings().key(),
        Settings(form="acat").key(),
        Settings(reader="tesseract").key(),
        Settings(counts_only=True).key(),
        Settings(limits=Limits(canton_risk=0.02)).key(),
    }
    assert len(keys) == 5


def test_neighbouring_pages_are_tried_backwards_then_forwards_the_nearest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def known(page: PageId, _settings: Settings) -> tuple[()]:
        asked.append(page.page)
        if page.page == 2:
            raise UnreadableScan("Page 2 is damaged.")
        return ()

    monkeypatch.setattr(pipeline, "_known_tables", known)
    assert list(pipeline._neighbour_tables(PageId("x.pdf", 4), SETTINGS)) == []
    assert asked == [3, 2, 1, 5, 6]


def test_crops_of_two_rows_with_the_same_number_are_both_kept() -> None:
    row = Row(number=3, index=0, box=Box(5, 5, 40, 15), cells=(), status=Status.BLANK)
    outcome = sheet_page("x.pdf", 1, row, replace(row, index=1, number=4), replace(row, index=2))
    blank = Page("x.pdf", 1, np.full((60, 60), 255, np.uint8), 2.0, outcome.to_scan)
    assert [number for number, _ in pipeline._row_crops(blank, outcome)] == [3, 4, 1003]


def test_what_a_row_lacks_is_a_question_where_the_rules_are_lost() -> None:
    filled = [row for row in random_fill(ACAT[1], 5, 1.0) if row is not None]
    fills = tuple(replace(row, address=Entry.BLANK) for row in filled[:2])
    page = make_page(ACAT[1], fills, LOW, 5)
    plain, pale = (
        digitize_page(scan_of(page, pixels), PageId("x", 1), tools(open_reader("rapid")))[1].rows[:2]
        for pixels in (page.pixels, with_holes(page, 1.0, only_rules=True))
    )
    assert [row.status for row in plain] == [Status.INCOMPLETE] * len(fills)
    assert [(row.status, row.review) for row in pale] == [(Status.DOUBTFUL, True)] * len(fills)

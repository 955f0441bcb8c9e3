"""One page in, one outcome out: results where all is well, a stored failure for every kind of trouble."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitize.errors import ReaderFailed
from digitize.images import Pixels, decode, encode
from digitize.ocr.engines import Line, Reader, open_reader
from digitize.page import pipeline
from digitize.page.detect_tables import NO_HEADER, NO_TABLE
from digitize.page.judge import Limits
from digitize.page.pipeline import Settings, digitize_file, digitize_page, digitize_with_page
from digitize.records import Digitized, Failure, PageId, PageKind, SheetPage, Status
from samples.synthetic import ACAT, Paper, SyntheticPage, blank_back, make_page
from samples.synthetic import NO_TABLE as LETTER_WITHOUT
from samples.synthetic.scan_files import save_pdf, save_png
from tests.doubles import BabblingReader, CrashingReader, FailingReader, MuteReader
from tests.ink.inks import tools
from tests.table.tables import scan_of

SETTINGS = Settings()
LOW = Paper(dpi=150.0)


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory, list_page: SyntheticPage) -> Path:
    path = tmp_path_factory.mktemp("scan") / "Muster Ada.png"
    save_png(path, list_page)
    return path


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """The engine that the pipeline opens is the one the test asks for."""
    engine: Reader = request.param()
    monkeypatch.setattr(pipeline, "open_reader", lambda *_: engine)
    pipeline.tools.cache_clear()
    yield engine
    pipeline.tools.cache_clear()


def failure(outcome: Digitized) -> Failure:
    assert isinstance(outcome.outcome, Failure)
    assert outcome.picture == b"" and outcome.crops == ()
    return outcome.outcome


def test_a_list_becomes_its_rows(listing: Path, list_page: SyntheticPage) -> None:
    page, done = digitize_with_page(str(listing), 1, Settings(crops=True))
    outcome = done.outcome
    assert isinstance(outcome, SheetPage) and page is not None
    assert outcome.id == PageId(str(listing), 1)
    assert (outcome.kind, outcome.form, outcome.note) == (PageKind.LIST, "auto", "")
    assert [row.number for row in outcome.rows] == [row.number for row in list_page.truth.rows]
    assert outcome.table is not None and len(outcome.table.row_edges_px) == 28
    assert outcome.seconds > 0
    picture = decode(done.picture)
    assert picture.shape[:2] == (page.height_px, page.width_px)
    assert [number for number, _ in done.crops] == [row.number for row in outcome.rows]
    for (_, crop), row in zip(done.crops, outcome.rows, strict=True):
        shape = decode(crop).shape
        assert shape[0] >= row.box.height and shape[1] >= row.box.width


def test_crops_only_on_request(listing: Path) -> None:
    assert digitize_file(str(listing), 1, SETTINGS).crops == ()


@pytest.mark.parametrize(
    ("page", "kind", "note"),
    [
        (blank_back(LOW, 3), PageKind.BLANK, ""),
        (make_page(LETTER_WITHOUT, (), LOW, 3), PageKind.NO_TABLE, NO_TABLE),
    ],
    ids=["back", "letter"],
)
def test_pages_without_a_table_are_results_too(page: SyntheticPage, kind: PageKind, note: str) -> None:
    straightened, outcome = digitize_page(scan_of(page), PageId("x", 1), tools(MuteReader()))
    assert (outcome.kind, outcome.note, outcome.rows, outcome.table) == (kind, note, (), None)
    assert straightened.pixels.size


def test_a_table_nobody_can_read_the_header_of_says_so(empty_page: SyntheticPage) -> None:
    """Columns are told by the header; where nothing is legible a person must name the form."""
    _, outcome = digitize_page(scan_of(empty_page), PageId("x", 1), tools(MuteReader()))
    if outcome.kind is PageKind.NO_TABLE:
        assert outcome.note == NO_HEADER and outcome.rows == ()
    else:
        assert len(outcome.rows) == 27


def test_the_count_does_not_depend_on_what_is_read(list_page: SyntheticPage) -> None:
    """With the columns known, an engine that babbles changes texts and flags, never a signed row."""
    rapid = open_reader("rapid")
    scan = scan_of(list_page)
    _, right = digitize_page(scan, PageId("x", 1), tools(rapid))

    class Header:
        """Reads print as it should and then babbles."""

        name = "half 1"

        def __init__(self) -> None:
            self.left = 40

        def read_line(self, crop: Pixels) -> Line:
            self.left -= 1
            return (rapid if self.left > 0 else BabblingReader()).read_line(crop)

    _, babbled = digitize_page(scan, PageId("x", 1), tools(Header()))
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
        ("small.png", encode(np.full((9, 9), 255, np.uint8), ".png"), None),
    ],
)
def test_files_that_are_no_scans(tmp_path: Path, name: str, data: bytes, kind: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    page, done = digitize_with_page(str(path), 1, SETTINGS)
    if kind is None and isinstance(done.outcome, SheetPage):
        assert done.outcome.rows == ()
        return
    found = failure(done)
    assert page is None
    assert (found.id, found.stage) == (PageId(str(path), 1), "load")
    assert kind is None or found.kind == kind
    assert found.sentence.endswith(".") and "\n" not in found.sentence


def test_a_page_that_the_file_does_not_have(tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    save_pdf(path, [blank_back(LOW, 1)])
    assert failure(digitize_file(str(path), 2, SETTINGS)).stage == "load"
    assert failure(digitize_file(str(tmp_path / "gone.pdf"), 1, SETTINGS)).stage == "load"


@pytest.mark.parametrize("reader", [FailingReader], indirect=True)
def test_a_reader_that_breaks_down(reader: Reader, listing: Path) -> None:
    found = failure(digitize_file(str(listing), 1, SETTINGS))
    assert (found.stage, found.kind) == ("digitize", ReaderFailed.kind)
    assert found.sentence == "The recogniser broke down; run the page again or report it."
    assert reader.name == "failing 1"


class QuotingReader:
    """Fails with a message that quotes what it read, as libraries do."""

    name = "quoting 1"

    def read_line(self, crop: Pixels) -> object:
        raise ValueError(f"cannot encode 'Ada Muster, Dorfstrasse 1' of shape {crop.shape}")


@pytest.mark.parametrize("reader", [QuotingReader, CrashingReader], indirect=True)
def test_an_error_nobody_foresaw_is_kept_without_its_message(reader: Reader, listing: Path) -> None:
    found = failure(digitize_file(str(listing), 1, SETTINGS))
    assert (found.stage, found.kind) == ("digitize", "unexpected")
    assert "Ada" not in found.sentence and "Dorfstrasse" not in found.sentence
    assert "mistake" not in found.sentence
    kind = "ValueError" if reader.name == "quoting 1" else "ZeroDivisionError"
    assert f"{kind} in test" in found.sentence or f"{kind} in doubles.py:" in found.sentence


def test_settings_that_cannot_be_used_fail_the_page(listing: Path) -> None:
    found = failure(digitize_file(str(listing), 1, Settings(form="no-such-form")))
    assert (found.stage, found.kind) == ("digitize", "bad-form")
    assert "acat" in found.sentence


def test_the_key_of_settings_tells_what_changes_a_result() -> None:
    assert Settings().key() == Settings(crops=True).key()
    assert Settings().key() != Settings(limits=Limits(canton_risk=0.02)).key()
    assert len({Settings().key(), Settings(form="acat").key(), Settings(reader="tesseract").key()}) == 3


def test_the_letter_is_a_letter(letter_page: SyntheticPage) -> None:
    _, outcome = digitize_page(scan_of(letter_page), PageId("x", 1), tools(open_reader("rapid")))
    assert outcome.kind is PageKind.LETTER
    assert [(row.number, row.status) for row in outcome.rows] == [(n, Status.SIGNED) for n in (1, 2, 3)]
    assert ACAT[0].row_count == 3

"""Cells in handwriting fonts, read with the shipped recogniser and language model."""

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from digitize.errors import ReaderFailed
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.ocr.handwriting import CellText, CellWriting, confidence_of_whole_address, read_cell, read_cells
from digitize.ocr.language import load_language_model
from digitize.ocr.open_reader import open_reader
from digitize.records import Role
from tests.doubles import BabblingReader, FailingReader, MuteReader
from tests.ocr.written import PX_PER_MM, written

LANGUAGE = load_language_model()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return open_reader("rapid")


def read(crop: Pixels, role: Role, reader: Reader) -> CellText:
    return read_cell(crop, role, PX_PER_MM, reader, LANGUAGE)


@pytest.mark.parametrize("font", ["kalam", "patrick-hand", "architects-daughter", "indie-flower"])
@pytest.mark.parametrize("name", ["Regula Hürlimann", "GIUSEPPE FONTANA", "Étienne de Watteville"])
def test_names_are_read_in_their_case(reader: Reader, name: str, font: str) -> None:
    text = read(written(name, font=font), Role.NAME, reader).reading.text
    assert Levenshtein.normalized_distance(text, name) <= 0.07
    assert text.isupper() == name.isupper()


def test_address_of_two_lines_is_read_as_two_lines(reader: Reader) -> None:
    cell = read(written("Gerbergasse 17", "8402 Winterthur", pitch_px=60), Role.ADDRESS, reader)
    assert cell.reading.text == "Gerbergasse 17\n8402 Winterthur"
    assert [line.text for line in cell.lines] == ["Gerbergasse 17", "8402 Winterthur"]
    assert all(line.log_probs is not None and line.alphabet for line in cell.lines)
    assert cell.reading.reader == reader.name


def test_touching_lines_are_split_in_the_most_legible_way(reader: Reader) -> None:
    cell = read(written("Gerbergasse 17", "8402 Winterthur", pitch_px=34), Role.ADDRESS, reader)
    assert [line.text for line in cell.lines] == ["Gerbergasse 17", "8402 Winterthur"]


def test_letter_spaced_capitals_are_read_as_one_word(reader: Reader) -> None:
    spaced = written("M A R T I N A", font="architects-daughter")
    assert read(spaced, Role.GIVEN_NAME, reader).reading.text == "MARTINA"


def test_only_uncertain_lines_are_read_again_and_narrower(reader: Reader) -> None:
    class Counting:
        def __init__(self) -> None:
            self.name = reader.name
            self.widths_px: list[int] = []

        def read_line(self, crop: Pixels) -> Line:
            self.widths_px.append(crop.shape[1])
            return reader.read_line(crop)

    certain, uncertain = Counting(), Counting()
    crop = written("Regula Meier")
    read(crop, Role.NAME, certain)
    assert len(certain.widths_px) == 1
    read(np.asarray(cv2.GaussianBlur(crop, (0, 0), 12), dtype=np.uint8), Role.NAME, uncertain)
    assert len(uncertain.widths_px) == 2
    assert uncertain.widths_px[1] < uncertain.widths_px[0]


def test_cells_read_together_read_as_each_alone_and_by_width(reader: Reader) -> None:
    class Watched:
        def __init__(self) -> None:
            self.name = reader.name
            self.shapes: list[float] = []

        def read_line(self, crop: Pixels) -> Line:
            self.shapes.append(crop.shape[1] / crop.shape[0])
            return reader.read_line(crop)

    blurred = np.asarray(cv2.GaussianBlur(written("Regula Meier"), (0, 0), 12), dtype=np.uint8)
    cells = [
        CellWriting(written("Gerbergasse 17", "8402 Winterthur", pitch_px=34), Role.ADDRESS),
        CellWriting(blurred, Role.NAME, written("Anna Roth")),
        CellWriting(written("8402"), Role.POSTCODE),
        CellWriting(np.full((80, 300), 255, dtype=np.uint8), Role.NAME),
        CellWriting(written("Étienne de Watteville"), Role.NAME),
    ]
    watched = Watched()
    together = read_cells(cells, PX_PER_MM, watched, LANGUAGE)
    for cell, found in zip(cells, together, strict=True):
        alone = read_cell(cell.writing, cell.role, PX_PER_MM, reader, LANGUAGE, cell.whole)
        assert found.reading == alone.reading
        assert [line.text for line in found.lines] == [line.text for line in alone.lines]
    first_round = watched.shapes[: len(cells) - 1]
    assert first_round == sorted(first_round)


def test_only_digits_are_read_in_a_postcode_cell(reader: Reader) -> None:
    assert read(written("CH-8402"), Role.POSTCODE, reader).reading.text == "8402"
    assert read(written("CH-8402"), Role.TOWN, reader).reading.text == "CH-8402"


def test_confidence_of_clear_writing_is_higher_than_of_blurred_writing(reader: Reader) -> None:
    crop = written("Regula Meier")
    blur = np.asarray(cv2.GaussianBlur(crop, (0, 0), 12), dtype=np.uint8)
    clear, blurred = (read(picture, Role.NAME, reader).reading for picture in (crop, blur))
    assert clear.text == "Regula Meier"
    assert blurred.text != clear.text
    assert clear.confidence > 0.9
    assert blurred.confidence < 0.6


def test_fragments_of_faint_writing_are_read_with_all_their_paper(reader: Reader) -> None:
    """Faint pencil: only some letters were detected as ink, the whole picture shows all of them."""
    crop = written("Regula Hürlimann", font="patrick-hand")
    pieces = crop.copy()
    for left in range(60, crop.shape[1], 90):
        pieces[:, left : left + 60] = 255
    grain = np.random.default_rng(1).normal(0, 12, crop.shape)
    faint = np.clip(215 + (crop / 255 - 1) * 60 + 40 + grain, 0, 255).astype(np.uint8)
    assert read(pieces, Role.NAME, reader).reading.confidence < 0.5
    both = read_cell(pieces, Role.NAME, PX_PER_MM, reader, LANGUAGE, faint).reading
    assert both.text == "Regula Hürlimann"


def test_clear_writing_is_not_read_with_all_its_paper(reader: Reader) -> None:
    crop, stain = written("Regula Hürlimann"), written("Verena Ammann")
    assert read_cell(crop, Role.NAME, PX_PER_MM, reader, LANGUAGE, stain).reading.text == "Regula Hürlimann"


def test_blank_paper_and_illegible_writing_read_empty(reader: Reader) -> None:
    cell = read(np.full((80, 300), 255, dtype=np.uint8), Role.NAME, reader)
    assert cell.lines == ()
    assert (cell.reading.text, cell.reading.confidence) == ("", 0.0)
    assert read(written("Regula"), Role.NAME, MuteReader()).reading.text == ""


def test_failure_of_the_reader_is_raised() -> None:
    with pytest.raises(ReaderFailed):
        read(written("Regula"), Role.NAME, FailingReader())


def test_nonsense_is_text_with_a_confidence() -> None:
    reading = read(written("Regula Meier"), Role.ADDRESS, BabblingReader()).reading
    assert reading.text
    assert 0 <= reading.confidence <= 1


def test_engine_without_probabilities_keeps_its_text_and_confidence() -> None:
    class Typist:
        name = "typist 1"

        def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
            return Line(" Mantin ", 0.7)

    reading = read(written("Martin"), Role.NAME, Typist()).reading
    assert (reading.text, reading.confidence) == ("Mantin", 0.7)


def test_a_whole_address_is_less_certain_than_its_least_certain_line_unless_that_is_plain() -> None:
    given = [0.05, 0.3, 0.5, 0.7, 0.9]
    whole = [confidence_of_whole_address(confidence) for confidence in given]
    assert whole == sorted(whole) and all(a < b for a, b in zip(whole, given, strict=True))
    assert confidence_of_whole_address(0.98) == pytest.approx(0.97, abs=0.01)
    assert [confidence_of_whole_address(confidence) for confidence in (0.0, 1.0)] == [0.0, 1.0]

"""Tesseract on print, and the error messages when it is not installed."""

from pathlib import Path

import numpy as np
import pytesseract
import pytest

from digitize.errors import ExitCode, MissingProgram
from digitize.ocr.open_reader import open_reader
from tests.ocr.written import written


def test_print_is_read() -> None:
    reader = open_reader("tesseract")
    assert reader.name.startswith("tesseract ")
    line = reader.read_line(written("Name, Vorname", font="arimo-regular")[15:80])
    assert line.text == "Name, Vorname"
    assert 0.5 < line.confidence <= 1
    assert line.log_probs is None


def test_blank_and_empty_crops_read_empty() -> None:
    reader = open_reader("tesseract")
    assert reader.read_line(np.full((40, 200), 255, dtype=np.uint8)).text == ""
    assert reader.read_line(np.zeros((0, 5), dtype=np.uint8)).text == ""


def test_missing_program_is_named_with_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "no-such-tesseract")
    # pytesseract caches the version
    monkeypatch.setattr("pytesseract.get_tesseract_version", _uncached_version())
    with pytest.raises(MissingProgram, match="apt install tesseract-ocr ") as caught:
        open_reader("tesseract")
    assert caught.value.exit_code is ExitCode.MISSING_PROGRAM


def test_missing_language_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.get_languages", lambda **_: ["deu", "eng", "osd"])
    with pytest.raises(
        MissingProgram, match=r"lacks the language fra, ita; .*tesseract-ocr-fra tesseract-ocr-ita"
    ):
        open_reader("tesseract")


def _uncached_version() -> object:
    return pytesseract.pytesseract.get_tesseract_version.__wrapped__


def test_no_picture_of_a_line_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reader = open_reader("tesseract")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "there is none"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "there is none"))
    line = reader.read_line(written("Name, Vorname", font="arimo-regular")[15:80])
    assert line.text == "Name, Vorname"

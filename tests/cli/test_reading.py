"""`digitize score` prints no names; `--model` is checked before the first page."""

import csv
import shutil
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from digitize import cli
from digitize.errors import ExitCode, ReaderFailed
from digitize.page import pipeline
from digitize.tally.table_rows import ROW_COLUMNS

SAMPLES = Path(__file__).parents[2] / "samples"
LETTER = SAMPLES / "acat-sheet.pdf"

Digitize = Callable[..., tuple[ExitCode, str, str]]


@pytest.fixture
def digitize(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Digitize:
    """Run a command as from a terminal; return its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)  # SIGTERM stays as pytest wants it

    def run(*arguments: str | Path) -> tuple[ExitCode, str, str]:
        monkeypatch.setattr(sys, "argv", ["digitize", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return (ExitCode(end.value.code), *capfd.readouterr())

    return run


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """Return a copy of the shipped model under another name."""
    data = resources.files("digitize.data")
    for name in ("handwriting.onnx", "handwriting_characters.txt"):
        shutil.copy(str(data / name), tmp_path / name.replace("handwriting", "own"))
    return tmp_path / "own.onnx"


def test_score_prints_figures_and_never_names(digitize: Digitize, tmp_path: Path) -> None:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ROW_COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(line | {"status": "signed", "name_confidence": "0.9"} for line in truth)
    code, out, _ = digitize("score", "rows.csv", SAMPLES / "truth.csv")
    assert code == ExitCode.OK
    assert any("row recall" in line and "1.000" in line for line in out.splitlines())
    assert any("0.85-0.95" in line for line in out.splitlines())
    for name in {line["family"] for line in truth} - {""}:
        assert name not in out


def test_score_refuses_a_table_without_its_columns(digitize: Digitize, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("file,page\n")
    code, _, sentence = digitize("score", "rows.csv", SAMPLES / "truth.csv")
    assert code == ExitCode.USAGE
    assert "lacks the columns row, status" in sentence


def test_readings_name_their_model(own_model: Path) -> None:
    own = pipeline.Settings(model=str(own_model))
    shipped = pipeline.Settings()
    readers = [pipeline.load_tools(settings).reader.name for settings in (own, shipped)]
    assert readers[0].startswith("rapid own ")
    assert readers[0].replace(" own ", " handwriting ") == readers[1]  # the same content, the same mark


def test_pages_are_done_again_when_the_model_changes(own_model: Path) -> None:
    settings = pipeline.Settings(model=str(own_model))
    before = settings.key()
    assert before != pipeline.Settings().key()
    own_model.write_bytes(own_model.read_bytes() + b" ")
    assert settings.key() != before
    own_model.unlink()
    with pytest.raises(ReaderFailed, match="needs"):
        settings.key()


def test_run_with_a_custom_model(digitize: Digitize, own_model: Path) -> None:
    code, _, _ = digitize("run", SAMPLES / "no-table.png", "--model", own_model, "--workers", "0")
    assert code == ExitCode.OK


def test_show_with_a_custom_model(digitize: Digitize, own_model: Path) -> None:
    code, said, _ = digitize("show", SAMPLES / "no-table.png", "--model", own_model)
    assert (code, said.split(":")[0]) == (ExitCode.OK, "no-table")
    own_model.write_bytes(b"none")
    code, _, error = digitize("show", SAMPLES / "no-table.png", "--model", own_model)
    assert code == ExitCode.USAGE
    assert "not an ONNX model" in error


@pytest.mark.parametrize(
    ("content", "characters", "reader", "complaint"),
    [
        (b"none", "a\n", "rapid", "not an ONNX model"),
        (None, "a\nb\n", "rapid", "do not belong together"),
        (None, None, "rapid", "one character a line"),
        (None, "a\n", "tesseract", "only the reader rapid"),
    ],
)
def test_an_unusable_model_stops_the_run_before_the_first_page(
    content: bytes | None,
    characters: str | None,
    reader: str,
    complaint: str,
    digitize: Digitize,
    own_model: Path,
) -> None:
    listed = own_model.with_name("own_characters.txt")
    listed.unlink() if characters is None else listed.write_text(characters, encoding="utf-8")
    if content is not None:
        own_model.write_bytes(content)
    code, out, error = digitize("run", LETTER, "--model", own_model, "--reader", reader, "--workers", "0")
    assert code == ExitCode.USAGE
    assert complaint in " ".join(error.split())
    assert not out
    assert not Path("digitized").exists()

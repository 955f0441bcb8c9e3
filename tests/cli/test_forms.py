"""`digitize forms check`: a wrong form file is reported, a right one is tried on a scan."""

import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitize import cli
from digitize.errors import ExitCode
from samples.synthetic import Paper, make_page
from samples.synthetic.foreign import US_STACKED
from samples.synthetic.scan_files import save_png

SAMPLES = Path(__file__).parents[2] / "samples"

COLUMNS = """
[[columns]]
role = "number"
[[columns]]
role = "name"
[[columns]]
role = "address"
[[columns]]
role = "signature"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # SIGTERM stays as pytest wants it
    return tmp_path


def check(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> ExitCode:
    monkeypatch.setattr(sys, "argv", ["digitize", "forms", "check", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return ExitCode(end.value.code)


def write(folder: Path, text: str) -> str:
    (folder / "my.toml").write_text(text)
    return "my.toml"


def test_a_valid_form_is_described(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    head = 'name = "ours"\ndeadline = 2025-06-30\n[rows]\nlist = [4, 30]\n'
    assert check(monkeypatch, write(folder, head + COLUMNS)) == ExitCode.OK
    assert capsys.readouterr().out == (
        "my.toml is a valid form. Name: ours. Columns: number, name, address, signature. "
        "Row numbers: list 4-30. Deadline: 2025-06-30.\n"
    )
    assert check(monkeypatch, write(folder, 'name = "bare"')) == ExitCode.OK
    told = "Columns: taken from the printed header. Row numbers: as printed. Deadline: none."
    assert told in capsys.readouterr().out


def test_5_a_wrong_form_is_reported_in_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, told in (
        ('nane = "ours"', 'my.toml: the key "nane" is not known; allowed are '),
        ('name = "ours"\n[rows]\nlist = 4', "my.toml: rows.list is 4; allowed is [first, last]"),
        ('name = "ours"\n[[columns]]\nrole = "nose"', 'my.toml: columns[1].role is "nose"; allowed are '),
    ):
        assert check(monkeypatch, write(folder, text)) == ExitCode.BAD_FORM
        assert capsys.readouterr().err.startswith(f"Error: {told}")
    assert check(monkeypatch, "nowhere.toml") == ExitCode.BAD_FORM


def test_a_form_is_compared_with_a_scan_and_drawn_on_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on = ("--on", str(SAMPLES / "empty-form.png"), "--out", "found.png")
    form = write(folder, 'name = "ours"\n[rows]\nlist = [4, 30]\n' + COLUMNS)
    assert check(monkeypatch, form, *on) == ExitCode.OK
    told = capsys.readouterr().out
    assert (
        "Columns found on the page: number, name, address, signature.\n"
        "The page was taken for a list with rows 4-30.\n" in told
    )
    assert told.endswith("Written: found.png\n")
    drawn = np.asarray(Image.open(folder / "found.png").convert("RGB")).astype(int)
    assert (np.ptp(drawn, axis=2) > 50).any()  # the form itself is grey


def test_a_form_that_does_not_fit_the_scan_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = COLUMNS.replace("address", "?").replace("name", "address").replace("?", "name")
    form = write(folder, 'name = "ours"\n[rows]\nlist = [1, 27]\n' + swapped)
    assert check(monkeypatch, form, "--on", str(SAMPLES / "empty-form.png")) == ExitCode.OK
    told = capsys.readouterr().out
    assert re.search(
        r"The columns differ\. The form has: number, address, name, signature\. Found were: number", told
    )
    assert "rows 4-30; the form has rows 1-27 there." in told
    assert (folder / "empty-form-p1.png").is_file()


def test_a_form_with_storeys_is_tried_on_a_scan(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_png(folder / "scan.png", make_page(US_STACKED, (), Paper(dpi=150.0)))
    columns = "".join(
        f'[[columns]]\nrole = "{column.role}"\n'
        + ("" if column.storey is None else f"storey = {column.storey + 1}\n")
        for column in US_STACKED.columns
    )
    (folder / "storeys.toml").write_text('name = "ours"\n' + columns)
    assert check(monkeypatch, "storeys.toml", "--on", "scan.png") == ExitCode.OK
    told = capsys.readouterr().out
    assert "signature (storey 1), name (storey 2), street (storey 1)" in told
    assert "Columns found on the page: number, signature, name, street, postcode-town, date." in told
    assert "The page was taken for a list with rows 1-10." in told


@pytest.mark.usefixtures("folder")
def test_a_page_without_a_table_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(monkeypatch, "acat", "--on", str(SAMPLES / "no-table.png")) == ExitCode.OK
    assert "No signature table was found on this page" in capsys.readouterr().out

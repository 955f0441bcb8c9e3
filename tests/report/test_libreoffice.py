"""The workbook opens in LibreOffice, which shows the numbers that were written and sums that it computes."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from digitize.campaign.store import open_campaign
from digitize.report.build import build, files
from digitize.report.details import Details
from digitize.report.population import Population
from tests.report.campaigns import make

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ENDS_WITHIN_S = 240
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (libreoffice-calc-nogui)"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with several petitions, decisions, late sheets and duplicates."""
    folder = tmp_path_factory.mktemp("friday")
    make(folder, 4)
    people = Population(2024, {"ZH": 1_605_508, "BE": 1_071_216})
    with open_campaign(folder) as campaign:
        ((_, packed),) = files(campaign, build(campaign, Details(population=people)), "de", ["xlsx"])
    path = folder / "count.xlsx"
    path.write_bytes(packed)
    return path


@pytest.fixture(scope="module")
def sheets(book: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """The sheets as LibreOffice reads them: it exports each as CSV, with formulas computed anew."""
    out = tmp_path_factory.mktemp("office")
    home = f"-env:UserInstallation={(out / 'profile').as_uri()}"
    assert OFFICE is not None
    subprocess.run(
        [OFFICE, home, "--headless", "--convert-to", ALL_SHEETS, "--outdir", out, book],
        check=True,
        capture_output=True,
        timeout=ENDS_WITHIN_S,
        env=os.environ | {"HOME": str(out)},
    )
    found = {}
    for path in out.glob("count-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem.removeprefix("count-")] = list(csv.reader(file))
    return found


def test_it_has_all_sheets_with_the_numbers_that_were_written(
    book: Path, sheets: dict[str, list[list[str]]]
) -> None:
    written = openpyxl.load_workbook(book, data_only=True)
    assert set(sheets) == set(written.sheetnames)
    compared = 0
    for name, shown in sheets.items():
        for down, line in enumerate(written[name].iter_rows(values_only=True)):
            for at, value in enumerate(line):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert float(shown[down][at]) == pytest.approx(value, abs=0.06), (name, down, at)
                    compared += 1
                elif isinstance(value, str):
                    assert shown[down][at].splitlines() == value.splitlines(), (name, down, at)
    assert compared > 300


def test_the_sums_that_it_computes_are_those_of_the_count(sheets: dict[str, list[list[str]]]) -> None:
    heads, *lines = sheets["Kantone"]
    *cantons, total = [line for line in lines if line[0]]
    for at in range(1, 9):
        assert float(total[at]) == sum(float(line[at]) for line in cantons), heads[at]

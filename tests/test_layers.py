"""The house keeps its rooms: import-linter passes, and a planted violation is caught."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILE_MAX_LINES = 300  # design rule: a file that grows beyond becomes a room of its own


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package with its contracts."""
    skipped = shutil.ignore_patterns("__pycache__", "*.onnx", "*.npz", "*.csv", "*.txt")
    shutil.copytree(ROOT / "digitize", tmp_path / "digitize", ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> "subprocess.CompletedProcess[str]":
    run = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", run, "--no-cache"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def test_the_house_as_it_is_keeps_every_contract(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"{len(contracts)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("geometry.py", "import digitize.records", "rows below its own"),
        ("stages/straighten.py", "import digitize.pipeline", "rows below its own"),
        ("readers/rapid.py", "import digitize.stages.grid", "rows below its own"),
        ("store/files.py", "import digitize.tally", "rows below its own"),
        ("stages/grid/__init__.py", "import digitize.stages.ink", "Stages never import each other"),
        ("pen/marks.py", "import digitize.pen.ownership", "From strokes to what they mean"),
        ("batch/run.py", "import sqlite3", "SQL only in the store"),
        ("cli/tables.py", "import pandas", "pandas only in the tally"),
        ("cli/doctor.py", "import openvino", "OpenVINO only"),
        ("review/count.py", "import digitize.pipeline", "only look at the store"),
        ("store/listing.py", "import digitize.stages.load", "only look at the store"),
    ],
)
def test_a_planted_violation_is_caught(file: str, planted: str, contract: str, house: Path) -> None:
    path = house / "digitize" / file
    path.write_text(f"{path.read_text()}\n{planted}\n")
    done = lint(house)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert any(contract in line for line in broken), done.stdout


def test_a_new_room_must_be_given_its_place(house: Path) -> None:
    (house / "digitize" / "attic.py").write_text("")
    assert "attic" in lint(house).stdout


@pytest.mark.parametrize("path", sorted((ROOT / "digitize").rglob("*.py")), ids=lambda path: path.name)
def test_no_file_is_too_long_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= FILE_MAX_LINES

"""The import-linter contracts hold, and each of them notices a violation."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILE_MAX_LINES = 300  # longer modules are split


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Copy the package and its contracts."""
    skipped = shutil.ignore_patterns("__pycache__", "*.onnx", "*.npz", "*.csv", "*.txt")
    shutil.copytree(ROOT / "digitize", tmp_path / "digitize", ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(package: Path) -> "subprocess.CompletedProcess[str]":
    run = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", run, "--no-cache"]
    return subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)


def test_every_contract_holds(package: Path) -> None:
    done = lint(package)
    assert done.returncode == 0, done.stdout
    contracts = tomllib.loads((package / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"{len(contracts)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("inbox/watcher.py", "import digitize.api", "layers below its own"),
        ("geometry.py", "import digitize.records", "layers below its own"),
        ("table/straighten/__init__.py", "import digitize.page.pipeline", "layers below its own"),
        ("ocr/ppocr.py", "import digitize.table.grid", "layers below its own"),
        ("ink/marks.py", "import digitize.address.locate", "layers below its own"),
        ("campaign/store/picture_files.py", "import digitize.tally", "layers below its own"),
        ("page/judge.py", "import digitize.page.build_rows", "detected tables to its result"),
        ("table/grid/__init__.py", "import digitize.table.flatten", "never import each other"),
        ("ink/marks.py", "import digitize.ink.assign_strokes", "From strokes to the ink state"),
        ("campaign/decisions/decision.py", "import digitize.campaign.collate", "builds on what pages mean"),
        ("batch/batch_run.py", "import sqlite3", "SQL only in the store"),
        ("cli/summary.py", "import pandas", "pandas only in the tally"),
        ("web/count_page.py", "import digitize.page.pipeline", "never reach recognition"),
        ("campaign/store/page_list.py", "import digitize.load", "never reach recognition"),
        ("cli/doctor.py", "import openvino", "OpenVINO only"),
        ("batch/executors.py", "import distributed", "Dask in one file"),
        ("cli/run.py", "import fsspec", "fsspec in one file"),
        ("ocr/tesseract.py", "import digitize.ocr.open_reader", "in a circle"),
    ],
)
def test_violations_are_found(file: str, planted: str, contract: str, package: Path) -> None:
    path = package / "digitize" / file
    path.write_text(f"{path.read_text()}\n{planted}\n")
    done = lint(package)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert any(contract in line for line in broken), done.stdout


def test_new_modules_must_be_added_to_the_layers(package: Path) -> None:
    (package / "digitize" / "attic.py").write_text("")
    assert "attic" in lint(package).stdout


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "digitize").rglob("*.py")}
    assert {str(path): lines for path, lines in lengths.items() if lines > FILE_MAX_LINES} == {}

"""A campaign folder of its own for each test of the inbox."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "campaign"

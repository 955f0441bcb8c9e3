"""A fixture with an empty campaign."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.campaign.store import Campaign, open_campaign


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    with open_campaign(tmp_path / "out", create=True) as opened:
        yield opened

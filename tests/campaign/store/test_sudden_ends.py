"""A process killed between any two statements leaves a consistent database."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitize.campaign.store import Campaign, open_campaign
from tests.campaign.store import killed
from tests.campaign.store.deciding import in_step

ROOT = Path(__file__).parents[3]
MIN_COPIES = 6  # of each change, to be sure that processes were killed


def state(campaign: Campaign) -> tuple[object, ...]:
    """Return everything that must change together."""
    review = campaign.review
    trail = [(line.row, line.field, line.value, line.undoes) for line in review.trail()]
    rows = [row for page_id in (1, 2) for row in review.rows(page_id)]
    shown = [(row.key, row.row, row.counted, row.decided, row.late) for row in rows]
    return trail, shown, review.totals(), review.decided_pages()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the original campaign and of the copies left by killed processes."""
    folder = tmp_path_factory.mktemp("killed")
    with open_campaign(folder / "original", create=True) as campaign:
        killed.prepare(campaign)
    command = [
        sys.executable,
        "-m",
        "tests.campaign.store.killed",
        str(folder / "original"),
        str(folder / "copies"),
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize("change", killed.CHANGES)
def test_a_change_is_complete_or_absent(change: str, folders: Path) -> None:
    copies = sorted((folders / "copies" / change).iterdir(), key=lambda path: int(path.name))
    assert len(copies) >= MIN_COPIES
    found = []
    for folder in (folders / "original", *copies):
        with open_campaign(folder) as campaign:
            found.append(state(campaign))
            assert in_step(campaign)
    before, after = found[0], found[-1]
    assert after != before
    assert all(each in (before, after) for each in found)
    changed = [each == after for each in found]
    assert changed == sorted(changed)  # not yet, not yet, ..., done

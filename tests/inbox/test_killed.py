"""After kill -9 at any point the next watcher continues; nothing is done or counted twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.tally.publish import finish
from tests.inbox import doubles
from tests.inbox.folder import DONE, drop, lying, pages, stored, watcher, work_off

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60.0


@pytest.mark.parametrize(
    ("point", "again_most"),
    [
        ("before it is taken", 0),
        ("after it is taken", 0),
        ("amid the pages", 1),  # the page it was at
        ("before it is put away", 1),
        ("after it is put away", 1),
        ("after it is noted where it lies", 1),
        ("while the tables are written", 0),
    ],
)
def test_every_page_is_counted_once(point: str, again_most: int, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    drop(folder, "a.pdf", "3 a")
    drop(folder, "b.pdf", "2 b")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.inbox.killed", str(folder), point]
    ended = subprocess.run(command, env=environment, cwd=ROOT, timeout=PATIENCE_S, check=False)
    assert ended.returncode == -signal.SIGKILL
    with watcher(folder, after=finish) as inbox:
        work_off(inbox)
    assert lying(folder) == {DONE: ["a.pdf", "b.pdf"]}
    assert stored(folder) == [*pages("a.pdf", 3), *pages("b.pdf", 2)]
    assert ",5,0," in (folder / "tally.csv").read_text()
    with open_campaign(folder) as campaign:
        assert not campaign.derived.due()
    done = (tmp_path / doubles.TRACE).read_text().splitlines()
    assert 5 <= len(done) <= 5 + again_most

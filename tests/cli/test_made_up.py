"""What a sudden end after the last page has left undone, the next command does, whichever it is."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from digitize import inbox
from digitize.campaign.decisions import Kind
from digitize.campaign.store import Due, open_campaign
from digitize.errors import ExitCode
from digitize.records import Status
from tests.cli.killed import digitize
from tests.cli.terminal import Terminal, scan

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@pytest.fixture
def left(terminal: Terminal) -> Terminal:
    """Two pages were stored before, with their tables, and three more without."""
    scan(terminal.folder, "scans/a.pdf", "2")
    assert terminal.digitize("run", "scans", "--out", "out", "--workers", "0", double=digitize) == ExitCode.OK
    scan(terminal.folder, "scans/b.pdf", "3")
    command = [sys.executable, "-m", "tests.cli.killed", str(terminal.folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, env=environment, cwd=ROOT, timeout=PATIENCE_S, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert "ZH,4,4," in (terminal.folder / "out" / "tally.csv").read_text()
    with open_campaign(terminal.folder / "out") as campaign:
        assert campaign.derived.due() == set(Due)
    return terminal


@pytest.mark.parametrize(
    "command",
    [("tally", "out"), ("watch", "out", "--once"), ("run", "scans", "--out", "out", "--workers", "0")],
)
def test_tables_page_states_and_persons_are_made_up(command: tuple[str, ...], left: Terminal) -> None:
    left.patch.setattr(inbox, "Inbox", partial(inbox.Inbox, settled_s=0.2))
    left.patch.setattr(inbox, "STEP_S", 0.1)
    assert left.digitize(*command) == ExitCode.OK
    assert "ZH,10,0," in (left.folder / "out" / "tally.csv").read_text()  # by the deadline of the lost run
    with open_campaign(left.folder / "out") as campaign:
        assert not campaign.derived.due()
        totals = campaign.review.totals()
        assert (totals.statuses[Status.SIGNED], totals.late) == (10, 0)
        assert totals.open[Kind.PERSON] == 10  # among five signatures

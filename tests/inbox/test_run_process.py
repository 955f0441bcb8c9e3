"""The process of a run leaves Ctrl-C to its parent from the first moment on."""

import os
import signal
from pathlib import Path

from digitize.campaign.store import open_campaign
from digitize.inbox.run_process import Ended, Job, Run
from digitize.page.pipeline import Settings

PATIENCE_S = 120.0


def test_ctrl_c_while_the_process_starts_does_not_end_it(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True):
        pass
    run = Run(Job(tmp_path, Settings(), 0, after=str, run=print), ())
    os.kill(run.process.pid or 0, signal.SIGINT)
    run.process.join(PATIENCE_S)
    assert run.process.exitcode == 0
    assert run.messages()[-1] == Ended()
    run.end()

"""Kill changes between their SQL statements: `python -m tests.campaign.store.killed ORIGINAL COPIES`.

The process that changed the copy COPIES/CHANGE/N was killed just before its statement N; the one
with the highest number came to its end.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, open_campaign
from digitize.records import PageId, RowKey
from tests.campaign.store.deciding import clear, doubtful, store
from tests.campaign.store.looking import SCAN

STEP = 2  # statements between two kills

FIRST, SECOND = RowKey(1, 0, 1), RowKey(1, 1, 2)
ONE, TWO = PageId(SCAN, 1), PageId(SCAN, 2)


def prepare(campaign: Campaign) -> None:
    """Store a row to decide on, and a decided row whose second look is due."""
    store(campaign, doubtful(1), doubtful(2))
    store(campaign, clear(1), clear(2), page=2)
    campaign.review.set_second_look(1.0)
    campaign.review.next_questions(Kind.COUNT, "ann", 1)
    campaign.review.decide(SECOND, Field.STATUS, "signed", "ann")


def decide(campaign: Campaign) -> None:
    campaign.review.decide(FIRST, Field.STATUS, "signed", "ann")


def undo(campaign: Campaign) -> None:
    campaign.review.undo("ann")


def pair(campaign: Campaign) -> None:
    campaign.review.decide(SECOND, Field.PERSON, "same", "ann", other=RowKey(2, 0, 1))


def pages(campaign: Campaign) -> None:
    campaign.review.decide(RowKey(1, -1, 0), Field.PAGE, "same", "ann", other=RowKey(2, -1, 0))


def recognise(campaign: Campaign) -> None:
    store(campaign, clear(1), clear(3))


def relate(campaign: Campaign) -> None:
    states = {ONE: PageState(1, late=True, other_scans=(TWO,)), TWO: PageState(1, duplicate_of=ONE)}
    campaign.review.save_page_states(states, campaign.derived.take_snapshot())


CHANGES: dict[str, Callable[[Campaign], None]] = {
    change.__name__: change for change in (decide, undo, pair, pages, recognise, relate)
}


def main(original: Path, copies: Path) -> None:
    for name, change in CHANGES.items():
        number, ended = 1 - STEP, False
        while not ended:
            number += STEP
            folder = copies / name / str(number)
            shutil.copytree(original, folder)
            child = os.fork()
            if not child:
                _until_killed(change, folder, number)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            ended = os.WIFEXITED(status)


def _until_killed(change: Callable[[Campaign], None], folder: Path, last: int) -> None:
    left = last

    def count(_statement: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_campaign(folder) as campaign:
        campaign.review._database.connection.set_trace_callback(count)
        change(campaign)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

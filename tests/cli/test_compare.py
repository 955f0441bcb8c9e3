"""`digitize compare` writes a page or a table and prints how often both agree."""

import random
from dataclasses import replace

from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode
from digitize.records import RowKey, Status
from tests.cli.terminal import Terminal
from tests.report.campaigns import PLACES, fill, some_row
from tests.report.test_comparison import DAY, keyed


def test_the_command_writes_page_or_table_and_prints_rates(terminal: Terminal) -> None:
    with open_campaign(terminal.folder / "friday", create=True) as campaign:
        rows = [replace(some_row(random.Random(1), n), status=Status.SIGNED, place=PLACES[0]) for n in (1, 2)]
        fill(campaign, [("/scans/a.pdf", 1, DAY, "", rows)])
        page = next(iter(campaign.derived.take_snapshot().page_ids.values()))
        campaign.review.decide(RowKey(page, 1, 2), Field.STATUS, "struck", "ann")
    keyed(terminal.folder / "keyed.csv", ("a.pdf", 1, 1, "yes", "", ""), ("a.pdf", 1, 2, "yes", "", ""))
    assert terminal.digitize("compare", "friday", "keyed.csv") == ExitCode.OK
    assert "counts: 1 of 2 the same (50.0%)" in terminal.out
    assert (terminal.folder / "comparison.html").is_file()
    assert terminal.digitize("compare", "friday", "keyed.csv", "--out", "d.csv") == ExitCode.OK
    table = (terminal.folder / "d.csv").read_text("utf-8-sig").splitlines()
    assert table == ["file,page,row,what,first,second", "a.pdf,1,2,counts,no,yes"]
    assert terminal.digitize("compare", "keyed.csv", "keyed.csv") == ExitCode.USAGE
    assert terminal.digitize("compare", "friday", "keyed.csv", "--out", "d.txt") == ExitCode.USAGE

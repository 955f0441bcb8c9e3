"""The measure of the effort at the desk: it settles everything, and counts what that takes."""

from pathlib import Path

from digitize.campaign.store import open_campaign
from tests.bench.desk import Desk, settle
from tests.web.browser import Browser
from tests.web.campaigns import all_open, doubtful, doubtful_and_weak, make, unsure_region, weak_name
from tests.web.site import running

ROWS = [all_open(1), doubtful_and_weak(2), unsure_region(3), weak_name(4), doubtful(5), doubtful(6)]
ON_PAPER = {"name": "Ada Muster", "address": "Dorfstrasse 1, 8001 Zürich", "canton": "LU", "postcode": "8001"}


def test_the_measure_settles_everything_and_counts_what_it_does(chrome: Browser, tmp_path: Path) -> None:
    make(tmp_path / "friday", [("a.pdf", ROWS)])
    truth = {("a.pdf", 1, row.number): ON_PAPER | {"counts": "1"} for row in ROWS}
    truth["a.pdf", 1, 4]["name"] = "Eva Gut"
    truth["a.pdf", 1, 6]["counts"] = "0"
    with running(tmp_path / "friday") as site:
        chrome.enter(site.link)
        desk = Desk(chrome, truth)
        settle(desk)
    with open_campaign(tmp_path / "friday") as campaign:
        totals = campaign.review.totals()
    assert not any(totals.open.values()) and totals.doubtful == 0
    assert len(set(desk.looks)) == desk.decisions == 6
    # A, BB and Enter; 2 and Enter; + and Enter; 2; Enter
    assert (desk.keys, desk.letters) == (4 + 2 + 2 + 1 + 1, len("Eva Gut"))

"""Two campaigns become one: everything of both is there, and nothing counts twice."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from digitize.archive import merge_folders
from digitize.campaign.decisions import Content, Field, page_key
from digitize.campaign.store import PICTURES, Campaign, TypedRow, open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.errors import BadStore, ExitCode
from digitize.records import RowKey, Status
from digitize.tally import NAMES
from digitize.tally.publish import finish
from tests.batch.runs import run, scan
from tests.campaign.store.deciding import in_step
from tests.cli import kill_doubles
from tests.cli.terminal import Terminal

Decide = Callable[[Campaign], object]


class Offices:
    """Two campaigns, and one that read all scans itself."""

    def __init__(self, folder: Path, first: dict[str, str], second: dict[str, str]) -> None:
        self.folder = folder
        for name, content in (first | second).items():
            os.utime(scan(folder / "scans", name, content), (1.7e9, 1.7e9))
        for out, names in (("a", first), ("b", second), ("both", first | second)):
            run([folder / "scans" / name for name in names], folder / out, kill_doubles.digitize)

    def decide(self, out: str, decide: Decide) -> None:
        with open_campaign(self.folder / out) as campaign:
            decide(campaign)

    def tables(self, out: str) -> dict[str, bytes]:
        with open_campaign(self.folder / out) as campaign:
            finish(campaign)
        return {name: (self.folder / out / name).read_bytes() for name in NAMES}

    def merged(self) -> dict[str, bytes]:
        self.result = merge_folders(self.folder / "a", self.folder / "b", self.folder / "merged")
        return self.tables("merged")


def struck(page: int, by: str = "ann", value: str = "struck") -> Decide:
    return lambda campaign: campaign.review.decide(RowKey(page, 1, 2), Field.STATUS, value, by)


def test_two_campaigns_are_what_one_over_all_scans_is(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "2 a", "b.pdf": "1 b"}, {"c.pdf": "2 c", "d.pdf": "1 d"})
    before = offices.tables("a"), offices.tables("b")
    assert offices.merged() == offices.tables("both")
    assert (offices.tables("a"), offices.tables("b")) == before
    pictures = {path.read_bytes() for path in (tmp_path / "merged" / PICTURES).iterdir()}
    assert pictures == {path.read_bytes() for path in (tmp_path / "both" / PICTURES).iterdir()}
    with open_campaign(tmp_path / "merged") as campaign:
        campaign.pages.sweep()
        assert len(list((tmp_path / "merged" / PICTURES).iterdir())) == 6
        assert in_step(campaign)


def test_decisions_of_both_hold(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "2 a"}, {"b.pdf": "3 b"})

    def settle(shift: int) -> Decide:
        def decide(campaign: Campaign) -> None:
            struck(1 + shift)(campaign)
            struck(2 + shift, "bob")(campaign)
            campaign.review.undo("bob")
            pair = sorted((RowKey(2 + shift, 0, 1), RowKey(3 + shift, 0, 1)))
            campaign.review.decide(pair[0], Field.PERSON, "same", "ann", other=pair[1])
            campaign.review.add_rows(1 + shift, [TypedRow(9, Status.SIGNED, "Ada Muster")], "ann")

        return decide

    offices.decide("a", struck(1))
    offices.decide("both", struck(1))
    offices.decide("b", settle(0))
    offices.decide("both", settle(2))
    assert offices.merged() == offices.tables("both")
    assert offices.result.taken.left_out == offices.result.taken.disagreements == 0
    with open_campaign(tmp_path / "merged") as merged, open_campaign(tmp_path / "both") as both:
        entries = [
            [(e.row, e.field, e.value, e.by, e.undoes) for e in c.review.trail()] for c in (merged, both)
        ]
        assert entries[0] == entries[1]
        assert in_step(merged)


def test_a_scan_that_both_have_counts_once_and_decisions_meet(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "3 a"}, {"a.pdf": "3 a", "b.pdf": "1 b"})
    offices.decide("a", struck(1))
    offices.decide("b", struck(1, "bob"))  # the same
    offices.decide("a", struck(2))
    offices.decide("b", struck(2, "bob", "signed"))  # not the same
    offices.decide("b", struck(3, "bob"))  # only there
    merged = offices.merged()
    assert (offices.result.scans, offices.result.pages, offices.result.shared) == (1, 1, 3)
    assert (offices.result.taken.decisions, offices.result.taken.disagreements) == (3, 1)
    for page, by in ((1, "ann"), (3, "bob")):  # a contested row is doubtful, as this one was read
        offices.decide("both", struck(page, by))
    assert merged["tally.csv"] == offices.tables("both")["tally.csv"]
    with open_campaign(tmp_path / "merged") as campaign:
        (contested,) = campaign.review.disagreements()
        assert (contested.shown.key, contested.shown.row.status) == (RowKey(2, 1, 2), Status.DOUBTFUL)


def test_what_people_typed_from_one_paper_counts_once(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "1 a"}, {"a.pdf": "1 a"})
    row = [TypedRow(9, Status.SIGNED, "Ada Muster")]
    for out in "ab":
        offices.decide(out, lambda campaign: campaign.review.add_rows(1, row, "ann", instead=True))
    assert offices.merged() == offices.tables("a")
    assert offices.result.taken.left_out == 1


def test_pages_settled_otherwise_stay_and_the_rest_is_told(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "2 a"}, {"a.pdf": "2 a"})

    def content(page: int, value: Content) -> Decide:
        return lambda campaign: campaign.review.decide(page_key(page), Field.CONTENT, value.value, "ann")

    offices.decide("a", content(1, Content.BLANK))
    offices.decide("b", content(1, Content.OTHER))
    offices.decide("b", content(2, Content.OTHER))
    offices.decide("a", lambda _: None)
    merged = offices.merged()
    assert offices.result.taken.left_out == 1
    offices.decide("a", content(2, Content.OTHER))
    assert merged == offices.tables("a")


def test_the_same_path_may_be_another_scan_on_the_other_machine(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "1 a"}, {"b.pdf": "1 b"})
    scan(tmp_path / "scans", "a.pdf", "2 other")
    run(tmp_path / "scans" / "a.pdf", tmp_path / "b", kill_doubles.digitize)
    offices.merged()
    with open_campaign(tmp_path / "merged") as campaign:
        ours = tmp_path / "scans" / "a.pdf"
        theirs = f"{tmp_path}/b/elsewhere{ours}"
        assert {(file.path, file.pages) for file in campaign.inputs.files()} == {
            (str(tmp_path / "scans" / "b.pdf"), 1),
            (theirs, 2),
            (str(ours), 1),
        }


def test_campaigns_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    offices = Offices(tmp_path, {"a.pdf": "1 a"}, {"b.pdf": "1 b"})
    a, b, out = tmp_path / "a", tmp_path / "b", tmp_path / "merged"
    with pytest.raises(BadStore, match="are the same folder"):
        merge_folders(a, a, out)
    with pytest.raises(BadStore, match="exists already"):
        merge_folders(a, b, tmp_path / "both")
    with pytest.raises(BadStore, match="holds no campaign"):
        merge_folders(a, tmp_path / "scans", out)
    day = date(2025, 1, 20)
    offices.decide("a", lambda campaign: campaign.settings.save(Wanted(deadline=day)))
    with pytest.raises(BadStore, match=r"different last days \(2025-01-20 and none\)"):
        merge_folders(a, b, out)
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_says_what_came_of_it(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "2")
    scan(terminal.folder, "scans/b.pdf", "1")
    assert terminal.digitize("run", "scans/a.pdf", "--out", "a", "--workers", "0") == ExitCode.OK
    assert terminal.digitize("run", "scans", "--out", "b", "--workers", "0") == ExitCode.OK
    assert terminal.digitize("merge", "a", "b") == ExitCode.OK
    assert "Added from b: 1 scan, 1 page, 0 decisions.\n" in terminal.out
    assert "2 pages are in both campaigns and counted once.\n" in terminal.out
    assert (terminal.folder / "merged" / "tally.csv").is_file()

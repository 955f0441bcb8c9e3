"""Pages are read again as people say, by whichever run comes next, and never for nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitize import batch
from digitize.campaign.decisions import Field, page_key
from digitize.campaign.store import Shown, TypedRow, open_campaign
from digitize.form.definition import load_form
from digitize.page.pipeline import Settings
from digitize.records import Digitized, PageHints, PageId, Status
from digitize.tally.publish import finish
from tests.outcomes import sheet_page

HINTS = PageHints(turn_deg=90)


Asked = tuple[int, PageHints | None]


class Pipeline:
    """A pipeline that records what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def __call__(self, file: str, page: int, settings: Settings) -> Digitized:
        self.asked.append((page, settings.hints))
        return Digitized(replace(sheet_page(file, page), id=PageId(file, page)))

    def run(
        self, scan: Path, folder: Path, only: list[PageId] | None = None
    ) -> list[tuple[int, PageHints | None]]:
        """Return what a run over the scan, of two pages, asked for."""
        self.asked = []
        batch.run(
            [scan], folder, Settings(), workers=0, only=only, digitize_file=self, count_pages=lambda _: 2
        )
        return self.asked


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 scan")
    return path


def say(folder: Path, text: str) -> None:
    with open_campaign(folder) as campaign:
        campaign.review.decide(page_key(1), Field.READING, text, "ann")


def due(folder: Path) -> dict[int, str]:
    with open_campaign(folder) as campaign:
        return {page.page: text for page, text in campaign.review.readings(only_due=True).items()}


def test_a_page_is_read_once_with_its_hints_and_without_when_they_are_undone(
    tmp_path: Path, scan: Path
) -> None:
    folder, pipeline = tmp_path / "out", Pipeline()
    assert pipeline.run(scan, folder) == [(1, None), (2, None)]
    assert due(folder) == {}
    say(folder, HINTS.text)
    assert due(folder) == {1: HINTS.text}
    assert pipeline.run(scan, folder) == [(1, HINTS)]
    assert due(folder) == {} and pipeline.run(scan, folder) == []
    with open_campaign(folder) as campaign:
        campaign.review.undo("ann")
    assert due(folder) == {1: ""}
    assert pipeline.run(scan, folder) == [(1, None)]
    assert due(folder) == {} and pipeline.run(scan, folder) == []


def test_only_the_pages_wanted_are_read(tmp_path: Path, scan: Path) -> None:
    folder, pipeline = tmp_path / "out", Pipeline()
    pipeline.run(scan, folder, only=[PageId(str(scan), 1)])
    say(folder, HINTS.text)
    assert pipeline.run(scan, folder, only=[PageId(str(scan), 1)]) == [(1, HINTS)]


def test_a_page_is_read_again_with_a_form_of_the_user(tmp_path: Path, scan: Path) -> None:
    folder, pipeline = tmp_path / "out", Pipeline()
    form = tmp_path / "ours.toml"
    form.write_text('name = "river"\n[[columns]]\nrole = "name"\n[[columns]]\nrole = "signature"\n')
    pipeline.run(scan, folder)
    with open_campaign(folder) as campaign:
        campaign.forms.keep(load_form(str(form)), form)
        assert campaign.forms.for_reading() == ["river"]
    form.unlink()  # on a stick that is in another machine now
    say(folder, PageHints(form="river").text)
    [(page, hints)] = pipeline.run(scan, folder)
    assert page == 1 and hints and load_form(hints.form).roles == ("name", "signature")
    assert due(folder) == {} and pipeline.run(scan, folder) == []


@pytest.mark.parametrize(
    "text",
    [
        "turn=45",
        "turn=x",
        "form=a/b",
        "corners=1,2",
        "nonsense",
        "turn=90 nonsense=1",
        "corners=" + "0.1," * 7 + "0.1",
    ],
)
def test_hints_that_make_no_sense_are_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        PageHints.of_text(text)


def test_hints_are_stored_and_read_back() -> None:
    hints = PageHints(270, "acat", ((0.1, -0.05), (0.9, 0.1), (1.02, 0.9), (0.1, 0.8)))
    assert PageHints.of_text(hints.text) == hints
    assert PageHints.of_text("") == PageHints()


def test_rows_typed_in_for_an_unreadable_file_stay_when_it_is_gone(tmp_path: Path, scan: Path) -> None:
    folder, pipeline = tmp_path / "out", Pipeline()
    links = [tmp_path / "dead.pdf", tmp_path / "other.pdf"]
    for link in links:
        link.symlink_to(tmp_path / "nowhere.pdf")
        pipeline.run(link, folder)
    with open_campaign(folder) as campaign:
        typed = next(line.id for line in campaign.listing.lines(Shown.ALL, "dead", 0, 9)[0])
        campaign.review.add_rows(typed, [TypedRow(1, Status.SIGNED, "Anna", "", "ZH")], "ann")
    for link in links:
        link.unlink()
    pipeline.run(scan, folder)
    with open_campaign(folder) as campaign:
        assert campaign.review.totals().counted == 1
        assert [file.label for file in campaign.inputs.files()] == ["dead.pdf", "a.pdf"]
        finish(campaign)

"""The watched folder: every scan is counted once and ends in the right folder."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from digitize import __version__
from digitize.campaign.decisions import Field, page_key
from digitize.campaign.store import open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.campaign.store.form_settings import form_file
from digitize.campaign.store.watch_progress import Stage, Work, read_progress
from digitize.form.definition import form_mark
from digitize.learning import FILE
from digitize.ocr.engines import model_mark
from tests.inbox import doubles
from tests.inbox.doubles import trace_of
from tests.inbox.folder import DONE, FAILED, INBOX, drop, lying, pages, stored, watcher, work_off


def test_dropped_scans_are_counted_and_moved(folder: Path) -> None:
    with watcher(folder) as inbox:
        drop(folder, "a.pdf", "2 a")
        drop(folder, "friday/a.pdf", "1 other")
        told = work_off(inbox)
        drop(folder, "b.pdf", "1 b")
        work_off(inbox)
    assert lying(folder) == {DONE: ["a.pdf", "a.pdf", "b.pdf"]}
    assert stored(folder) == [*pages("a.pdf", 2), *pages("b.pdf", 1), *pages("friday/a.pdf", 1)]
    assert {progress.work for progress in told} <= {Work.IDLE, Work.WORKING, Work.FINISHING}
    assert max(progress.pages for progress in told) == 3
    assert any(progress.seconds_left for progress in told)
    stages = [[file.stage for file in progress.files if file.name == "a.pdf"] for progress in told]
    assert [Stage.ARRIVING] in stages
    assert [Stage.WORKING] in stages
    assert stages[-1] == [Stage.DONE]


def test_a_reused_name_is_another_scan(folder: Path) -> None:
    with watcher(folder) as inbox:
        for content in ("2 first", "3 second"):
            path = drop(folder, "scan.pdf", content)
            work_off(inbox, until=lambda _: not path.exists())  # noqa: B023 (called at once)
        work_off(inbox)
    names = [("scan.pdf", 2), ("scan (2).pdf", 3)]
    assert stored(folder) == sorted(page for name, count in names for page in pages(name, count))


def test_the_name_of_a_removed_scan_can_be_reused(folder: Path) -> None:
    with watcher(folder) as inbox:
        drop(folder, "scan.pdf", "2 first")
        work_off(inbox)
        (folder / DONE / "scan.pdf").unlink()
        drop(folder, "scan.pdf", "3 second")
        work_off(inbox)
    assert lying(folder) == {DONE: ["scan (2).pdf"]}
    with open_campaign(folder) as campaign:
        assert len(list(campaign.pages.outcomes())) == 5


def test_the_same_content_counts_once(folder: Path) -> None:
    with watcher(folder) as inbox:
        drop(folder, "a.pdf", "2 same")
        drop(folder, "friday/b.pdf", "2 same")
        work_off(inbox)
    assert lying(folder) == {DONE: ["a.pdf", "b.pdf"]}
    assert len(stored(folder)) == 2


def test_a_slowly_growing_file_is_taken_whole(folder: Path) -> None:
    with watcher(folder) as inbox:
        path = drop(folder, "a.pdf", "3 ")

        def write_on() -> None:
            with path.open("a") as file:
                for _ in range(8):
                    time.sleep(0.1)
                    file.write("more")
                    file.flush()

        writer = threading.Thread(target=write_on)
        writer.start()
        work_off(inbox)
        writer.join()
    assert (folder / DONE / "a.pdf").read_text() == "3 " + 8 * "more"
    assert stored(folder) == pages("a.pdf", 3)
    assert (folder.parent / doubles.TRACE).read_text().splitlines() == [f"a.pdf {page}" for page in (1, 2, 3)]


def test_a_file_that_grows_after_being_taken_is_read_again(folder: Path) -> None:
    with watcher(folder) as inbox:
        with drop(folder, "a.pdf", "3 ").open("a") as file:
            work_off(inbox, until=lambda told: told.pages_done >= 1)
            file.write("more")
        work_off(inbox)
    assert (folder / DONE / "a.pdf").read_text() == "3 more"
    assert stored(folder) == pages("a.pdf", 3)


def test_unreadable_scans_go_to_failed_and_are_retried_when_dropped_again(folder: Path) -> None:
    with watcher(folder, run=doubles.FAIL_ALL) as inbox:
        drop(folder, "broken.pdf", "what")
        drop(folder, "cut.pdf", "1")
        work_off(inbox)
    assert lying(folder) == {FAILED: ["broken.pdf", "cut.pdf"]}
    assert stored(folder) == [("failed/broken.pdf", 0, "unreadable"), ("failed/cut.pdf", 1, "unusable")]
    with watcher(folder) as inbox:
        (folder / FAILED / "cut.pdf").rename(folder / INBOX / "cut.pdf")
        work_off(inbox)
    assert lying(folder) == {FAILED: ["broken.pdf"], DONE: ["cut.pdf"]}
    assert stored(folder) == [*pages("cut.pdf", 1), ("failed/broken.pdf", 0, "unreadable")]


@pytest.mark.parametrize(("run", "place"), [(doubles.FAIL_PAGE_2, DONE), (doubles.FAIL_ALL, FAILED)])
def test_a_scan_fails_only_if_all_its_pages_fail(run: object, place: str, folder: Path) -> None:
    drop(folder, "a.pdf", "3")
    with watcher(folder, run=run) as inbox:
        work_off(inbox)
    assert lying(folder) == {place: ["a.pdf"]}


def test_the_campaign_folder_can_be_moved(folder: Path) -> None:
    drop(folder, "a.pdf", "2")
    with watcher(folder) as inbox:
        work_off(inbox)
    moved = folder.rename(folder.with_name("elsewhere"))
    with watcher(moved) as inbox:
        work_off(inbox)
    assert stored(moved) == pages("a.pdf", 2)


def test_progress_can_be_read_by_other_processes(folder: Path) -> None:
    drop(folder, "a.pdf", "1")
    with watcher(folder) as inbox:
        inbox.step()
        told = read_progress(folder)
        assert (told.work, [file.stage for file in told.files]) == (Work.IDLE, [Stage.ARRIVING])
    told = read_progress(folder)
    assert (told.work, [file.name for file in told.files]) == (Work.OFF, ["a.pdf"])
    (folder / "progress.json").write_text('{"work": "worki')
    assert read_progress(folder).work is Work.OFF


def test_a_page_is_read_again_where_it_lies_when_somebody_wants_that(folder: Path) -> None:
    with watcher(folder) as inbox:
        drop(folder, "a.pdf", "2 a")
        work_off(inbox)
        with open_campaign(folder) as campaign:
            campaign.review.decide(page_key(1), Field.READING, "turn=90", "ann")
        work_off(inbox, until=lambda _: not _due(folder))
    assert lying(folder) == {DONE: ["a.pdf"]}
    assert stored(folder) == pages("a.pdf", 2)


def _due(folder: Path) -> bool:
    with open_campaign(folder) as campaign:
        return bool(campaign.review.readings(only_due=True))


def test_each_run_reads_with_the_form_of_the_settings(folder: Path) -> None:
    file = folder.with_name("river.toml")
    file.write_text('name = "river"\n[[columns]]\nrole = "name"\n')
    with watcher(folder, form_of_settings=True) as inbox:
        for name, form in (("a.pdf", ""), ("b.pdf", "river"), ("c.pdf", "acat")):
            with open_campaign(folder) as campaign:
                campaign.forms.add(file.read_text())
                campaign.settings.save(Wanted(form=form))
            drop(folder, name, f"1 {name}")
            work_off(inbox)
    marks = [form_mark(name) for name in ("auto", str(form_file(folder, "river")), "acat")]
    with open_campaign(folder) as campaign:
        for mark, (path, number, _) in zip(marks, stored(folder), strict=True):
            scan = campaign.inputs.at(str(folder / path))
            finished = campaign.pages.finished(f"form={mark} reader=rapid", __version__, crops=False)
            assert scan is not None and (scan.id, number) in finished


def test_all_pages_are_read_again_with_what_was_learned_and_decisions_stay(folder: Path) -> None:
    with watcher(folder) as inbox:
        for name in ("a.pdf", "b.pdf"):
            drop(folder, name, f"1 {name}")
        work_off(inbox)
        with open_campaign(folder) as campaign:
            [page, _] = sorted(page_id for page_id in campaign.derived.take_snapshot().page_ids.values())
            campaign.review.decide(page_key(page), Field.COMMENT, "seen", "Ada")
        (folder / FILE).write_bytes(b"learned")
        inbox.read_all_again()
        assert inbox.waits
        work_off(inbox)
        before = trace_of(str(folder / DONE / "a.pdf")).read_text().splitlines()
        inbox.read_all_again()  # there is nothing new
        work_off(inbox)
        assert trace_of(str(folder / DONE / "a.pdf")).read_text().splitlines() == before
    assert Counter(before) == {"a.pdf 1": 2, "b.pdf 1": 2}
    assert lying(folder) == {DONE: ["a.pdf", "b.pdf"]}
    mark = model_mark(folder / FILE)
    with open_campaign(folder) as campaign:
        known = campaign.pages.finished(f"form=auto reader=rapid model={mark}", __version__, crops=False)
        assert len(known) == 2
        assert campaign.review.page(page).comment == "seen"

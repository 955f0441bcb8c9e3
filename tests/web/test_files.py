"""Somebody uploads files, closes the browser, and sees tomorrow what happened to each."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.file_log import FileState, Refusal
from digitize.records import Digitized, Failure, PageId
from tests.web.browser import Browser
from tests.web.campaigns import make, row
from tests.web.site import Client, Site, running

LONG = "IMG_1234 Unterschriften aus der Sammlung vom Samstag am Bahnhof Bern, Stapel 7.jpg"


def fail(folder: Path, name: str, digest: str = "f" * 64, pages: int = 1, failed: int = 1) -> None:
    """Store a file of which the first pages failed."""
    path = str(folder / "scans" / name)
    with open_campaign(folder) as campaign:
        entry = campaign.inputs.add(path, digest, 1, 1, date(2026, 11, 2))
        campaign.inputs.set_pages(entry.id, pages)
        for number in range(1, failed + 1):
            failure = Failure(PageId(path, number), "load", "encrypted", "It is locked.")
            campaign.pages.save(entry.id, Digitized(failure), "synthetic", "0")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1)]), (LONG, [row(1)])])
    fail(folder, "locked.pdf")
    with open_campaign(folder) as campaign:
        campaign.inputs.add(str(folder / "scans" / "copy of a.pdf"), f"{0:064x}", 1, 9, date(2026, 11, 2))
        campaign.inputs.add(str(folder / "scans" / "next.pdf"), "e" * 64, 1, 9, date(2026, 11, 2))
    with running(folder) as site:
        yield site


def refuse(client: Client, name: str, why: str) -> int:
    return client.post("/scans/refused", json.dumps({"name": name, "why": why}).encode()).status


def told(page: str) -> list[str]:
    lines = re.findall(r"<(?:tr|li) class=\"[\w ]+\">(.*?)</(?:tr|li)>", page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


def test_each_file_says_what_happened_to_it(office: Site) -> None:
    client = Client(office).enter()
    assert refuse(client, "letter.docx", "kind") == 200
    lines = told(client.get("/files").text)
    assert any(line.startswith("letter.docx") and "this is not a scan file" in line for line in lines)
    assert any(line.startswith("copy of a.pdf") and "The same content as a.pdf" in line for line in lines)
    assert any(line.startswith("locked.pdf") and "requires a password" in line for line in lines)
    assert any(line.startswith("next.pdf") and line.endswith("being read") for line in lines)
    assert any(line.startswith(LONG) and "1 page read" in line for line in lines)


def test_it_is_still_there_in_another_browser_after_a_restart(office: Site) -> None:
    refuse(Client(office).enter(), "letter.docx", "kind")
    with running(office.folder) as again:
        client = Client(again).enter("Bea", "de")
        assert "letter.docx" in client.get("/files").text
        newest = str(client.get("/progress").json["newest"])
        assert "das ist keine Scan-Datei" in newest and "Derselbe Inhalt wie a.pdf" in newest


def test_a_file_leads_to_the_page_that_failed(office: Site) -> None:
    fail(office.folder, "half.pdf", "d" * 64, pages=2, failed=1)
    with open_campaign(office.folder) as campaign:
        (half,) = [line for line in campaign.files.lines(0, 50)[0] if line.name == "half.pdf"]
    assert half.state is FileState.READING  # its second page is still to come
    fail_page = Client(office).enter().get(f"/pages/{half.page_id}").text
    assert "requires a password" in fail_page or "It is locked." in fail_page


@pytest.mark.parametrize("sent", [{"name": "a"}, {"name": "a", "why": "x"}, [], "why"])
def test_what_makes_no_sense_is_refused(sent: object, office: Site) -> None:
    client = Client(office).enter()
    assert client.post("/scans/refused", json.dumps(sent).encode()).status == 400


def test_names_of_refused_files_are_erased_with_the_rest(office: Site) -> None:
    client = Client(office).enter()
    refuse(client, "Petition Zypresse.docx", "kind")
    with open_campaign(office.folder) as campaign:
        campaign.erase(lambda: None)
        assert all(line.refusal is None for line in campaign.files.lines(0, 50)[0])
    assert refuse(client, "b.docx", "kind") == 410
    assert b"Zypresse" not in (office.folder / "campaign.sqlite").read_bytes()
    assert list(Refusal) == ["kind", "large", "room", "trouble"]


def test_a_folder_is_chosen_and_what_is_no_scan_stays_listed(
    chrome: Browser, office: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "from the camera"
    (folder / "inner").mkdir(parents=True)
    (folder / "one.pdf").write_bytes(b"%PDF-1.4")
    (folder / "inner" / "letter.docx").write_bytes(b"PK\x03\x04 nothing")
    (folder / ".DS_Store").write_bytes(b"x")
    chrome.enter(office.link)
    chrome.driver.find_element("css selector", "#folder").send_keys(str(folder))
    chrome.wait(lambda: "letter.docx" in chrome.text("#newest"))
    assert "this is not a scan file" in chrome.text("#newest .refused")
    assert sorted(path.name for path in (office.folder / "inbox").iterdir()) == ["one.pdf"]
    chrome.open("/")
    chrome.wait(lambda: "letter.docx" in chrome.text("#newest"))
    assert "DS_Store" not in chrome.text("main")
    assert chrome.run(
        "return [...document.querySelectorAll('#newest .name')].every(e => e.scrollWidth <= e.clientWidth + 1"
        " || getComputedStyle(e).overflowWrap === 'anywhere')"
    )

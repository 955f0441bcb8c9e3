"""The coordinator sets the campaign up in the browser; figures lead to what they count."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import Due, open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.campaign.store.scan_folders import INBOX
from digitize.form.definition import load_form
from digitize.records import Role, Status
from digitize.tally.publish import finish
from tests.web.browser import Browser
from tests.web.campaigns import doubtful, make, row
from tests.web.site import Answer, Client, Site, running


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1), row(2, Status.INCOMPLETE), doubtful(3)])])
    with running(folder) as site:
        yield site


def post(client: Client, path: str, **values: str | list[str]) -> Answer:
    form = urlencode({"csrf": client.csrf} | values, doseq=True).encode()
    kind = "application/x-www-form-urlencoded"
    return client.ask("POST", path, form, Origin=client.site.url, Content_Type=kind)


def wanted(site: Site) -> Wanted:
    with open_campaign(site.folder) as campaign:
        return campaign.settings.wanted()


def test_title_goal_and_last_day_are_kept_in_the_campaign(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    chrome.open("/settings")
    chrome.run("document.getElementById('title').focus()")
    chrome.keys("For the river", Keys.TAB, "Friends of the river", Keys.TAB, "10'000")
    chrome.run("document.getElementById('deadline').value = '2026-10-31'")
    chrome.keys(Keys.ENTER)
    chrome.wait(lambda: chrome.path == "/")
    assert chrome.text("h1") == "For the river"
    assert wanted(office) == Wanted(
        "For the river", 10000, date(2026, 10, 31), organisation="Friends of the river"
    )
    with open_campaign(office.folder) as campaign:
        assert Due.TABLES in campaign.derived.due()
        finish(campaign)  # received on 2 November
        assert campaign.review.totals().late == 1
    chrome.open("/")
    assert "1 signature came later" in chrome.text("#figures") and "31.10.2026" in chrome.text("#figures")
    with running(office.folder) as again:  # the server is started again
        assert "10,000" in Client(again).enter().get("/").text
    assert chrome.complaints() == []


def test_the_delimiter_is_chosen_and_every_change_is_told(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    for goal in ("500", "600"):
        chrome.open("/settings")
        chrome.run("document.getElementById('goal').select()")
        chrome.keys(goal, Keys.TAB)
        while chrome.run("return document.activeElement.id") != "delimiter":  # the day has several stops
            chrome.keys(Keys.TAB)
        chrome.keys("with s", Keys.TAB, Keys.ENTER)
        chrome.wait(lambda: chrome.path == "/")
    assert wanted(office) == Wanted(goal=600, delimiter=";")
    with open_campaign(office.folder) as campaign:
        finish(campaign)
    assert (office.folder / "tally.csv").read_text(encoding="utf-8-sig").startswith("region;signed")
    for path in ("/settings", "/log"):
        chrome.open(path)
        said = chrome.run("return [...document.querySelectorAll('#changes tbody tr')].map(r => r.innerText)")
        assert len(said) == 3 and all("Ada" in line for line in said)
        assert "500" in said[0] and "600" in said[0]  # the newest, from and to
        assert "commas" in said[1] and "semicolons" in said[1]
    log = Client(office).enter().get("/tables/log.csv").text
    assert ";Ada;" in log and ";setting goal;500;600;" in log
    assert chrome.complaints() == []


def test_a_form_file_is_chosen_and_used_for_the_scans_that_come_in(
    chrome: Browser, office: Site, tmp_path: Path
) -> None:
    file = tmp_path / "river.toml"
    file.write_text('name = "river"\n[[columns]]\nrole = "name"\n')
    chrome.enter(office.link)
    chrome.open("/settings")
    for content, known in (("name = 3\n", False), (file.read_text(), True)):
        file.write_text(content)
        chrome.driver.find_element("css selector", "#add-form [type=file]").send_keys(str(file))
        chrome.driver.find_element("css selector", "#add-form button").click()
        chrome.wait(lambda: bool(chrome.text("#wrong")) is not known)  # noqa: B023 (called at once)
        assert known or "name is 3" in chrome.text("#wrong")
    chrome.wait(lambda: chrome.run("return document.getElementById('form')?.value") == "river")
    assert wanted(office).form == "river"
    with open_campaign(office.folder) as campaign:
        used = campaign.forms.for_new_scans()
    assert load_form(used).roles == (Role.NAME,)
    client = Client(office).enter("Ben")
    assert post(client, "/settings", form="lake").status == 422 and wanted(office).form == "river"
    assert post(client, "/settings", form="auto").status == 303 and wanted(office).form == ""
    assert all("422" in message for message in chrome.complaints())  # the file that was refused


def test_no_other_delimiter_can_be_sent(office: Site) -> None:
    client = Client(office).enter()
    assert post(client, "/settings", delimiter="|").status == 422 and wanted(office) == Wanted()


@pytest.mark.parametrize("path", ["/tables/rows.xlsx", "/tables/tally.xlsx", "/tables/pages.xlsx"])
def test_tables_are_downloaded_as_workbooks_that_bear_campaign_and_day(path: str, office: Site) -> None:
    client = Client(office).enter(language="fr")
    assert f'href="{path}"' in client.get("/").text
    answer = client.get(path)
    name = path.rpartition("/")[2].partition(".")[0]
    assert f"friday-{name}-{date.today().isoformat()}.xlsx" in answer.headers["content-disposition"]
    [sheet] = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    headings = [cell.value for cell in sheet[1]]
    assert "Canton" in headings or "Fichier" in headings
    assert client.get("/tables/secrets.xlsx").status == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("goal", "many"),
        ("goal", "0"),
        ("goal", "-5"),
        ("deadline", "31.2.2026"),
        ("deadline", "0026-01-01"),
        ("title", "x" * 201),
    ],
)
def test_a_wrong_setting_saves_none(name: str, value: str, office: Site) -> None:
    client = Client(office).enter()
    sent = {"title": "River", "goal": "5", "deadline": "2026-10-31"} | {name: value}
    answer = post(client, "/settings", **sent)
    assert answer.status == 422 and 'aria-invalid="true"' in answer.text and "River"[:1] in answer.text
    assert wanted(office) == Wanted()


def test_the_last_day_can_be_taken_away_again(office: Site) -> None:
    client = Client(office).enter()
    post(client, "/settings", deadline="2026-10-31")
    post(client, "/settings", deadline="")
    assert wanted(office).deadline is None


def test_the_day_of_receipt_is_corrected_for_a_file(office: Site) -> None:
    client = Client(office).enter()
    post(client, "/settings", deadline="2026-10-31")
    assert post(client, "/settings/received", file="1", received="2026-10-30").status == 303
    with open_campaign(office.folder) as campaign:
        finish(campaign)
        assert campaign.review.totals().late == 0
    for wrong in ({"file": "1", "received": "soon"}, {"file": "77", "received": "2026-10-30"}, {"file": "x"}):
        assert post(client, "/settings/received", **wrong).status == 400


def test_an_upload_bears_the_day_on_which_its_sheets_came(office: Site) -> None:
    client = Client(office).enter()
    assert client.post("/scans?name=b.pdf&received=2026-10-30", b"%PDF-1.4").status == 200
    assert client.post("/scans?name=c.pdf&received=nonsense", b"%PDF-1.4").status == 200
    received = (office.folder / INBOX / name for name in ("b.pdf", "c.pdf"))
    days = [datetime.fromtimestamp(path.stat().st_mtime).date() for path in received]
    assert days == [date(2026, 10, 30), date.today()]


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/search?counted=1&status=signed", 1),
        ("/search?counted=1&status=incomplete", 1),
        ("/search?counted=1&status=doubtful", 1),
        ("/search?counted=1&status=signed&region=ZH", 1),
        ("/search?counted=1&status=signed&region=BE", 0),
        ("/search?counted=1&decided=1", 0),
        ("/search?counted=1&late=1", 0),
        ("/search?counted=1&status=nonsense&region=x&leaf=x", 3),
    ],
)
def test_a_figure_leads_to_the_rows_that_it_counts(path: str, rows: int, office: Site) -> None:
    client = Client(office).enter()
    assert client.get(path).text.count("/pages/1#r") == rows
    assert 'href="/search?counted=1&amp;status=signed"' in client.get("/").text


def test_organisation_and_languages_are_kept(office: Site) -> None:
    client = Client(office).enter()
    post(client, "/settings", organisation="Friends  of the river", language=["it", "fr", "xx"])
    assert wanted(office) == Wanted(organisation="Friends of the river", languages=("fr", "it"))
    shown = client.get("/settings").text
    assert shown.count(" checked") == 2 and "fr it" in shown

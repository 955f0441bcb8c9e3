"""The log of views: every look at names has its line before it is answered, and quotes nothing."""

import csv
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.errors import BadStore
from digitize.web.roles import UserRole
from digitize.web.sessions import Session
from digitize.web.view_log import AGAIN_S, COLUMNS, FILE, ViewLog
from tests.web.site import Client, Site, running


@pytest.fixture
def logged(campaign_folder: Path) -> Iterator[Site]:
    with running(campaign_folder, {UserRole.VIEWER: "looks only 1"}, log_views=True) as site:
        yield site


def lines(folder: Path) -> list[dict[str, str]]:
    with (folder / FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/pages/1", [("page", "1", "")]),
        ("/pages/2/picture", [("picture", "2", "")]),
        ("/pages/2/original", [("original", "2", "")]),
        ("/pages/2/cut?box=0,0,90,90", [("cut", "2", "")]),
        ("/pages/1/rows/3", [("row", "1", "3")]),
        ("/review/next?view=count&most=2", [("review", "1", "0"), ("review", "1", "1")]),
        ("/tables/rows.csv", [("rows.csv", "", "")]),
        ("/tables/log.csv", [("log.csv", "", "")]),
        ("/log", [("log", "", "")]),
        ("/", []),
        ("/figures", []),
        ("/pages", []),
    ],
)
def test_each_look_at_names_is_a_line(path: str, expected: list[tuple[str, str, str]], logged: Site) -> None:
    Client(logged).enter("Ada").get(path)
    if not expected:
        assert not (logged.folder / FILE).exists()
        return
    found = lines(logged.folder)
    assert [(line["what"], line["page_id"], line["row_index"]) for line in found] == expected
    assert {(line["who"], line["role"], line["client"]) for line in found} == {
        ("Ada", "coordinator", "127.0.0.1")
    }
    text = (logged.folder / FILE).read_text("utf-8")
    assert "Muster" not in text and "a.pdf" not in text
    assert stat.S_IMODE((logged.folder / FILE).stat().st_mode) == 0o600


def test_nobody_looks_without_a_name(logged: Site) -> None:
    client = Client(logged)
    client.cookie = client.get("/?token=the-token-of-the-tests").headers["set-cookie"].split(";")[0]
    for path in ("/pages/1", "/pages/1/picture", "/tables/rows.csv"):
        assert client.get(path).headers["location"] == f"/hello?back={path}"
    assert not (logged.folder / FILE).exists()


def test_what_cannot_be_logged_is_not_shown(logged: Site) -> None:
    client = Client(logged).enter()
    (logged.folder / FILE).mkdir()
    for _ in range(2):  # the second look is no repetition of a logged one
        for path in ("/pages/1", "/pages/1/picture", "/pages/1/rows/0", "/review/next?view=count"):
            answer = client.get(path)
            assert answer.status == 503
            assert "Muster" not in answer.text


def test_without_the_option_nothing_is_logged(client: Client) -> None:
    assert client.get("/pages/1").status == 200
    assert not (client.site.folder / FILE).exists()


def test_a_page_that_takes_several_requests_is_one_look_until_a_minute_is_over(tmp_path: Path) -> None:
    now_s = 0.0
    log = ViewLog(tmp_path, lambda: now_s)
    ada, bea = Session(who="=Ada", client="192.0.2.7"), Session(who="Bea")
    for session in (ada, ada, bea, ada):
        log.note(session, "page", (1, None))
    now_s = AGAIN_S
    log.note(ada, "page", (1, None), (2, 5))
    found = lines(tmp_path)
    assert list(found[0]) == list(COLUMNS)
    assert [(line["who"], line["page_id"], line["row_index"]) for line in found] == [
        ("'=Ada", "1", ""),
        ("Bea", "1", ""),
        ("'=Ada", "1", ""),
        ("'=Ada", "2", "5"),
    ]


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        BadStore, match=r"^views\.csv cannot be written \(\S.*\), and nothing is shown unlogged"
    ):
        ViewLog(tmp_path / "gone").note(Session(), "page", (1, None))

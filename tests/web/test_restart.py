"""After a restart the pages are at the same address, under the same link, and nobody signs in again."""

import json
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from digitize.web.roles import UserRole
from digitize.web.session_file import FILE, SessionFile
from digitize.web.sessions import Sessions
from tests.web.browser import Browser
from tests.web.served import served
from tests.web.site import Client, running
from tests.web.test_settle import make, make_failed, row

PASSWORDS = {UserRole.REVIEWER: "a password of theirs"}


def restarted(path: Path, passwords: dict[UserRole, str] | None = None, new: bool = False) -> Sessions:
    return Sessions(SessionFile.open(path, PASSWORDS if passwords is None else passwords, new))


def test_going_on_in_the_same_tab_after_the_server_was_killed(chrome: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1)])])
    make_failed(folder, "b.pdf", after=1)
    with served(folder) as first:
        link = first.link
        chrome.enter(link)
        chrome.open("/pages/2/settle")
        chrome.wait(lambda: chrome.run("return document.activeElement.name") == "name")
        chrome.keys("Anna Muster", Keys.TAB, "Weg 1, 8001 Zürich")
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        chrome.chord(Keys.CONTROL, Keys.ENTER)
        chrome.wait(lambda: "does not answer" in chrome.text("#alert"))
    with served(folder) as again:
        assert again.link == link  # what was bookmarked
        chrome.chord(Keys.CONTROL, Keys.ENTER)
        chrome.wait(lambda: "Anna Muster" in chrome.text("body") or chrome.shown(".history"))
        with open_campaign(folder) as campaign:
            [line] = [each for each in campaign.review.rows(2) if each.name]
            assert line.name and line.name.text == "Anna Muster"
            assert {each.by for each in campaign.review.trail()} == {"Ada"}
        chrome.open("/log")
        assert "Anna Muster" in chrome.text("table")


@pytest.mark.slow
def test_the_port_is_that_of_the_last_time_unless_it_is_taken(tmp_path: Path) -> None:
    with served(tmp_path / "friday") as first:
        port = urlsplit(first.link).port
    with socket.create_server(("127.0.0.1", port or 0)), served(tmp_path / "friday") as other:
        assert urlsplit(other.link).port != port


def test_a_session_outlives_the_server_with_role_name_and_language(tmp_path: Path) -> None:
    path = tmp_path / FILE
    before = restarted(path)
    session = before.start(UserRole.REVIEWER, "192.0.2.7", door="reviewer")
    session.who, session.language = "Bea", "it"
    before.save()
    kept = path.read_text(encoding="utf-8")
    assert session.id not in kept and session.csrf not in kept  # nobody can take it over with the file
    assert path.stat().st_mode & 0o077 == 0
    found = restarted(path).find(session.id)
    assert found is not None and found.csrf == session.csrf
    assert (found.role, found.who, found.language) == (UserRole.REVIEWER, "Bea", "it")
    assert restarted(path).find("") is None and restarted(path).find("invented") is None


def test_sessions_end_with_their_secret(tmp_path: Path) -> None:
    path = tmp_path / FILE
    before = restarted(path)
    linked = before.start(UserRole.COORDINATOR, "127.0.0.1")
    signed = before.start(UserRole.REVIEWER, "192.0.2.7", door="reviewer")
    token = SessionFile.open(path, PASSWORDS).token
    after = restarted(path, {UserRole.REVIEWER: "another password"})
    assert after.find(linked.id) is not None and after.find(signed.id) is None
    after = restarted(path, new=True)
    assert after.find(linked.id) is None and after.find(signed.id) is not None
    after.save()
    assert SessionFile.open(path, PASSWORDS).token != token


def test_an_ended_session_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / FILE
    before = restarted(path)
    session = before.start(UserRole.COORDINATOR, "127.0.0.1")
    before.end(session)
    assert restarted(path).find(session.id) is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"sessions": 5, "doors": {}}', '{"sessions": [{}], "doors": {"link": "x"}}', "\x00"],
)
def test_a_damaged_file_is_replaced(content: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(content)
    sessions = restarted(path)
    session = sessions.start(UserRole.COORDINATOR, "127.0.0.1")
    assert json.loads(path.read_text())["sessions"] and restarted(path).find(session.id) is not None


def test_a_file_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    sessions = restarted(tmp_path / "gone" / FILE)
    session = sessions.start(UserRole.COORDINATOR, "127.0.0.1")
    assert sessions.find(session.id) is session


def test_without_a_file_sessions_last_as_long_as_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1)])])
    with running(folder) as site:
        assert Client(site).enter().get("/").status == 200
    assert not (folder / FILE).exists()

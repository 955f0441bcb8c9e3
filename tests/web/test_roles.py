"""Roles: what viewers, reviewers and coordinators may see and do, and how a session ends."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.web.roles import UserRole
from tests.web.site import SCAN, TOKEN, Client, Site, running

FORM = "application/x-www-form-urlencoded"
PASSWORDS = {
    UserRole.VIEWER: "looks only 1",
    UserRole.REVIEWER: "reviews all 2",
    UserRole.COORDINATOR: "coordinates 3",
}
DECISION = json.dumps({"decisions": [{"key": "1.0.1", "field": "status", "value": "blank"}]}).encode()

SHOWN = ("/", "/figures", "/progress", "/pages", "/pages/1", "/pages/1/picture", "/pages/1/rows/0")
REVIEWED = ("/review", "/review/count", "/review/next?view=count")
COORDINATED = ("/log", "/tables/log.csv", "/sessions")
CHANGES = {
    "/review/decisions": DECISION,
    "/review/undo": b"{}",
    "/review/release": b"",
    "/scans?name=a.jpg": SCAN,
    "/restart": b"",
}


@pytest.fixture
def office(campaign_folder: Path) -> Iterator[Site]:
    with running(campaign_folder, PASSWORDS) as site:
        yield site


@pytest.mark.parametrize("role", list(UserRole))
def test_each_role_sees_and_changes_what_it_may_and_nothing_else(role: UserRole, office: Site) -> None:
    client = Client(office).sign_in(PASSWORDS[role])
    for least, paths in (
        (UserRole.VIEWER, SHOWN),
        (UserRole.REVIEWER, REVIEWED),
        (UserRole.COORDINATOR, COORDINATED),
    ):
        answers = {path: client.get(path).status for path in paths}
        assert set(answers.values()) == {200 if role >= least else 403}, answers
    for path, body in CHANGES.items():
        assert client.post(path, body).status == (200 if role >= UserRole.REVIEWER else 403), path
    form = f"csrf={client.csrf}&number=1&status=blank".encode()
    sent = {"Origin": office.url, "Content_Type": FORM}
    answer = client.ask("POST", "/pages/1/rows/0", form, **sent)
    assert answer.status == (303 if role >= UserRole.REVIEWER else 403)
    with open_campaign(office.folder) as campaign:
        assert bool(list(campaign.review.trail())) == (role >= UserRole.REVIEWER)


@pytest.mark.parametrize("role", list(UserRole))
def test_pages_offer_only_what_the_role_may_do(role: UserRole, office: Site) -> None:
    client = Client(office).sign_in(PASSWORDS[role])
    overview, row = client.get("/").text, client.get("/pages/1/rows/0").text
    assert ('href="/review' in overview) == (role >= UserRole.REVIEWER)
    assert ('href="/sessions"' in overview) == (role >= UserRole.COORDINATOR)
    assert ("log.csv" in overview) == (role >= UserRole.COORDINATOR)
    assert ("<form" in row) == (role >= UserRole.REVIEWER)


def test_the_link_is_for_coordinators(office: Site) -> None:
    assert Client(office).enter().get("/sessions").status == 200


def test_signing_in_with_less_takes_rights_away_also_from_the_old_cookie(office: Site) -> None:
    client = Client(office).sign_in(PASSWORDS[UserRole.COORDINATOR], "Ada")
    before = client.cookie
    client.sign_in(PASSWORDS[UserRole.VIEWER], "Ada")
    assert client.cookie != before
    assert client.get("/log").status == 403
    client.cookie = before
    assert client.get("/log").headers["location"] == "/login"


def test_opening_the_link_again_keeps_the_session(office: Site) -> None:
    client = Client(office).enter()
    again = client.get(f"/?token={TOKEN}").headers["set-cookie"].split(";")[0]
    assert again == client.cookie


def test_a_coordinator_lists_and_ends_sessions(office: Site) -> None:
    reviewer = Client(office).sign_in(PASSWORDS[UserRole.REVIEWER], "Bea")
    other = Client(office).sign_in(PASSWORDS[UserRole.VIEWER], "Cid")
    coordinator = Client(office).enter("Ada")
    listed = coordinator.get("/sessions").text
    assert {"Ada", "Bea", "Cid"} <= set(re.findall(r"<td>(\w+)", listed))
    assert "127.0.0.1" in listed
    for client in (reviewer, other, coordinator):
        assert client.cookie.partition("=")[2] not in listed, "a cookie would give its session away"
    line = next(line for line in listed.split("<tr>") if "Bea" in line)
    number = re.search(r'name="number" value="(\d+)"', line)
    assert number
    form = f"csrf={coordinator.csrf}&number={number.group(1)}".encode()
    sent = {"Origin": office.url, "Content_Type": FORM}
    assert reviewer.ask("POST", "/sessions/end", form, **sent).status == 403
    assert coordinator.ask("POST", "/sessions/end", form, **sent).status == 303
    assert reviewer.get("/pages/1").headers["location"] == "/login"
    assert reviewer.post("/review/decisions", DECISION).status == 403
    assert other.get("/pages/1").status == 200
    assert coordinator.ask("POST", "/sessions/end", form, **sent).status == 303, "it had ended already"


def test_signing_out_ends_the_session(office: Site) -> None:
    client = Client(office).sign_in(PASSWORDS[UserRole.VIEWER])
    form = f"csrf={client.csrf}".encode()
    answer = client.ask("POST", "/logout", form, Origin=office.url, Content_Type=FORM)
    assert answer.status == 303
    assert client.get("/").headers["location"] == "/login"

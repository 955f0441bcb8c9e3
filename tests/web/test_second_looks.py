"""Second looks are reached when the ordinary questions are done; who disagrees is not asked again."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.web.roles import UserRole
from tests.web.campaigns import doubtful, make
from tests.web.site import Client, Site, running

ROWS = 8
PASSWORDS = {UserRole.REVIEWER: "reviewing 1", UserRole.COORDINATOR: "coordinating 1"}


def make_office(folder: Path) -> None:
    make(folder, [("a.pdf", [doubtful(number) for number in range(1, ROWS + 1)])])
    with open_campaign(folder) as campaign:
        campaign.review.set_second_look(1.0)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    """Everybody comes by the same link."""
    make_office(tmp_path / "friday")
    with running(tmp_path / "friday") as site:
        yield site


@pytest.fixture
def office_with_passwords(tmp_path: Path) -> Iterator[Site]:
    make_office(tmp_path / "friday")
    with running(tmp_path / "friday", PASSWORDS) as site:
        yield site


def questions(client: Client) -> list[dict[str, object]]:
    answer = client.get("/review/next?view=count").json
    client.post("/review/release")
    return list(answer["questions"])  # type: ignore[call-overload]


def decide(client: Client, value: str, asked: list[dict[str, object]]) -> None:
    made = [{"key": each["key"], "field": "status", "second": each["second"]} for each in asked]
    body = json.dumps({"decisions": [each | {"value": value} for each in made]}).encode()
    assert client.post("/review/decisions", body).status == 200


def told(client: Client, path: str = "/review") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).text).split())


def let_two_disagree(ada: Client, bea: Client) -> object:
    """Ada answers everything; Bea takes second looks and differs about one row, which is returned."""
    decide(ada, "signed", questions(ada))
    seconds = questions(bea)
    decide(bea, "signed", seconds[1:])
    decide(bea, "incomplete", seconds[:1])
    return seconds[0]["key"]


@pytest.mark.parametrize("path", ["/", "/review"])
def test_second_looks_are_offered_to_the_other_when_nothing_else_is_open(path: str, office: Site) -> None:
    ada, bea = Client(office).enter("Ada"), Client(office).enter("Bea")
    decide(ada, "signed", questions(ada))
    assert f"{ROWS} second looks wait for somebody other than you" in told(ada, path)
    assert f"{ROWS} Second looks Start" in told(bea, path) and "wait for" not in told(bea, path)
    assert bea.get("/review/next?view=count&most=3").json["open"] == ROWS


def test_a_third_person_decides_where_two_disagree(office: Site) -> None:
    ada, bea, cleo = (Client(office).enter(who) for who in ("Ada", "Bea", "Cleo"))
    contested = let_two_disagree(ada, bea)
    assert questions(ada) == questions(bea) == []
    assert "Two people disagree" in told(ada)
    assert "8 second looks made; 88" in told(ada)
    (asked,) = questions(cleo)
    assert asked["key"] == contested and not asked["second"]
    decide(cleo, "signed", [asked])
    assert "Two people disagree" not in told(ada)


def test_or_the_coordinator(office_with_passwords: Site) -> None:
    enter = Client(office_with_passwords).sign_in
    ada, bea = enter("coordinating 1", "Ada"), Client(office_with_passwords).sign_in("reviewing 1", "Bea")
    contested = let_two_disagree(ada, bea)
    assert questions(bea) == []
    assert [asked["key"] for asked in questions(ada)] == [contested]

"""The page of doubtful matches asks about each pair once, and its answers stand in the table of matches."""

import csv
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from digitize.campaign.store import open_campaign
from digitize.cli.match import match_members
from digitize.errors import BadStore
from digitize.records import RowKey
from digitize.report import match_journal
from digitize.report.members import Entry, Match
from tests.web import campaigns as drawn
from tests.web.site import Answer, Client, running

FORM = "application/x-www-form-urlencoded"


def say(client: Client, **fields: str) -> Answer:
    body = urlencode({"csrf": client.csrf, **fields}).encode()
    return client.ask("POST", "/matches", body, Origin=client.site.url, Content_Type=FORM)


def pair_of(html: str) -> str:
    found = re.search(r'name="pair" value="([^"]+)"', html)
    return unescape(found.group(1)) if found else ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [drawn.row(n, name=f"Given{n} Family{n}", address=f"Weg {n}\n8001 Zürich") for n in range(1, 9)]
    drawn.make(tmp_path, [("a.png", rows)])
    with open_campaign(tmp_path) as campaign:
        page_id = next(iter(campaign.derived.take_snapshot().page_ids.values()))
        keys = [key for key, _ in campaign.review.signers()]
    assert keys[0].page_id == page_id
    people = [Entry(at, f"Listed <{at}>", f"Gasse {at}") for at in range(5)]
    chances = (0.99, 0.9, 0.7, 0.5)
    found = [Match(key, person, chance) for key, person, chance in zip(keys, people, chances, strict=False)]
    match_journal.save(tmp_path, [*found, Match(RowKey(page_id, 77, 77), people[4], 0.6)])
    return tmp_path


def test_each_doubtful_pair_is_asked_once_and_nothing_is_counted_otherwise(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        before = campaign.review.totals()
    with running(folder) as site:
        client = Client(site).enter("Ada")
        assert 'href="/matches"' in client.get("/").text
        for name, said in (("Listed &lt;1&gt;", "same"), ("Listed &lt;2&gt;", "different")):
            html = client.get("/matches").text
            assert name in html and "Listed &lt;0&gt;" not in html  # that one is sure
            assert say(client, pair=pair_of(html), said=said).status == 303
        html = client.get("/matches").text
        assert say(client, pair="1-2-3-x", said="same").status == 303
        assert say(client, pair=pair_of(html), said="perhaps").status == 303
        assert pair_of(client.get("/matches").text) == pair_of(html)  # nothing of that is stored
        say(client, pair=pair_of(html), said="unsure")
        # The row of the last pair is gone: it is not asked.
        assert "have been looked at" in client.get("/matches").text
    said = match_journal.load(folder).said
    assert sorted(str(one.same) for one in said.values()) == ["False", "None", "True"]
    assert {one.by for one in said.values()} == {"Ada"}
    with open_campaign(folder) as campaign:
        assert campaign.review.totals() == before


def test_answers_stay_when_the_list_is_matched_again(tmp_path: Path) -> None:
    rows = [drawn.row(n, name=f"Given{n} Family{n}", address=f"Weg {n}\n8001 Zürich") for n in range(1, 19)]
    home = "Seestrasse 12\n8001 Zürich"
    drawn.make(tmp_path, [("a.png", [*rows, drawn.row(19, name="Regula Hofer", address=home)])])
    people = tmp_path / "list.csv"
    people.write_text("name,street,postcode,town\nR. Hofer,Seestr. 12,8001,Zürich\n", "utf-8")
    out = tmp_path / "matches.csv"
    match_members(tmp_path, people, out)
    (pair,) = match_journal.load(tmp_path).candidates
    match_journal.say(tmp_path, pair, True, "Ada")
    match_journal.say(tmp_path, pair, False, "Bea")  # the last word counts
    people.write_text("name,street,postcode,town\nX Y,,,\nR. Hofer,Seestr. 12,8001,Zürich\n", "utf-8")
    match_members(tmp_path, people, out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["list_line"], line["decided"], line["decided_by"]) == ("3", "different", "Bea")


def test_without_a_list_the_page_says_so(tmp_path: Path) -> None:
    drawn.make(tmp_path, [("a.png", [drawn.row(1)])])
    with running(tmp_path) as site:
        client = Client(site).enter("Ada")
        assert "not been compared with a list" in client.get("/matches").text
        assert 'href="/matches"' not in client.get("/").text


def test_a_damaged_file_is_one_sentence(folder: Path) -> None:
    (folder / match_journal.FILE).write_text('{"event": "found"\n')
    with pytest.raises(BadStore, match=r"matches\.jsonl"):
        match_journal.load(folder)

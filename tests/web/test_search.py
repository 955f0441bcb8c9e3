"""Somebody looks for a row: by a misspelt name, narrowed down by filters, with its picture."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from digitize.campaign.store import row_search
from digitize.web.roles import UserRole
from tests.web.campaigns import UNSURE, doubtful, make, row
from tests.web.site import Client, Site, running


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("office") / "friday"
    names = ["Jürg Müller", "Rosa Miller", "Anna Huber", "<b>Otto</b>"]
    first = [row(n, name=name) for n, name in enumerate(names, 1)]
    make(folder, [("Montag.pdf", first), ("Dienstag.pdf", [doubtful(1, "Eva Frei"), row(2, place=UNSURE)])])
    make(folder, [("many.pdf", [row(n, name="Max Viel") for n in range(1, 21)])], after=2)
    make(folder, [("more.pdf", [row(n, name="Max Viel") for n in range(1, 21)])], after=3)
    passwords = {UserRole.VIEWER: "looking only", UserRole.COORDINATOR: "coordinating"}
    with running(folder, passwords, log_views=True) as site:
        yield site


@pytest.fixture(scope="module")
def client(office: Site) -> Client:
    return Client(office).sign_in("coordinating")


def told(client: Client, query: str) -> str:
    page = client.get(f"/search?{query}")
    assert page.status == 200
    return " ".join(re.sub(r"<(?!img)[^>]+>", " ", page.text.split("</form>")[1]).split())


def test_a_misspelt_name_is_found_with_its_picture_and_similar_ones_after_it(client: Client) -> None:
    shown = told(client, f"text={quote('müller')}")
    assert "2 rows found, 1 of them only in a similar spelling" in shown
    assert shown.index("Jürg Müller") < shown.index("Similar spelling") < shown.index("Rosa Miller")
    source = re.findall(r'<img loading="lazy" src="([^"]+)"', shown)[0]
    assert client.get(source.replace("&amp;", "&")).headers["content-type"] == "image/jpeg"


def test_the_row_leads_to_its_page(client: Client) -> None:
    assert 'href="/pages/1#r2"' in client.get("/search?text=huber").text


def test_filters_narrow_down_and_stay_chosen(client: Client) -> None:
    assert "1 row found" in told(client, "status=doubtful&region=ZH")
    assert "1 row found" in told(client, "region=BE")
    assert "0 rows found" in told(client, "late=1")
    page = client.get("/search?text=frei&status=doubtful&decided=0").text
    assert '<option value="doubtful" selected>' in page and 'value="frei"' in page
    assert '<option value="0" selected>as recognised' in page


def test_many_rows_come_on_several_screens_with_the_same_question(client: Client) -> None:
    first, second = told(client, "text=viel"), told(client, "text=viel&leaf=2")
    assert "40 rows found" in first and "1 / 2" in first and "2 / 2" in second
    assert first.count("Max Viel") == 30 and second.count("Max Viel") == 10
    assert 'href="/search?text=viel&amp;leaf=2"' in client.get("/search?text=viel").text


def test_what_was_written_is_text_and_nonsense_is_no_error(client: Client) -> None:
    assert "&lt;b&gt;Otto&lt;/b&gt;" in client.get("/search?text=otto").text
    for query in (
        "text=%00%ff",
        "status=x&region=y&late=2",
        "leaf=99999&text=viel",
        "leaf=x",
        "text=" + 300 * "a",
    ):
        assert client.get(f"/search?{query}").status == 200


def test_nothing_is_listed_before_something_is_asked(client: Client) -> None:
    assert "rows found" not in client.get("/search").text


def test_who_decided_is_for_the_coordinator_alone(office: Site, client: Client) -> None:
    assert client.post("/review/decisions", _decision()).status == 200
    assert "1 row found" in told(client, "by=Ada")
    viewer = Client(office).sign_in("looking only", "Vera")
    shown = viewer.get("/search?by=Ada&text=frei").text
    assert "Decided by" not in shown and "1 row found" in shown


def _decision() -> bytes:
    return b'{"decisions": [{"key": "2.0.1", "field": "status", "value": "signed"}]}'


def test_every_row_found_is_in_the_log_of_views(office: Site, client: Client) -> None:
    told(client, "text=huber")
    text = (Path(office.folder) / "views.csv").read_text("utf-8-sig")
    seen = [(line["what"], line["page_id"], line["row_index"]) for line in csv.DictReader(io.StringIO(text))]
    assert ("search", "1", "2") in seen


def test_it_is_told_that_there_are_more_rows_than_are_listed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_search, "MOST", 35)
    shown = told(client, "text=viel")
    assert "More than 35 rows found, of which the first 35 are listed." in shown
    assert shown.count("Max Viel") == 30
    assert told(client, "text=viel&leaf=2").count("Max Viel") == 5
    assert "1 row found" in told(client, "text=frei")

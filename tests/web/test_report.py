"""The first page shows the pictures of the count, and hands out the report."""

import re
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.errors import BadStore
from digitize.web import report_page
from digitize.web.context import WebContext
from tests.report.campaigns import make
from tests.web.site import Client, running


def test_pictures_show_the_count_and_follow_it(tmp_path: Path) -> None:
    make(tmp_path, 2)
    with running(tmp_path, goal=50) as site:
        client = Client(site).enter()
        sources = re.findall(r'<img src="(/pictures/[^"]+)"', client.get("/figures").text)
        assert len(sources) == len(report_page.PICTURES)
        for source in sources:
            answer = client.get(source)
            assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
            assert "unsafe-inline" in answer.headers["content-security-policy"]
            assert answer.text.startswith("<svg")
        with open_campaign(tmp_path) as campaign:
            counted = campaign.review.totals().regions["ZH"]
        assert f"ZH {counted}" in client.get(sources[0]).text
        assert client.get("/pictures/secrets.svg").status == 404


def test_nothing_is_drawn_before_anything_counts(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True):
        pass
    with running(tmp_path) as site:
        assert "/pictures/" not in Client(site).enter().get("/figures").text


def test_strangers_get_neither_pictures_nor_report(tmp_path: Path) -> None:
    make(tmp_path, 2)
    with running(tmp_path) as site:
        assert {Client(site).get(path).status for path in ("/pictures/map.svg", "/report.pdf")} == {403}


def test_the_report_is_handed_out_in_the_language_of_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 2)
    asked = []

    def report(language: str, kind: str) -> bytes:
        asked.append((language, kind))
        if kind == "html":
            raise BadStore("The disk is full.")
        return b"%PDF"

    def with_report(_type: type, *arguments: object, **named: object) -> WebContext:
        made = real(*arguments, **named)  # type: ignore[arg-type]
        object.__setattr__(made.services, "report", report)
        return made

    real = WebContext.of
    monkeypatch.setattr(WebContext, "of", classmethod(with_report))
    with running(tmp_path) as site:
        client = Client(site).enter()
        assert 'href="/report.pdf?language=en"' in client.get("/").text
        answer = client.get("/report.pdf")
        assert (answer.status, answer.body) == (200, b"%PDF")
        assert [client.get(f"/report.pdf?language={name}").status for name in ("de", "xx")] == [200, 200]
        assert asked == [("en", "pdf"), ("de", "pdf"), ("en", "pdf")]
        assert answer.headers["content-disposition"].startswith(
            f'attachment; filename="{tmp_path.name}-report-en-'
        )
        assert "The disk is full." in client.get("/report.html").text
        assert client.get("/report.exe").status == 404
        with open_campaign(tmp_path) as campaign:
            campaign.settings.save(Wanted(languages=("fr", "it")))
        offered = client.get("/").text
        assert "/report.pdf?language=fr" in offered and "/report.xlsx?language=it" in offered
        assert "language=en" not in offered

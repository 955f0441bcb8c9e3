"""After `digitize erase` the pages show the count and store no name any more."""

import json
from pathlib import Path

from digitize.campaign.store import open_campaign
from digitize.cli.erase import erase_campaign
from digitize.errors import ExitCode
from tests.web.site import SCAN, Client, running

FORM = "application/x-www-form-urlencoded"
NAME = "Quitte Zypresse"
DECISIONS = (
    {"key": "2.3.4", "field": "name", "value": NAME},
    {"key": "1.0.1", "field": "status", "value": "signed"},
)
GONE = 410


def test_the_pages_of_an_erased_campaign_store_no_name(campaign_folder: Path) -> None:
    with open_campaign(campaign_folder) as campaign:
        decisions = len(list(campaign.review.trail()))
    assert erase_campaign(campaign_folder, sure=True) == ExitCode.OK
    tally = (campaign_folder / "tally.csv").read_bytes()
    with running(campaign_folder) as site:
        client = Client(site).enter(NAME)
        for decision in DECISIONS:
            body = json.dumps({"decisions": [decision]}).encode()
            assert client.post("/review/decisions", body).status == GONE
        assert client.post("/review/undo", b"{}").status == GONE
        for path in ("/review/next?view=count", "/review/next?view=pairs", "/review/text"):
            assert client.get(path).status == GONE, path
        form = f"csrf={client.csrf}&number=1&name={NAME}".encode()
        assert client.ask("POST", "/pages/1/rows/0", form, Origin=site.url, Content_Type=FORM).status == GONE
        assert client.post("/scans?name=a.jpg", SCAN).status == 409
        assert client.post("/review/release").status == 200
        for path in ("/", "/pages", "/pages/1", "/pages/1/rows/0", "/log", "/sessions", "/review"):
            answer = client.get(path)
            assert answer.status == 200 and "Muster" not in answer.text, path
        assert 'href="/review/' not in client.get("/").text
        assert "<form" not in client.get("/pages/1/rows/0").text
    for path in campaign_folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"Zypresse" not in content and b"Muster" not in content, path.name
    with open_campaign(campaign_folder) as campaign:
        assert len(list(campaign.review.trail())) == decisions
    assert (campaign_folder / "tally.csv").read_bytes() == tally

"""Missing and damaged files: a sentence in their place, never an internal error or outdated data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.campaign.store import PICTURES
from digitize.errors import UnreadableScan
from tests.web.site import Client, Site


@pytest.fixture
def client(fresh_site: Site) -> Client:
    return Client(fresh_site).enter()


def pictures(site: Site) -> Iterator[Path]:
    return (site.folder / PICTURES).iterdir()


@pytest.mark.parametrize("path", [f"/pages/{2**63}", f"/pages/{2**64}/picture", f"/pages/1/rows/{10**30}"])
def test_numbers_beyond_the_database_find_nothing(path: str, client: Client) -> None:
    assert client.get(path).status == 404


@pytest.mark.parametrize("content", [b"", b"\xff\xd8 broken", b"\x89PNG\r\n\x1a\n broken", None])
def test_a_missing_or_damaged_picture_is_replaced_by_a_sentence(
    content: bytes | None, client: Client
) -> None:
    for picture in pictures(client.site):
        picture.unlink()
        if content is not None:
            picture.write_bytes(content)
    for path in ("/pages/1/thumbnail", "/pages/1/cut?box=100,200,900,260"):
        answer = client.get(path)
        assert answer.status == 404 and answer.headers["content-type"].startswith("image/svg+xml")
        assert "missing or damaged" in answer.text
    assert client.get("/pages/1").status == 200


def test_an_original_that_cannot_be_read_is_replaced_by_a_sentence(client: Client) -> None:
    client.site.original_fails = UnreadableScan("a.pdf is damaged.")
    answer = client.get("/pages/1/original")
    assert answer.status == 404 and "original scan is missing" in answer.text


def test_without_its_database_the_campaign_is_said_to_be_unavailable(client: Client) -> None:
    folder = client.site.folder
    (folder / "tally.csv").write_text("region\r\n")
    assert client.get("/tables/tally.csv").status == 200
    folder.rename(folder.with_name("elsewhere"))
    folder.mkdir()
    (folder / "tally.csv").write_text("region\r\n")
    for path in ("/", "/pages", "/pages/1", "/review", "/log", "/tables/tally.csv", "/tables/log.csv"):
        answer = client.get(path)
        assert answer.status == 503, path
        assert "cannot be opened" in answer.text and "region" not in answer.text, path
    assert list(folder.iterdir()) == [folder / "tally.csv"]  # no empty database was created

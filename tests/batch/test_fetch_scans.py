"""Scans in object storage: a server that speaks S3, on this machine."""

import hashlib
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from digitize.batch.fetch_scans import _places, _without_secrets, fetch
from digitize.campaign.store import open_campaign
from digitize.errors import BadSource
from tests.batch.runs import run, stored

FOLDER = "fetched/s3/sheets/scans"


class Bucket:
    """The bucket "sheets" of a server, and what was asked of it."""

    def __init__(self, endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
        self.client: Any = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        self.client.create_bucket(Bucket="sheets")
        self._log = caplog

    def put(self, name: str, content: str) -> None:
        self.client.put_object(Bucket="sheets", Key=name, Body=content.encode())

    def asked(self) -> list[str]:
        """The objects that were read, and "list" for each listing, since the last call."""
        lines = [record.getMessage() for record in self._log.records if record.name == "werkzeug"]
        self._log.clear()
        gets = [line.split('"')[1].split(" ")[1] for line in lines if '"GET /sheets' in line]
        return ["list" if "list-type" in each else each.removeprefix("/sheets/") for each in gets]


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()  # kept by the process
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "one")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "two")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, caplog: pytest.LogCaptureFixture) -> Bucket:
    caplog.set_level(logging.INFO, "werkzeug")
    bucket = Bucket(endpoint, caplog)
    for name, content in {"scans/a.pdf": "2 a", "scans/monday/b.pdf": "1 b", "other/c.pdf": "1 c"}.items():
        bucket.put(name, content)
    bucket.asked()
    return bucket


def test_what_did_not_change_is_fetched_once(bucket: Bucket, out: Path) -> None:
    assert run(["s3://sheets/scans"], out).done == 3
    assert sorted(bucket.asked()) == ["list", "scans/a.pdf", "scans/monday/b.pdf"]
    assert {path.name for path in (out / FOLDER).rglob("*.pdf")} == {"a.pdf", "b.pdf"}
    assert (out / FOLDER / "a.pdf").stat().st_mode & 0o077 == 0
    bucket.put("scans/a.pdf", "3 changed")
    bucket.put("scans/d.pdf", "1 d")
    report = run(["s3://sheets/scans"], out)
    assert (report.done, report.skipped) == (4, 1)
    assert sorted(bucket.asked()) == ["list", "scans/a.pdf", "scans/d.pdf"]
    (out / FOLDER / "d.pdf").write_text("damaged")
    assert run(["s3://sheets/scans"], out).skipped == 5
    assert sorted(bucket.asked()) == ["list", "scans/d.pdf"]


def test_scans_here_and_there_are_one_campaign(bucket: Bucket, scans: Path, out: Path) -> None:
    (scans / "here.pdf").write_text("1 here")
    assert run([scans, "s3://sheets/other/c.pdf"], out).done == 2
    assert set(stored(out)) == {("here.pdf", 1), ("c.pdf", 1)}
    with open_campaign(out) as campaign:
        (day,) = {file.received for file in campaign.inputs.files() if file.label == "c.pdf"}
    modified = bucket.client.head_object(Bucket="sheets", Key="other/c.pdf")["LastModified"]
    assert day == modified.astimezone().date()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("s3://sheets/nowhere", "There is no file at s3://sheets/nowhere;"),
        ("s3://nobody/scans", "There is no file at s3://nobody/scans;"),
        ("walk://sheets/scans", r"walk://sheets/scans cannot be read \(ValueError\)"),
    ],
)
@pytest.mark.usefixtures("bucket")
def test_what_cannot_be_fetched_is_told(address: str, sentence: str, out: Path) -> None:
    with pytest.raises(BadSource, match=rf"^{sentence}"):
        run([address], out)


@pytest.mark.usefixtures("endpoint")
def test_a_server_that_is_gone_is_told(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(BadSource, match=r"^s3://sheets/gone cannot be read \(\w+\); look at the address"):
        fetch("s3://sheets/gone", out, lambda _: None)


@pytest.mark.usefixtures("bucket")
def test_half_a_file_is_none(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs  # noqa: PLC0415

    def cut(_system: object, _path: str, place: str) -> None:
        Path(place).write_bytes(b"2")

    with monkeypatch.context() as patch:
        patch.setattr(s3fs.S3FileSystem, "get_file", cut)
        with pytest.raises(BadSource, match=r"came with 1 of 3 bytes; run the same command again"):
            run(["s3://sheets/scans"], out)
    assert list((out / FOLDER).rglob("*.*")) == []
    assert run(["s3://sheets/scans"], out).done == 3


def test_names_of_objects_become_names_of_files(tmp_path: Path) -> None:
    paths = ["b/s/../x.pdf", "b/s/a", "b/s/a/b.pdf", "b/s/c:d.pdf", "b/s/c_d.pdf", "b/s//y.pdf"]
    places = _places("b/s", paths, tmp_path)
    assert len(set(places.values())) == len(paths)
    for place in places.values():
        assert place.is_relative_to(tmp_path) and ".." not in place.parts
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    shutil.rmtree(tmp_path)


def test_passwords_are_not_shown() -> None:
    assert _without_secrets("sftp://ann:secret@host/scans?key=secret") == "sftp://host/scans"


@pytest.mark.usefixtures("bucket")
def test_the_mark_of_an_object_is_that_of_its_content(out: Path) -> None:
    run(["s3://sheets/other"], out)
    (mark,) = (out / "fetched").rglob(".c.pdf.mark")
    assert hashlib.md5(b"1 c").hexdigest() in mark.read_text()

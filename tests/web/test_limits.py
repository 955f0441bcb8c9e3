"""Clients that send too much, too slowly or nothing at all: closed, while the pages go on answering."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from digitize.campaign.store.scan_folders import INBOX
from digitize.web import body_limits, connections
from digitize.web.body_limits import FORM_MAX_BYTES
from digitize.web.connections import CLIENT_MAX
from digitize.web.roles import UserRole
from tests.web.site import Client, Site, running

PATIENCE_S = 20.0
STANDING_UPLOADS = 45  # more than the 40 threads in which pages are made


@contextmanager
def connected(site: Site, sent: bytes = b"") -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", site.port), PATIENCE_S)) as client:
        client.sendall(sent)
        yield client


def received(client: socket.socket) -> bytes:
    """Everything up to the end of the connection; fails where it is not closed."""
    answer = b""
    while part := client.recv(65536):
        answer += part
    return answer


@pytest.fixture
def guarded(campaign_folder: Path) -> Iterator[Site]:
    """A site that may be entered with a password."""
    with running(campaign_folder, passwords={UserRole.REVIEWER: "correct horse"}) as site:
        yield site


def head(site: Site, path: str, *headers: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", f"Host: {site.host}", f"Origin: {site.url}", *headers, "", "")
    return "\r\n".join(lines).encode()


def upload(client: Client) -> bytes:
    """The head of an upload, and the first bytes of its body."""
    sent = (f"Cookie: {client.cookie}", f"X-CSRF-Token: {client.csrf}", "Content-Length: 100000")
    return head(client.site, "/scans?name=a.pdf", *sent) + b"%PDF"


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(site: Site, client: Client) -> None:
    for path in ("/login", "/hello", "/review/decisions", "/scans?name=a.pdf"):
        sent = ("Content-Length: 601000000000", f"Cookie: {client.cookie}", f"X-CSRF-Token: {client.csrf}")
        with connected(site, head(site, path, *sent)) as connection:
            assert received(connection).startswith(b"HTTP/1.1 413"), path


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_body_of_unknown_length_is_read_only_up_to_the_limit(kind: str, guarded: Site) -> None:
    start = head(guarded, "/login", f"Content-Type: {kind}", "Transfer-Encoding: chunked")
    part = b'--x\r\nContent-Disposition: form-data; name="password"; filename="a"\r\n\r\n'
    body = part + bytes(FORM_MAX_BYTES)
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n"  # and no end
    with connected(guarded, start + chunk) as connection:
        assert received(connection).startswith(b"HTTP/1.1 413")
    assert Client(guarded).get("/login").status == 200


def test_nothing_is_read_of_what_somebody_unknown_sends(site: Site) -> None:
    start = head(site, "/scans?name=a.pdf", "Content-Length: 500000000")
    with connected(site, start) as connection:
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 403") and b"connection: close" in answer.lower()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_connection_without_a_request_is_closed(
    sent: bytes, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN_S", 0.2)
    with connected(site, sent) as connection:
        assert received(connection) == b""


def test_silent_connections_do_not_keep_others_out(site: Site, client: Client) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(site)) for _ in range(CLIENT_MAX + 10)]
        assert client.get("/").status == 200
        assert received(silent[0]) == b""  # the oldest made room


def test_uploads_that_stand_still_do_not_stop_the_pages(site: Site, client: Client) -> None:
    with ExitStack() as stack:
        for _ in range(STANDING_UPLOADS):
            stack.enter_context(connected(site, upload(client)))
        for path in ("/", "/progress", "/pages/1"):
            assert client.get(path).status == 200


def test_an_upload_that_stands_still_is_given_up_and_leaves_nothing(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limits, "PAUSE_MAX_S", 0.2)
    with connected(site, upload(client)) as connection:
        assert received(connection).startswith(b"HTTP/1.1 408")
    assert not list((site.folder / INBOX).glob("*"))
    assert not list((site.folder / INBOX).glob(".*unfinished"))

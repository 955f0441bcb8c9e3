"""Encrypted pages: a real server, and a client that checks the certificate as browsers do."""

import hashlib
import http.client
import re
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from digitize.errors import BadCertificate
from digitize.web.certificate import FILE, RENEWED_DAYS, VALID_DAYS, given, self_made
from digitize.web.connections import CLIENT_MAX
from tests.cli.test_serve import NOT_OURS, own_address
from tests.web.campaigns import make, row
from tests.web.served import Served, served

NAMES = ("127.0.0.1", "localhost")
TODAY = datetime.now(UTC)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate for this machine and its key."""
    folder = tmp_path_factory.mktemp("tls")
    self_made(folder, NAMES)
    return folder / FILE


@pytest.fixture(scope="module")
def secure(pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the certificate."""
    folder = tmp_path_factory.mktemp("secure") / "friday"
    make(folder, [("a.pdf", [row(1)])])
    with served(folder, "--tls-cert", str(pair), "--tls-key", str(pair)) as running:
        yield running


def port_of(running: Served) -> int:
    found = re.search(r":(\d+)/", running.link)
    assert found
    return int(found.group(1))


def client(trusted: Path, port: int, host: str = "127.0.0.1") -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=str(trusted))
    return http.client.HTTPSConnection(host, port, timeout=20, context=context)


def test_a_client_that_checks_the_certificate_gets_the_pages(secure: Served, pair: Path) -> None:
    port = port_of(secure)
    for host in NAMES:
        with closing(client(pair, port, host)) as connection:
            connection.request("GET", secure.link.partition(f":{port}")[2])
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 303
            cookie = answer.getheader("set-cookie") or ""
            assert cookie.startswith("__Host-") and "secure" in cookie.lower().split("; ")
            assert answer.getheader("strict-transport-security") is None  # the name may serve others plainly
            origin = {"Origin": f"http://{host}:{port}", "Cookie": cookie.split(";")[0]}
            connection.request("POST", "/restart", b"", origin)
            assert connection.getresponse().status == 403, "a page that came unencrypted may change nothing"


@pytest.mark.skipif(own_address() == NOT_OURS, reason="this machine is in no network")
def test_in_a_network_the_connection_is_encrypted_with_the_certificate_whose_fingerprint_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    make(tmp_path / "friday", [("a.pdf", [row(1)])])
    (tmp_path / "passwords").write_text("viewer: looks only 1\n")
    (tmp_path / "passwords").chmod(0o644)
    options = ("--host", own_address(), "--password-file", str(tmp_path / "passwords"))
    with served(tmp_path / "friday", *options) as running:
        assert running.link.startswith(f"https://{own_address()}:")
        assert "others can read" in running.before_link
        kept = tmp_path / "data" / "digitize" / FILE
        with closing(client(kept, port_of(running), own_address())) as connection:
            connection.request("GET", "/login")
            assert connection.getresponse().status == 200
        shown = "".join(running.line() for _ in range(5))
        fingerprint = self_made(kept.parent, [own_address()]).fingerprint
        assert fingerprint in re.sub(r"\s", "", shown)


def test_a_client_that_trusts_another_certificate_gets_nothing(secure: Served, tmp_path: Path) -> None:
    self_made(tmp_path, NAMES)
    connection = client(tmp_path / FILE, port_of(secure))
    with closing(connection), pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/")


def test_old_protocols_and_plain_requests_get_nothing(secure: Served, pair: Path) -> None:
    old = ssl.create_default_context(cafile=str(pair))
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    plain = socket.create_connection(("127.0.0.1", port_of(secure)), 20)
    with closing(plain), pytest.raises(OSError):  # SSLError is one
        old.wrap_socket(plain, server_hostname="127.0.0.1")
    with socket.create_connection(("127.0.0.1", port_of(secure)), 20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert not plain.recv(1000).startswith(b"HTTP")


def test_connections_without_a_handshake_keep_nobody_out(secure: Served, pair: Path) -> None:
    port = port_of(secure)
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            for _ in range(CLIENT_MAX + 10)
        ]
        with closing(client(pair, port)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().status == 403
        assert silent[0].recv(10) == b""  # the oldest made room


def test_the_certificate_is_kept_for_its_owner_alone_and_not_made_again(tmp_path: Path) -> None:
    made = self_made(tmp_path / "data", NAMES)
    path = tmp_path / "data" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert self_made(tmp_path / "data", NAMES[:1]).fingerprint == made.fingerprint
    pem = re.search("-----BEGIN CERTIFICATE.*", path.read_text(), re.DOTALL)
    assert pem
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.group())).hexdigest().upper()
    assert made.fingerprint == ":".join(digest[place : place + 2] for place in range(0, 64, 2))


def test_the_certificate_is_made_again_before_it_ends_and_for_new_names(tmp_path: Path) -> None:
    first = self_made(tmp_path, NAMES, TODAY)
    almost = TODAY + timedelta(days=VALID_DAYS - RENEWED_DAYS - 2)
    assert self_made(tmp_path, NAMES, almost).fingerprint == first.fingerprint
    second = self_made(tmp_path, NAMES, almost + timedelta(days=2))
    assert second.fingerprint != first.fingerprint and second.ends > first.ends
    third = self_made(tmp_path, ("192.0.2.7", "count.office.example"), almost)
    assert third.names == {*NAMES, "192.0.2.7", "count.office.example"}
    assert third.ends - TODAY > timedelta(days=VALID_DAYS), "made when it was needed"


@pytest.mark.parametrize("harm", ["open", "damaged", "empty"])
def test_a_certificate_that_others_could_read_or_that_is_damaged_is_replaced(
    harm: str, tmp_path: Path
) -> None:
    first = self_made(tmp_path, NAMES)
    path = tmp_path / FILE
    if harm == "open":
        path.chmod(0o644)
    else:
        path.write_bytes(b"" if harm == "empty" else path.read_bytes()[:300])
    second = self_made(tmp_path, NAMES)
    assert second.fingerprint != first.fingerprint
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pair_that_does_not_fit_or_has_ended_is_one_sentence(pair: Path, tmp_path: Path) -> None:
    self_made(tmp_path, NAMES)
    (tmp_path / "word").write_text("no certificate\n")
    (tmp_path / "locked").write_bytes(locked_key())
    with pytest.raises(
        BadCertificate, match=r"^The key \S+ does not belong to the certificate \S+; give the"
    ):
        given(pair, tmp_path / FILE)
    for cert, key in ((tmp_path / "word", pair), (pair, tmp_path / "word"), (pair, tmp_path / "locked")):
        with pytest.raises(BadCertificate, match=r"^\S+ and \S+ are not a certificate and its key in PEM"):
            given(cert, key)
    with pytest.raises(
        BadCertificate, match=r"^\S+ ended on \d\d\.\d\d\.\d{4}; ask for a new certificate\.$"
    ):
        given(pair, pair, TODAY + timedelta(days=VALID_DAYS))
    with pytest.raises(BadCertificate, match=r"cannot be read"):
        given(tmp_path / "none", pair)


def locked_key() -> bytes:
    """A key with a password."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"correct horse"),
    )


def test_no_certificate_can_be_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(BadCertificate, match=r"^No certificate can be kept in \S+ \(\S.*\); make room there"):
        self_made(tmp_path / "data", NAMES)

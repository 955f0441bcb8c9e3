"""`digitize serve` checks its options before it opens the pages to anybody."""

import ipaddress
import socket
from pathlib import Path

import click
import pytest

from digitize.campaign.store import open_campaign
from digitize.cli.serve_access import Access, parse_passwords, policy_for, read_passwords, tls_certificate
from digitize.cli.serve_site import _write_tables
from digitize.errors import BadAddress, BadStore, ExitCode
from digitize.records import Digitized
from digitize.web.addresses import Host, bind, resolve
from digitize.web.roles import UserRole
from digitize.web.session_file import SessionFile
from tests.campaign.store.looking import HOW, SCAN, add
from tests.cli.terminal import Terminal
from tests.outcomes import sheet_page

NOT_OURS = "192.0.2.7"


def own_address() -> str:
    """An address of this machine in a network, or one that is not its own where there is none."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return str(probe.getsockname()[0])
    except OSError:
        return NOT_OURS


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", own_address()), "--password-file"),
        (("--host", "127.0.0.1", "--password-file", "short"), "at least 8 characters"),
        (("--host", "127.0.0.1", "--password-file", "empty"), "at least 8 characters"),
        (("--tls-cert", "long"), "belong together"),
        (("--tls-key", "long"), "belong together"),
        (("--tls-cert", "long", "--tls-key", "long", "--plain-http"), "does not encrypt"),
        (("--tls-cert", "long", "--tls-key", "long"), "not a certificate and its key"),
        (("--host", "192.0.2.7", "--password-file", "long"), "cannot be used"),  # not ours
        (("--second-look", "often"), "a share such as 5%"),
        (("--second-look", "105%"), "a share such as 5%"),
        (("--goal", "0"), "--goal"),
    ],
)
def test_unsafe_or_wrong_options_are_refused(
    options: tuple[str, ...], words: str, terminal: Terminal
) -> None:
    for name, text in (("long", "correct horse\n"), ("short", "horse\n"), ("empty", "")):
        (terminal.folder / name).write_text(text)
    assert terminal.digitize("serve", "friday", *options) == ExitCode.USAGE
    assert words in " ".join(terminal.err.split())


def test_a_port_in_use_is_reported(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert terminal.digitize("serve", "friday", "--port", port) == ExitCode.USAGE
    assert f"port {port} cannot be used" in " ".join(terminal.err.split())


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "0", "0.0", "0x0", "00", "::", "::0", "0:0::0", "::ffff:0.0.0.0", "::ffff:0:0", ""]
)
def test_an_address_that_means_all_networks_is_refused_however_it_is_written(
    host: str, terminal: Terminal
) -> None:
    (terminal.folder / "long").write_text("correct horse\n")
    options = ("--host", host, "--password-file", "long")
    assert terminal.digitize("serve", "friday", *options) == ExitCode.USAGE
    assert "name one address" in " ".join(terminal.err.split())


@pytest.mark.parametrize("found", ["0.0.0.0", "::", "224.0.0.1"])
def test_a_name_is_judged_by_what_it_stands_for(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in found else socket.AF_INET
    answers = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", 0)), (family, 1, 6, "", (found, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(BadAddress, match="name one address"):
        resolve("everything.office.example")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70, "a b", "é.\ud800"])
def test_a_name_that_cannot_be_found_is_one_sentence(host: str) -> None:
    with pytest.raises(BadAddress, match=r"cannot be found; name one address"):
        resolve(host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "0x7f000001", "::ffff:127.0.0.1"])
def test_addresses_of_this_machine_alone_need_no_password_and_no_certificate(host: str) -> None:
    found = resolve(host)
    assert found.loopback
    assert read_passwords(Access(host), found) == {}
    assert tls_certificate(Access(host), found) is None
    bind(found, 0).close()


@pytest.mark.parametrize(
    ("address", "given", "names"),
    [
        ("127.0.0.1", "127.0.0.1", {"127.0.0.1", "localhost"}),
        ("192.0.2.7", "192.0.2.7", {"192.0.2.7", "office-pc"}),
        ("192.0.2.7", "Count.office.example", {"192.0.2.7", "office-pc", "count.office.example"}),
        ("2001:db8::7", "2001:db8::7", {"[2001:db8::7]", "office-pc"}),
    ],
)
def test_the_pages_answer_under_their_own_names_only(
    address: str, given: str, names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Office-PC")
    host = Host(given, ipaddress.ip_address(address))
    policy = policy_for(Access(given), host, 8000, {}, None, "key")
    assert policy.hosts == {f"{name}:8000" for name in names}


def test_every_campaign_has_a_key_of_its_own() -> None:
    tokens = {SessionFile.open(None, {}).token for _ in range(20)}
    assert len(tokens) == 20 and min(len(token) for token in tokens) >= 32


def test_each_role_has_a_password_of_its_own() -> None:
    lines = ["coordinator: correct horse", "Reviewer:battery staple", "viewer:  with: a colon "]
    assert parse_passwords(lines) == {
        UserRole.COORDINATOR: "correct horse",
        UserRole.REVIEWER: "battery staple",
        UserRole.VIEWER: "with: a colon",
    }
    assert parse_passwords(["correct horse"]) == {UserRole.REVIEWER: "correct horse"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["correct horse", "battery staple"], "line 2 does not begin with"),
        (["viewer: secret horse", "vewer: battery staple"], "line 2 does not begin with"),
        (["viewer: horse"], "at least 8 characters"),
        (["viewer:"], "at least 8 characters"),
        (["viewer: correct horse", "reviewer: correct horse"], "no other role the same"),
        (["viewer: correct horse", "viewer: battery staple"], "each role has one password"),
    ],
)
def test_passwords_that_are_not_clear_are_refused_and_not_quoted(lines: list[str], words: str) -> None:
    with pytest.raises(click.BadParameter, match=words) as caught:
        parse_passwords(lines)
    assert "horse" not in str(caught.value) and "staple" not in str(caught.value)


def test_tables_that_could_not_be_written_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    with open_campaign(folder, create=True) as campaign:
        campaign.pages.save(add(campaign, pages=1), Digitized(sheet_page(SCAN, 1), b"picture"), *HOW)
    (folder / "tally.csv").mkdir()
    with pytest.raises(BadStore, match=r"^\S*tally\.csv cannot be written"):
        _write_tables(folder)
    (folder / "tally.csv").rmdir()
    _write_tables(folder)
    assert (folder / "tally.csv").read_text("utf-8-sig").startswith("region,signed")


def test_pages_that_are_not_processed_yet_do_not_stop_the_tables(tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    with open_campaign(folder, create=True) as campaign:
        add(campaign, pages=2)
    _write_tables(folder)
    assert "waiting" in (folder / "pages.csv").read_text("utf-8-sig")

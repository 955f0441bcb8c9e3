"""Nothing leaves the machine: no command opens a connection, looks up a name or leaves files at home."""

import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

from digitize import cli
from digitize.campaign.store.scan_folders import DONE, INBOX
from digitize.errors import ExitCode
from samples.synthetic import SyntheticPage
from samples.synthetic.scan_files import save_pdf
from tests.cli.terminal import ROOT
from tests.cli.traced import PATIENCE_S, Sandbox

pytestmark = pytest.mark.slow

SINGLE = (
    ("doctor",),
    ("sheet", "new", "--title", "Trees", "--out", "trees.pdf"),
    ("forms", "check", "my.toml", "--on", "a.pdf"),
    ("show", "a.pdf"),
    ("run", "a.pdf", "--workers", "0", "--counts-only"),
    ("watch", "watched", "--once", "--workers", "0"),
)
IN_TURN = (
    ("run", "a.pdf", "--workers", "1"),
    ("tally", "digitized"),
    ("log", "digitized"),
    ("report", "digitized"),
    ("repair", "digitized"),
    ("audit", "digitized"),
    ("learn", "digitized"),
    ("compare", "digitized", "digitized"),
    ("match", "digitized", "members.csv"),
    ("archive", "digitized", "--out", "archive.zip"),
    ("restore", "archive.zip", "restored"),
    ("merge", "digitized", "restored"),
    ("score", "digitized/rows.csv", str(ROOT / "samples" / "truth.csv")),
    ("erase", "digitized", "--keep", "tally", "--yes"),
)
FOLDERS = ("watched", "served")  # with a scan in the inbox
CALLS_OUT = """
import socket
with socket.socket({family}, socket.SOCK_DGRAM) as out:
    try:
        out.connect(("{host}", {port}))
    except OSError:
        pass  # the machine has no network; it was tried all the same
"""


@pytest.fixture
def sandbox(tmp_path: Path, letter_page: SyntheticPage) -> Sandbox:
    sandbox = Sandbox(tmp_path)
    (sandbox.folder / "members.csv").write_text("name,address\nAda Muster,Weg 2\n")
    (sandbox.folder / "my.toml").write_text('name = "ours"\n')
    for folder in (".", *(f"{name}/{INBOX}" for name in FOLDERS)):
        (sandbox.folder / folder).mkdir(parents=True, exist_ok=True)
        save_pdf(sandbox.folder / folder / "a.pdf", [letter_page])
    return sandbox


def quiet(sandbox: Sandbox, commands: Sequence[tuple[str, ...]]) -> None:
    for command in commands:
        assert sandbox.digitize(*command) == ExitCode.OK, command
        assert (sandbox.network_calls, sandbox.left_at_home) == ([], []), command


@pytest.mark.parametrize("command", SINGLE, ids=lambda command: command[0])
def test_a_command_keeps_to_the_machine(command: tuple[str, ...], sandbox: Sandbox) -> None:
    quiet(sandbox, [command])


def test_a_campaign_keeps_to_the_machine_from_its_first_scan_until_it_is_erased(sandbox: Sandbox) -> None:
    quiet(sandbox, IN_TURN)


def test_the_pages_answer_this_machine_and_call_nobody(sandbox: Sandbox) -> None:
    with sandbox.started("-m", "digitize", "serve", "served", "--workers", "1") as process:
        assert process.stdout is not None
        link = re.search(r"http://\S+", process.stdout.readline())
        assert link
        browser = build_opener(ProxyHandler({}), HTTPCookieProcessor())
        assert browser.open(link.group(), timeout=PATIENCE_S).status == 200
        end_s = time.monotonic() + PATIENCE_S
        while not (sandbox.folder / "served" / DONE / "a.pdf").exists():
            assert time.monotonic() < end_s
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == ExitCode.OK
    assert (sandbox.addresses, sandbox.left_at_home) == ({"127.0.0.1"}, [])


def test_a_cluster_on_this_machine_calls_nobody_else(sandbox: Sandbox) -> None:
    assert sandbox.digitize("run", "a.pdf", "--cluster", "local:1") == ExitCode.OK
    assert (sandbox.addresses, sandbox.left_at_home) == ({"127.0.0.1"}, [])


def test_every_command_is_tried() -> None:
    assert {command[0] for command in (*SINGLE, *IN_TURN)} | {"serve"} == set(cli.cli.commands)


@pytest.mark.parametrize(
    ("family", "host", "port", "seen"),
    [
        ("socket.AF_INET", "192.0.2.1", 443, "192.0.2.1"),
        ("socket.AF_INET6", "2001:db8::1", 443, "2001:db8::1"),
        ("socket.AF_INET", "127.0.0.53", 53, "name server"),
    ],
)
def test_a_call_to_others_would_be_seen(family: str, host: str, port: int, seen: str, tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    assert sandbox.python("-c", CALLS_OUT.format(family=family, host=host, port=port)) == 0
    assert sandbox.network_calls
    assert seen in sandbox.addresses

"""`digitize serve` checks its options before it opens the pages to anybody."""

import socket
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.cli.serve import Options, _access_policy, _password, _write_tables
from digitize.errors import BadStore, ExitCode
from digitize.records import Digitized
from tests.campaign.store.looking import HOW, SCAN, add
from tests.cli.terminal import Terminal
from tests.outcomes import sheet_page


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "192.0.2.7"), "--password-file"),
        (("--host", "0.0.0.0", "--password-file", "long"), "name one address"),
        (("--host", "192.0.2.7", "--password-file", "short"), "at least 8 characters"),
        (("--host", "192.0.2.7", "--password-file", "empty"), "at least 8 characters"),
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


def test_the_pages_answer_under_their_own_names_only() -> None:
    assert _access_policy("127.0.0.1", 8000, "").hosts == {"127.0.0.1:8000", "localhost:8000"}
    assert _access_policy("192.0.2.7", 8000, "secret").hosts == {"192.0.2.7:8000"}
    assert _access_policy("2001:db8::7", 8000, "secret").hosts == {"[2001:db8::7]:8000"}


def test_no_password_is_needed_on_this_machine_and_every_start_has_a_new_key() -> None:
    options = Options(Path("friday"), 0, "127.0.0.1", None, None, None, "auto", None)
    assert _password(options) == ""
    tokens = {_access_policy("127.0.0.1", 8000, "").token for _ in range(20)}
    assert len(tokens) == 20 and min(len(token) for token in tokens) >= 32


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

"""Names of files cannot steer the terminal or forge lines."""

import pytest

from digitize.cli.output import printable
from digitize.cli.progress_bar import describe
from digitize.records import Failure, PageId


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Straße 12, é\u00a0.pdf", "Straße 12, é\u00a0.pdf"),
        ("\x1b[2J\x1b]0;x\x07.pdf", r"\x1b[2J\x1b]0;x\x07.pdf"),
        ("a\nErledigt: 500 signed.pdf", r"a\nErledigt: 500 signed.pdf"),
        ("\u202efdp.exe", r"\u202efdp.exe"),
        ("Sch\udcfcpfen.pdf", r"Sch\udcfcpfen.pdf"),
    ],
)
def test_what_steers_a_terminal_is_spelled_out(name: str, shown: str) -> None:
    assert printable(name) == shown
    failure = Failure(PageId(name, 1), "load", "unreadable", f"{name} is damaged.")
    assert describe(name, [failure]) == f"{shown}: 1 page; page 1 failed: {shown} is damaged."

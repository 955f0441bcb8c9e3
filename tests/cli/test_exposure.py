"""Commands warn if others may get at the names in a campaign, and work all the same."""

from digitize.errors import ExitCode
from tests.cli.terminal import Terminal, scan


def test_a_synchronised_folder_is_warned_of(terminal: Terminal) -> None:
    scan(terminal.folder)
    (terminal.folder / "Nextcloud").mkdir()
    out = "Nextcloud/out"
    assert terminal.digitize("run", "scans", "--out", out, "--workers", "0") == ExitCode.OK
    assert terminal.err.startswith(f"Warning: {out} lies in a folder that another program copies")
    assert terminal.digitize("run", "scans", "--out", "out", "--workers", "0") == ExitCode.OK
    assert "Warning" not in terminal.err

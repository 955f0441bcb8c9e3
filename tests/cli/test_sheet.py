"""`digitize sheet new` writes a sheet and its form, or says in one sentence why not."""

from digitize.errors import ExitCode
from tests.cli.terminal import Terminal


def test_it_writes_pdf_and_form(terminal: Terminal) -> None:
    (terminal.folder / "letter.txt").write_text("Dear all\n\nSign here.", encoding="utf-8")
    options = ("--title", "Safe roads", "--text", "letter.txt", "--rows", "2,9", "--language", "en")
    assert terminal.digitize("sheet", "new", *options, "--out", "roads.pdf") == ExitCode.OK
    assert (terminal.folder / "roads.pdf").read_bytes().startswith(b"%PDF")
    assert 'name = "safe-roads"' in (terminal.folder / "roads.toml").read_text(encoding="utf-8")
    assert "Written: roads.pdf (2 pages), roads.toml" in terminal.out
    assert "Page 2: rows 3 to 11" in terminal.out
    assert terminal.digitize("forms", "check", "roads.toml") == ExitCode.OK


def test_what_does_not_fit_is_one_sentence(terminal: Terminal) -> None:
    assert terminal.digitize("sheet", "new", "--title", "A", "--rows", "60") == ExitCode.USAGE
    assert "fewer rows" in terminal.sentence
    assert not list(terminal.folder.glob("sheet.*"))


def test_wrong_options_are_usage(terminal: Terminal) -> None:
    assert terminal.digitize("sheet", "new", "--title", "A", "--rows", "3;4") == ExitCode.USAGE
    assert "as in 3,27" in terminal.err
    assert terminal.digitize("sheet", "new", "--title", "A", "--column", "shoes") == ExitCode.USAGE
    assert 'no column "shoes"' in terminal.sentence
    (terminal.folder / "letter.txt").write_bytes(b"\xff\xfe\x00\xd8")
    assert terminal.digitize("sheet", "new", "--title", "A", "--text", "letter.txt") == ExitCode.USAGE
    assert "UTF-8" in terminal.err

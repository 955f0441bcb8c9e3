"""Run a command as from a terminal in an empty folder."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from digitize import batch, cli
from digitize.cli.output import ERROR_PREFIX
from digitize.errors import ExitCode
from digitize.records import Digitized
from tests.page import pipeline_doubles as doubles

ROOT = Path(__file__).parents[2]
Double = Callable[..., Digitized]


class Terminal:
    """An empty working folder, and what the last command printed."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.patch = monkeypatch
        self._capfd = capfd
        self.out = self.err = ""

    def digitize(
        self,
        *arguments: str,
        double: Double = doubles.digitize,
        count_pages: Callable[[Path], int] = doubles.count_pages,
    ) -> ExitCode:
        """Run a command with a double in place of the pipeline; return the exit code."""
        self.patch.setattr(sys, "argv", ["digitize", *arguments])
        replaced = partial(REAL_RUN, digitize_file=double, count_pages=count_pages)
        self.patch.setattr(batch, "run", replaced)
        with pytest.raises(SystemExit) as end:
            cli.main()
        self.out, self.err = self._capfd.readouterr()
        return ExitCode(end.value.code)

    @property
    def sentence(self) -> str:
        """The error that was printed, without its prefix: one line that ends like a sentence."""
        assert self.err.count("\n") == 1
        assert self.err.startswith(ERROR_PREFIX)
        assert self.err.endswith(".\n")
        return self.err.removeprefix(ERROR_PREFIX)


REAL_RUN = batch.run


def scan(folder: Path, name: str = "scans/a.pdf", content: str = "3") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path

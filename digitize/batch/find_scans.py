"""Find the scans under the given paths."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from digitize.campaign.collate import natural_key
from digitize.errors import NoInput

SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})  # in every folder that Windows has shown


@dataclass(frozen=True, slots=True)
class Found:
    """Scans in natural order, each once, and the files of a folder that are none.

    Links that lead nowhere and folders that cannot be read are among the scans:
    they fail, so that nothing is passed over without a word.
    """

    scans: tuple[Path, ...]
    not_scans: tuple[Path, ...]


def find(named: Iterable[Path], is_scan: Callable[[Path], bool], output: Path) -> Found:
    """Expand files and folders (searched through).

    A file that was named goes in whatever it holds, so that it ends as a result
    or a failure; in folders `is_scan` decides, and hidden files, those that
    systems leave behind and the output folder are left out.  Raises NoInput.
    """
    search = _Search(is_scan, output)
    named = list(named)
    for path in named:
        search.add(path)
    if not search.scans and not search.others:
        places = ", ".join(str(path) for path in named)
        raise NoInput(f"There is no scan in {places}; name files or folders that hold PDF files or pictures.")
    return Found(tuple(search.scans), tuple(search.others))


class _Search:
    """Collects files, each once, whichever links lead to it."""

    def __init__(self, is_scan: Callable[[Path], bool], output: Path) -> None:
        self.scans: list[Path] = []
        self.others: list[Path] = []
        self._is_scan = is_scan
        self._seen = {os.path.realpath(output)}

    def add(self, path: Path) -> None:
        """Add a file or folder that was named."""
        if os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a path is too long)
            self._add_folder(path)
        elif self._is_new(path):
            self.scans.append(_absolute(path))

    def _add_folder(self, folder: Path) -> None:
        if not self._is_new(folder):  # a link may lead in circles
            return
        try:
            names = [path.name for path in folder.iterdir() if not _is_hidden(path.name)]
        except OSError:
            self.scans.append(_absolute(folder))
            return
        for name in sorted(names, key=natural_key):
            self._add_entry(folder / name)

    def _add_entry(self, path: Path) -> None:
        if os.path.isdir(path):  # noqa: PTH112
            self._add_folder(path)
        elif os.path.isfile(path):  # noqa: PTH113
            if self._is_new(path):
                (self.scans if self._is_scan(path) else self.others).append(_absolute(path))
        elif not os.path.exists(path):  # noqa: PTH110 (a dead link, a share that is gone, a path too long)
            self.scans.append(_absolute(path))

    def _is_new(self, path: Path) -> bool:
        real = os.path.realpath(path)
        new = real not in self._seen
        self._seen.add(real)
        return new


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (keeps links)


def _is_hidden(name: str) -> bool:
    """Return whether systems or programs keep a file for themselves; a name of dots only is a name."""
    return (name.startswith(".") and name.strip(".") != "") or name.lower() in SYSTEM_FILES

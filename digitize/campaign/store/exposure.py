"""Keep a campaign private: narrow the rights of its files, and find out who else may get at them."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from digitize.campaign.store.backup_file import BACKUPS

PRIVATE_FILE, PRIVATE_FOLDER, OTHERS = 0o600, 0o700, 0o077

_FILES = ("campaign.*", BACKUPS, "*.csv", "progress.json", "inbox.lock*", "digitize.log", "erased.txt")
_FOLDERS = ("pages", "crops", "inbox", "scans", "done", "failed")

# Beginnings of names that the programs give the folders which they copy to other machines, without spaces.
_SYNCHRONISED = (
    *("dropbox", "onedrive", "googledrive", "mydrive", "clouddocs", "iclouddrive", "mobiledocuments"),
    *("cloudstorage", "nextcloud", "owncloud", "pclouddrive", "kdrive", "protondrive", "megasync"),
)
# Files that they keep in the folders, whatever those are called.
_MARKERS = (
    *(".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log", ".nextcloudsync.log"),
    *(".sync_*.db", "._sync_*.db"),
)


class Exposure(StrEnum):
    """How others may get at the files."""

    READABLE = "readable"  # other accounts of this machine may read them
    SYNCHRONISED = "synchronised"  # another program copies them to other machines


def narrow_rights(folder: Path) -> None:
    """Leave the campaign to its owner alone, if an earlier version made it readable for others.

    Files that digitize did not write keep their rights.  Nothing happens where the rights belong to
    somebody else or the file system has none.
    """
    database = folder / "campaign.sqlite"
    with suppress(OSError):
        if not _is_open(folder) and not (database.exists() and _is_open(database)):
            return
        folder.chmod(PRIVATE_FOLDER)
        if _is_open(folder):
            return  # looking at every file again each time would be in vain
        for path in _own(folder):
            if _is_open(path) and not path.is_symlink():
                with suppress(OSError):
                    path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def exposures(folder: Path) -> list[Exposure]:
    """Return how others may get at the campaign."""
    found = []
    with suppress(OSError):
        around = Path(os.path.realpath(folder)).parents
        if folder.stat().st_mode & 0o005 and all(each.stat().st_mode & 0o001 for each in around):
            found.append(Exposure.READABLE)
    real = Path(os.path.realpath(folder))
    if any(_is_synchronised(parent) for parent in (real, *real.parents)):
        found.append(Exposure.SYNCHRONISED)
    return found


def _own(folder: Path) -> Iterator[Path]:
    for pattern in _FILES:
        yield from folder.glob(pattern)
    for name in _FOLDERS:
        for root, folders, files in os.walk(folder / name):
            yield Path(root)
            yield from (Path(root) / each for each in (*folders, *files))


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)


def _is_synchronised(folder: Path) -> bool:
    name = folder.name.lower().replace(" ", "")
    return name.startswith(_SYNCHRONISED) or _has(folder, _MARKERS)


def _has(folder: Path, patterns: Iterable[str]) -> bool:
    try:
        return any(next(folder.glob(pattern), None) is not None for pattern in patterns)
    except OSError:
        return False

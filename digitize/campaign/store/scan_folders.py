"""The folders in which scans wait and are kept; staff may look into them.

A file put into `inbox` is moved to `scans` when it is taken, and to `done` or `failed` when all
its pages are stored.  The folders are the queue: after a sudden end, the place of a file tells
what is still to be done with it.
"""

import errno
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from digitize.campaign.store.store_errors import errors_as_bad_store
from digitize.errors import BadStore

INBOX = "inbox"  # copied or uploaded, perhaps still growing
SCANS = "scans"  # taken: waiting for recognition, or being recognised
DONE = "done"
FAILED = "failed"  # could not be opened, or no page could be processed
FETCHED = "fetched"  # copies of scans that lie in object storage or on a server
TAKEN = (SCANS, DONE, FAILED)

PRIVATE_MODE = 0o600
MAX_STEM_BYTES = 200  # of a name without its suffix: file systems allow 255, and " (2)" may be added
MAX_SUFFIX_LENGTH = 10  # characters
UNFINISHED = (".unfinished", ".part", ".partial", ".crdownload", ".tmp")  # suffixes of partial files
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')  # not allowed in file names on some system


def receive(folder: Path, name: str, chunks: Iterable[bytes]) -> str:
    """Store an upload in the inbox, whole or not at all; return the name of the file.

    `name` comes from outside: only its last part is used, without characters that are forbidden
    somewhere, and no existing file is overwritten.  Raises BadStore if the disk is full or the
    folder cannot be written.
    """
    inbox = folder / INBOX
    with errors_as_bad_store(folder):
        inbox.mkdir(exist_ok=True)
        unfinished = inbox / f".{os.urandom(8).hex()}.unfinished"
        try:
            with unfinished.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return _rename_free(unfinished, inbox, fit_name(name)).name
        finally:
            unfinished.unlink(missing_ok=True)


def fit_name(name: str) -> str:
    """Return the last part of a name from outside as a file name that any system accepts.

    Characters that are not printable (control, direction, zero width) become "_".
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = _FORBIDDEN.sub("_", last.encode("utf-8", "replace").decode())
    text = "".join(each if each.isprintable() else "_" for each in text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    stem = stem.encode()[:MAX_STEM_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"{stem or 'scan'}{dot}{suffix[:MAX_SUFFIX_LENGTH]}"


def _rename_free(unfinished: Path, inbox: Path, name: str) -> Path:
    """Give a finished file the first free name; two uploads at the same time get different ones."""
    for path in numbered(inbox / name):
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        unfinished.replace(path)
        return path
    raise AssertionError("names never end")


def numbered(path: Path) -> Iterator[Path]:
    """Yield scan.pdf, scan (2).pdf, scan (3).pdf, ..."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1


def files_in(folder: Path, place: str) -> list[Path]:
    """Return the files below one of the folders, oldest first, without links, hidden and partial files."""
    found = []
    for root, folders, names in os.walk(folder / place):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(root) / name for name in names if not name.startswith("."))
        found += [path for path in paths if not path.name.lower().endswith(UNFINISHED) and _is_file(path)]
    return sorted(found, key=_age)


def take(folder: Path, path: Path) -> Path:
    """Move a file of the inbox to the scans, under a name that no scan has; return its new path.

    Raises OSError if another program holds the file or the disk is full.
    """
    target = free_place(folder, SCANS, _as_utf_8(path.relative_to(folder / INBOX)))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across_disks(path, target)
    with suppress(OSError):  # it may belong to somebody else
        target.chmod(PRIVATE_MODE)
    return target


def _as_utf_8(path: Path) -> Path:
    """The path with what is not UTF-8 in it replaced: the database keeps paths as text."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def _move_across_disks(path: Path, target: Path) -> None:
    """Move a file from another disk: the inbox may be a network folder.

    A kill before the end leaves the scan in both places.  It is then taken again, but counted
    once, because its content is known.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.copy2(path, unfinished)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    path.unlink()


def put_away(
    folder: Path, path: Path, place: str, is_known: Callable[[Path], bool] = lambda _: False
) -> Path:
    """Move a file of the scans to `done` or `failed`; return its new path.

    `is_known` tells whether the campaign knows a scan by a path.
    """
    target = folder / place / path.relative_to(folder / SCANS)
    if target.exists() or is_known(target):  # somebody put a file there by hand, or took one away
        target = free_place(folder, place, path.relative_to(folder / SCANS), is_known)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    return target


def place_of(folder: Path, path: str) -> PurePath:
    """Return a path that is the same in whichever of the campaign's folders a scan lies."""
    for start in {os.path.abspath(folder), os.path.realpath(folder)}:  # noqa: PTH100 (with and without links)
        if PurePath(path).is_relative_to(start):
            place, *below = PurePath(path).relative_to(start).parts or ("",)
            return PurePath(start, SCANS, *below) if place in TAKEN and below else PurePath(path)
    return PurePath(path)


def free_place(
    folder: Path, place: str, name: Path, is_known: Callable[[Path], bool] = lambda _: False
) -> Path:
    """Return a path in `place` whose name is used in none of the folders."""
    for candidate in numbered(name):
        here = folder / place / candidate
        if not any((folder / taken / candidate).exists() for taken in TAKEN) and not is_known(here):
            return here
    raise BadStore("There is no free name.")


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, str(path)
    except OSError:  # the file has just been moved or deleted
        return 0, str(path)

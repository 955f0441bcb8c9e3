"""Fetch scans that lie in object storage or on a server, such as s3://bucket/scans, through fsspec.

They are copied into the campaign's folder `fetched`, because the review shows the originals and a page may be
read again.  The mark of an object (its ETag, or time and size) is kept beside the copy, and only objects with
another mark are fetched.  fsspec is imported nowhere else.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from digitize.campaign.store.picture_files import private_files
from digitize.campaign.store.scan_folders import FETCHED, fit_name
from digitize.errors import BadSource

NOTHING_THERE = "There is no file at {}; look at the name of the bucket and the path."
NOT_ALLOWED = "{} may not be read; look at the rights and the credentials."
NOT_REACHED = "{} cannot be read ({}); look at the address, the network and the credentials."
NOT_INSTALLED = "Addresses such as {}:// need another package ({}): pip install 'digitize[s3]' for S3."
SHORT = "{} came with {} of {} bytes; run the same command again."
_MARK_SUFFIX = ".mark"
_FRESH = {"skip_instance_cache": True, "use_listings_cache": False}  # a listing of before may be outdated


@dataclass(frozen=True, slots=True)
class _Object:
    """A file at a source; `mark` changes with its content."""

    path: str
    size_bytes: int
    mark: str
    modified: datetime | None


def is_address(named: str) -> bool:
    """Return whether something is the address of a source rather than a path."""
    return "://" in named


def fetch(address: str, folder: Path, notice: Callable[[str], None]) -> Path:
    """Copy everything at an address into the campaign `folder` unless it is there; return where it lies.

    `notice` receives a sentence on what is fetched.  Raises BadSource; what was fetched before stays.
    """
    shown = _without_secrets(address)
    try:
        import fsspec  # noqa: PLC0415 (an extra)

        system, path = fsspec.core.url_to_fs(address, **_FRESH)
    except ImportError as error:
        raise BadSource(NOT_INSTALLED.format(urlsplit(address).scheme, error.name or "fsspec")) from error
    except ValueError as error:  # a protocol that nobody knows
        raise BadSource(NOT_REACHED.format(shown, type(error).__name__)) from error
    with private_files():
        target = folder / FETCHED / _folder_name(address)
        found = list(_listed(system, path, shown))
        places = _places(path, [each.path for each in found], target)
        wanted = [each for each in found if not _is_here(each, places[each.path])]
        if wanted:
            notice(f"{shown}: {len(found)} files, {len(wanted)} of them to fetch.")
        for each in wanted:
            _fetch(system, each, places[each.path], shown)
    return target


def _listed(system: Any, path: str, shown: str) -> Iterator[_Object]:
    """Yield the files at a path from one listing."""
    with _told(shown):
        found: Mapping[str, Mapping[str, Any]] = system.find(path, detail=True)
    files = {name: about for name, about in found.items() if about.get("type") == "file"}
    files = {name: about for name, about in files.items() if not name.endswith("/")}  # folders of some tools
    if not files:
        raise BadSource(NOTHING_THERE.format(shown))
    for name, about in files.items():
        modified = about.get("LastModified") or about.get("mtime")
        if isinstance(modified, int | float):
            modified = datetime.fromtimestamp(modified)
        size = int(about.get("size") or 0)
        mark = str(about.get("ETag") or about.get("etag") or modified or "")
        yield _Object(name, size, mark.strip('"'), modified if isinstance(modified, datetime) else None)


def _places(root: str, paths: Sequence[str], target: Path) -> dict[str, Path]:
    """Return where each object lies here: under its own name, made fit for any file system."""
    places: dict[str, Path] = {}
    folders: set[Path] = set()
    taken: set[Path] = set()
    for path in sorted(paths):
        below = path[len(root) :] if path.startswith(root) else path
        parts = [fit_name(part) for part in PurePosixPath(below.strip("/") or PurePosixPath(path).name).parts]
        place = target.joinpath(*parts)
        number = 2
        while place in taken or place in folders or taken & set(place.parents):
            place = target.joinpath(*parts[:-1], f"({number}) {parts[-1]}")
            if taken & set(place.parents):  # an object has the name of this folder
                place = target.joinpath(f"({number}) {parts[0]}", *parts[1:])
            number += 1
        taken.add(place)
        folders.update(place.parents)
        places[path] = place
    return places


def _mark_file(place: Path) -> Path:
    return place.with_name(f".{place.name}{_MARK_SUFFIX}")


def _is_here(wanted: _Object, place: Path) -> bool:
    try:
        mark = json.loads(_mark_file(place).read_text("utf-8"))
        same = mark == {"path": wanted.path, "mark": wanted.mark, "size": wanted.size_bytes}
        return same and wanted.mark != "" and place.stat().st_size == wanted.size_bytes
    except (OSError, ValueError):
        return False


def _fetch(system: Any, wanted: _Object, place: Path, shown: str) -> None:
    """Fetch a file, whole or not at all; its time becomes that of the object, the day of receipt."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    try:
        with _told(f"{shown} ({PurePosixPath(wanted.path).name})"):
            system.get_file(wanted.path, str(part))
        size = part.stat().st_size
        if size != wanted.size_bytes:
            raise BadSource(SHORT.format(PurePosixPath(wanted.path).name, size, wanted.size_bytes))
        if wanted.modified is not None:
            os.utime(part, (wanted.modified.timestamp(),) * 2)
        mark = {"path": wanted.path, "mark": wanted.mark, "size": wanted.size_bytes}
        _mark_file(place).unlink(missing_ok=True)
        part.replace(place)
        _mark_file(place).write_text(json.dumps(mark), "utf-8")
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """Turn whatever a file system raises into a sentence; its own message may hold credentials."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadSource(NOTHING_THERE.format(shown)) from error
    except PermissionError as error:
        raise BadSource(NOT_ALLOWED.format(shown)) from error
    except BadSource:
        raise
    except Exception as error:
        raise BadSource(NOT_REACHED.format(shown, type(error).__name__)) from error


def _without_secrets(address: str) -> str:
    """Return an address as it may be shown: without a password, and what follows a question mark."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _folder_name(address: str) -> Path:
    parts = urlsplit(_without_secrets(address))
    return Path(*(fit_name(part) for part in (parts.scheme, parts.netloc, *parts.path.split("/")) if part))

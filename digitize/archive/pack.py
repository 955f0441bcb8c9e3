"""Pack a campaign: database, tables, pictures, reports and scans, with checksums."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from digitize import __version__
from digitize.archive.page_texts import page_texts
from digitize.archive.searchable import searchable_copy
from digitize.archive.zip_file import CAMPAIGN_FILE, CHECKSUMS, CHUNK_BYTES, FOLDER_SCANS, digest_of, writing
from digitize.audit.journal import FILE as AUDIT
from digitize.campaign.decisions import AUDIT_COLUMNS, audit_line
from digitize.campaign.store import CROPS, DATABASE, PICTURES, Campaign
from digitize.campaign.store.form_settings import FOLDER as FORMS
from digitize.campaign.store.scan_folders import place_of
from digitize.errors import BadStore
from digitize.report.folder import FOLDER as REPORTS
from digitize.tally import NAMES, write_lines
from digitize.tally.publish import write_tables

LOG = "log.csv"
SEARCHABLE = "searchable"


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into an archive.

    `missing` are labels of scans that are no longer where they were, `unsearchable` names of those of which
    pages are missing from the searchable copy.
    """

    files: int
    scans: int
    missing: tuple[str, ...]
    unsearchable: tuple[str, ...] = ()


def pack(campaign: Campaign, target: Path, password: str = "", *, searchable: bool = False) -> Packed:
    """Write an archive of a campaign, whole or not at all.

    If `searchable`, with a copy of each scan as PDF/A whose text can be searched.  The tables are written
    first, so that they have every decision.  Raises BadStore, MissingProgram.
    """
    if target.exists():
        raise BadStore(f"{target} exists already; name another file.")
    write_tables(campaign)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=campaign.folder, prefix=".archive-") as folder:
            packed = _write(campaign, Path(folder), unfinished, password, searchable)
        unfinished.replace(target)
    except OSError as error:
        raise BadStore(f"{target} cannot be written ({error.strerror}).") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return packed


def _write(campaign: Campaign, folder: Path, target: Path, password: str, searchable: bool) -> Packed:
    database = folder / DATABASE
    campaign.copy_database(database)
    log = folder / LOG
    write_lines(log, AUDIT_COLUMNS, [audit_line(entry) for entry in campaign.review.trail()])
    scans, missing = _scans(campaign)
    listed = {"version": __version__, "campaign": campaign.folder.resolve().name, "scans": scans}
    sums: list[str] = []
    with writing(target, password) as archive:
        paths = {DATABASE: database, LOG: log, **dict(_files(campaign.folder))}
        for name, path in (paths | {name: Path(path) for path, name in scans.items()}).items():
            sums.append(f"{_add(archive, name, path)}  {name}")
        unsearchable = []
        if searchable:
            for name, path, whole in _searchable(campaign, scans, folder):
                sums.append(f"{_add(archive, name, path)}  {name}")
                unsearchable += [] if whole else [PurePath(name).stem]
        description = json.dumps(listed, ensure_ascii=False, indent=1)
        archive.writestr(CAMPAIGN_FILE, description)
        archive.writestr(CHECKSUMS, "\n".join(sums) + "\n")
    return Packed(len(sums), len(scans), missing, tuple(unsearchable))


def _searchable(
    campaign: Campaign, scans: Mapping[str, str], folder: Path
) -> Iterator[tuple[str, Path, bool]]:
    """Yield the searchable copies: name in the archive, path, and whether all pages are in it."""
    texts = page_texts(campaign)
    counts = {file.path: file.pages for file in campaign.inputs.files() if not file.same_as}
    for scan, name in scans.items():
        if pages := counts.get(scan):
            copy = searchable_copy(Path(scan), pages, texts.get(scan, {}), PurePath(scan).name)
            if copy.data:
                path = folder / "searchable.pdf"
                path.write_bytes(copy.data)
                yield f"{SEARCHABLE}/{name.removeprefix(FOLDER_SCANS + '/')}.pdf", path, not copy.lost


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield names in the archive and paths of digitize's own files, without the database."""
    for name in (*NAMES, AUDIT):
        if (folder / name).is_file():
            yield name, folder / name
    for place in (PICTURES, CROPS, REPORTS, FORMS):
        for path in sorted((folder / place).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(folder).as_posix(), path


def _scans(campaign: Campaign) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the scans by path with their names in the archive, and the labels of those that are gone.

    Scans of one folder stay in one folder, because neighbouring files may belong to one sheet.
    """
    folders: dict[PurePath, int] = {}
    names: dict[str, str] = {}
    missing = []
    for file in campaign.inputs.files():
        path = Path(file.path)
        place = place_of(campaign.folder, file.path).parent
        number = folders.setdefault(place, len(folders) + 1)
        if path.is_file():
            names[file.path] = f"{FOLDER_SCANS}/{number}/{path.name}"
        else:
            missing.append(file.label)
    taken: dict[str, str] = {}
    for scan, name in names.items():  # done/a.pdf and failed/a.pdf are of one place
        free, at = name, 2
        while free in taken:
            free, at = f"{name.rpartition('.')[0]} ({at}).{name.rpartition('.')[2]}", at + 1
        taken[free] = scan
    return {scan: name for name, scan in taken.items()}, tuple(missing)


def _add(archive: Any, name: str, path: Path) -> str:
    """Add a file; return its SHA-256."""
    with path.open("rb") as file:
        digest = digest_of(file)
        file.seek(0)
        with archive.open(name, "w", force_zip64=True) as packed:
            while chunk := file.read(CHUNK_BYTES):
                packed.write(chunk)
    return digest

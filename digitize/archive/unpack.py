"""Unpack an archive into a new campaign folder, after checking every file."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitize.archive.zip_file import CAMPAIGN_FILE, CHECKSUMS, CHUNK_BYTES, FOLDER_SCANS, is_safe, reading
from digitize.campaign.store import DATABASE, open_campaign
from digitize.campaign.store.picture_files import private_files
from digitize.campaign.store.scan_folders import DONE
from digitize.errors import BadStore


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was unpacked."""

    files: int
    scans: int


def unpack(source: Path, folder: Path, password: str = "") -> Unpacked:
    """Unpack an archive into a folder that does not exist yet, whole or not at all.

    Every file is compared with its checksum, and the campaign learns where its scans lie now.  Raises
    BadStore, MissingProgram.
    """
    if folder.exists():
        raise BadStore(f"{folder} exists already; name a new folder.")
    with private_files():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=".restore-") as name:
                made = Path(name) / "campaign"
                made.mkdir()
                with reading(source, password) as archive:
                    sums = _checksums(archive, source)
                    for file, digest in sums.items():
                        _extract(archive, file, digest, made / _place(file), source)
                    listed = json.loads(archive.read(CAMPAIGN_FILE))
                shutil.move(made, folder)
        except OSError as error:
            raise BadStore(f"{folder} cannot be written ({error.strerror}).") from error
    _tell_places(folder, listed["scans"])
    return Unpacked(len(sums), len(listed["scans"]))


def _checksums(archive: Any, source: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by name, if the archive holds these files and no others."""
    names = set(archive.namelist())
    if not {CHECKSUMS, CAMPAIGN_FILE} <= names:
        raise BadStore(f"{source} is damaged or no archive of digitize.")
    lines = archive.read(CHECKSUMS).decode("utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if set(sums) | {CHECKSUMS, CAMPAIGN_FILE} != names or DATABASE not in sums or not all(map(is_safe, sums)):
        raise BadStore(f"{source} does not hold what its list of checksums says.")
    return sums


def _place(name: str) -> str:
    """Return where a file goes in the folder: scans to those that are done."""
    top, _, below = name.partition("/")
    return f"{DONE}/{below}" if top == FOLDER_SCANS else name


def _extract(archive: Any, name: str, digest: str, target: Path, source: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with archive.open(name) as packed, target.open("wb") as file:
        while chunk := packed.read(CHUNK_BYTES):
            found.update(chunk)
            file.write(chunk)
    if found.hexdigest() != digest:
        raise BadStore(f"{source} is damaged: a file in it does not match its checksum.")


def _tell_places(folder: Path, scans: dict[str, str]) -> None:
    """Record in the campaign where its scans lie now."""
    with open_campaign(folder) as campaign:
        for before, name in scans.items():
            entry = campaign.inputs.at(before)
            path = folder.resolve() / _place(name)
            if entry is not None:
                campaign.inputs.move(entry.id, str(path), path.stat().st_mtime_ns)

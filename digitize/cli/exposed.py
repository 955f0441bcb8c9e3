"""Warn about results folders that others can look into: names and opinions of people lie there."""

import re
import stat
from pathlib import Path

import click

from digitize.cli.output import printable

# Folders of services that copy their content to other machines, by name and by what they leave in them.
SYNCHRONISED = re.compile(
    r"Dropbox.*|OneDrive.*|Google ?Drive.*|My Drive|iCloud ?Drive|Mobile Documents|CloudStorage|Nextcloud.*|"
    r"ownCloud.*|kDrive.*|pCloud ?Drive|MEGA(sync)?|Seafile|Syncthing|Proton ?Drive.*|Tresorit.*",
    re.IGNORECASE,
)
MARKERS = (".dropbox", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".sync_*.db", "._sync_*.db")


def warn_if_exposed(folder: Path) -> None:
    """Print a warning if the folder is synchronised to other machines or open to all users of this one."""
    place = folder.absolute()
    service = synchronised_by(place)
    if service:
        _warn(
            f"{folder} lies in {service}, which is copied to other machines, names and pictures included; "
            "use a folder that is not synchronised."
        )
    if is_open_to_all(place):
        _warn(f"All users of this machine can look into {folder}; close it with chmod go-rwx.")


def synchronised_by(place: Path) -> str:
    """Return the name of the synchronised folder around a place, empty if none is known."""
    for folder in (place, *place.parents):
        if SYNCHRONISED.fullmatch(folder.name):
            return folder.name
        try:
            if any(next(folder.glob(marker), None) for marker in MARKERS):
                return str(folder)
        except OSError:  # not ours to look into
            continue
    return ""


def is_open_to_all(place: Path) -> bool:
    """Whether any user of this machine can list or enter a folder that is there, and all folders above it."""
    try:
        above = all(folder.stat().st_mode & stat.S_IXOTH for folder in place.parents)
        return above and bool(place.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH))
    except OSError:
        return False


def _warn(sentence: str) -> None:
    click.echo(printable(f"Warning: {sentence}"), err=True)

"""Merge two campaigns into a new folder."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from digitize.campaign.store import CROPS, DATABASE, PICTURES, Merged, open_campaign
from digitize.campaign.store.picture_files import private_files
from digitize.errors import BadStore


def merge_folders(first: Path, second: Path, out: Path) -> Merged:
    """Merge two campaigns into a folder that does not exist yet, whole or not at all; they stay as they are.

    The scans stay where they are.  Page states and tables are due afterwards.  Raises BadStore.
    """
    if out.exists():
        raise BadStore(f"{out} exists already; name a new folder with --out.")
    if first.resolve() == second.resolve():
        raise BadStore(f"{first} and {second} are the same folder; name two campaigns.")
    with private_files():
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=out.resolve().parent, prefix=".merge-") as name:
                made = Path(name) / "campaign"
                merged = _merge(first, second, made)
                made.rename(out)
        except OSError as error:
            raise BadStore(f"{out} cannot be written ({error.strerror}).") from error
    return merged


def _merge(first: Path, second: Path, made: Path) -> Merged:
    with open_campaign(first) as one, one.locked(), open_campaign(second) as two, two.locked():
        made.mkdir()
        one.copy_database(made / DATABASE)
        for place in (PICTURES, CROPS):
            if (first / place).is_dir():
                shutil.copytree(first / place, made / place, ignore=shutil.ignore_patterns(".*"))
        with open_campaign(made) as campaign:
            merged = campaign.merge(two)
        for there, here in merged.pictures.items():
            with suppress(FileNotFoundError):  # as in the campaign it comes from
                shutil.copyfile(second / PICTURES / there, made / PICTURES / here)
        _copy_crops(second / CROPS, made / CROPS, merged.input_ids)
    return merged


def _copy_crops(source: Path, target: Path, input_ids: dict[int, int]) -> None:
    """Copy the pictures of rows, under the numbers that their scans have now."""
    for path in sorted(source.glob("*-p[0-9]*-row*")) if source.is_dir() else ():
        stem, number, page, row = path.name.rsplit("-", 3)
        if number.isdigit() and int(number) in input_ids:
            target.mkdir(exist_ok=True)
            copy = target / f"{stem}-{input_ids[int(number)]:06d}-{page}-{row}"
            if not copy.exists():  # of a page that both have
                shutil.copyfile(path, copy)

"""`digitize erase`: names, addresses and pictures go, the count stays."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

import digitize
from digitize import tally
from digitize.campaign.store import CROPS, DATABASE, PICTURES, Campaign, open_campaign
from digitize.campaign.store.database import LOCK, WATCH_LOCK, locked
from digitize.campaign.store.erasure import Texts
from digitize.campaign.store.scan_folders import INBOX, SCANS, TAKEN, files_in
from digitize.campaign.store.shred import Shredded, shred, shred_folder
from digitize.campaign.store.watch_progress import PROGRESS
from digitize.cli.summary import check_complete
from digitize.errors import BadStore, ExitCode, SumsDiffer
from digitize.inbox.intake import find_again
from digitize.tally.publish import build_tables, kept_standings, save_page_states, write_tables

RECEIPT = "erased.txt"
_TABLES = ("rows.csv", "tally.csv", "pages.csv")
_LOCKS = {name for lock in (LOCK, WATCH_LOCK) for name in (lock, f"{lock}-journal")}
_STAYS = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RECEIPT, *_LOCKS, *_TABLES}
_NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class _Gone:
    """What was erased, and what lies where digitize does not reach."""

    texts: Texts
    pictures: Shredded
    scans: Shredded
    others: Shredded
    scans_elsewhere: int
    left: tuple[str, ...]  # files in the folder that digitize did not write


def erase_campaign(folder: Path, *, sure: bool) -> ExitCode:
    """Ask, erase, print the receipt.  Raises BadStore, SumsDiffer where scans still wait to be counted."""
    with ExitStack() as held, open_campaign(folder) as campaign:
        for lock in (LOCK, WATCH_LOCK):
            held.enter_context(locked(folder, lock))
        find_again(campaign)
        before = _count(campaign)
        if not sure:
            _ask(campaign, before)
        elsewhere = _scans_elsewhere(campaign)
        texts = campaign.erase(lambda: _hold(campaign, before))
        pictures = shred_folder(folder / PICTURES) + shred_folder(folder / CROPS)
        scans = Shredded()
        for place in (*TAKEN, INBOX):
            scans += shred_folder(folder / place)
        others = shred(_traces(folder))
        write_tables(campaign)
        left = tuple(sorted(path.name for path in folder.iterdir() if path.name not in _STAYS))
    receipt = _receipt(before, _Gone(texts, pictures, scans, others, elsewhere, left))
    with (folder / RECEIPT).open("a", encoding="utf-8") as file:
        file.write(f"{receipt}\n\n")
    click.echo(receipt)
    return ExitCode.OK


def _count(campaign: Campaign) -> tally.Tables:
    """The tables before; raises where something still waits to be counted."""
    waiting = [path for place in (INBOX, SCANS) for path in files_in(campaign.folder, place)]
    if waiting:
        raise BadStore(
            f"{len(waiting)} files in {INBOX} and {SCANS} are not counted yet; digitize them or take them "
            "out."
        )
    tables = build_tables(campaign, save_page_states(campaign))
    check_complete(tables)
    return tables


def _ask(campaign: Campaign, tables: tally.Tables) -> None:
    doubtful = int(tables.tally["doubtful"].iloc[-1])
    failed = len(files_in(campaign.folder, TAKEN[-1]))
    click.echo(f"All names, addresses, pictures and scans in {campaign.folder} will be gone for good.")
    if doubtful:
        click.echo(f"{doubtful} rows are still doubtful: nobody will be able to decide them.")
    if failed:
        click.echo(f"{failed} scans that could not be read will be gone as well; they were never counted.")
    click.confirm("Erase?", abort=True)


def _hold(campaign: Campaign, before: tally.Tables) -> None:
    """Nothing is final unless the count without names is the one with them."""
    after = build_tables(campaign, kept_standings(campaign))
    if not after.tally.equals(before.tally):
        raise SumsDiffer("The count would change by erasing; nothing was erased. Please report this.")


def _scans_elsewhere(campaign: Campaign) -> int:
    paths = [Path(file.path) for file in campaign.inputs.files()]
    return sum(path.exists() and not path.is_relative_to(os.path.abspath(campaign.folder)) for path in paths)  # noqa: PTH100


def _traces(folder: Path) -> list[Path]:
    """Files beside the database that hold names, and what writing them may have left behind."""
    unfinished = [path for path in folder.glob(".*.unfinished") if path.is_file()]
    return [path for name in (*_TABLES, PROGRESS) if (path := folder / name).exists()] + unfinished


def _receipt(tables: tally.Tables, gone: _Gone) -> str:
    total = tables.tally.iloc[-1]
    lines = [
        f"Erased on {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC by digitize {digitize.__version__}:",
        f"  {gone.texts.names} names, {gone.texts.addresses} addresses, "
        f"the texts of {gone.texts.decisions} decisions",
        f"  {gone.pictures.files} pictures of pages and rows ({_size(gone.pictures)})",
        f"  {gone.scans.files} scans in this folder ({_size(gone.scans)})",
        f"  {gone.others.files} tables and notes with names (written again without)",
        f"Kept: the count, {total['signed']} signed rows, {total['doubtful']} doubtful (tally.csv).",
        "The database was written anew; files were overwritten before they were deleted. Flash memory and",
        "file systems that keep old versions may hold copies all the same: there, only encryption helps.",
    ]
    if gone.scans_elsewhere:
        lines.append(f"Not touched: {gone.scans_elsewhere} scans that lie outside this folder.")
    if gone.left:
        named = ", ".join(gone.left[:_NAMED_AT_MOST]) + (", ..." if len(gone.left) > _NAMED_AT_MOST else "")
        lines.append(
            f"Not touched: {len(gone.left)} files in this folder that digitize did not write: {named}."
        )
    return "\n".join(lines)


def _size(shredded: Shredded) -> str:
    return f"{shredded.size_bytes / 1e6:.1f} MB"

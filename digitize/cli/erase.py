"""`digitize erase`: erase names, addresses and pictures, and keep the count."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import digitize
from digitize.cli.debug import Command
from digitize.cli.options import FOLDER
from digitize.cli.output import plural
from digitize.errors import BadStore, ExitCode, SumsDiffer

if TYPE_CHECKING:
    from digitize import tally
    from digitize.campaign.store import Campaign
    from digitize.campaign.store.erasure import Texts
    from digitize.campaign.store.shred import Shredded

RECEIPT = "erased.txt"
TABLES = ("rows.csv", "tally.csv", "pages.csv")
VIEWS = "views.csv"  # who looked at what; of digitize serve --log-views
SESSIONS = "sessions.json"  # who is signed in; of digitize serve
NAMED_AT_MOST = 10  # files not touched that the receipt names


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--keep", type=click.Choice(["tally"]), required=True, help="What stays: the numbers of the count."
)
@click.option("--yes", "sure", is_flag=True, help="Do not ask for confirmation.")
def erase(folder: Path, keep: str, sure: bool) -> None:  # noqa: ARG001 (typed out so that nobody is surprised)
    """Erase names and pictures, keep the count.

    Erases all names, addresses, pictures and scans of the campaign in DIR. This cannot be undone. Prints a
    receipt and adds it to DIR/erased.txt.

    \b
    Example:
      digitize erase friday --keep tally
    """
    sys.exit(erase_campaign(folder, sure=sure))


@dataclass(frozen=True, slots=True)
class _Erased:
    """What was erased, and what was left alone."""

    texts: "Texts"
    pictures: "Shredded"
    scans: "Shredded"
    others: "Shredded"
    scans_elsewhere: int
    left: tuple[str, ...]  # files in the folder that digitize did not write


def erase_campaign(folder: Path, *, sure: bool) -> ExitCode:
    """Ask, erase, print the receipt.

    Raises BadStore if the folder cannot be used or scans are not counted yet, SumsDiffer if pages are missing
    from the tally or the count would change.
    """
    from digitize.campaign.store import open_campaign
    from digitize.campaign.store.database import LOCK, WATCH_LOCK, locked
    from digitize.inbox.intake import relocate

    with ExitStack() as held, open_campaign(folder) as campaign:
        for lock in (LOCK, WATCH_LOCK):
            held.enter_context(locked(folder, lock))
        relocate(campaign)
        before = _count(campaign)
        if not sure:
            _ask(campaign, before)
        erased = _erase(campaign, folder, before)
    receipt = _receipt(before, erased)
    with (folder / RECEIPT).open("a", encoding="utf-8") as file:
        file.write(f"{receipt}\n\n")
    click.echo(receipt)
    return ExitCode.OK


def _count(campaign: "Campaign") -> "tally.Count":
    """Return the count before erasing; raises BadStore, SumsDiffer if anything is not counted yet."""
    from digitize.campaign.store.scan_folders import INBOX, SCANS, files_in
    from digitize.cli.summary import check_complete
    from digitize.tally.publish import count_rows, save_page_states

    waiting = [path for place in (INBOX, SCANS) for path in files_in(campaign.folder, place)]
    if waiting:
        raise BadStore(
            f"{plural(len(waiting), 'file is', 'files are')} still waiting in {INBOX} and {SCANS}; "
            "digitize them or take them out first."
        )
    count = count_rows(campaign, save_page_states(campaign))
    check_complete(count)
    return count


def _ask(campaign: "Campaign", count: "tally.Count") -> None:
    from digitize.campaign.store.scan_folders import TAKEN, files_in

    doubtful = int(count.tally["doubtful"].iloc[-1])
    failed = len(files_in(campaign.folder, TAKEN[-1]))
    click.echo(f"This erases all names, addresses, pictures and scans in {campaign.folder} for good.")
    if doubtful:
        rows = plural(doubtful, "row is", "rows are")
        click.echo(f"{rows} still doubtful; afterwards nobody can decide on them.")
    if failed:
        scans = plural(failed, "scan")
        click.echo(f"It also erases {scans} that could not be read and were never counted.")
    click.confirm("Erase?", abort=True)


def _erase(campaign: "Campaign", folder: Path, before: "tally.Count") -> _Erased:
    from digitize.campaign.store import CROPS, PICTURES
    from digitize.campaign.store.repair import KEPT_PICTURES
    from digitize.campaign.store.scan_folders import FETCHED, INBOX, TAKEN
    from digitize.campaign.store.shred import Shredded, shred, shred_folder
    from digitize.report.folder import FOLDER
    from digitize.tally.publish import write_tables

    elsewhere = _scans_elsewhere(campaign)
    texts = campaign.erase(lambda: _check_count(campaign, before))
    pictures = shred_folder(folder / PICTURES) + shred_folder(folder / CROPS)
    for damaged in folder.glob(KEPT_PICTURES):
        pictures += shred_folder(damaged)
    scans = Shredded()
    for place in (*TAKEN, INBOX, FETCHED):
        scans += shred_folder(folder / place)
    others = shred(_files_with_names(folder)) + shred_folder(folder / FOLDER)
    write_tables(campaign)
    kept = _kept_files()
    left = tuple(sorted(path.name for path in folder.iterdir() if path.name not in kept))
    return _Erased(texts, pictures, scans, others, elsewhere, left)


def _check_count(campaign: "Campaign", before: "tally.Count") -> None:
    """Raise SumsDiffer, before anything is final, if the count without names is not the one with them."""
    from digitize.tally.publish import count_rows, load_page_states

    after = count_rows(campaign, load_page_states(campaign))
    if not after.tally.equals(before.tally):
        raise SumsDiffer("Erasing would change the count, so nothing was erased. Please report this.")


def _scans_elsewhere(campaign: "Campaign") -> int:
    paths = [Path(file.path) for file in campaign.inputs.files()]
    return sum(path.exists() and not path.is_relative_to(os.path.abspath(campaign.folder)) for path in paths)  # noqa: PTH100


def _files_with_names(folder: Path) -> list[Path]:
    """Return files beside the database that hold names, unfinished ones of a killed process included."""
    from digitize.audit.journal import FILE as AUDIT
    from digitize.campaign.store.backup_file import BACKUPS
    from digitize.campaign.store.repair import KEPT_FILES
    from digitize.campaign.store.watch_progress import PROGRESS
    from digitize.debug_log import FILE_NAME
    from digitize.learning import FILE as LEARNED
    from digitize.report.match_journal import FILE as MATCHES

    patterns = (".*.unfinished", BACKUPS, *KEPT_FILES)
    others = [path for pattern in patterns for path in folder.glob(pattern) if path.is_file()]
    named = (*TABLES, PROGRESS, FILE_NAME, VIEWS, SESSIONS, AUDIT, LEARNED, MATCHES)
    return [path for name in named if (path := folder / name).exists()] + others


def _kept_files() -> set[str]:
    """Return the names of digitize's own files that stay in the folder."""
    from digitize.campaign.store import DATABASE
    from digitize.campaign.store.database import LOCK, WATCH_LOCK
    from digitize.campaign.store.form_settings import FOLDER as FORMS

    locks = {name for lock in (LOCK, WATCH_LOCK) for name in (lock, f"{lock}-journal")}
    return {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RECEIPT, FORMS, *locks, *TABLES}


def _receipt(count: "tally.Count", erased: _Erased) -> str:
    total = count.tally.iloc[-1]
    texts, pictures, scans = erased.texts, erased.pictures, erased.scans
    lines = [
        f"Erased on {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC by digitize {digitize.__version__}:",
        f"  {plural(texts.names, 'name')}, {plural(texts.addresses, 'address', 'addresses')}, "
        f"the texts of {plural(texts.decisions, 'decision')}",
        f"  {plural(pictures.files, 'picture')} of pages and rows ({_size(pictures)})",
        f"  {plural(scans.files, 'scan')} in this folder ({_size(scans)})",
        f"  {plural(erased.others.files, 'table, report or note', 'tables, reports and notes')} with names "
        "(tables were written again without them)",
        f"Kept: the count, {plural(int(total['signed']), 'signed row')}, {total['doubtful']} doubtful "
        "(tally.csv).",
        "The database was rewritten, and files were overwritten before they were deleted. Flash memory and",
        "file systems that keep old versions may still hold copies; only encryption protects against that.",
    ]
    if erased.scans_elsewhere:
        lines.append(f"Not touched: {plural(erased.scans_elsewhere, 'scan')} outside this folder.")
    if erased.left:
        named = ", ".join(erased.left[:NAMED_AT_MOST]) + (", ..." if len(erased.left) > NAMED_AT_MOST else "")
        files = plural(len(erased.left), "file")
        lines.append(f"Not touched: {files} in this folder that digitize did not write: {named}.")
    return "\n".join(lines)


def _size(shredded: "Shredded") -> str:
    return f"{shredded.size_bytes / 1e6:.1f} MB"

"""`digitize repair`: save what can be saved of a damaged database."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import FOLDER
from digitize.cli.output import plural, printable
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.campaign.store.repair import Repaired

NAMED_AT_MOST = 3  # scans and folders that are named


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
def repair(folder: Path) -> None:
    """Save what can be saved of a damaged database.

    Makes the database of the campaign in DIR again from its backup and from what can still be read of it:
    all decisions, scans and settings. The readings are made again from the scans by the next run. The damaged
    file is kept beside the new one.

    \b
    Example:
      digitize repair friday
    """
    sys.exit(repair_campaign(folder))


def repair_campaign(folder: Path) -> ExitCode:
    """Repair the database and say what was saved, what was lost and what to do next.  Raises BadStore."""
    from digitize.campaign.store.database import LOCK, WATCH_LOCK, locked
    from digitize.campaign.store.repair import repair as repair_database
    from digitize.errors import BadStore

    if not folder.is_dir():
        raise BadStore(f"{folder} holds no campaign; name the folder that digitize run wrote to with --out.")
    with ExitStack() as held:
        for lock in (LOCK, WATCH_LOCK):
            held.enter_context(locked(folder, lock))
        done = repair_database(folder)
    for line in _report(folder, done):
        click.echo(printable(line))
    return ExitCode.PAGES_FAILED if done.decisions_lost else ExitCode.OK


def _report(folder: Path, done: "Repaired") -> list[str]:
    if not done.problem:
        return [f"The database of the campaign in {folder} is sound; nothing was changed."]
    decisions = f"{plural(done.decisions, 'decision')} saved"
    if done.decisions_lost:
        decisions += f", {done.decisions_lost} lost; decide those again when their rows are shown"
    lines = [f"The database of the campaign in {folder} was damaged: {done.problem}."]
    if not done.made_again:
        return [
            *lines,
            "It is mended; no reading and no decision was lost.",
        ]
    return [*lines, f"{decisions}.", *_next_steps(folder, done)]


def _next_steps(folder: Path, done: "Repaired") -> list[str]:
    rows = f" with {plural(done.rows, 'row')}" if done.rows else ""
    pages = plural(done.pages, "page")
    lines = [f"{plural(done.scans, 'scan')} known; their {pages}{rows} must be digitized again."]
    if done.missing:
        names = ", ".join(path.name for path in done.missing[:NAMED_AT_MOST])
        more = ", ..." if len(done.missing) > NAMED_AT_MOST else ""
        are = plural(len(done.missing), "scan is not where it was", "scans are not where they were")
        lines.append(f"{are} ({names}{more}): bring them back, without them their pages do not count.")
    if done.kept:
        lines.append(f"The damaged database is kept as {done.kept}.")
    places = " ".join(str(place) for place in done.places[:NAMED_AT_MOST]) or "SCANS"
    lines.append(f"Next: digitize run {places} --out {folder}")
    return lines

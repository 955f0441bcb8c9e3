"""`digitize archive` and `digitize restore`: move a campaign with its scans between machines."""

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, FOLDER, NEW_FILE
from digitize.cli.output import plural, printable
from digitize.errors import ExitCode

NAMED_AT_MOST = 10  # missing scans that are printed

password_option = click.option(
    "--password-file", type=EXISTING_FILE, help="File whose first line is the password of the archive."
)


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=NEW_FILE, required=True, metavar="FILE", help="ZIP file to write.")
@password_option
@click.option(
    "--searchable", is_flag=True, help="Add a copy of each scan as PDF/A whose text can be searched."
)
def archive(folder: Path, out: Path, password_file: Path | None, searchable: bool) -> None:
    """Pack a campaign with its scans into one file.

    The file holds scans, pictures, tables, reports, log and database of the campaign in DIR, and checksums
    of all. With a password it is encrypted (AES-256). The campaign stays as it is.

    \b
    Examples:
      digitize archive friday --out friday.zip
      digitize archive friday --out friday.zip --searchable
      digitize archive friday --out friday.zip --password-file password.txt
    """
    from digitize.archive import pack
    from digitize.campaign.store import open_campaign
    from digitize.campaign.store.database import LOCK, WATCH_LOCK, locked

    with ExitStack() as held, open_campaign(folder) as campaign:
        for lock in (LOCK, WATCH_LOCK):
            held.enter_context(locked(folder, lock))
        packed = pack(campaign, out, password_of(password_file), searchable=searchable)
    click.echo(f"Written: {out} ({plural(packed.files, 'file')}, {plural(packed.scans, 'scan')})")
    if packed.missing:
        scans = plural(len(packed.missing), "scan is", "scans are")
        named = _named(packed.missing)
        click.echo(printable(f"{scans} no longer where they were, and missing from the archive: {named}."))
    if packed.unsearchable:
        copies = plural(len(packed.unsearchable), "searchable copy lacks", "searchable copies lack")
        click.echo(printable(f"{copies} pages that cannot be decoded: {_named(packed.unsearchable)}."))
    sys.exit(ExitCode.PAGES_FAILED if packed.missing or packed.unsearchable else ExitCode.OK)


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED_AT_MOST]) + (", ..." if len(names) > NAMED_AT_MOST else "")


@click.command(cls=Command)
@click.argument("source", metavar="FILE", type=EXISTING_FILE)
@click.argument("folder", metavar="DIR", type=FOLDER)
@password_option
def restore(source: Path, folder: Path, password_file: Path | None) -> None:
    """Unpack an archive into the new folder DIR.

    Every file is compared with its checksum first. The scans go to DIR/done, and the campaign can be worked
    on as before.

    \b
    Example:
      digitize restore friday.zip friday
    """
    from digitize.archive import unpack

    unpacked = unpack(source, folder, password_of(password_file))
    click.echo(f"Written: {folder} ({plural(unpacked.files, 'file')}, {plural(unpacked.scans, 'scan')})")
    sys.exit(ExitCode.OK)


def password_of(file: Path | None) -> str:
    """Return the first line of a file; raises click's BadParameter if it is empty."""
    if file is None:
        return ""
    lines = file.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise click.BadParameter("its first line is the password.", param_hint="--password-file")
    return lines[0].strip()

"""`digitize log`: print who decided what, or write it to a table."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import FOLDER, NEW_FILE
from digitize.cli.output import plural, printable
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.campaign.decisions import Decision
    from digitize.campaign.store.setting_changes import SettingChange

ROW_FORM = "FILE:PAGE:ROW"
RowName = tuple[str, int, int]  # name of the scan, its page, printed number of the row


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--csv", "table", type=NEW_FILE, metavar="FILE", help="Write a table instead of printing.")
@click.option("--row", metavar=ROW_FORM, help="Only decisions on one row, such as a.pdf:2:14.")
@click.option("--values", is_flag=True, help="Also show the names, addresses and places that were entered.")
def log(folder: Path, table: Path | None, row: str | None, values: bool) -> None:
    """Show who decided what.

    Lists the decisions in the campaign in DIR, oldest first. Names, addresses and places are left out
    unless you ask for them with --values.

    \b
    Examples:
      digitize log friday
      digitize log friday --row a.pdf:2:14 --values
      digitize log friday --csv decisions.csv
    """
    sys.exit(show_log(folder, table, row, values))


def row_name(text: str) -> RowName:
    """Parse FILE:PAGE:ROW; raises click's BadParameter."""
    file, *place = text.rsplit(":", 2)
    if len(place) == 2 and all(number.isascii() and number.isdigit() for number in place):
        return Path(file).name, int(place[0]), int(place[1])
    raise click.BadParameter(f"expected {ROW_FORM}, such as a.pdf:2:14.", param_hint="--row")


def show_log(folder: Path, table: Path | None, row: str | None, values: bool) -> ExitCode:
    """Print the decisions, or write them to a table; raises BadStore."""
    from digitize import tally
    from digitize.campaign.decisions import AUDIT_COLUMNS
    from digitize.campaign.store import open_campaign

    wanted = row_name(row) if row is not None else None
    with open_campaign(folder) as campaign:
        every = list(campaign.review.trail())
        delimiter = campaign.settings.wanted().delimiter
        unreadable = len(set(campaign.review.invalid()) - {line.id for line in every})
        changes = [] if wanted else campaign.settings.changes()
    lines = list(_select(every, wanted))
    count = plural(len(lines), "decision")
    if table is not None:
        tally.write_lines(table, AUDIT_COLUMNS, _merged(lines, changes, values), delimiter)
        click.echo(f"Written: {table} ({count})")
        return ExitCode.OK
    for line in lines:
        click.echo(printable(_describe(line, values)))
    for change in changes:
        click.echo(printable(_describe_change(change)))
    click.echo(count)
    if unreadable:
        entries = plural(unreadable, "entry was", "entries were")
        click.echo(f"{entries} changed outside of digitize, cannot be read, and are ignored.")
    return ExitCode.OK


def _select(lines: "Iterable[Decision]", wanted: RowName | None) -> "Iterator[Decision]":
    for line in lines:
        here = (PurePath(line.file).name, line.page, line.row.number) if line.row else None
        if wanted is None or here == wanted:
            yield line


def _merged(
    lines: "Iterable[Decision]", changes: "Iterable[SettingChange]", values: bool
) -> list[tuple[str | int, ...]]:
    """Return decisions and changes of settings as lines of one table, oldest first."""
    from digitize.campaign.decisions import audit_line
    from digitize.campaign.store.setting_changes import setting_line

    found = [audit_line(line, values) for line in lines] + [setting_line(each) for each in changes]
    return sorted(found, key=lambda line: str(line[1]))


def _describe_change(change: "SettingChange") -> str:
    """Return one line for the terminal about a setting."""
    from digitize.campaign.store.setting_changes import COMMAND_LINE

    at = change.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    where = f"{change.file}: " if change.file else ""
    what = f"{change.name} {change.before or 'nothing'} -> {change.value or 'nothing'}"
    return f"setting  {at}  {change.by or COMMAND_LINE}  {where}{what}"


def _describe(line: "Decision", values: bool) -> str:
    """Return one line for the terminal: when, who, where, what."""
    from digitize.campaign.decisions import AUDIT_COLUMNS, Field, audit_line

    shown = dict(zip(AUDIT_COLUMNS, audit_line(line, values), strict=True))
    where = f"{line.file}, page {line.page}" + (f", row {shown['row']}" if shown["row"] != "" else "")
    change = f"{shown['before'] or 'nothing'} -> {shown['value'] or 'nothing'}"
    at = line.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    notes = f" (undoes {line.undoes})" if line.undoes else ""
    notes += " (second look)" if line.second else ""
    notes += "" if line.valid else " (not a valid decision: ignored)"
    what = {Field.PERSON: "same person", Field.PAGE: "same page"}.get(line.field, line.field.value)
    return f"{line.id}  {at}  {line.by}  {where}: {what} {change}{notes}"

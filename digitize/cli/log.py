"""`digitize log`: who decided what, as text or as a table."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

import click

from digitize import tally
from digitize.campaign.decisions import AUDIT_COLUMNS, Decision, Field, audit_line
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode

ROW_FORM = "FILE:PAGE:ROW"
RowName = tuple[str, int, int]  # name of the scan, page of it, printed number of the row


def row_name(text: str) -> RowName:
    """Raises click's BadParameter."""
    file, *place = text.rsplit(":", 2)
    if len(place) == 2 and all(number.isascii() and number.isdigit() for number in place):
        return Path(file).name, int(place[0]), int(place[1])
    raise click.BadParameter(f"say {ROW_FORM}, such as a.pdf:2:14.", param_hint="--row")


def show_log(folder: Path, table: Path | None, row: str | None, values: bool) -> ExitCode:
    """Print the trail, or write it to a table; raises BadStore."""
    wanted = row_name(row) if row is not None else None
    with open_campaign(folder) as campaign:
        every = list(campaign.review.trail())
        unreadable = len(set(campaign.review.invalid()) - {line.id for line in every})
    lines = list(_about(every, wanted))
    if table is not None:
        tally.write_lines(table, AUDIT_COLUMNS, [audit_line(line, values) for line in lines])
        click.echo(f"Written: {table} ({_counted(len(lines))})")
        return ExitCode.OK
    for line in lines:
        click.echo(_told(line, values))
    click.echo(_counted(len(lines)))
    if unreadable:
        what = "1 line was" if unreadable == 1 else f"{unreadable} lines were"
        click.echo(
            f"{what} changed outside of digitize so that nobody can tell what they say; they are ignored."
        )
    return ExitCode.OK


def _about(lines: Iterable[Decision], wanted: RowName | None) -> Iterator[Decision]:
    for line in lines:
        here = (PurePath(line.file).name, line.page, line.row.number) if line.row else None
        if wanted is None or here == wanted:
            yield line


def _counted(lines: int) -> str:
    return "1 decision" if lines == 1 else f"{lines} decisions"


def _told(line: Decision, values: bool) -> str:
    """One line for the terminal: when, who, where, what."""
    shown = dict(zip(AUDIT_COLUMNS, audit_line(line, values), strict=True))
    where = f"{line.file}, page {line.page}" + (f", row {shown['row']}" if shown["row"] != "" else "")
    change = f"{shown['before'] or 'nothing'} -> {shown['value'] or 'nothing'}"
    at = line.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    back = f" (takes back {line.undoes})" if line.undoes else ""
    back += " (second look)" if line.second else ""
    back += "" if line.valid else " (no decision: ignored)"
    what = {Field.PERSON: "same person", Field.PAGE: "same page"}.get(line.field, line.field.value)
    return f"{line.id}  {at}  {line.by}  {where}: {what} {change}{back}"

"""`digitize match`: which signers are on a list."""

import sys
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, FOLDER, NEW_FILE
from digitize.cli.output import plural
from digitize.errors import ExitCode

COLUMNS = (
    *("probability", "sure", "file", "page", "row", "name", "address"),
    *("list_line", "list_name", "list_address", "decided", "decided_by"),
)
DECIDED = {True: "same", False: "different", None: "unsure"}


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("members", metavar="LIST", type=EXISTING_FILE)
@click.option(
    "--out",
    type=NEW_FILE,
    default="matches.csv",
    show_default=True,
    help="Table to write; it holds names and addresses.",
)
def match(folder: Path, members: Path, out: Path) -> None:
    """Find the signers who are on a list.

    LIST is a CSV or XLSX file of people, such as members. Misread names and addresses are allowed for. Each
    match has a probability; the count is never changed.

    \b
    Example:
      digitize match friday members.xlsx --out matches.csv
    """
    sys.exit(match_members(folder, members, out))


def match_members(folder: Path, members: Path, out: Path) -> ExitCode:
    """Find, write and print numbers; raises BadStore, BadTable, MissingProgram."""
    from digitize import tally
    from digitize.campaign.store import open_campaign
    from digitize.report import match_journal
    from digitize.report.member_list import read_members
    from digitize.report.members import find_members

    entries = read_members(members)
    with open_campaign(folder) as campaign:
        campaign.refuse_erased()
        with campaign.snapshot():
            rows = dict(campaign.review.signers())
            names = {at: page for page, at in campaign.derived.take_snapshot().page_ids.items()}
            labels = {file.path: file.label for file in campaign.inputs.files()}
    found = find_members(rows.items(), entries)
    journal = match_journal.save(folder, found)
    lines = []
    for one, candidate in zip(found, journal.candidates, strict=True):
        said = journal.said.get(candidate.key)
        row, page = rows[one.row], names[one.row.page_id]
        texts = [", ".join(text.text.split("\n")) if text else "" for text in (row.name, row.address)]
        entry = one.entry
        lines.append(
            (
                *(round(one.probability, 3), "yes" if one.is_sure else "no"),
                *(labels[page.file], page.page, row.number, *texts),
                *(entry.line, entry.name, entry.address),
                *((DECIDED[said.same], said.by) if said else ("", "")),
            )
        )
    tally.write_lines(out, COLUMNS, lines)
    sure = sum(one.is_sure for one in found)
    click.echo(f"Written: {out}")
    click.echo(
        f"Of {plural(len(rows), 'signer')}, {sure} are surely among "
        f"{plural(len(entries), 'person', 'people')} of the list, and {len(found) - sure} possibly: "
        "look at those with sure = no."
    )
    if left := len(journal.open):
        pairs = plural(left, "doubtful match", "doubtful matches")
        click.echo(f"{pairs} can be decided in the browser: digitize serve.")
    return ExitCode.OK

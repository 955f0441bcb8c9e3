"""`digitize learn`: train the recogniser further on what people corrected."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import FOLDER, campaign_form_option
from digitize.cli.output import plural
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.learning.cross_validation import Accuracy, Learned
    from digitize.learning.known_cells import KnownCell
    from digitize.learning.state import Progress

ROWS = (("names", "name"), ("addresses", "address"))


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@campaign_form_option
@click.option("--yes", "sure", is_flag=True, help="Use what was learned without asking, if it reads better.")
@click.option("--forget", is_flag=True, help="Delete what was learned; the shipped recogniser reads again.")
def learn(folder: Path, form: str | None, sure: bool, forget: bool) -> None:
    """Learn from corrections.

    Trains the recogniser of handwriting further on the names and addresses that people typed or confirmed in
    DIR, and measures on sheets that it has not seen whether it reads better. Only then it offers to use it:
    the next digitize run reads the pages again with it, and decisions stay.

    What was learned follows from what people wrote. It stays in DIR and is erased with it.

    \b
    Example:
      digitize learn friday
    """
    sys.exit(forget_learned(folder) if forget else learn_from(folder, form, sure=sure))


def forget_learned(folder: Path) -> ExitCode:
    """Delete what was learned; raises BadStore if the folder holds no campaign."""
    from digitize.campaign.store import open_campaign
    from digitize.learning import forget

    with open_campaign(folder):
        if forget(folder):
            click.echo("Deleted what was learned. The next digitize run reads the pages as before.")
        else:
            click.echo(f"Nothing was learned in {folder}.")
    return ExitCode.OK


def learn_from(folder: Path, form: str | None, *, sure: bool) -> ExitCode:
    """Train, print how well it reads, and store it if that is better and wanted.  Raises DigitizeError."""
    from digitize.learning.cross_validation import keep
    from digitize.learning.cross_validation import learn as train
    from digitize.learning.known_cells import collect_cells
    from digitize.ocr.language import load_language_model

    with _bar("Looking up corrected rows") as progress:
        cells = collect_cells(folder, form, progress)
    with _bar("Training") as progress:
        learned = train(cells, load_language_model(), progress)
    if learned is None:
        _show_too_few(cells)
        return ExitCode.OK
    _show(learned)
    if not learned.is_better:
        click.echo("That is no sure gain, so nothing is changed. Try again when more was corrected.")
        return ExitCode.OK
    if not sure and not click.confirm("Read the handwriting of this campaign with it?"):
        return ExitCode.OK
    keep(learned, folder)
    click.echo(
        "Run the same digitize run again: it reads all pages again with what was learned, and decisions "
        f"stay. To go back: digitize learn {folder} --forget"
    )
    return ExitCode.OK


@contextmanager
def _bar(label: str) -> "Iterator[Progress]":
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:
        yield lambda done, of: bar.update(1000 * done // of - bar.pos)


def _show_too_few(cells: "list[KnownCell]") -> None:
    from digitize.learning.state import SHEETS_MIN, TEXTS_MIN

    sheets = len({cell.sheet for cell in cells})
    click.echo(
        f"There are {plural(len(cells), 'corrected or confirmed text')} on {plural(sheets, 'sheet')}. "
        f"Learning takes at least {TEXTS_MIN} on {SHEETS_MIN} sheets whose scans are still there."
    )


def _show(learned: "Learned") -> None:
    from digitize.records import Role

    click.echo(
        f"Trained on {plural(learned.lines, 'line')} of {plural(learned.sheets, 'sheet')}. "
        "Sheets that it had not seen are read like this:"
    )
    for label, name in ROWS:
        role = Role(name)
        if role in learned.before:
            click.echo(f"  {label:<10} {_figures(learned.before[role])} -> {_figures(learned.after[role])}")


def _figures(accuracy: "Accuracy") -> str:
    return f"{accuracy.error_share:.1%} of the letters wrong, {accuracy.exact_share:.0%} without a mistake"

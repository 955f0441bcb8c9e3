"""`digitize audit`: prove how right the count is, by looking at a random sample."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import FOLDER
from digitize.cli.output import plural, print_table
from digitize.cli.serve import share
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.audit.journal import Audit
    from digitize.audit.outcome import Outcome

SEED_DIGITS = 6  # fewer could be tried out until the sample suits
USUAL_SIZE = 500


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--seed", help=f"At least {SEED_DIGITS} digits that nobody could choose: dice, or a public number."
)
@click.option(
    "--size",
    type=click.IntRange(1),
    metavar="N",
    help=f"Rows and pages to look at in all; a larger number later draws more.  [default: {USUAL_SIZE}]",
)
@click.option(
    "--people",
    type=click.IntRange(1, 2),
    metavar="N",
    default=1,
    show_default=True,
    help="How many people look at each, independently.",
)
@click.option(
    "--within",
    metavar="SHARE",
    callback=share,
    help="Say how many it takes for a total right within this share.",
)
def audit(folder: Path, seed: str | None, size: int | None, people: int, within: float | None) -> None:
    """Prove how right the count is.

    First writes down what is counted; then roll dice and give the seed. The sample of rows and pages is
    looked at in the browser (digitize serve DIR, page Audit) without what the program found. Finally says
    between which numbers the total and those of large cantons lie, with a certainty of 95 %.

    \b
    Examples:
      digitize audit friday
      digitize audit friday --seed 614235
      digitize audit friday --within 0.5%
      digitize audit friday --size 1200
    """
    from digitize.audit import journal
    from digitize.campaign.store import open_campaign

    with open_campaign(folder) as campaign:
        campaign.refuse_erased()
        if not journal.exists(folder):
            begun = journal.commit(campaign)
            click.echo(f"Written: {folder / journal.FILE}")
            click.echo(f"{len(begun.units)} rows and pages; SHA-256 {begun.print}")
        current = journal.load(folder)
        _draw(current, seed, size, people)
        current = journal.load(folder)
        if not journal.is_current(current, campaign):
            click.echo(
                "The count has changed since the audit began: its result is about the count of "
                f"{current.at[:10]} and does not go into the report."
            )
    sys.exit(_tell(current, within))


def _draw(audit: "Audit", seed: str | None, size: int | None, people: int) -> None:
    """Draw the first sample, or more; raises click's BadParameter, BadStore."""
    from digitize.audit import journal
    from digitize.audit.units import sizes

    if seed is not None:
        if audit.rounds and seed != audit.seed:
            raise click.BadParameter(f"the seed of this audit is {audit.seed}.", param_hint="--seed")
        if not re.fullmatch(rf"[0-9]{{{SEED_DIGITS},}}", seed):
            raise click.BadParameter(f"expected at least {SEED_DIGITS} digits.", param_hint="--seed")
    if not audit.rounds:
        if seed is not None:
            journal.add_round(audit, seed, people, sizes(audit.units, size or USUAL_SIZE))
        return
    if size is None:
        return
    if audit.open:
        raise click.BadParameter("first look at what was drawn already.", param_hint="--size")
    before = audit.rounds[-1]
    wanted = {stratum: max(n, before.get(stratum, 0)) for stratum, n in sizes(audit.units, size).items()}
    if wanted != before:
        journal.add_round(audit, audit.seed, audit.people, wanted)


def _tell(audit: "Audit", within: float | None) -> ExitCode:
    if not audit.rounds:
        click.echo(
            "Show this number to somebody else. Then roll dice and run this command again with --seed."
        )
        return ExitCode.OK
    click.echo(f"Seed {audit.seed}: {plural(len(audit.sample), 'row or page', 'rows and pages')} drawn.")
    outcome = audit.outcome()
    if outcome is None:
        click.echo(f"{audit.open} to look at: run digitize serve {audit.folder} and open the page Audit.")
        return ExitCode.OK
    _show(outcome)
    if within is not None:
        needed = audit.needed(within)
        if outcome.total.error_share <= within:
            click.echo(f"The total is right within {within:.2%}.")
        elif needed is None:
            click.echo(f"Even looking at everything cannot show that the total is right within {within:.2%}.")
        else:
            more = needed.units - outcome.looked_at
            click.echo(
                f"For a total right within {within:.2%}, about {more} more are needed, if they are as often "
                f"wrong as those so far: --size {needed.size}."
            )
    return ExitCode.OK


def _show(outcome: "Outcome") -> None:
    click.echo(f"{plural(outcome.errors, 'error')} among {outcome.looked_at}.")
    lines = [("total", outcome.total), *outcome.cantons.items()]
    rows = [(name, str(b.counted), str(b.low), str(b.high), f"{b.error_share:.2%}") for name, b in lines]
    columns = ("", "counted", "at least", "at most", "off by at most")
    print_table(f"With a certainty of {outcome.confidence:.0%}", columns, rows)

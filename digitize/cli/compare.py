"""`digitize compare`: where two counts of the same sheets differ."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import NEW_FILE
from digitize.cli.output import plural
from digitize.cli.report import LANGUAGES, usual_language
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.report import comparison

EXISTING = click.Path(exists=True, path_type=Path)
COLUMNS = ("file", "page", "row", "what", "first", "second")


@click.command(cls=Command)
@click.argument("first", metavar="A", type=EXISTING)
@click.argument("second", metavar="B", type=EXISTING)
@click.option(
    "--out",
    type=NEW_FILE,
    default="comparison.html",
    show_default=True,
    help="Page with pictures of the rows (.html), or table (.csv).",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language of the page.  [default: that of the system]"
)
def compare(first: Path, second: Path, out: Path, language: str | None) -> None:
    """Compare two counts of the same sheets.

    A and B are folders of campaigns, or lists keyed by hand (CSV or XLSX). Writes row by row what differs
    and prints how often both agree.

    \b
    Examples:
      digitize compare monday tuesday
      digitize compare friday keyed.xlsx --out differences.csv
    """
    if first.is_file() and second.is_file():
        raise click.UsageError("At least one of A and B must be the folder of a campaign.")
    if out.suffix not in (".html", ".csv"):
        raise click.BadParameter("expected a name that ends in .html or .csv.", param_hint="--out")
    sys.exit(compare_counts(first, second, out, language or usual_language()))


def compare_counts(first: Path, second: Path, out: Path, language: str) -> ExitCode:
    """Compare, write and print; raises BadStore, BadTable, SumsDiffer."""
    from contextlib import ExitStack

    from digitize import tally
    from digitize.campaign.store import Campaign, open_campaign
    from digitize.errors import BadStore
    from digitize.report.comparison import compare as compared
    from digitize.report.comparison_page import render_comparison
    from digitize.report.sides import Side, crops_of, from_campaign, from_list

    with ExitStack() as opened:
        campaigns: list[Campaign | None] = [
            opened.enter_context(open_campaign(path)) if path.is_dir() else None for path in (first, second)
        ]
        by_content = None not in campaigns
        sides: list[Side] = [
            from_campaign(campaign, by_content) if campaign else from_list(path)
            for campaign, path in zip(campaigns, (first, second), strict=True)
        ]
        result = compared(sides[0].rows, sides[1].rows)
        if out.suffix == ".csv":
            lines = [
                (one.file, one.page, one.row, one.what.value, one.first, one.second)
                for one in result.differences
            ]
            tally.write_lines(out, COLUMNS, lines)
        else:
            crop = crops_of(next(campaign for campaign in campaigns if campaign))
            page = render_comparison(result, (sides[0].name, sides[1].name), crop, language)
            try:
                out.write_text(page, encoding="utf-8", errors="replace")
            except OSError as error:
                raise BadStore(f"{out} cannot be written ({error.strerror}).") from error
    click.echo(f"Written: {out}")
    _tell(result)
    return ExitCode.OK


def _tell(result: "comparison.Comparison") -> None:
    click.echo(
        f"{plural(result.in_both, 'row')} in both, {result.only_first} only in A, "
        f"{result.only_second} only in B."
    )
    click.echo(f"Signatures that count: {result.counted[0]} in A, {result.counted[1]} in B.")
    for what, agreement in result.agreements.items():
        kappa = "" if agreement.kappa is None else f", Cohen's kappa {agreement.kappa:.3f}"
        click.echo(
            f"{what.value}: {agreement.same} of {agreement.both} the same ({agreement.share:.1%}){kappa}"
        )
    click.echo(f"{plural(len(result.differences), 'difference')}.")

"""What the commands on scans take; what they do stands in a file of its own for each.

Everything heavy is imported inside the commands, so that `digitize --help`
answers at once.
"""

import sys
from datetime import datetime
from pathlib import Path

import click

from digitize.cli.options import (
    DAY,
    DEFAULT_OUT,
    EXISTING,
    FOLDER,
    PICTURE,
    SCAN,
    canton_risk_option,
    form_option,
    model_option,
    page_option,
    reader_option,
    text_risk_option,
)


@click.command()
@click.argument("scans", nargs=-1, required=True, type=EXISTING)
@click.option("--out", type=FOLDER, default=DEFAULT_OUT, show_default=True, help="Folder for the results.")
@form_option
@reader_option
@model_option
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=None,
    help="Processes side by side; 0 works in this one.  [default: cores]",
)
@click.option("--crops", is_flag=True, help="Also write one picture per numbered row to OUT/crops.")
@click.option(
    "--counts-only",
    is_flag=True,
    help="Keep nothing that can be read or looked at: no names, addresses, pictures.",
)
@canton_risk_option
@text_risk_option
@click.option("--redo", is_flag=True, help="Do every page again, finished or not.")
@click.option(
    "--received",
    type=DAY,
    metavar="DATE",
    help="Day on which these scans came in, such as 2025-01-20; for scans of earlier runs only with "
    "--redo.  [default: the day of each file]",
)
@click.option(
    "--deadline",
    type=DAY,
    metavar="DATE",
    help="Last day in time, for all scans of OUT until another is given.  [default: that of the form]",
)
def run(
    scans: tuple[Path, ...],
    out: Path,
    form: str,
    reader: str,
    model: Path | None,
    workers: int | None,
    crops: bool,
    redo: bool,
    received: datetime | None,
    deadline: datetime | None,
    counts_only: bool,
    canton_risk: float,
    text_risk: float,
) -> None:
    """Digitize SCANS, files or folders that are searched through.

    Writes rows.csv, tally.csv and pages.csv to the results folder. Run the same command again
    after a stop or with more scans: pages that are finished are not done again.

    \b
    digitize run scans/ --out friday
    digitize run scans/ --out friday --crops --workers 4
    digitize run scans/ --received 2025-01-17 --deadline 2025-01-20
    digitize run scans/ --model larger.onnx    (characters in larger_characters.txt, one a line)
    """
    from digitize.cli.run import Options, run_batch

    came, last = (day.date() if day else None for day in (received, deadline))
    how = (form, reader, model, workers, crops, redo)
    sys.exit(run_batch(Options(scans, out, *how, came, last, counts_only, canton_risk, text_risk)))


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--partial", is_flag=True, help="Exit with 0 although pages are not processed yet.")
def tally(folder: Path, partial: bool) -> None:
    """Write the tables of the campaign in DIR again and show the tally.

    \b
    digitize tally friday
    """
    from digitize.cli.summary import show_tally

    sys.exit(show_tally(folder, partial=partial))


@click.command()
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("truth", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def score(results: Path, truth: Path) -> None:
    """Compare RESULTS, a rows.csv, with TRUTH, a table that tells what is written on the sheets.

    Shows how right rows, statuses, names, addresses and cantons are, and what came true of the
    confidences. TRUTH has the columns of samples/truth.csv.

    \b
    digitize score friday/rows.csv samples/truth.csv
    """
    from digitize.cli.score import show_score

    sys.exit(show_score(results, truth))


@click.command()
@click.argument("scan", type=SCAN)
@page_option
@click.option("--out", type=PICTURE, help="Picture to write.  [default: SCAN-pPAGE.png in this folder]")
@form_option
@reader_option
@model_option
def show(scan: Path, page: int, out: Path | None, form: str, reader: str, model: Path | None) -> None:
    """Draw grid, numbers, verdicts and readings on one page of SCAN.

    \b
    digitize show scans/a.pdf --page 2 --out found.png
    """
    from digitize.cli.show import show_page

    sys.exit(show_page(scan, page, out, form, reader, model))


@click.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=".")
def doctor(folder: Path) -> None:
    """Say what is installed, what is missing, and whether results can be written to DIR."""
    from digitize.cli.doctor import examine

    sys.exit(examine(folder))


@click.group(invoke_without_command=True)
@click.pass_context
def forms(context: click.Context) -> None:
    """List the forms that come with digitize, or check one of your own.

    \b
    digitize forms
    digitize forms check my.toml --on scans/a.pdf
    """
    from digitize.cli.forms import list_forms

    if context.invoked_subcommand is None:
        list_forms()


@forms.command()
@click.argument("form")
@click.option("--on", "scan", type=SCAN, help="Scan on which to try the form.")
@page_option
@click.option("--out", type=PICTURE, help="Picture to write.  [default: SCAN-pPAGE.png in this folder]")
def check(form: str, scan: Path | None, page: int, out: Path | None) -> None:
    """Check FORM, a .toml file, and draw what it makes of a scan.

    \b
    digitize forms check my.toml
    digitize forms check my.toml --on scans/a.pdf --page 2 --out found.png
    """
    from digitize.cli.forms import check_form

    sys.exit(check_form(form, scan, page, out))

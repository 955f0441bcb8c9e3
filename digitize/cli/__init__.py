"""Commands: the only room that prints, shows progress and picks exit codes.

Everything heavy is imported inside the commands, so that `digitize --help`
answers at once.
"""

import os
import signal
import sys
import traceback
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from digitize import __version__
from digitize.errors import DigitizeError, ExitCode

DEBUG = "DIGITIZE_DEBUG"
DEFAULT_OUT = "digitized"

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, path_type=Path)
SCAN = click.Path(exists=True, dir_okay=False, path_type=Path)
PICTURE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])

CODES = {
    ExitCode.OK: "all fine",
    ExitCode.PAGES_FAILED: "some pages or files could not be processed; pages.csv says which and why",
    ExitCode.USAGE: "wrong option or argument",
    ExitCode.NO_INPUT: "no scan among the files and folders named",
    ExitCode.MISSING_PROGRAM: "a program such as tesseract or poppler is missing; see digitize doctor",
    ExitCode.BAD_FORM: "the form file cannot be used",
    ExitCode.BAD_STORE: "the output folder cannot be used, or another run is working on it",
    ExitCode.SUMS_DIFFER: "pages are missing from the tally: run the same command again",
    ExitCode.FAULT: "a fault in digitize itself; please report it",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C; what was finished is kept",
}

page_option = click.option(
    "--page", type=click.IntRange(1), default=1, show_default=True, help="Page of the file."
)
form_option = click.option(
    "--form", default="auto", show_default=True, help="Form of the sheets; see digitize forms."
)
reader_option = click.option(
    "--reader",
    type=click.Choice(["rapid", "tesseract"]),
    default="rapid",
    show_default=True,
    help="Engine that reads the handwriting.",
)

model_option = click.option(
    "--model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="ONNX file of your own for the reader rapid, with its characters beside it.",
)

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>3}  {meaning}" for code, meaning in CODES.items())


@click.group(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="digitize")
def cli() -> None:
    """Count the signatures on scanned petition sheets.

    \b
    digitize run scans/                    all scans of a folder, results in ./digitized
    digitize run a.pdf b.tif --out friday  some files, results in ./friday
    digitize show scans/a.pdf --page 2     a picture of what was found on one page
    digitize doctor                        what is installed, what is missing
    """


@cli.command()
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

    days = (day.date() if day else None for day in (received, deadline))
    sys.exit(run_batch(Options(scans, out, form, reader, model, workers, crops, redo, *days)))


@cli.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
def tally(folder: Path) -> None:
    """Write the tables of the campaign in DIR again and show the tally.

    \b
    digitize tally friday
    """
    from digitize.cli.tables import show_tally

    sys.exit(show_tally(folder))


@cli.command()
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


@cli.command()
@click.argument("scan", type=SCAN)
@page_option
@click.option("--out", type=PICTURE, help="Picture to write.  [default: SCAN-pPAGE.png in this folder]")
@form_option
@reader_option
def show(scan: Path, page: int, out: Path | None, form: str, reader: str) -> None:
    """Draw grid, numbers, verdicts and readings on one page of SCAN.

    \b
    digitize show scans/a.pdf --page 2 --out found.png
    """
    from digitize.cli.show import show_page
    from digitize.pipeline import Settings

    sys.exit(show_page(scan, page, out, Settings(form=form, reader=reader)))


@cli.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=".")
def doctor(folder: Path) -> None:
    """Say what is installed, what is missing, and whether results can be written to DIR."""
    from digitize.cli.doctor import examine

    sys.exit(examine(folder))


@cli.group(invoke_without_command=True)
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


def main() -> NoReturn:
    """Run the command line; every error ends as one sentence and an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        cli.main(standalone_mode=False)
        sys.exit(ExitCode.OK)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DigitizeError as error:
        _say(str(error), error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped. Run the same command again to go on.")
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except Exception as error:
        _say(f"digitize stopped because of a fault of its own ({_place(error)}); please report this.", error)
        sys.exit(ExitCode.FAULT)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt  # being told to end is the same as Ctrl-C


def _say(sentence: str, error: Exception | None = None) -> None:
    if error is not None and os.environ.get(DEBUG):
        traceback.print_exception(error)
    click.echo(sentence, err=True)


def _place(error: Exception) -> str:
    """Kind and line of the fault; never its text, which may quote a cell."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "digitize" in Path(frame.filename).parts] or frames
    return f"{type(error).__name__} in {Path(ours[-1].filename).name}, line {ours[-1].lineno}"

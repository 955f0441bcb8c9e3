"""The command line: the only part that prints, shows progress and picks exit codes.

Here are the group and the handling of errors; every command has a module of its own.  Those modules import
whatever is heavy inside their functions, so that `--help` responds at once.
"""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from digitize import __version__
from digitize.cli import (
    archive,
    audit,
    compare,
    doctor,
    erase,
    forms,
    learn,
    log,
    match,
    merge,
    repair,
    report,
    run,
    score,
    serve,
    sheet,
    show,
    tally,
    watch,
)
from digitize.cli.debug import debug_option
from digitize.cli.output import ERROR_PREFIX, printable
from digitize.errors import DigitizeError, ExitCode

PRIVATE_UMASK = 0o077

CODES = {
    ExitCode.OK: "success",
    ExitCode.PAGES_FAILED: "some pages or files could not be processed; pages.csv says which and why",
    ExitCode.USAGE: "wrong option or argument",
    ExitCode.NO_INPUT: "no scan among what was named, or an address that cannot be read",
    ExitCode.MISSING_PROGRAM: "a program such as tesseract or poppler is missing; see digitize doctor",
    ExitCode.BAD_FORM: "the form file cannot be used",
    ExitCode.BAD_STORE: "the results folder cannot be used or is damaged, or another run is working on it",
    ExitCode.SUMS_DIFFER: "pages are missing from the tally; run the same command again",
    ExitCode.BAD_CLUSTER: "the cluster cannot be used or was lost; what is finished is kept",
    ExitCode.FAULT: "an error in digitize itself; please report it",
    ExitCode.INTERRUPTED: "interrupted by Ctrl-C; finished pages are kept",
}

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>3}  {meaning}" for code, meaning in CODES.items())


@click.group(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="digitize")
def cli() -> None:
    """Count the signatures on scanned petition sheets.

    \b
    digitize run scans/                    digitize a folder of scans into ./digitized
    digitize run a.pdf b.tif --out friday  digitize two files into ./friday
    digitize serve friday                  review the results in a browser
    digitize show scans/a.pdf --page 2     draw what was found on one page
    digitize doctor                        check the installation
    """


cli.params.append(debug_option())
for _command in (
    *(run.run, tally.tally, score.score, show.show, doctor.doctor, forms.forms),
    *(serve.serve, watch.watch, log.log, report.report, audit.audit, erase.erase, repair.repair),
    *(compare.compare, archive.archive, archive.restore, match.match, merge.merge, sheet.sheet, learn.learn),
):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line; every error ends as one sentence on standard error and an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.umask(PRIVATE_UMASK)  # pictures and tables are full of names
    try:
        cli.main(prog_name="digitize", standalone_mode=False)
        sys.exit(ExitCode.OK)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DigitizeError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. Run the same command again to continue.", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:  # the program that reads our output, such as head or less, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except Exception as error:
        from digitize.debug_log import place

        _complain(f"digitize itself failed ({place(error)}); please report this, with the log of --debug.")
        sys.exit(ExitCode.FAULT)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt  # treat a request to terminate like Ctrl-C


def _complain(sentence: str) -> None:
    click.echo(f"{ERROR_PREFIX}{printable(sentence)}", err=True)

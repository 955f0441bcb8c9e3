"""Commands: the only room that prints, shows progress and picks exit codes.

This file has the group and what becomes of errors; `commands.py` says what the
commands take.
"""

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from digitize import __version__
from digitize.cli import commands, site_commands
from digitize.errors import DigitizeError, ExitCode

DEBUG = "DIGITIZE_DEBUG"

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


COMMANDS = (
    *(commands.run, commands.tally, commands.score, commands.show, commands.doctor, commands.forms),
    *(
        site_commands.serve,
        site_commands.watch,
        site_commands.log,
        site_commands.erase,
    ),
)
for _command in COMMANDS:
    cli.add_command(_command)


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

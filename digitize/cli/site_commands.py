"""What the commands around the review room take; what they do stands in a file of its own for each."""

import sys
from pathlib import Path

import click

from digitize.cli.options import FOLDER, TABLE, form_option


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port.  [default: a free one]")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address of this machine under which others in the office network may open the pages; needs "
    "--password-file. What travels there is not encrypted.",
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the password for others in the network.",
)
@click.option(
    "--second-look",
    metavar="SHARE",
    callback=lambda _context, _option, value: _share(value),
    help="Share of the confirmed rows that another person looks at again without knowing the first "
    "decision, such as 5%.  [default: as before; at first none]",
)
@click.option("--goal", type=click.IntRange(1), help="Number of signatures wanted, for the bar.")
@form_option
@click.option(
    "--workers", type=click.IntRange(1), default=None, help="Processes that read scans.  [default: cores]"
)
def serve(
    folder: Path,
    port: int,
    host: str,
    password_file: Path | None,
    second_look: float | None,
    goal: int | None,
    form: str,
    workers: int | None,
) -> None:
    """Show the campaign in DIR in a browser: add scans, look at the count, review, decide.

    Opens pages on this machine only, behind a link with a key. Scans that are dropped onto the page
    or put into DIR/inbox are read while it runs.

    \b
    digitize serve friday
    digitize serve friday --goal 10000 --second-look 5%
    digitize serve friday --host 192.168.1.20 --port 8000 --password-file password.txt
    """
    from digitize.cli.serve import Options
    from digitize.cli.serve import serve as show

    sys.exit(show(Options(folder, port, host, password_file, second_look, goal, form, workers)))


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@form_option
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=None,
    help="Processes side by side; 0 works in one.  [default: cores]",
)
@click.option("--once", is_flag=True, help="End when everything that lies in DIR/inbox is done.")
def watch(folder: Path, form: str, workers: int | None, once: bool) -> None:
    """Digitize the scans that are dropped into DIR/inbox, as they come.

    A file is taken when it has stopped growing, and lies in DIR/done or DIR/failed afterwards. The
    tables in DIR are written after every run.

    \b
    digitize watch friday
    """
    from digitize.cli.watch import watch_folder

    sys.exit(watch_folder(folder, form, workers, once))


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--csv", "table", type=TABLE, metavar="FILE", help="Write a table instead of printing.")
@click.option("--row", metavar="FILE:PAGE:ROW", help="Only what was decided on one row, such as a.pdf:2:14.")
@click.option("--values", is_flag=True, help="Also show names, addresses and places that were decided.")
def log(folder: Path, table: Path | None, row: str | None, values: bool) -> None:
    """Show who decided what in the campaign in DIR, oldest first.

    Names, addresses and places are left out unless --values asks for them.

    \b
    digitize log friday
    digitize log friday --row a.pdf:2:14 --values
    digitize log friday --csv trail.csv
    """
    from digitize.cli.log import show_log

    sys.exit(show_log(folder, table, row, values))


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--keep", type=click.Choice(["tally"]), required=True, help="What stays: the numbers of the count."
)
@click.option("--yes", "sure", is_flag=True, help="Do not ask.")
def erase(folder: Path, keep: str, sure: bool) -> None:  # noqa: ARG001 (said aloud, so that nobody is surprised)
    """Erase all names, addresses, pictures and scans of the campaign in DIR; the count stays.

    Prints a receipt and keeps it in DIR/erased.txt. There is no way back.

    \b
    digitize erase friday --keep tally
    """
    from digitize.cli.erase import erase_campaign

    sys.exit(erase_campaign(folder, sure=sure))


def _share(text: str | None) -> float | None:
    """5% or 0.05; raises click's BadParameter."""
    if text is None:
        return None
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise click.BadParameter("give a share such as 5%.")
    return share

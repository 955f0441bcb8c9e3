"""`digitize sheet new`: print a sheet of one's own."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, NEW_FILE
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.sheet import SheetWishes

LANGUAGES = ("de", "fr", "it", "en")
USUAL_COLUMNS = ("number", "name", "address", "signature")
USUAL_ROWS = "12"


@click.group()
def sheet() -> None:
    """Print sheets of your own, which digitize recognises by their marks."""


@sheet.command(cls=Command)
@click.option("--title", required=True, help="Title of the petition.")
@click.option(
    "--text",
    "texts",
    type=EXISTING_FILE,
    multiple=True,
    metavar="FILE",
    help="Text file with the letter; several, such as one in each language, are printed one below the other.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    default=USUAL_COLUMNS,
    show_default=True,
    metavar="ROLE[=HEADER]",
    help="Column, from left to right; its header may follow, as in 'name=Full Name'.",
)
@click.option(
    "--rows", default=USUAL_ROWS, show_default=True, help="Rows on each page: one number, or two as in 3,27."
)
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="Language of the print; may be given several times.  [default: that of the system]",
)
@click.option("--organisation", default="", help="Who collects the signatures.")
@click.option("--return-to", default="", help="Address to which sheets are returned.")
@click.option("--deadline", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which sheets are in time.")
@click.option(
    "--batch", default=0, metavar="N", help="Number of the print run, to tell returned sheets apart."
)
@click.option("--name", default="", help="Name of the form.  [default: made of the title]")
@click.option("--out", type=NEW_FILE, default=Path("sheet.pdf"), show_default=True, help="PDF to write.")
def new(
    title: str,
    texts: tuple[Path, ...],
    columns: tuple[str, ...],
    rows: str,
    languages: tuple[str, ...],
    organisation: str,
    return_to: str,
    deadline: datetime | None,
    batch: int,
    name: str,
    out: Path,
) -> None:
    """Write a sheet to print, with its form file beside it.

    The sheet bears marks in its corners and a code, by which digitize recognises form, page, orientation and
    rows, also when it is faint or torn. Print it in its original size.

    \b
    Examples:
      digitize sheet new --title "Mehr Bäume" --text brief.txt --language de --deadline 2026-11-30
      digitize sheet new --title "Safe roads" --text letter.txt --rows 3,27 --batch 2 --out roads.pdf \\
        --column number= --column "name=Full Name" --column address --column signature --language en
    """
    from digitize.cli.report import usual_language
    from digitize.sheet import SheetWishes, columns_of

    spoken = tuple(dict.fromkeys(languages)) or (usual_language(),)
    wishes = SheetWishes(
        title=" ".join(title.split()),
        columns=columns_of(columns, spoken),
        rows=_rows(rows),
        texts=tuple(_text(file) for file in texts),
        languages=spoken,
        organisation=" ".join(organisation.split()),
        return_to=" ".join(return_to.split()),
        deadline=deadline.date() if deadline else None,
        name=name,
        batch=batch,
    )
    write_sheet(wishes, out)
    sys.exit(ExitCode.OK)


def write_sheet(wishes: "SheetWishes", out: Path) -> None:
    """Write PDF and form file and say so; raises BadSheet, MissingProgram."""
    from digitize.cli.output import plural
    from digitize.sheet import print_sheet

    printed = print_sheet(wishes)
    form = out.with_suffix(".toml")
    out.write_bytes(printed.pdf)
    form.write_text(printed.form, encoding="utf-8")
    click.echo(f"Written: {out} ({plural(len(printed.codes), 'page')}), {form}")
    for code in printed.codes:
        click.echo(
            f"Page {code.page}: rows {code.first_row} to {code.last_row}, {code.pitch_mm10 / 10:g} mm high."
        )
    click.echo("Print it in its original size (100 %), black on white.")


def _rows(text: str) -> tuple[int, ...]:
    """Return the numbers of rows; raises click's BadParameter."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and len(part) < 5 for part in parts):
        raise click.BadParameter("give one number, or two as in 3,27.", param_hint="--rows")
    return tuple(int(part) for part in parts)


def _text(file: Path) -> str:
    """Return the text of a file; raises click's BadParameter if it is none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{file} is not a text in UTF-8.", param_hint="--text") from error

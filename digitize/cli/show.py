"""`digitize show`: draw what was found on one page."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import (
    EXISTING_FILE,
    checked_model,
    form_option,
    model_option,
    page_option,
    picture_option,
    reader_option,
)
from digitize.cli.output import plural
from digitize.errors import DigitizeError, ExitCode

if TYPE_CHECKING:
    from digitize.page.pipeline import Settings
    from digitize.records import SheetPage


@click.command(cls=Command)
@click.argument("scan", type=EXISTING_FILE)
@page_option
@picture_option
@form_option
@reader_option
@model_option
def show(scan: Path, page: int, out: Path | None, form: str, reader: str, model: Path | None) -> None:
    """Draw what was found on one page.

    Draws grid, row numbers, statuses and readings on a page of SCAN.

    \b
    Example:
      digitize show scans/a.pdf --page 2 --out found.png
    """
    sys.exit(show_page(scan, page, out, form, reader, model))


def show_page(
    scan: Path, page: int, out: Path | None, form: str, reader: str, model: Path | None
) -> ExitCode:
    """Write the picture; raises DigitizeError if the page cannot be processed."""
    from digitize.form.definition import load_form
    from digitize.page.pipeline import Settings
    from digitize.records import Status

    load_form(form)  # a wrong form is reported as such, not as a page that failed
    settings = Settings(form, reader, model=checked_model(reader, model))
    outcome, path = draw_page(scan, page, out, settings)
    signed = sum(row.status is Status.SIGNED for row in outcome.rows)
    click.echo(f"{outcome.kind}: {plural(len(outcome.rows), 'row')}, {signed} signed. Written: {path}")
    return ExitCode.OK


def draw_page(scan: Path, page: int, out: Path | None, settings: "Settings") -> tuple["SheetPage", Path]:
    """Digitize a page and write the picture; returns the result and the path of the picture.

    Raises DigitizeError if the page cannot be processed, BadParameter if the picture cannot be written.
    """
    from digitize import images, overlay
    from digitize.page.pipeline import digitize_with_page
    from digitize.records import Failure

    straightened, digitized = digitize_with_page(str(scan), page, settings)
    outcome = digitized.outcome
    if isinstance(outcome, Failure):
        raise DigitizeError(outcome.sentence)
    assert straightened is not None
    path = out or Path(f"{scan.stem}-p{page}.png")
    drawn = overlay.draw(straightened.pixels, outcome)
    try:
        path.write_bytes(images.encode(drawn, ".png"))
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}."
        raise click.BadParameter(problem, param_hint="--out") from error
    return outcome, path

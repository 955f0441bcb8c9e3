"""`digitize show`: one page with what was found drawn on it."""

from pathlib import Path

import click

from digitize import images, overlay
from digitize.cli.model_option import checked_model
from digitize.errors import DigitizeError, ExitCode
from digitize.form.definition import load_form
from digitize.page import pipeline
from digitize.records import Failure, SheetPage, Status


def show_page(
    scan: Path, page: int, out: Path | None, form: str, reader: str, model: Path | None
) -> ExitCode:
    """Write the picture; raises DigitizeError with the page's own sentence when it cannot be processed."""
    load_form(form)
    settings = pipeline.Settings(form, reader, model=checked_model(reader, model))
    outcome, path = draw_page(scan, page, out, settings)
    signed = sum(row.status is Status.SIGNED for row in outcome.rows)
    click.echo(f"{outcome.kind}: {len(outcome.rows)} rows, {signed} signed. Written: {path}")
    return ExitCode.OK


def draw_page(scan: Path, page: int, out: Path | None, settings: pipeline.Settings) -> tuple[SheetPage, Path]:
    """Digitize a page, write the picture of what was found and say where; raises DigitizeError."""
    straightened, digitized = pipeline.digitize_with_page(str(scan), page, settings)
    outcome = digitized.outcome
    if isinstance(outcome, Failure):
        raise DigitizeError(outcome.sentence)
    assert straightened is not None
    path = out or Path(f"{scan.stem}-p{page}.png")
    drawn = overlay.draw(straightened.pixels, outcome)
    try:
        path.write_bytes(images.encode(drawn, ".png"))
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.") from error
    return outcome, path

"""Options that several commands share."""

from pathlib import Path

import click

DEFAULT_OUT = "digitized"

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, path_type=Path)
SCAN = click.Path(exists=True, dir_okay=False, path_type=Path)
PICTURE = click.Path(dir_okay=False, path_type=Path)
TABLE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])

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

canton_risk_option = click.option(
    "--canton-risk",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="A row goes to review when the chance that its canton is wrong is above this.",
)
text_risk_option = click.option(
    "--text-risk",
    type=click.FloatRange(0, 1),
    default=0.7,
    show_default=True,
    help="The same for the chance that a name or an address has a mistake.",
)
model_option = click.option(
    "--model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="ONNX file of your own for the reader rapid, with its characters beside it.",
)

"""Parameter types and options that several commands share."""

import os
from pathlib import Path
from typing import Any

import click

DEFAULT_OUT = "digitized"

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])

page_option = click.option(
    "--page", type=click.IntRange(1), metavar="N", default=1, show_default=True, help="Page of the file."
)
picture_option = click.option(
    "--out", type=NEW_FILE, help="Picture to write.  [default: SCAN-pPAGE.png in this folder]"
)
form_option = click.option(
    "--form",
    metavar="FORM",
    default="auto",
    show_default=True,
    help="Name or .toml file of the printed form; see digitize forms.",
)
campaign_form_option = click.option(
    "--form",
    metavar="FORM",
    help="Name or .toml file of the printed form; see digitize forms.  [default: that of the settings; at "
    "first auto]",
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
    type=EXISTING_FILE,
    help="Your own ONNX model for the reader rapid, with its characters in a file beside it.",
)

DELIMITERS = {"comma": ",", "semicolon": ";"}
delimiter_option = click.option(
    "--delimiter",
    type=click.Choice(list(DELIMITERS)),
    help="What stands between the values in the CSV tables, until another is given; semicolon for Excel in "
    "Switzerland.  [default: as before; at first comma]",
)


class Source(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in newer versions of click
    """A file or folder, or an address such as s3://bucket/scans."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """Return an address as text, and the path of anything else, which must exist."""
        if isinstance(value, str) and "://" in value:
            return value
        path: Path = EXISTING.convert(value, param, ctx)
        return path


def checked_cluster(_context: click.Context, _option: click.Parameter, address: str | None) -> str:
    """Return the address of a scheduler as given, empty for none; raises BadParameter if it is no address."""
    kind, _, count = (address or "").partition(":")
    is_local = kind == "local" and count.isdigit() and int(count) > 0
    if address and not is_local and "://" not in address:
        raise click.BadParameter(f"{address} is neither an address such as tls://scheduler:8786 nor local:4.")
    return address or ""


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def checked_model(reader: str, model: Path | None) -> str:
    """Return the absolute path of the model, empty for the one that ships with digitize.

    Opens any engine but the usual one, so that a wrong model is reported before the first page.  Raises
    MissingProgram, and click's BadParameter for a model that cannot be used.
    """
    from digitize.errors import ReaderFailed
    from digitize.ocr.open_reader import open_reader

    if model is not None and reader != "rapid":
        raise click.BadParameter("only the reader rapid takes a model of your own.", param_hint="--model")
    if model is not None or reader != "rapid":
        try:
            open_reader(reader, model)
        except ReaderFailed as error:
            raise click.BadParameter(str(error), param_hint="--model") from error
    return str(model.resolve()) if model else ""

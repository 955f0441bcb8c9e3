"""The recogniser that a command names, tried before a run depends on it."""

from pathlib import Path

import click

from digitize.errors import ReaderFailed
from digitize.ocr.engines import open_reader


def checked_model(reader: str, model: Path | None) -> str:
    """The model's absolute path, empty for the one that ships with digitize.

    Opens the engine once unless it is the usual one; raises MissingProgram, or
    click's BadParameter for a model that does not fit.
    """
    if model is not None and reader != "rapid":
        raise click.BadParameter("only the reader rapid takes a model of your own.", param_hint="--model")
    if model is not None or reader != "rapid":
        try:
            open_reader(reader, model)
        except ReaderFailed as error:
            raise click.BadParameter(str(error), param_hint="--model") from error
    return str(model.resolve()) if model else ""

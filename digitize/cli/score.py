"""`digitize score`: compare a table of rows with what is written on the sheets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE
from digitize.cli.output import print_table
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.evaluation import Accuracy

MAX_COLUMNS = 5  # of groups side by side; more are printed one below the other
OF_GROUPS = (
    *("rows in truth", "status right", "name character errors", "name exact"),
    *("address character errors", "address exact", "canton exact"),
)


@click.command(cls=Command)
@click.argument("results", type=EXISTING_FILE)
@click.argument("truth", type=EXISTING_FILE)
@click.option("--by", default="difficulty", help="Column of TRUTH by which rows are told apart.")
def score(results: Path, truth: Path, by: str) -> None:
    """Measure how accurate a rows.csv is.

    Compares RESULTS, a rows.csv, with TRUTH, a table of what is written on the sheets, which has the columns
    of samples/truth.csv. Prints which share of rows, statuses, names, addresses and cantons is right, and
    whether the confidences are justified.

    \b
    Examples:
      digitize score friday/rows.csv samples/truth.csv
      digitize score friday/rows.csv samples/truth.csv --by flags
    """
    sys.exit(show_score(results, truth, by))


def show_score(results: Path, truth: Path, by: str) -> ExitCode:
    """Print the figures of all rows and of every group; raises BadTable."""
    from digitize.evaluation import ALL, CALIBRATED, score

    groups = score(results, truth, by)
    figures = {group: accuracy.figures() for group, accuracy in groups.items()}
    shown = figures if len(figures) <= MAX_COLUMNS else {ALL: figures[ALL]}
    rows = [(name, *(_text(column[name]) for column in shown.values())) for name in figures[ALL]]
    print_table("Accuracy", ("figure", *shown), rows)
    if shown is not figures:
        lines = [(group, *(_text(column[name]) for name in OF_GROUPS)) for group, column in figures.items()]
        print_table(f"By {by}", (by, *OF_GROUPS), lines)
    for what in CALIBRATED:
        _show_calibration(what, groups[ALL])
    click.echo(
        "Shares are of 1. Texts are compared without case, accents and punctuation, and not in struck rows."
    )
    return ExitCode.OK


def _show_calibration(what: str, accuracy: "Accuracy") -> None:
    """Print the mean confidence of readings beside the share of them that is right."""
    from digitize.evaluation import BIN_EDGES

    rows = []
    for least, most, counted in zip(BIN_EDGES, (*BIN_EDGES[1:], 1.0), accuracy.bins[what], strict=True):
        if counted.count:
            mean, right = counted.confidence_sum / counted.count, counted.right / counted.count
            rows.append((f"{least:.2f}-{most:.2f}", str(counted.count), _text(mean), _text(right)))
    print_table(f"Confidence of the {what}", ("confidence", "readings", "mean", "right"), rows)


def _text(value: float | int | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"

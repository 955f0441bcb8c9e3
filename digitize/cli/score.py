"""`digitize score`: how right a table of rows is, in figures only."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from digitize.errors import ExitCode
from digitize.evaluation import ALL, BIN_EDGES, CALIBRATED, Accuracy, score


def show_score(results: Path, truth: Path) -> ExitCode:
    """Print the figures of all rows and of every group; raises BadTable."""
    groups = score(results, truth)
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    console.print(_figures(groups))
    for what in CALIBRATED:
        console.print(_calibration(what, groups[ALL]))
    click.echo(
        "Shares are of 1. Texts are compared without case, accents and punctuation; struck rows are not."
    )
    return ExitCode.OK


def _figures(groups: dict[str, Accuracy]) -> Table:
    table = Table(title="Accuracy", title_justify="left")
    table.add_column("")
    for group in groups:
        table.add_column(group, justify="right")
    columns = [accuracy.figures() for accuracy in groups.values()]
    for name in columns[0]:
        table.add_row(name, *(_text(figures[name]) for figures in columns))
    return table


def _calibration(what: str, accuracy: Accuracy) -> Table:
    """What the confidences said and what came true."""
    table = Table(title=f"Confidence of the {what}", title_justify="left")
    for name in ("confidence", "readings", "mean", "right"):
        table.add_column(name, justify="right")
    for least, most, counted in zip(BIN_EDGES, (*BIN_EDGES[1:], 1.0), accuracy.bins[what], strict=True):
        if counted.count:
            mean, right = counted.confidence_sum / counted.count, counted.right / counted.count
            table.add_row(f"{least:.2f}-{most:.2f}", str(counted.count), _text(mean), _text(right))
    return table


def _text(value: float | int | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"

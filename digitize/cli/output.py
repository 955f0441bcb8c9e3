"""How errors, numbers and tables are printed."""

import unicodedata
from collections.abc import Sequence

import click

ERROR_PREFIX = "Error: "  # that of click


def plural(count: int, singular: str, plural_form: str = "") -> str:
    """Return the count with its noun: "1 page", "3 pages", "2 copies"."""
    return f"{count} {singular if count == 1 else plural_form or singular + 's'}"


def printable(text: str) -> str:
    """Return text without what steers a terminal: names of files may hold any character."""
    return "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, total: bool = False
) -> None:
    """Print a table: with rules on a terminal; elsewhere as plain columns, at least two spaces apart.

    The first column holds names, the others numbers.  `total` says that the last row is the sum.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        _print_plain(title, columns, rows)
        return
    table = Table(title=title, title_justify="left")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left")
    for i, row in enumerate(rows):
        table.add_row(*row, style="bold" if total and i == len(rows) - 1 else None)
    console.print(table)


def _print_plain(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [columns, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    click.echo(f"{title}:")
    for first, *others in lines:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        click.echo("  ".join(cells).rstrip())

"""`digitize forms`: list the printed designs, or check a form file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, page_option, picture_option
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.form.definition import Form, FormColumn
    from digitize.records import SheetPage


@click.group(invoke_without_command=True)
@click.pass_context
def forms(context: click.Context) -> None:
    """List the shipped forms, or check your own.

    \b
    Examples:
      digitize forms
      digitize forms check my.toml --on scans/a.pdf
    """
    if context.invoked_subcommand is None:
        list_forms()


@forms.command(cls=Command)
@click.argument("form")
@click.option("--on", "scan", type=EXISTING_FILE, help="Scan to try the form on.")
@page_option
@picture_option
def check(form: str, scan: Path | None, page: int, out: Path | None) -> None:
    """Check a form file.

    Says what FORM, a .toml file, means. With a scan, says and draws what the form finds there.

    \b
    Examples:
      digitize forms check my.toml
      digitize forms check my.toml --on scans/a.pdf --page 2 --out found.png
    """
    sys.exit(check_form(form, scan, page, out))


def list_forms() -> None:
    """Print one line per form that ships with digitize."""
    from digitize.form.definition import AUTO, load_form, shipped_forms

    click.echo(f"{AUTO:12} columns are taken from the printed header (the default)")
    for name in shipped_forms():
        click.echo(f"{name:12} {', '.join(load_form(name).roles)}")
    click.echo("You can also pass the path of your own .toml file to --form.")


def check_form(form_file: str, scan: Path | None, page: int, out: Path | None) -> ExitCode:
    """Describe a form file and draw what it finds on a scan; raises BadForm, DigitizeError."""
    from digitize.form.definition import load_form

    form = load_form(form_file)
    click.echo(f"{form_file} is a valid form. {describe(form)}")
    if scan is None:
        return ExitCode.OK
    from digitize.cli.show import draw_page
    from digitize.page.pipeline import Settings

    outcome, path = draw_page(scan, page, out, Settings(form=form_file))
    for sentence in compare(form, outcome):
        click.echo(sentence)
    click.echo(f"Written: {path}")
    return ExitCode.OK


def describe(form: "Form") -> str:
    """Return name, columns, row numbers and deadline of a form in sentences."""
    columns = ", ".join(map(_column_text, form.columns)) or "taken from the printed header"
    spans = [f"{kind} {first}-{dict(form.last_row)[kind]}" for kind, first in form.first_row]
    deadline = form.deadline.isoformat() if form.deadline else "none"
    return (
        f"Name: {form.name}. Columns: {columns}. "
        f"Row numbers: {', '.join(spans) or 'as printed'}. Deadline: {deadline}."
    )


def _column_text(column: "FormColumn") -> str:
    return column.role if column.storey is None else f"{column.role} (storey {column.storey})"


def compare(form: "Form", outcome: "SheetPage") -> list[str]:
    """Return sentences on what of the form was found on a page and what was not."""
    from digitize.messages import sentences
    from digitize.records import Role

    if outcome.table is None:
        return [sentences(outcome.notes) or f"The page is {outcome.kind}: there is nothing to compare."]
    roles = tuple(column.role for column in outcome.table.columns)
    if not form.columns or roles == form.roles:
        found = [f"Columns found on the page: {', '.join(roles)}."]
    else:
        found = [
            f"The columns differ. The form has: {', '.join(form.roles)}. Found were: {', '.join(roles)}.",
            "Add the header words of the missing columns to the form, or correct its roles.",
        ]
    if Role.SIGNATURE not in roles:
        found.append("There is no signature column, so no row of such a page can count.")
    return [*found, _compare_rows(form, outcome)]


def _compare_rows(form: "Form", outcome: "SheetPage") -> str:
    """Return a sentence on the row numbers found and those that the form has on such a page."""
    first, last = outcome.rows[0].number, outcome.rows[-1].number
    found = f"The page was taken for a {outcome.kind} with rows {first}-{last}"
    expected = form.rows_of(outcome.kind)
    if expected is None or expected == (first, last):
        return f"{found}."
    return f"{found}; the form has rows {expected[0]}-{expected[1]} there."

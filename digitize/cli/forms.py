"""`digitize forms`: the printed designs, and whether a form file is right."""

from pathlib import Path

import click

from digitize.errors import ExitCode
from digitize.form.definition import AUTO, Form, FormColumn, load_form, shipped_forms
from digitize.messages import sentences
from digitize.records import Role, SheetPage


def list_forms() -> None:
    """One line per form that ships with digitize."""
    click.echo(f"{AUTO:12} columns are worked out from the printed header (the default)")
    for name in shipped_forms():
        click.echo(f"{name:12} {', '.join(load_form(name).roles)}")
    click.echo("Or give the path of a .toml file of your own to --form.")


def check_form(form_file: str, scan: Path | None, page: int, out: Path | None) -> ExitCode:
    """Say what a form file means, and draw what it makes of a scan; raises BadForm, DigitizeError."""
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


def describe(form: Form) -> str:
    """Name, columns, row numbers and deadline in sentences."""
    columns = ", ".join(map(_told, form.columns)) or "worked out from the printed header"
    spans = [f"{kind} {first}-{dict(form.last_row)[kind]}" for kind, first in form.first_row]
    deadline = form.deadline.isoformat() if form.deadline else "none"
    return (
        f"Name: {form.name}. Columns: {columns}. "
        f"Row numbers: {', '.join(spans) or 'as printed'}. Deadline: {deadline}."
    )


def _told(column: FormColumn) -> str:
    return column.role if column.storey is None else f"{column.role} (storey {column.storey})"


def compare(form: Form, outcome: SheetPage) -> list[str]:
    """What of the form was found on a page, and what was not, in sentences."""
    if outcome.table is None:
        return [sentences(outcome.notes) or f"The page is {outcome.kind}: there is nothing to compare."]
    roles = tuple(column.role for column in outcome.table.columns)
    if not form.columns or roles == form.roles:
        found = [f"Found on the page: {', '.join(roles)}."]
    else:
        found = [
            f"The columns differ: the form has {', '.join(form.roles)}; found were {', '.join(roles)}.",
            "Add the header words of the missing columns to the form, or correct its roles.",
        ]
    if Role.SIGNATURE not in roles:
        found.append("There is no signature column: no row of such a page can count.")
    return [*found, _rows(form, outcome)]


def _rows(form: Form, outcome: SheetPage) -> str:
    """Which rows were found, and whether the form has them on such a page."""
    first, last = outcome.rows[0].number, outcome.rows[-1].number
    expected = form.rows_of(outcome.kind)
    if expected is None or expected == (first, last):
        return f"Found as {outcome.kind}: rows {first}-{last}."
    return f"Found as {outcome.kind}: rows {first}-{last}, where the form has {expected[0]}-{expected[1]}."

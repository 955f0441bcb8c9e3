"""Store what a campaign knows about its forms."""

import json
from datetime import date

from digitize.campaign.store import backup, due_work
from digitize.campaign.store.database import Database
from digitize.form.definition import Form
from digitize.records import PageKind


class Forms:
    """The table of forms.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, form: Form) -> None:
        """Store row numbers and deadline of a form chosen by the user, replacing an earlier version."""
        spans = {kind.value: form.rows_of(kind) for kind, _ in form.first_row}
        deadline = None if form.deadline is None else form.deadline.isoformat()
        with self._database.transaction() as connection:
            written = connection.execute(
                "INSERT INTO forms (name, deadline, row_numbers) VALUES (?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET deadline = excluded.deadline, row_numbers = excluded.row_numbers"
                " WHERE (deadline, row_numbers) IS NOT (excluded.deadline, excluded.row_numbers)",
                (form.name, deadline, json.dumps(spans)),
            )
            if written.rowcount:
                backup.note_form(connection, form.name)
                due_work.pages_changed(connection)

    def all(self) -> dict[str, Form]:
        """Return the stored forms by name, without their columns."""
        found = {}
        for row in self._database.rows("SELECT * FROM forms"):
            spans = {PageKind(kind): span for kind, span in json.loads(row["row_numbers"]).items()}
            found[row["name"]] = Form(
                name=row["name"],
                first_row=tuple((kind, first) for kind, (first, _) in spans.items()),
                last_row=tuple((kind, last) for kind, (_, last) in spans.items()),
                deadline=None if row["deadline"] is None else date.fromisoformat(row["deadline"]),
            )
        return found

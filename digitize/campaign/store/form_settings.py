"""Store what a campaign knows about its forms."""

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path

from digitize.campaign.store import backup, due_work
from digitize.campaign.store.campaign_settings import FORM
from digitize.campaign.store.database import Database
from digitize.errors import BadForm, BadStore
from digitize.form.definition import AUTO, Form, is_built_in, load_form
from digitize.records import PageHints, PageKind, is_valid_hint

FOLDER = "forms"  # in the folder of the campaign: copies of the form files that users gave


def form_file(folder: Path, name: str) -> Path:
    """Return where the copy of a user's form lies in the folder of a campaign."""
    return folder / FOLDER / f"{name}.toml"


class Forms:
    """The table of forms.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, form: Form, source: Path | None = None) -> None:
        """Store row numbers and deadline of a form chosen by the user, replacing an earlier version.

        `source` is its file, which is copied, so that single pages can be read again with the form.
        """
        if source is not None and is_valid_hint(PageHints(form=form.name).text):
            self._copy(source, form_file(self._database.folder, form.name))
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

    def for_new_scans(self) -> str:
        """Return the form set for scans that come in, as `load_form` takes it."""
        rows = self._database.rows("SELECT value FROM settings WHERE name = ?", FORM)
        name = rows[0]["value"] if rows else AUTO
        return name if is_built_in(name) else str(form_file(self._database.folder, name))

    def add(self, text: str) -> Form:
        """Keep the form that a form file describes, replacing one of the same name; raises BadForm."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.toml"
            path.write_text(text, encoding="utf-8")
            try:
                form = load_form(str(path))
            except BadForm as error:
                raise BadForm(str(error).replace(str(path), path.name)) from error
            if is_built_in(form.name) or not is_valid_hint(PageHints(form=form.name).text):
                raise BadForm(f'A form of one\'s own cannot be called "{form.name}"; change its name.')
            self.keep(form, path)
        return form

    def for_reading(self) -> list[str]:
        """Return the names of the users' forms with which a page can be read again."""
        return sorted(path.stem for path in (self._database.folder / FOLDER).glob("*.toml"))

    def _copy(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(exist_ok=True)
            if not target.exists() or not target.samefile(source):
                shutil.copyfile(source, target)
        except OSError as error:
            raise BadStore(f"{target} cannot be written: {error.strerror}.") from error

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

"""What people set for a campaign: title, organisation, goal, last day, form, tables, languages of the report;
and the port of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from digitize.campaign.store import backup, due_work, setting_changes, setting_values
from digitize.campaign.store.database import Database
from digitize.campaign.store.setting_changes import SettingChange

TITLE_MAX = 200  # characters
GOAL_MAX = 100_000_000  # more signatures than there are people who may sign
TITLE, GOAL, DEADLINE, DELIMITER = "title", "goal", "deadline", "delimiter"
ORGANISATION, FORM, LANGUAGES = "organisation", "form", "languages"
DELIMITERS = (",", ";")
_PORT = "port"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings of a campaign; `deadline` overrides those of forms and sheets, None leaves them.

    `delimiter` stands between the values of a line in its CSV files.  `form` is the name of the printed form
    of scans that come in, "" where each page tells it.  `languages` are those of the report, none where the
    reader's is taken.
    """

    title: str = ""
    goal: int | None = None
    deadline: date | None = None
    delimiter: str = DELIMITERS[0]
    organisation: str = ""
    form: str = ""
    languages: tuple[str, ...] = ()

    def stored(self) -> Mapping[str, str | None]:
        """Return the values as they are stored, None for those that are not set."""
        return {
            TITLE: self.title or None,
            GOAL: None if self.goal is None else str(self.goal),
            DEADLINE: None if self.deadline is None else self.deadline.isoformat(),
            DELIMITER: None if self.delimiter == DELIMITERS[0] else self.delimiter,
            ORGANISATION: self.organisation or None,
            FORM: self.form or None,
            LANGUAGES: " ".join(self.languages) or None,
        }


class CampaignSettings:
    """The table of settings.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wanted(self) -> Wanted:
        """Return what was set."""
        values = {
            row["name"]: row["value"] for row in self._database.rows("SELECT name, value FROM settings")
        }
        delimiter = values.get(DELIMITER, "")
        return Wanted(
            title=values.get(TITLE, ""),
            goal=int(values[GOAL]) if GOAL in values else None,
            deadline=date.fromisoformat(values[DEADLINE]) if DEADLINE in values else None,
            delimiter=delimiter if delimiter in DELIMITERS else DELIMITERS[0],
            organisation=values.get(ORGANISATION, ""),
            form=values.get(FORM, ""),
            languages=tuple(values.get(LANGUAGES, "").split()),
        )

    def save(self, wanted: Wanted, by: str = "") -> None:
        """Replace what was set; what follows from it is due.  `by` is "" for the command line."""
        before, after = self.wanted().stored(), wanted.stored()
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return
        with self._database.transaction() as connection:
            for name in changed:
                value = after[name]
                if value is None:
                    connection.execute("DELETE FROM settings WHERE name = ?", (name,))
                else:
                    setting_values.put(connection, name, value)
                backup.note_setting(connection, name)
                setting_changes.record(connection, name, before[name] or "", value or "", by)
            if DEADLINE in changed:
                due_work.pages_changed(connection)
            elif DELIMITER in changed:
                due_work.rows_changed(connection)

    def set_deadline(self, deadline: date, by: str = "") -> None:
        """Set the last day on which sheets are in time; it overrides those of forms and sheets."""
        self.save(replace(self.wanted(), deadline=deadline), by)

    def set_delimiter(self, delimiter: str, by: str = "") -> None:
        """Set what stands between the values of a line in CSV files; raises ValueError."""
        if delimiter not in DELIMITERS:
            raise ValueError(f"the delimiter is one of {' '.join(DELIMITERS)}")
        self.save(replace(self.wanted(), delimiter=delimiter), by)

    def changes(self) -> list[SettingChange]:
        """Return who changed which setting, oldest first."""
        with self._database.snapshot() as connection:
            return setting_changes.every(connection)

    def deadlines(self) -> list[date]:
        """Return the last days that hold for pages of the campaign, the most frequent first."""
        query = (
            "SELECT deadline FROM page_states WHERE deadline IS NOT NULL"
            " GROUP BY deadline ORDER BY count(*) DESC, deadline"
        )
        return [date.fromisoformat(row["deadline"]) for row in self._database.rows(query)]

    def port(self) -> int:
        """Return the port at which the pages were served last, 0 if they never were."""
        rows = self._database.rows("SELECT value FROM settings WHERE name = ?", _PORT)
        return int(rows[0]["value"]) if rows else 0

    def keep_port(self, port: int) -> None:
        """Record the port at which the pages are served, so that a bookmark stays good."""
        with self._database.transaction() as connection:
            setting_values.put(connection, _PORT, str(port))

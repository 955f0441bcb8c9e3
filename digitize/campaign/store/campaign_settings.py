"""What people set for a campaign: title, goal, last day, the port of its pages."""

from dataclasses import dataclass
from datetime import date

from digitize.campaign.store import backup, due_work, setting_values
from digitize.campaign.store.database import Database

TITLE_MAX = 200  # characters
GOAL_MAX = 100_000_000  # more signatures than there are people who may sign
_TITLE, _GOAL, _DEADLINE, _PORT = "title", "goal", "deadline", "port"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings of a campaign; `deadline` overrides those of forms and sheets, None leaves them."""

    title: str = ""
    goal: int | None = None
    deadline: date | None = None


class CampaignSettings:
    """The table of settings.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wanted(self) -> Wanted:
        """Return what was set."""
        values = {
            row["name"]: row["value"] for row in self._database.rows("SELECT name, value FROM settings")
        }
        return Wanted(
            title=values.get(_TITLE, ""),
            goal=int(values[_GOAL]) if _GOAL in values else None,
            deadline=date.fromisoformat(values[_DEADLINE]) if _DEADLINE in values else None,
        )

    def save(self, wanted: Wanted) -> None:
        """Replace what was set; the page states are due if the deadline is another."""
        before = self.wanted()
        values = {
            _TITLE: wanted.title or None,
            _GOAL: None if wanted.goal is None else str(wanted.goal),
            _DEADLINE: None if wanted.deadline is None else wanted.deadline.isoformat(),
        }
        with self._database.transaction() as connection:
            for name, value in values.items():
                connection.execute("DELETE FROM settings WHERE name = ?", (name,))
                if value is not None:
                    connection.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, value))
                backup.note_setting(connection, name)
            if before.deadline != wanted.deadline:
                due_work.pages_changed(connection)

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

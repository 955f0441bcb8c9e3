"""Who changed which setting of a campaign, when, and what it was before; lines are only ever added.

The functions work inside the caller's transaction.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from digitize.campaign.store import backup

COMMAND_LINE = "(command line)"  # stands for who changed a setting there
RECEIVED = "received"  # the day on which a file came in
SECOND_LOOK = "second-look"


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One change.  `by` is "" for the command line, `file` the file that the setting is about, if any."""

    name: str
    before: str
    value: str
    by: str
    at: datetime
    file: str = ""


def setting_line(change: SettingChange) -> tuple[str | int, ...]:
    """Return a change as a line of the table of decisions (`decisions.AUDIT_COLUMNS`)."""
    at = change.at.isoformat(timespec="seconds")
    who, field = change.by or COMMAND_LINE, f"setting {change.name}"
    return ("", at, who, change.file, "", "", field, change.before, change.value, "", "")


def record(
    connection: sqlite3.Connection, name: str, before: str, value: str, by: str, file: str = ""
) -> None:
    """Add a change."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    cursor = connection.execute(
        "INSERT INTO setting_changes (name, value_before, value, file, changed_by, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (name, before, value, file, by, at),
    )
    assert cursor.lastrowid is not None
    backup.note_setting_change(connection, cursor.lastrowid)


def every(connection: sqlite3.Connection) -> list[SettingChange]:
    """Return all changes, oldest first."""
    return [
        SettingChange(
            *(line["name"], line["value_before"], line["value"], line["changed_by"]),
            datetime.fromisoformat(line["at"]),
            line["file"],
        )
        for line in connection.execute("SELECT * FROM setting_changes ORDER BY id")
    ]

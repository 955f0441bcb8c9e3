"""Make a damaged or lost database again from what can be saved of it and from its backup.

Decisions of people, what is known of scans, settings and forms are saved.  Readings are not: the next run
makes them again from the scans.
The damaged file is kept under another name.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitize.campaign.store import backup, due_work, row_state
from digitize.campaign.store.backup_file import BACKUP
from digitize.campaign.store.database import Database
from digitize.campaign.store.examination import damage, has_wrong_row_states
from digitize.campaign.store.page_results import PICTURES
from digitize.campaign.store.picture_files import private_files
from digitize.campaign.store.restore import Restored, restore
from digitize.campaign.store.salvage import Salvaged, salvage
from digitize.campaign.store.schema import migrate
from digitize.campaign.store.store_errors import DATABASE, errors_as_bad_store
from digitize.errors import BadStore
from digitize.problems import NO_CAMPAIGN, problem

NEW = ".campaign.sqlite.new.unfinished"
KEPT = "damaged"  # in the names of what is kept
KEPT_FILES = (f"{DATABASE}.{KEPT}-*",)
KEPT_PICTURES = f"{PICTURES}.{KEPT}-*"
_SIDES = ("-wal", "-shm")

GONE = "it is gone"
WRONG_STATES = "states of rows do not follow from its readings"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did; `problem` is empty if nothing was wrong.

    Unless the database was `made_again`, no reading is lost.  `kept` is the damaged database, `scans` are
    known with `pages` to digitize, of which `missing` are not where they were.  `rows` is the number of
    rows whose readings are lost, as far as it could be read.
    """

    problem: str = ""
    made_again: bool = False
    kept: Path | None = None
    scans: int = 0
    pages: int = 0
    missing: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()  # folders of the scans that are there
    rows: int = 0
    decisions: int = 0
    decisions_lost: int = 0


def check(folder: Path) -> str | None:
    """Return what is wrong with the database in `folder`, as a phrase; empty if nothing is, None without one.

    Raises BadStore if it is locked or cannot be opened.
    """
    path = folder / DATABASE
    if not path.is_file():
        return GONE if (folder / BACKUP).is_file() else None
    with errors_as_bad_store(folder):
        if problem := damage(path):
            return problem
        with closing(Database.open(folder)) as database:
            return WRONG_STATES if has_wrong_row_states(database.connection) else ""


def repair(folder: Path) -> Repaired:
    """Repair the database in `folder` if it needs that; the caller holds the locks of the folder.

    Running it again after a sudden end finishes the work.  Raises BadStore if there is nothing to repair
    from, if the texts were erased, or if the disk is full.
    """
    path = folder / DATABASE
    if not path.is_file() and not (folder / BACKUP).is_file():
        raise BadStore(problem(NO_CAMPAIGN, folder=folder))
    with private_files(), errors_as_bad_store(folder):
        damage_found = damage(path, derived=False) if path.is_file() else GONE
        if not damage_found:
            return _mend_derived(folder)
        return _make_again(folder, damage_found)


def _mend_derived(folder: Path) -> Repaired:
    """Compute again what does not follow from readings and decisions."""
    problem = damage(folder / DATABASE)
    with closing(Database.open(folder)) as database:
        if not problem and not has_wrong_row_states(database.connection):
            return Repaired()
        with database.transaction() as connection:
            if problem:
                connection.execute("DELETE FROM page_states")
                due_work.pages_changed(connection)
            row_state.rebuild(connection)
        count = database.rows("SELECT count(*) AS decisions FROM decisions")[0]["decisions"]
    return Repaired(WRONG_STATES, decisions=count)


def _make_again(folder: Path, problem: str) -> Repaired:
    path, new = folder / DATABASE, folder / NEW
    _remove(new)
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            migrate(connection, str(new))
            found = salvage(path, connection)
            if found.erased:
                raise BadStore(
                    f"The names and pictures in {folder} were erased, so that its database cannot be made "
                    "again; the count is in tally.csv."
                )
            restored = _fill(connection, found)
            scans = connection.execute("SELECT path, pages FROM inputs WHERE sha256 != ''").fetchall()
        kept = _keep_damaged(path)
        new.replace(path)
    finally:
        _remove(new)
    places = [Path(scan["path"]) for scan in scans]
    missing = tuple(place for place in places if not place.exists())
    if missing and (folder / PICTURES).is_dir():  # the next run would delete the pictures of these scans
        (folder / PICTURES).rename(_free_name(folder / PICTURES))
    (folder / PICTURES).mkdir(exist_ok=True)
    Database.open(folder).close()  # begins a new backup
    return Repaired(
        problem=problem,
        made_again=True,
        kept=kept,
        scans=len(scans),
        pages=sum(scan["pages"] or 0 for scan in scans),
        missing=missing,
        places=tuple(sorted({place.parent for place in places if place.exists()})),
        rows=found.rows,
        decisions=restored.decisions,
        decisions_lost=len(found.decision_ids) - restored.decisions,
    )


def _fill(connection: sqlite3.Connection, found: Salvaged) -> Restored:
    connection.execute("PRAGMA foreign_keys = ON")
    backup.prepare(connection)
    connection.execute("BEGIN IMMEDIATE")
    restored = restore(connection, found.entries)
    row_state.bring_up_to_date(connection)
    connection.execute("COMMIT")
    return restored


def _keep_damaged(path: Path) -> Path | None:
    """Give the damaged file a second name and its log another one; the file stays until it is replaced.

    A log that stayed would be applied to the new database.
    """
    if not path.is_file():
        for side in _SIDES:
            _remove(path.with_name(path.name + side))
        return None
    kept = _free_name(path)
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copyfile(path, kept)
    for side in _SIDES:
        beside = path.with_name(path.name + side)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + side))
    return kept


def _free_name(path: Path) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    base = path.with_name(f"{path.name}.{KEPT}-{stamp}")
    names = (base, *(base.with_name(f"{base.name}-{count}") for count in range(2, 1000)))
    return next(name for name in names if not name.exists())


def _remove(path: Path) -> None:
    for side in ("", "-journal", *_SIDES):
        path.with_name(path.name + side).unlink(missing_ok=True)

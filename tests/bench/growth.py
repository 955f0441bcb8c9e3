"""How time and memory grow with a campaign: `python -m tests.bench.growth [PAGES ...]`.

For each number of pages a campaign is made whose pages were not recognised but invented: a small one is
stored as by a run, and copied within the database with other people, towns and ink until it is large.  Every
step runs in a process of its own, whose peak of memory is told.  Ten rows a page, so that 100,000 pages are a
million rows.
"""

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from digitize import tally
from digitize.campaign.store import DATABASE, Campaign, RowQuery, Shown, open_campaign, row_words, serialise
from digitize.geometry import Box
from digitize.records import Digitized, Flag, FlagCode, Ink, Place, Role, Row, SheetPage, Status
from digitize.tally import publish
from tests.campaign.store.deciding import clear
from tests.outcomes import row, sheet_page, signature

SIZES = (1000, 10_000, 100_000)
ROWS = 10  # of a page
FILE_PAGES = 20
SEED_PAGES = 200
BLANK_SHARE, ASKED_SHARE = 0.2, 0.05
_LETTERS = "babebigegigohahekakekulalelumamemiminaneroru"
SYLLABLES = [_LETTERS[at : at + 2] for at in range(0, len(_LETTERS), 2)]
STREETS = 3000
SAVED = 20  # pages, to measure one


def invented(dice: random.Random, letters: int) -> str:
    return "".join(dice.choices(SYLLABLES, k=letters)).capitalize()


class People:
    """Names as common as real ones: the second is half as frequent as the first, and so on."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        self.given = [invented(dice, 2) for _ in range(400)]
        self.families = [invented(dice, 3) for _ in range(20_000)]
        self.streets = [f"{invented(dice, 3)}weg" for _ in range(STREETS)]
        self.places = [(f"{code}", invented(dice, 3)) for code in range(1000, 9700, 3)]

    def person(self) -> tuple[str, str, str, str]:
        """Return a name, an address, a postcode and a town."""
        family = self.families[int(len(self.families) ** self.dice.random()) - 1]
        code, town = self.dice.choice(self.places)
        street = self.dice.choice(self.streets)
        number = self.dice.randint(1, 99)
        return f"{self.dice.choice(self.given)} {family}", f"{street} {number}\n{code} {town}", code, town


def make(folder: Path, pages: int) -> None:
    """Make a campaign of so many pages."""
    people = People(pages)
    seed = min(pages, SEED_PAGES)
    with open_campaign(folder, create=True) as campaign:
        campaign.pages._database.connection.execute("PRAGMA synchronous = OFF")
        for number in range(seed // FILE_PAGES):
            entry = campaign.inputs.add(f"/scans/{number:06d}.pdf", f"{number}", 1, 1, date(2025, 1, 1))
            campaign.inputs.set_pages(entry.id, FILE_PAGES)
            for page in range(1, FILE_PAGES + 1):
                campaign.pages.save(entry.id, Digitized(result(people, entry.path, page)), "key", "0")
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for copy in range(1, pages // seed):
        multiply(connection, people, copy, seed)
    connection.execute("COMMIT")
    connection.close()


def result(people: People, file: str, page: int) -> SheetPage:
    return sheet_page(file, page, *(invented_row(people, number) for number in range(1, ROWS + 1)))


def invented_row(people: People, number: int) -> Row:
    dice = people.dice
    name, address, code, town = people.person()
    made = row(number, Status.SIGNED, name, address, Place("ZH", code, town, "CH", 0.999))
    cells = [replace(signature(Ink.INKED), role=role) for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE)]
    inked = [replace(cell, ink=replace(cell.ink, extent=extent(dice))) for cell in cells]
    made = replace(made, cells=tuple(inked))
    if dice.random() < BLANK_SHARE:
        return replace(clear(number), status=Status.BLANK, cells=(), name=None, address=None, place=None)
    if dice.random() < ASKED_SHARE:
        return replace(made, flags=(Flag(FlagCode.WEAK_NAME),), review=True)
    return made


def extent(dice: random.Random) -> Box:
    left, top = dice.uniform(1, 30), dice.uniform(1, 15)
    return Box(left, top, left + dice.uniform(20, 60), top + dice.uniform(10, 30))


_MOVED = "abs(random()) % 1000 / 40.0"


def multiply(connection: sqlite3.Connection, people: People, copy: int, seed: int) -> None:
    """Add a copy of the first pages with other people and ink."""
    files, rows = copy * seed // FILE_PAGES, copy * seed * ROWS
    path = f"'/scans/' || printf('%06d', id + {files} - 1) || '.pdf'"
    named = {"path": path, "sha256": f"id + {files}"}
    insert(connection, "inputs", f"id <= {seed // FILE_PAGES}", {"id": files}, named)
    insert(connection, "pages", f"id <= {seed}", {"id": copy * seed, "input_id": files}, {})
    insert(connection, "page_settlements", f"page_id <= {seed}", {"page_id": copy * seed}, {})
    shifts = {"id": rows, "row_id": rows, "page_id": copy * seed}
    insert(connection, "rows", f"id <= {seed * ROWS}", shifts, {})
    insert(connection, "row_states", f"row_id <= {seed * ROWS}", shifts, {})
    edges = [f"extent_{edge}" for edge in ("left", "top", "right", "bottom")]
    moved = {name: f"{name} + {_MOVED}" for name in edges}
    insert(connection, "cells", f"row_id <= {seed * ROWS}", shifts, moved)
    added = (rows + 1, rows + seed * ROWS)
    filled = "SELECT id FROM rows WHERE id BETWEEN ? AND ? AND name_text IS NOT NULL"
    persons = [(*people.person(), found["id"]) for found in connection.execute(filled, added)]
    connection.executemany(
        "UPDATE rows SET name_text = ?, address_text = ?, postcode = ?, locality = ? WHERE id = ?", persons
    )
    written = connection.execute("SELECT * FROM rows WHERE id BETWEEN ? AND ?", added).fetchall()
    row_words.write(connection, [(line["id"], serialise.row_of(line, ())) for line in written])


def insert(
    connection: sqlite3.Connection, table: str, which: str, shifts: dict[str, int], values: dict[str, str]
) -> None:
    """Copy rows of a table with these columns shifted or computed."""
    names = [line["name"] for line in connection.execute(f"PRAGMA table_info({table})")]
    chosen = [values.get(name, f"{name} + {shifts[name]}" if name in shifts else name) for name in names]
    connection.execute(f"INSERT INTO {table} SELECT {', '.join(chosen)} FROM {table} WHERE {which}")


def steps(folder: Path) -> dict[str, Callable[[], object]]:
    """Everything that is measured, by name; the order matters."""
    return {
        "open": lambda: _opened(folder, lambda _: None),
        "a page stored": lambda: _opened(folder, _store_pages),
        "resume": lambda: _opened(folder, _resume),
        "page states": lambda: _opened(folder, publish.save_page_states),
        "people twice": lambda: _opened(folder, _people_twice),
        "tables": lambda: _opened(folder, _tables),
        "overview": lambda: _opened(folder, lambda campaign: campaign.review.totals()),
        "list of pages": lambda: _opened(folder, lambda c: c.listing.lines(Shown.ALL, "", 0, 50)),
        "one page": lambda: _opened(folder, lambda c: (c.pages.at(50), c.review.rows(50))),
        "search": lambda: _opened(folder, lambda c: c.search.rows(RowQuery("baweg 8001"), 0, 30)),
        "files": lambda: _opened(folder, lambda c: c.files.lines(0, 8)),
    }


def _opened(folder: Path, do: Callable[[Campaign], object]) -> float:
    """Return the seconds that something takes on an open campaign."""
    with open_campaign(folder) as campaign:
        start_s = time.perf_counter()
        do(campaign)
        return time.perf_counter() - start_s


def _store_pages(campaign: Campaign) -> None:
    people = People(1)
    entry = campaign.inputs.all()[0]
    for page in range(1, SAVED + 1):
        campaign.pages.save(entry.id, Digitized(result(people, entry.path, page)), "key", "0")


def _resume(campaign: Campaign) -> None:
    """What a run asks before its first page."""
    campaign.pages.sweep()
    campaign.inputs.files()
    campaign.pages.finished("key", "0", False)
    campaign.review.readings()


def _people_twice(campaign: Campaign) -> None:
    publish.find_duplicate_signers(campaign, publish.load_page_states(campaign))


def _tables(campaign: Campaign) -> None:
    tally.discard(publish.draft_tables(campaign, publish.load_page_states(campaign))[1])


def measure(folder: Path, step: str) -> None:
    """Print elapsed and processor time of one step and the peak of memory of this process."""
    start_s, cpu_s = time.perf_counter(), time.process_time()
    spent_s = steps(folder)[step]()
    whole_s = time.perf_counter() - start_s
    seconds = whole_s if step == "open" else spent_s
    if step == "a page stored":
        seconds /= SAVED  # type: ignore[operator]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"s": seconds, "cpu_s": time.process_time() - cpu_s, "mb": peak_mb}))


def main(sizes: tuple[int, ...]) -> None:
    for pages in sizes:
        with folder_for(pages) as folder:
            start_s = time.perf_counter()
            if not (folder / DATABASE).exists():
                make(folder, pages)
            size_mb = os.path.getsize(folder / DATABASE) / 1e6  # noqa: PTH202
            made_s = time.perf_counter() - start_s
            what = f"{pages:,} pages, {pages * ROWS:,} rows"
            print(f"\n{what}: database {size_mb:,.0f} MB, made in {made_s:.0f} s", flush=True)
            for step in steps(folder):
                print(f"{step:<16}{measured(folder, step)}", flush=True)


def measured(folder: Path, step: str) -> str:
    """Return what a step takes, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.growth", "--step", step, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return f"failed ({done.returncode})"
    found = json.loads(done.stdout)
    return f"{found['s']:>10.3f} s{found['cpu_s']:>10.2f} s CPU{found['mb']:>8.0f} MB"


@contextmanager
def folder_for(pages: int) -> Iterator[Path]:
    """A temporary folder, or the one that DIGITIZE_BENCH names, which is kept."""
    kept = os.environ.get("DIGITIZE_BENCH")
    if kept:
        folder = Path(kept) / str(pages)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        measure(Path(sys.argv[3]), sys.argv[2])
    else:
        main(tuple(int(text) for text in sys.argv[1:]) or SIZES)

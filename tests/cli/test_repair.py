"""On a damaged database every command prints one sentence with what to do, and `repair` does it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import DATABASE, open_campaign
from digitize.errors import ExitCode
from digitize.records import RowKey
from tests.campaign.store.damaging import DAMAGES
from tests.cli.kill_doubles import digitize
from tests.cli.terminal import Terminal, scan

RUN = ("run", "scans", "--out", "out", "--workers", "0", "--received", "2025-01-17")
COMMANDS = (
    RUN,
    ("tally", "out"),
    ("log", "out"),
    ("watch", "out", "--once", "--workers", "0"),
    ("erase", "out", "--keep", "tally", "--yes"),
)


@pytest.fixture
def decided(terminal: Terminal) -> Terminal:
    scan(terminal.folder, "scans/a.pdf", "2 a")
    assert terminal.digitize(*RUN, double=digitize) == ExitCode.OK
    with open_campaign(terminal.folder / "out") as campaign:
        campaign.review.decide(RowKey(1, 1, 2), Field.STATUS, "signed", "ann")
        campaign.review.decide(RowKey(2, 1, 2), Field.NAME, "Zoë", "ann")
    assert terminal.digitize(*RUN, double=digitize) == ExitCode.OK
    return terminal


def damage(name: str) -> Callable[[Path], None]:
    return lambda path: DAMAGES[name](path, np.random.default_rng(3))


def write(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            connection.commit()

    return damage


HARMS: dict[str, Callable[[Path], None]] = {
    "header gone": damage("header gone"),
    "truncated": damage("truncated"),
    "deleted": damage("deleted"),
    "text in place of a database": lambda path: path.write_text("Ada Muster " * 1000) and None,
    "no file of SQLite": lambda path: path.write_bytes(bytes(8192)) and None,
    "a status that is none": write("UPDATE rows SET status = 'sigoed'"),
    "a note that is no JSON": write("UPDATE pages SET notes = '[[' WHERE id = 2"),
    "a mesh that is none": write("UPDATE pages SET mesh = '{}'"),
    "a text that is not UTF-8": write("UPDATE rows SET name_text = CAST(x'41646120ff' AS TEXT)"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_every_command_says_in_one_sentence_what_to_do(harm: str, decided: Terminal) -> None:
    path = decided.folder / "out" / DATABASE
    before = {name: (decided.folder / "out" / name).read_bytes() for name in ("rows.csv", "tally.csv")}
    HARMS[harm](path)
    assert decided.digitize("doctor", "out") == ExitCode.BAD_STORE
    assert "DAMAGED  database" in decided.out
    for command in COMMANDS[: -1 if harm.startswith("a ") else None]:
        code = decided.digitize(*command, double=digitize)
        if code == ExitCode.OK and harm.startswith("a "):
            continue  # a command that has no use for what is damaged
        assert code == ExitCode.BAD_STORE, (command, decided.err)
        assert "digitize repair " in decided.sentence
        assert "Ada" not in decided.err
    assert decided.digitize("repair", "out") == ExitCode.OK
    assert "2 decisions saved." in decided.out
    if harm != "deleted":
        assert "The damaged database is kept as out/campaign.sqlite.damaged-" in decided.out
    assert f"Next: digitize run {decided.folder}/scans --out out" in decided.out
    assert decided.digitize("tally", "out") in (ExitCode.OK, ExitCode.SUMS_DIFFER)  # said in the table
    assert decided.digitize(*RUN, double=digitize) == ExitCode.OK
    assert {name: (decided.folder / "out" / name).read_bytes() for name in before} == before
    assert decided.digitize("doctor", "out") == ExitCode.OK
    assert "sound" in decided.out


def test_a_sound_database_is_left_alone(decided: Terminal) -> None:
    assert decided.digitize("repair", "out") == ExitCode.OK
    assert "nothing was changed" in decided.out
    assert decided.digitize("repair", ".") == ExitCode.BAD_STORE
    assert "holds no campaign" in decided.sentence


def test_what_a_repair_keeps_is_erased(decided: Terminal) -> None:
    HARMS["truncated"](decided.folder / "out" / DATABASE)
    assert decided.digitize("repair", "out") == ExitCode.OK
    assert decided.digitize(*RUN, double=digitize) == ExitCode.OK
    assert decided.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert not [path.name for path in (decided.folder / "out").iterdir() if "damaged" in path.name]
    assert not list((decided.folder / "out").glob("decisions*"))

"""Decisions that were changed in the database by other means are ignored and reported."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digitize.campaign.decisions import Field
from digitize.campaign.store import DATABASE, open_campaign
from digitize.cli.log import show_log
from digitize.cli.tally import show_tally
from digitize.records import RowFlag, RowKey, Status
from digitize.tally.publish import finish, write_tables
from tests import decided
from tests.finished import finished
from tests.web.site import Client, Site, running

AT = "2025-01-20T10:00:00.000+00:00"
COLUMNS = (
    *("id", "page_id", "row_index", "number", "other_page_id", "other_row_index", "other_number"),
    *("file", "page", "field", "value", "value_before", "decided_by", "at", "undoes", "second"),
)
FIELDS = ("status", "name", "address", "canton", "person", "page", "colour", "")
VALUES = (
    *("signed", "struck", "doubtful", "sgned", "same", "different", "likely", "", "{", '["signed"]', "Eva"),
    *(
        "ZH / 8001 / Zürich",
        "XX / 8001 / Zürich",
        "ambiguous",
        "abroad",
        "(XX)",
        "Weg 1\n3000 Bern",
        "\x00\x1b[2J",
    ),
)
TIMES = (AT, AT, AT, "2025-01-20", "yesterday", "", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00")
HUGE = 2**63 - 1
CLEAR, DOUBTFUL = RowKey(1, 0, 1), RowKey(1, 1, 2)

small = st.sampled_from((0, 1, 2, 3, 4, 5, -1))
integers = st.none() | small | small | small | st.sampled_from((HUGE, -HUGE, 10**9))
texts = st.sampled_from(VALUES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
good_keys = st.builds(
    lambda page, at: (page, at, at + 1), st.sampled_from(decided.PAGE_IDS), st.integers(0, decided.ROWS)
)
any_keys = good_keys | good_keys | st.tuples(integers, integers, integers)
lines = st.tuples(
    st.none() | st.integers(1, 9) | st.just(2**60),
    any_keys | st.builds(lambda page: (page, -1, 0), st.sampled_from(decided.PAGE_IDS)),
    any_keys | st.just((None, None, None)),
    st.sampled_from(FIELDS),
    texts,
    texts,
    st.sampled_from(("ann", "bob", "", "a;b", "x" * 500)),
    st.sampled_from(TIMES),
    st.none() | st.none() | st.integers(0, 9),
    st.sampled_from((0, 1, HUGE)),
)
pairs = st.tuples(
    good_keys | st.builds(lambda at: (1, at, at + 1), st.integers(0, 1)),
    good_keys,
    st.none() | st.sampled_from(("same", "different", "likely", "", "[")),
)


def insert(folder: Path, made: list[Any]) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for number, key, other, *rest in made:
            values = (number, *key, *other, "a.pdf", 1, *rest)
            marks = ", ".join("?" * len(COLUMNS))
            connection.execute(
                f"INSERT OR IGNORE INTO decisions ({', '.join(COLUMNS)}) VALUES ({marks})", values
            )


def insert_pairs(folder: Path, made: list[Any]) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for key, other, value in made:
            connection.execute(
                "INSERT OR REPLACE INTO signer_pairs (page_id, row_index, number, other_page_id,"
                " other_row_index, other_number, likelihood, decided) VALUES (?, ?, ?, ?, ?, ?, 0.5, ?)",
                (*key, *other, value),
            )
            connection.execute(
                "INSERT OR REPLACE INTO page_pairs (page_id, other_page_id, found, decided)"
                " VALUES (?, ?, ?, ?)",
                (key[0], other[0], "likely" if value is None else "", value),
            )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    decided.make(folder)
    return folder


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(decided.copy(made, tmp_path_factory.mktemp("office") / "friday")) as site:
        yield site


@pytest.fixture(scope="module")
def ann(office: Site) -> Client:
    return Client(office).enter("ann")


@pytest.mark.slow
@given(st.lists(lines, max_size=8), st.lists(pairs, max_size=4))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
def test_no_content_of_the_database_stops_the_program(
    made: Path, office: Site, ann: Client, found: list[Any], paired: list[Any]
) -> None:
    decided.copy(made, office.folder)
    insert(office.folder, found)
    insert_pairs(office.folder, paired)
    decided.check_count(office.folder)
    for path in decided.WATCHED:
        assert ann.get(path).status == 200, path
    assert ann.post("/review/undo", b'{"times": 9}').status == 200
    decided.check_count(office.folder)
    with open_campaign(office.folder) as campaign:
        campaign.erase(lambda: None)
        write_tables(campaign)


def tamper(folder: Path, value: str, field: str = "status") -> None:
    """Change the last decision as digitize never does."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("DROP TRIGGER decisions_hold")
        connection.execute(
            "UPDATE decisions SET value = ?, field = ? WHERE id = (SELECT max(id) FROM decisions)",
            (value, field),
        )


@pytest.mark.parametrize(("value", "field"), [("sgned", "status"), ("XX / 1 / Y", "canton")])
def test_an_invalid_decision_is_ignored_reported_and_asked_again(
    value: str, field: str, made: Path, tmp_path: Path
) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    with open_campaign(folder) as campaign:
        line = campaign.review.decide(DOUBTFUL, Field.STATUS, "signed", "ann")
    tamper(folder, value, field)
    with open_campaign(folder) as campaign:
        tables = finished(campaign)
        shown = campaign.review.row(DOUBTFUL)
        assert shown is not None and shown.status is Status.DOUBTFUL
        assert RowFlag.DECISION_LOST in shown.notes
        assert campaign.review.invalid() == [line.id] and tables.count.invalid == 1
        again = "ZH" if field == "canton" else "signed"
        campaign.review.decide(DOUBTFUL, Field(field), again, "bob")
        shown = campaign.review.row(DOUBTFUL)
        assert shown is not None and RowFlag.DECISION_LOST not in shown.notes


def test_an_unreadable_entry_is_ignored_and_reported(made: Path, tmp_path: Path) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    with open_campaign(folder) as campaign:
        campaign.review.decide(CLEAR, Field.STATUS, "struck", "ann")
        line = campaign.review.decide(DOUBTFUL, Field.STATUS, "signed", "ann")
    tamper(folder, "signed", "colour")
    decided.check_count(folder)
    with open_campaign(folder) as campaign:
        shown = campaign.review.row(DOUBTFUL)
        assert shown is not None and shown.status is Status.DOUBTFUL
        assert campaign.review.invalid() == [line.id]
        undone = campaign.review.undo("ann")
        assert undone is not None and undone.row == CLEAR


def test_a_decision_changed_to_a_valid_one_counts_alike_on_the_site_and_in_the_tables(
    made: Path, tmp_path: Path
) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    with open_campaign(folder) as campaign:
        campaign.review.decide(DOUBTFUL, Field.STATUS, "signed", "ann")
    tamper(folder, "struck")
    decided.check_count(folder)


def test_the_value_before_an_invalid_decision_is_in_effect_but_asked_again(
    made: Path, tmp_path: Path
) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    with open_campaign(folder) as campaign:
        campaign.review.decide(DOUBTFUL, Field.STATUS, "signed", "ann")
        campaign.review.decide(DOUBTFUL, Field.STATUS, "struck", "ann")
    tamper(folder, "strcuk")
    with open_campaign(folder) as campaign:
        finish(campaign)
        shown = campaign.review.row(DOUBTFUL)
    assert shown is not None and shown.status is Status.SIGNED
    assert RowFlag.DECISION_LOST in shown.notes


def test_tally_and_log_report_what_is_ignored(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    with open_campaign(folder) as campaign:
        campaign.review.decide(DOUBTFUL, Field.STATUS, "signed", "ann")
    tamper(folder, "sgned")
    insert(folder, [(None, (1, 0, 1), (None, None, None), "colour", "red", "", "ann", AT, None, 0)])
    show_tally(folder, partial=True)
    assert "2 decisions were changed outside of digitize and ignored" in capsys.readouterr().out
    show_log(folder, None, None, values=False)
    told = capsys.readouterr().out
    assert "(not a valid decision: ignored)" in told and "1 entry was changed outside of digitize" in told


def test_a_page_decided_to_be_its_own_duplicate_counts_and_can_be_undone(made: Path, tmp_path: Path) -> None:
    folder = decided.copy(made, tmp_path / "friday")
    insert(folder, [(None, (1, -1, 0), (1, -1, 0), "page", "same", "", "ann", AT, None, 0)])
    insert_pairs(folder, [((1, -1, 0), (1, -1, 0), "same")])
    decided.check_count(folder)
    with open_campaign(folder) as campaign:
        assert campaign.review.undo("ann") is not None
    decided.check_count(folder)

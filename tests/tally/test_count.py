"""Database and tables give the same count after any sequence of runs and decisions."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from digitize import tally
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, open_campaign
from digitize.errors import BadDecision
from digitize.records import Role, Row, RowKey, Status
from digitize.tally.publish import write_tables
from tests.campaign.store.deciding import clear, doubtful, in_step, placeless, store
from tests.finished import finished
from tests.tally.written import read

PAGES = (("/scans/a.pdf", 1), ("/scans/a.pdf", 2), ("/scans/b.pdf", 1))
PEOPLE = ("ann", "bob", "cleo")
STEPS = 40
VALUES = {
    Field.STATUS: ("signed", "incomplete", "struck", "blank"),
    Field.PLACE: ("ZH / 8001 / Zürich", "abroad", "unknown", "LI"),
    Field.NAME: ("Eva", ""),
    Field.ADDRESS: ("Weg 1\n3000 Bern", "Weg 2"),
}


def some_rows(dice: random.Random) -> list[Row]:
    """Return what a run may find on a page: sometimes a row less, or other numbers."""
    first = dice.choice((1, 1, 1, 2))
    rows = [dice.choice((clear, doubtful, placeless))(first + at) for at in range(dice.choice((2, 3, 3)))]
    blank = replace(clear(first + 3), status=Status.BLANK, name=None, address=None, place=None)
    return [replace(row, index=at) for at, row in enumerate([*rows, blank])]


def recognise(campaign: Campaign, dice: random.Random) -> None:
    path, page = dice.choice(PAGES)
    store(campaign, *some_rows(dice), page=page, path=path)


def decide(campaign: Campaign, dice: random.Random) -> None:
    field = dice.choice(list(VALUES))
    second = dice.random() < 0.3
    key = some_key(campaign, dice)
    campaign.review.decide(key, field, dice.choice(VALUES[field]), dice.choice(PEOPLE), second=second)


def pair(campaign: Campaign, dice: random.Random) -> None:
    one, other = some_key(campaign, dice), some_key(campaign, dice)
    value = dice.choice(("same", "same", "different"))
    campaign.review.decide(one, Field.PERSON, value, dice.choice(PEOPLE), other=other)


def pair_pages(campaign: Campaign, dice: random.Random) -> None:
    one, other = (RowKey(dice.randint(1, 3), -1, 0) for _ in range(2))
    value = dice.choice(("same", "different"))
    campaign.review.decide(one, Field.PAGE, value, dice.choice(PEOPLE), other=other)


def undo(campaign: Campaign, dice: random.Random) -> None:
    campaign.review.undo(dice.choice(PEOPLE))


def set_aside(campaign: Campaign, dice: random.Random) -> None:
    for lost in campaign.review.orphaned()[:1]:
        campaign.review.set_aside(lost.id, dice.choice(PEOPLE))


def keep(campaign: Campaign, _dice: random.Random) -> None:
    write_tables(campaign)


CHANGES: tuple[Callable[[Campaign, random.Random], None], ...] = (
    *(decide, decide, decide, pair, pair_pages, undo, set_aside, recognise, keep),
)


def some_key(campaign: Campaign, dice: random.Random) -> RowKey:
    return dice.choice([row.key for page in (1, 2, 3) for row in campaign.review.rows(page)])


@pytest.mark.parametrize("seed", range(6))
def test_database_and_tables_give_the_same_count(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    with open_campaign(tmp_path, create=True) as campaign:
        campaign.review.set_second_look(0.5)
        for path, page in PAGES:
            store(campaign, *some_rows(dice), page=page, path=path)
        for _ in range(STEPS):
            try:
                dice.choice(CHANGES)(campaign, dice)
            except BadDecision:
                continue
            assert in_step(campaign)
        tables = finished(campaign)
        assert in_step(campaign)
        totals, summary = campaign.review.totals(), tally.summary(tables.count)
        lines = {line["region"]: line for line in tables.tally.to_dict("records")}
        counts = {region: line["signed"] for region, line in lines.items() if line["signed"]}
        assert counts.pop("total", 0) == totals.counted
        assert counts == dict(totals.regions)
        for status in (Status.SIGNED, Status.DOUBTFUL, Status.INCOMPLETE, Status.STRUCK):
            assert lines["total"][status.value] == totals.statuses.get(status, 0)
        assert (totals.late, totals.decided) == (summary.late, summary.decided)
        if not totals.open[Kind.PAGE] and not totals.open[Kind.PERSON]:  # those flags call for a look too
            assert (tables.rows["review"] == "yes").sum() == sum(totals.open.values())


def test_tables_show_one_moment_even_if_decisions_come_in_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_campaign(tmp_path, create=True) as campaign, open_campaign(tmp_path) as other:
        page = store(campaign, doubtful(1), doubtful(2))
        store(campaign, doubtful(1), page=2)
        real = campaign.review.outcomes

        def outcomes(pages: Iterable[int], roles: tuple[Role, ...]) -> object:
            for outcome in real(pages, roles):
                other.review.decide(RowKey(page, 0, 1), Field.STATUS, "signed", "ann")
                other.review.decide(RowKey(page + 1, 0, 1), Field.STATUS, "signed", "ann")
                yield outcome

        monkeypatch.setattr(campaign.review, "outcomes", outcomes)
        write_tables(campaign)
        rows = read(tmp_path / "rows.csv")
        assert [row["status"] for row in rows] == ["doubtful"] * 3
        assert {row["decided"] for row in rows} == {""}
        monkeypatch.undo()
        write_tables(campaign)
        rows = read(tmp_path / "rows.csv")
        assert [row["status"] for row in rows] == ["signed", "doubtful", "signed"]


def test_possible_duplicate_signers_are_flagged_in_the_tables_of_the_run(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        twice = replace(clear(1), name=replace(clear(1).name, text="Ada Lovelace", confidence=0.99))  # type: ignore[type-var]
        store(campaign, twice, clear(2))
        store(campaign, replace(twice, number=7, index=3), page=2)
        tables = finished(campaign)
        told = tables.rows[tables.rows["flags"].str.contains("possible-duplicate-person")]
        assert campaign.review.totals().open[Kind.PERSON] == 1
        assert list(zip(told["page"], told["row"], strict=True)) == [(1, 1), (2, 7)]

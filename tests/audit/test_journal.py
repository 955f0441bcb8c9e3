"""An audit from the commitment to the result: nobody can choose, nothing is lost, and the report tells it."""

import random
from datetime import date
from pathlib import Path

import pytest

from digitize.audit import journal
from digitize.audit.journal import Answer, truth_of
from digitize.audit.outcome import Truth
from digitize.audit.units import Stratum, Unit, sizes
from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.errors import BadStore
from digitize.records import RowKey
from digitize.report.build import build
from digitize.report.details import Details
from digitize.report.page import render
from digitize.tally.publish import write_tables
from tests.campaign.store.deciding import clear
from tests.report.campaigns import fill, make, some_row


def begun(folder: Path, seed: int = 3, people: int = 1) -> journal.Audit:
    make(folder, seed, pages=30)
    with open_campaign(folder) as campaign:
        write_tables(campaign)
        audit = journal.commit(campaign)
    journal.add_round(audit, "614235", people, sizes(audit.units, 80))
    return journal.load(folder)


def right(unit: Unit) -> Answer:
    """Return the answer that agrees with the count."""
    counts = unit.stratum in (Stratum.COUNTED, Stratum.DECIDED_COUNTED)
    return Answer("ann", int(counts), unit.region if counts and unit.region != "unknown" else "")


def test_every_row_is_in_one_stratum_and_the_counted_ones_are_the_total(tmp_path: Path) -> None:
    audit = begun(tmp_path)
    with open_campaign(tmp_path) as campaign:
        totals = campaign.review.totals()
    counted = [u for u in audit.units if u.stratum in (Stratum.COUNTED, Stratum.DECIDED_COUNTED)]
    assert len(counted) == totals.counted
    for region in ("ZH", "TI", "LI", "abroad"):
        assert sum(unit.region == region for unit in counted) == totals.regions[region]
    assert len({unit.name for unit in audit.units}) == len(audit.units)
    assert {unit.stratum for unit in audit.units} >= {Stratum.PAGES, Stratum.BLANK, Stratum.NOT_COUNTED}


def test_an_audit_that_finds_nothing_goes_into_the_report(tmp_path: Path) -> None:
    audit = begun(tmp_path)
    assert audit.outcome() is None
    seen = []
    while (unit := audit.next_for("ann")) is not None:
        seen.append(unit.name)
        journal.add_answer(audit, unit, right(unit))
        audit = journal.load(tmp_path)
    assert sorted(seen) == sorted(unit.name for unit in audit.sample)
    outcome = audit.outcome()
    assert outcome is not None
    assert outcome.errors == 0
    assert outcome.total.low <= outcome.total.counted <= outcome.total.high
    with open_campaign(tmp_path) as campaign:
        html = render(build(campaign, Details()).whole, "en")
        assert f"between {outcome.total.low} and {outcome.total.high}." in html
        assert "614235" in html
        page = next(iter(campaign.derived.take_snapshot().page_ids.values()))
        row = campaign.review.rows(page)[0]
        campaign.review.decide(row.key, Field.STATUS, "struck", "bob")
        campaign.review.decide(RowKey(*vars_of(row.key)), Field.STATUS, "signed", "bob")
        assert "614235" not in render(build(campaign, Details()).whole, "en")  # another count by now


def vars_of(key: RowKey) -> tuple[int, int, int]:
    return key.page_id, key.index, key.number


def test_two_people_look_independently_and_a_third_settles_it(tmp_path: Path) -> None:
    audit = begun(tmp_path, people=2)
    unit = audit.sample[0]
    journal.add_answer(audit, unit, Answer("ann", 1, "ZH"))
    audit = journal.load(tmp_path)
    assert audit.next_for("ann") != unit
    assert audit.next_for("bob") == unit
    journal.add_answer(audit, unit, Answer("bob", 0, ""))
    audit = journal.load(tmp_path)
    assert audit.needs_answer(unit)
    assert (audit.next_for("bob") != unit, audit.next_for("eva")) == (True, unit)
    journal.add_answer(audit, unit, Answer("eva", 0, ""))
    audit = journal.load(tmp_path)
    assert not audit.needs_answer(unit)
    assert audit.truths()[unit.name] == Truth(0)


@pytest.mark.parametrize(
    ("said", "truth"),
    [
        ([(1, "ZH")], Truth(1, "ZH")),
        ([(1, "ZH"), (1, "ZH")], Truth(1, "ZH")),
        ([(1, "ZH"), (1, "BE")], Truth(1, "")),
        ([(1, "ZH"), (0, "")], Truth(None)),
        ([(1, "ZH"), (0, ""), (None, "")], Truth(None)),
        ([(1, "ZH"), (1, "BE"), (1, "BE")], Truth(1, "BE")),
        ([(None, "")], Truth(None)),
    ],
)
def test_the_truth_is_what_most_people_said(said: list[tuple[int | None, str]], truth: Truth) -> None:
    assert truth_of([Answer(str(at), *one) for at, one in enumerate(said)]) == truth


def test_the_commitment_cannot_be_changed_or_made_twice(tmp_path: Path) -> None:
    begun(tmp_path)
    with open_campaign(tmp_path) as campaign, pytest.raises(BadStore, match="an audit already"):
        journal.commit(campaign)
    path = tmp_path / journal.FILE
    path.write_text(path.read_text().replace('"blank", ""', '"counted", "ZH"', 1))
    with pytest.raises(BadStore, match="changed by another program"):
        journal.load(tmp_path)


def test_an_answer_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    audit = begun(tmp_path)
    first, second = audit.sample[:2]
    journal.add_answer(audit, first, right(first))
    path = tmp_path / journal.FILE
    path.write_text(path.read_text()[:-20])
    audit = journal.load(tmp_path)
    assert audit.next_for("ann") == first
    journal.add_answer(audit, second, right(second))
    assert list(journal.load(tmp_path).answers) == [second.name]


def test_there_must_be_something_to_audit(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign, pytest.raises(BadStore, match="nothing to audit"):
        journal.commit(campaign)
    with pytest.raises(BadStore, match="There is no audit"):
        journal.load(tmp_path)


def test_second_scans_and_second_rows_of_a_person_are_not_drawn(tmp_path: Path) -> None:
    dice = random.Random(1)
    rows = [*(clear(n) for n in range(1, 4)), *(some_row(dice, n) for n in range(4, 6))]
    with open_campaign(tmp_path, create=True) as campaign:
        day = date(2025, 1, 1)
        fill(campaign, [("/scans/a.pdf", 1, day, "", rows), ("/scans/b.pdf", 1, day, "", rows)])
        pages = list(campaign.derived.take_snapshot().page_ids.values())
        one, other = (RowKey(page, -1, 0) for page in pages)
        campaign.review.decide(one, Field.PAGE, "same", "ann", other=other)
        first, second = (row.key for row in campaign.review.rows(pages[0])[:2])
        before = len(journal.commit(campaign).units)
        (tmp_path / journal.FILE).unlink()
        campaign.review.decide(first, Field.PERSON, "same", "ann", other=second)
        assert before == len(rows)
        assert len(journal.commit(campaign).units) == len(rows) - 1

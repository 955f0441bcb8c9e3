"""The decision in effect for each field: the last one, unless undone, contested or invalid."""

from dataclasses import replace

from digitize.campaign.decisions import Field, effective_decisions, invalid_decisions
from tests.campaign.decisions.lines import asked, said, undone

ROW = asked(4)


def test_fields_are_independent() -> None:
    status, name = said(ROW, Field.STATUS, "signed"), said(ROW, Field.NAME, "Ada")
    effective = effective_decisions([name, status])
    assert {field: each.decision for field, each in effective.items()} == {
        Field.STATUS: status,
        Field.NAME: name,
    }


def test_a_second_look_confirms_or_contests_the_first_decision() -> None:
    first = said(ROW, Field.STATUS, "signed")
    same, other = (said(ROW, Field.STATUS, value, "bob", second=True) for value in ("signed", "struck"))
    assert effective_decisions([first, same])[Field.STATUS].confirmed
    contested = effective_decisions([first, other])[Field.STATUS]
    assert (contested.decision, contested.contested, contested.confirmed) == (first, other, False)
    both = effective_decisions([first, other, replace(same, id=other.id + 1)])[Field.STATUS]
    assert (both.contested, both.confirmed) == (other, False)
    third = said(ROW, Field.STATUS, "struck", "cleo")
    assert effective_decisions([first, other, third])[Field.STATUS].decision == third


def test_invalid_decisions_have_no_effect_and_are_reported_unless_undone() -> None:
    valid, invalid = said(ROW, Field.STATUS, "signed"), said(ROW, Field.STATUS, "sgned")
    assert effective_decisions([valid, invalid])[Field.STATUS].decision == valid
    assert invalid_decisions([valid, invalid]) == [invalid]
    assert invalid_decisions([valid, invalid, undone(invalid)]) == []

"""Decisions replace what was recognised, open questions stay open, nothing else changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.campaign.decisions import (
    PERSON,
    Field,
    Kind,
    apply,
    place_text,
    region_of,
    resolve,
    without_text,
)
from digitize.campaign.decisions.decided_address import place_in
from digitize.records import FlagCode, PageId, Place, Reading, Region, Row, RowFlag, SheetPage, Status
from tests.campaign.decisions.lines import ZURICH, asked, said, undone
from tests.outcomes import outcomes, row

TICK = asked(4, FlagCode.TICK_SIGNATURE, FlagCode.REGION_WEAK, status=Status.DOUBTFUL)


def codes(line: Row) -> list[FlagCode]:
    return [flag.code for flag in line.flags]


def test_a_decision_on_the_status_leaves_other_questions_open() -> None:
    settled = resolve(TICK, [said(TICK, Field.STATUS, "signed")])
    assert settled.row == replace(TICK, status=Status.SIGNED, flags=TICK.flags[1:])
    assert settled.row.review
    assert settled.question is not None
    assert settled.question.kind is Kind.REGION


@pytest.mark.parametrize("status", [Status.STRUCK, Status.INCOMPLETE, Status.BLANK])
def test_nothing_else_is_asked_about_a_row_that_does_not_count(status: Status) -> None:
    settled = resolve(TICK, [said(TICK, Field.STATUS, status.value)])
    assert (settled.row.status, settled.row.flags, settled.row.review) == (status, (), False)
    assert settled.question is None


def test_a_reason_is_kept_only_with_its_status() -> None:
    line = asked(4, FlagCode.MISSING_SIGNATURE, FlagCode.FOREIGN_INK, status=Status.DOUBTFUL)
    assert codes(apply(line, [said(line, Field.STATUS, "incomplete")])) == [FlagCode.MISSING_SIGNATURE]
    assert codes(apply(line, [said(line, Field.STATUS, "signed")])) == []


def test_a_decided_place_answers_questions_about_the_region_only() -> None:
    line = asked(4, FlagCode.REGION_UNKNOWN, FlagCode.WEAK_NAME, place=Place(Region.UNKNOWN))
    decided = apply(line, [said(line, Field.PLACE, "BE / 3000 / Bern")])
    assert decided.place == Place("BE", "3000", "Bern", "CH", 1.0)
    assert codes(decided) == [FlagCode.WEAK_NAME]
    assert decided.review
    abroad = apply(line, [said(line, Field.PLACE, "abroad /  / Konstanz")])
    assert (region_of(abroad), codes(abroad)) == ("abroad", [FlagCode.WEAK_NAME, FlagCode.ABROAD])


def test_an_unknown_place_is_an_answer_as_well() -> None:
    line = asked(4, FlagCode.REGION_AMBIGUOUS, place=Place(Region.AMBIGUOUS))
    settled = resolve(line, [said(line, Field.PLACE, "unknown /  / ")])
    assert (settled.question, settled.row.review) == (None, False)


@pytest.mark.parametrize(
    ("field", "code"), [(Field.NAME, FlagCode.WEAK_NAME), (Field.ADDRESS, FlagCode.WEAK_ADDRESS)]
)
def test_a_decided_text_has_confidence_1(field: Field, code: FlagCode) -> None:
    line = asked(4, code)
    decided = apply(line, [said(line, field, "Ada Muster-Meier")])
    reading = decided.name if field is Field.NAME else decided.address
    assert reading == Reading("Ada Muster-Meier", 1.0, PERSON)
    assert (codes(decided), decided.review) == ([], False)


def test_a_decided_address_determines_the_region_unless_a_person_decided_it() -> None:
    line = asked(4, FlagCode.WEAK_ADDRESS, FlagCode.REGION_WEAK)
    address = said(line, Field.ADDRESS, "Weg 1\n3000 Bern")
    decided = apply(line, [address])
    assert decided.place == Place("BE", "3000", "Bern", "CH", 1.0)
    assert (codes(decided), decided.review) == ([], False)
    for made in (
        [address, said(line, Field.PLACE, "VD /  / ")],
        [said(line, Field.PLACE, "VD /  / "), address],
    ):
        assert region_of(apply(line, made)) == "VD"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Weg 1, CH-8001 Zürich", ("ZH", "8001", "Zürich")),
        ("Neustadt 1234, 2500 bienne", ("BE", "2500", "Biel/Bienne")),
        ("Städtle 1\nFL-9490 Vaduz", ("LI", "9490", "Vaduz")),
        ("Weg 1\n1580 Oleyres", None),  # in two cantons
        ("Weg 1\n8001 Bern", None),  # they contradict each other
        ("Weg 1\n8001", None),
        ("Weg 1\nD-79100 Freiburg", None),
        ("Im Jahr 2500 Schritte 3", None),
        ("", None),
    ],
)
def test_an_address_names_a_place_only_if_there_is_no_doubt(
    address: str, place: tuple[str, str, str] | None
) -> None:
    found = place_in(address)
    assert place == (None if found is None else (found.region, found.postcode, found.locality))


def test_a_review_without_a_flag_is_answered_by_a_status_only() -> None:
    line = asked(4)
    assert apply(line, [said(line, Field.NAME, "Ada")]).review
    assert not apply(line, [said(line, Field.STATUS, "signed")]).review


def test_the_last_decision_of_a_field_is_in_effect_unless_undone() -> None:
    first, second = said(TICK, Field.STATUS, "signed"), said(TICK, Field.STATUS, "struck", "bob")
    assert apply(TICK, [second, first]).status is Status.STRUCK
    assert apply(TICK, [first, second, undone(second)]).status is Status.SIGNED
    assert apply(TICK, [first, second, undone(second), undone(first)]) == TICK


@pytest.mark.parametrize("other", [asked(5), replace(asked(5), index=3), replace(asked(4), index=9)])
def test_a_decision_is_never_applied_to_another_row(other: Row) -> None:
    assert apply(other, [said(TICK, Field.STATUS, "struck")]) == other


# Two people


def test_a_second_look_with_the_same_result_changes_nothing() -> None:
    first = said(TICK, Field.STATUS, "signed")
    second = said(TICK, Field.STATUS, "signed", "bob", second=True)
    settled = resolve(TICK, [first, second])
    assert settled.effective[0].confirmed
    assert settled.row == apply(TICK, [first])
    assert settled.note.by == ("ann",)


def test_two_different_results_open_the_row_until_a_third_decision() -> None:
    made = [said(TICK, Field.STATUS, "signed"), said(TICK, Field.STATUS, "struck", "bob", second=True)]
    settled = resolve(TICK, made)
    assert settled.row.status is Status.DOUBTFUL
    assert settled.question is not None
    assert settled.question.asks == {Kind.COUNT, Kind.REGION}
    assert (settled.note.decided, settled.note.flags) == ((), (RowFlag.CONTESTED,))
    third = resolve(TICK, [*made, said(TICK, Field.STATUS, "struck", "cleo")])
    assert (third.row.status, third.flags) == (Status.STRUCK, ())
    back = resolve(TICK, [*made, undone(made[1])])
    assert (back.row.status, back.flags) == (Status.SIGNED, ())


def test_the_first_of_two_different_places_is_used_until_a_third_decision() -> None:
    line = asked(4, FlagCode.REGION_WEAK)
    made = [said(line, Field.PLACE, "ZH /  / "), said(line, Field.PLACE, "BE /  / ", "bob", second=True)]
    settled = resolve(line, made)
    assert region_of(settled.row) == "ZH"
    assert settled.row.review
    assert settled.question is not None
    assert settled.question.kind is Kind.REGION


def test_a_contested_row_is_asked_about_with_its_canton() -> None:
    line = asked(4, FlagCode.TICK_SIGNATURE, FlagCode.REGION_WEAK, status=Status.DOUBTFUL)
    made = [said(line, Field.STATUS, "struck"), said(line, Field.STATUS, "signed", "bob", second=True)]
    left = resolve(line, made).question
    assert left is not None
    assert (left.kind, left.asks) == (Kind.REGION, {Kind.COUNT, Kind.REGION})
    third = [said(line, Field.STATUS, "signed", "cleo"), said(line, Field.PLACE, "BE /  / ", "cleo")]
    assert resolve(line, [*made, *third]).question is None


# Rows that are no longer there


def test_everything_that_was_decided_on_a_lost_row_is_asked_again_at_once() -> None:
    clear = row(5, Status.INCOMPLETE, "Bo Muster", "Weg 2")
    left = resolve(clear, [], [said(TICK, Field.STATUS, "struck"), said(TICK, Field.NAME, "Bo")]).question
    assert left is not None
    assert (left.kind, left.asks) == (Kind.REGION, {Kind.COUNT, Kind.REGION, Kind.NAME})


def test_a_decision_on_a_lost_row_is_asked_again_and_not_applied() -> None:
    clear = row(5, Status.SIGNED, "Bo Muster", "Weg 2", ZURICH)
    settled = resolve(clear, [], [said(TICK, Field.STATUS, "struck")])
    assert settled.row == replace(clear, review=True)
    assert (settled.flags, settled.note.decided) == ((RowFlag.DECISION_LOST,), ())
    assert settled.question is not None
    assert settled.question.kind is Kind.COUNT
    again = resolve(clear, [said(clear, Field.STATUS, "signed")], [said(TICK, Field.STATUS, "struck")])
    assert (again.row, again.flags, again.question) == (clear, (), None)


# Whatever the row

_rows = outcomes(PageId("a.pdf", 1)).filter(lambda o: isinstance(o, SheetPage) and bool(o.rows))
_said = {
    Field.STATUS: st.sampled_from(["signed", "incomplete", "struck", "blank"]),
    Field.NAME: st.sampled_from(["", "Ada", "O'Neill"]),
    Field.ADDRESS: st.sampled_from(["", "Weg 1\n8001 Zürich"]),
    Field.PLACE: st.sampled_from(["ZH / 8001 / Zürich", "LI /  / ", "abroad /  / ", "unknown /  / "]),
}


@given(_rows, st.data())
def test_only_decided_fields_change(page: SheetPage, data: st.DataObject) -> None:
    line = page.rows[0]
    values = {field: data.draw(value) for field, value in _said.items() if data.draw(st.booleans())}
    made = [said(line, field, value) for field, value in values.items()]
    decided = apply(line, made)
    assert decided.status.value == values.get(Field.STATUS, line.status.value)
    assert decided.name == (Reading(values[Field.NAME], 1.0, PERSON) if Field.NAME in values else line.name)
    if Field.PLACE in values:
        assert place_text(decided.place) == values[Field.PLACE]
    elif Field.ADDRESS not in values:
        assert decided.place == line.place
    assert (decided.cells, decided.box, decided.number) == (line.cells, line.box, line.number)
    assert apply(decided, made) == decided
    if not made:
        assert decided == line
    if set(values) == set(_said):
        assert not decided.review


@given(_rows, st.data())
def test_erasing_the_texts_of_decisions_keeps_the_count(page: SheetPage, data: st.DataObject) -> None:
    line = page.rows[0]
    made = [said(line, field, data.draw(value)) for field, value in _said.items() if data.draw(st.booleans())]
    bare = [replace(each, value=without_text(each.field, each.value)) for each in made]
    decided, erased = apply(line, made), apply(line, bare)
    assert (erased.status, region_of(erased), erased.flags) == (
        decided.status,
        region_of(decided),
        decided.flags,
    )
    assert not any(text in repr(bare) for text in ("Ada", "Neill", "Weg", "8001", "Zürich"))
    assert [replace(each, value=without_text(each.field, each.value)) for each in bare] == bare

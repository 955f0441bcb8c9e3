"""Values of decisions as text, and the sample for second looks."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from digitize.campaign.decisions import (
    AUDIT_COLUMNS,
    Decision,
    Field,
    audit_line,
    checked_name,
    checked_value,
    is_sampled,
    place_of,
    place_text,
)
from digitize.errors import BadDecision
from digitize.records import Place, Region
from tests.campaign.decisions.lines import asked, said


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (Field.STATUS, "signed", "signed"),
        (Field.STATUS, " struck ", "struck"),
        (Field.NAME, "  Ada \t Muster ", "Ada Muster"),
        (Field.NAME, "<script>alert(1)</script>", "<script>alert(1)</script>"),
        (Field.NAME, "", ""),
        (Field.ADDRESS, " Weg  1 \r\n 8001   Zürich\n", "Weg 1\n8001 Zürich"),
        (Field.PLACE, "ZH / 8001 / Zürich", "ZH / 8001 / Zürich"),
        (Field.PLACE, "BE/2500/Biel/Bienne", "BE / 2500 / Biel/Bienne"),
        (Field.PLACE, "abroad", "abroad /  / "),
        (Field.PERSON, "same", "same"),
        (Field.PAGE, "different", "different"),
    ],
)
def test_a_value_is_normalised(field: Field, value: str, kept: str) -> None:
    assert checked_value(field, value) == kept
    assert checked_value(field, kept) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.STATUS, "doubtful"),
        (Field.STATUS, "Ada Muster"),
        (Field.PLACE, "XX"),
        (Field.PLACE, "ambiguous"),
        (Field.PLACE, ""),
        (Field.PERSON, "perhaps"),
        (Field.NAME, "x" * 301),
        (Field.NAME, "Ada\x00"),
        (Field.NAME, "\ud800"),
        (Field.ADDRESS, "Weg\x1b[2J"),
    ],
)
def test_an_invalid_value_is_refused_and_not_quoted(field: Field, value: str) -> None:
    with pytest.raises(BadDecision) as refused:
        checked_value(field, value)
    assert not value or value not in str(refused.value)


@pytest.mark.parametrize(
    "place",
    [
        Place("ZH", "8001", "Zürich", "CH", 1.0),
        Place("LI", "9490", "Vaduz", "LI", 1.0),
        Place("abroad", "", "", "", 1.0),
    ],
)
def test_a_place_comes_back_from_its_text(place: Place) -> None:
    assert place_of(place_text(place)) == place


def test_a_missing_place_has_an_empty_text() -> None:
    assert place_text(None) == ""
    assert place_text(Place(Region.AMBIGUOUS)) == "ambiguous /  / "


def test_the_sample_has_the_wanted_share_and_is_reproducible() -> None:
    line = said(asked(1), Field.STATUS, "signed")
    many = [Decision(at, line.row, line.field, "", "", "ann", line.at) for at in range(1, 10_001)]
    found = [made.id for made in many if is_sampled(made, 0.05)]
    assert 450 < len(found) < 550
    assert found == [made.id for made in many if is_sampled(made, 0.05)]
    assert not any(is_sampled(made, 0.0) for made in many)
    assert all(is_sampled(made, 1.0) for made in many)
    gaps = [b - a for a, b in pairwise(found)]
    assert len(set(gaps)) > 1  # not predictable by counting


def test_audit_lines_quote_texts_only_if_asked() -> None:
    at = datetime(2025, 1, 20, 9, 30, tzinfo=UTC)
    row = asked(4)
    line = said(row, Field.NAME, "Ada Muster", before="Ada Mustet", at=at, file="a.pdf", page=2, second=True)
    line_with_texts = dict(zip(AUDIT_COLUMNS, audit_line(line), strict=True))
    assert tuple(line_with_texts[name] for name in ("row", "before", "value", "second")) == (
        4,
        "Ada Mustet",
        "Ada Muster",
        "yes",
    )
    hidden = dict(zip(AUDIT_COLUMNS, audit_line(line, texts=False), strict=True))
    assert "Must" not in str(hidden)
    status = said(row, Field.STATUS, "signed", before="doubtful")
    assert audit_line(status, texts=False) == audit_line(status)


@pytest.mark.parametrize("by", ["", "   ", "x" * 81, "Ada\x00", "\ud800"])
def test_a_decision_needs_a_name(by: str) -> None:
    with pytest.raises(BadDecision, match="who you are"):
        checked_name(by)


def test_a_name_is_normalised_and_has_no_semicolon() -> None:
    assert checked_name("  Ada   Muster; Bern ") == "Ada Muster, Bern"

"""A redacted result has no text of the sheet left in it, and everything that is counted."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum

import pytest

from digitize.form.definition import load_form
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure, Flag, FlagCode, PageId, Role, Row, SheetPage, Status
from digitize.redact import UNKNOWN, redact
from tests.outcomes import row, sheet_page
from tests.revealing import REGION, SECRETS, tell_all

ACAT = load_form("acat")


def texts(value: object) -> Iterator[str]:
    """Yield every text in a record, at any depth; words of closed lists are no texts."""
    if isinstance(value, str) and not isinstance(value, StrEnum):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


@pytest.fixture
def redacted() -> SheetPage:
    outcome = redact(tell_all("a.pdf", 1, Settings()), [ACAT]).outcome
    assert isinstance(outcome, SheetPage)
    return outcome


def secrets_in(page: SheetPage) -> set[str]:
    return {secret for secret in SECRETS for text in texts(page) if secret in text}


def test_no_text_and_no_picture_is_left(redacted: SheetPage) -> None:
    before = tell_all("a.pdf", 1, Settings())
    assert isinstance(before.outcome, SheetPage)
    assert secrets_in(before.outcome) == set(SECRETS)
    assert secrets_in(redacted) == set()
    after = redact(before, [ACAT])
    assert (after.picture, after.crops) == (b"", ())
    assert redact(after, [ACAT]) == after


def test_everything_that_counts_is_kept(redacted: SheetPage) -> None:
    before = tell_all("a.pdf", 1, Settings()).outcome
    assert isinstance(before, SheetPage)
    assert [counted(line) for line in redacted.rows] == [counted(line) for line in before.rows]
    assert [line.place.region for line in redacted.rows if line.place] == 3 * [REGION]
    assert [c.region for c in redacted.rows[0].place.candidates] == [REGION, "UR"]  # type: ignore[union-attr]


def counted(line: Row) -> tuple[object, ...]:
    return line.number, line.status, line.signed, [cell.ink for cell in line.cells]


@pytest.mark.parametrize(
    ("header", "kept"),
    [("Full Name", "Full Name"), ("Fuil Name", "Full Name"), ("Xenia Zypresse", UNKNOWN), ("", "")],
)
def test_only_header_words_of_a_form_are_kept(header: str, kept: str) -> None:
    page = tell_all("a.pdf", 1, Settings()).outcome
    assert isinstance(page, SheetPage)
    (table,) = page.tables
    column = replace(table.columns[0], role=Role.NAME, header=header)
    before = Digitized(replace(page, tables=(replace(table, columns=(column,)),)))
    outcome = redact(before, [ACAT]).outcome
    assert isinstance(outcome, SheetPage)
    assert outcome.tables[0].columns[0].header == kept


@pytest.mark.parametrize(
    ("codes", "status", "review"),
    [
        ((FlagCode.WEAK_NAME,), Status.SIGNED, False),
        ((FlagCode.WEAK_NAME, FlagCode.REGION_WEAK), Status.SIGNED, True),
        ((FlagCode.WEAK_NAME,), Status.DOUBTFUL, True),
        ((FlagCode.TICK_SIGNATURE,), Status.SIGNED, True),
    ],
)
def test_texts_that_are_gone_are_not_reviewed(
    codes: tuple[FlagCode, ...], status: Status, review: bool
) -> None:
    line = row(1, status, "Xenia", flags=tuple(Flag(code) for code in codes), review=True)
    outcome = redact(Digitized(sheet_page("a.pdf", 1, line)), [ACAT]).outcome
    assert isinstance(outcome, SheetPage)
    assert outcome.rows[0].review is review
    assert FlagCode.WEAK_NAME not in {flag.code for flag in outcome.rows[0].flags}


def test_a_failure_stays_a_failure_and_loses_its_picture() -> None:
    failure = Failure(PageId("a.pdf", 1), "load", "unreadable", "a.pdf is damaged.")
    assert redact(Digitized(failure, b"picture"), [ACAT]) == Digitized(failure)

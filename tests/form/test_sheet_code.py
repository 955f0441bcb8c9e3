"""The code of a printed sheet says exactly what was printed, and nothing else is taken for one."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.form.sheet_code import MAX_CODE_LETTERS, PAGE_MM, TABLE_END_MM, SheetCode
from digitize.records import Role

COLUMNS = ((Role.NUMBER, 10), (Role.NAME, 58), (Role.ADDRESS, 70), (Role.SIGNATURE, 42))
CODE = SheetCode("SAFE-ROADS", 2, 2, 17, 4, 30, 34, 9, 85, COLUMNS, date(2026, 11, 30))


def test_the_code_says_where_the_table_is() -> None:
    assert CODE.text == "DS1/SAFE-ROADS/2.2/17/4-30/T34H9P85/N10F58A70S42/261130"
    assert SheetCode.of_text(CODE.text) == CODE
    assert CODE.column_edges_mm == (15, 25, 83, 153, 195)
    assert CODE.row_edges_mm[:3] == (34, 43, 51.5)
    assert len(CODE.row_edges_mm) == 29 and CODE.row_edges_mm[-1] <= TABLE_END_MM < PAGE_MM[1]


@given(
    st.builds(
        SheetCode,
        form=st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True),
        page=st.integers(1, 2),
        pages=st.just(2),
        batch=st.integers(0, 9999),
        first_row=st.integers(1, 60),
        last_row=st.integers(60, 80),
        top_mm=st.integers(34, 60),
        header_mm=st.integers(4, 30),
        pitch_mm10=st.integers(70, 90),
        columns=st.lists(st.tuples(st.sampled_from(Role), st.integers(6, 20)), min_size=2, max_size=9).map(
            tuple
        ),
        deadline=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    )
)
def test_what_is_printed_is_what_is_read(code: SheetCode) -> None:
    assert len(code.text) <= MAX_CODE_LETTERS
    assert SheetCode.of_text(code.text) == (code if code.is_possible else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org/sign",
        "DS2" + CODE.text[3:],
        CODE.text + "/1",
        CODE.text.replace("S42", "Z42"),
        CODE.text.replace("/261130", "/261331"),
        CODE.text.replace("safe", "SAFE").lower(),
        CODE.text.replace("4-30", "٤-30"),
    ],
)
def test_other_codes_are_none(text: str) -> None:
    assert SheetCode.of_text(text) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"page": 3},
        {"first_row": 0},
        {"first_row": 31},
        {"last_row": 90},
        {"top_mm": 20},
        {"header_mm": 60},
        {"pitch_mm10": 30},
        {"pitch_mm10": 110},
        {"columns": (*COLUMNS, (Role.DATE, 20))},
        {"columns": ((Role.NAME, 3), (Role.SIGNATURE, 60))},
    ],
)
def test_no_table_is_described_that_cannot_be_printed(changes: dict[str, int]) -> None:
    code = replace(CODE, **changes)
    assert not code.is_possible
    assert SheetCode.of_text(code.text) is None

"""The benchmark: the plain pipeline that it compares with works, and every stage is timed."""

from pathlib import Path

import pytest

from digitize.page import detect_tables, pipeline
from digitize.records import PageKind, SheetPage
from samples.synthetic import ACAT, Paper, make_page
from samples.synthetic.scan_files import save_pdf
from tests.bench.kinds import pages_of_each_kind
from tests.bench.stages import STAGES, clocked
from tests.plain_pipeline import cells_of, dark_of, rows_of


def test_the_plain_pipeline_finds_the_cells_of_a_straight_scan() -> None:
    page = make_page(ACAT[1], (), Paper(dpi=300.0), 1)
    rows = rows_of(cells_of(dark_of(page.pixels)))
    assert [len(row) for row in rows] == [4] * 28  # it takes the header for a row
    scale = page.mapping.scale
    for row, top_mm in zip(rows, page.layout.y_mm, strict=False):
        assert row[0][1] == pytest.approx(top_mm * scale, abs=0.6 * scale)


def test_every_stage_of_a_page_is_timed(tmp_path: Path) -> None:
    pdf = tmp_path / "empty.pdf"
    save_pdf(pdf, [make_page(ACAT[1], (), Paper(dpi=150.0), 1)])
    settings = pipeline.Settings()
    pipeline.load_tools(settings)
    before = vars(detect_tables)["straighten"]
    with clocked() as clock:
        outcome = pipeline.digitize_file(str(pdf), 1, settings).outcome
    assert isinstance(outcome, SheetPage)
    assert all(spent.wall_s > 0 for spent in clock.stages.values() if spent.calls)
    calls = {name: spent.calls for name, spent in clock.stages.items()}
    nothing_to_read = {"reading": 0, "places": 0, "flags": 27}
    assert calls == dict.fromkeys(STAGES, 1) | nothing_to_read
    assert vars(detect_tables)["straighten"] is before, "the stages are no longer timed"


def test_the_pages_that_are_measured_are_of_the_kinds_that_they_are_called(tmp_path: Path) -> None:
    kinds = pages_of_each_kind()
    pdf = tmp_path / "back.pdf"
    save_pdf(pdf, [kinds["blank back"]])
    outcome = pipeline.digitize_file(str(pdf), 1, pipeline.Settings()).outcome
    assert isinstance(outcome, SheetPage)
    assert outcome.kind is PageKind.BLANK
    full, some, empty, back = (
        int((kinds[name].pixels < 128).sum())
        for name in ("full list", "list with some rows", "empty list", "blank back")
    )
    assert full > some > empty > back

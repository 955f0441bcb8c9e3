"""Tables that are written row by row are those that pandas writes of all rows at once."""

import io
from pathlib import Path

import pandas as pd
import pytest

from digitize import tally
from digitize.campaign.store import open_campaign
from digitize.tally.publish import build_tables, finish, save_page_states
from tests.report.campaigns import make

SEEDS = range(8)


def as_csv(table: pd.DataFrame, delimiter: str) -> bytes:
    buffer = io.StringIO()
    guarded = table.map(lambda value: tally.guard(value, delimiter))
    guarded.to_csv(buffer, index=False, lineterminator="\r\n", sep=delimiter)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_are_those_of_frames(tmp_path: Path, seed: int, delimiter: str) -> None:
    make(tmp_path, seed, pages=15)
    with open_campaign(tmp_path) as campaign:
        campaign.settings.set_delimiter(delimiter)
        count, paths = finish(campaign)
        tables = build_tables(campaign, save_page_states(campaign))
    frames = (tables.rows, tables.tally, tables.pages)
    assert [path.read_bytes() for path in paths] == [as_csv(frame, delimiter) for frame in frames]
    assert tally.summary(count) == tally.summary(tables.count)

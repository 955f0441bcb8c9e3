"""Learning in a process of its own tells its states; what goes wrong there is a sentence."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.cli import learn_process
from digitize.learning import FILE, cross_validation
from digitize.learning.cross_validation import Accuracy
from digitize.learning.state import Figures, LearnState, Stage
from digitize.records import Role, RowKey
from tests.web.campaigns import make, row


def states(folder: Path) -> list[LearnState]:
    told: list[LearnState] = []
    learn_process.learn_in_process(folder, told.append)
    return told


def test_few_corrections_are_too_few(tmp_path: Path) -> None:
    make(tmp_path / "friday", [("a.pdf", [row(1)])])
    *before, last = states(tmp_path / "friday")
    assert {state.stage for state in before} == {Stage.RUNNING}
    assert (last.stage, last.texts, last.sheets) == (Stage.TOO_FEW, 0, 0)
    assert not (tmp_path / "friday" / FILE).exists()


def test_each_page_with_corrections_is_looked_up(tmp_path: Path) -> None:
    make(tmp_path, [(f"{name}.pdf", [row(1)]) for name in "abc"])
    (tmp_path / "scans").mkdir(exist_ok=True)
    with open_campaign(tmp_path) as campaign:
        for page, name in enumerate("ab", 1):
            (tmp_path / "scans" / f"{name}.pdf").write_bytes(b"no scan any more")
            campaign.review.decide(RowKey(page, 0, 1), Field.NAME, "Ada Muster", "ann")
    *before, last = states(tmp_path)
    assert last.stage is Stage.TOO_FEW
    assert [state.share for state in before] == [0.0, 0.25, 0.5]


def test_an_erased_campaign_gives_a_sentence(tmp_path: Path) -> None:
    make(tmp_path / "friday", [("a.pdf", [row(1)])])
    with open_campaign(tmp_path / "friday") as campaign:
        campaign.erase(lambda: None)
    last = states(tmp_path / "friday")[-1]
    assert last.stage is Stage.FAILED and "erased" in last.problem


@pytest.mark.parametrize("better", [True, False])
def test_only_what_reads_better_is_kept(
    better: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real pages and cells, and prepared figures: training itself is tested with `learning`."""
    before, after = Accuracy(edits=10, characters=100, exact=5, cells=10), Accuracy(4, 100, 7, 10)
    layer = SimpleNamespace(save=lambda path: path.write_bytes(b"learned"))
    found = SimpleNamespace(
        before={Role.NAME: before}, after={Role.NAME: after}, is_better=better, layer=layer
    )

    def learn(_cells: object, _language: object, progress: Callable[[int, int], None]) -> object:
        progress(1, 2)
        return found

    monkeypatch.setattr(cross_validation, "learn", learn)
    make(tmp_path, [("a.pdf", [row(1)])])
    told: list[LearnState] = []
    last = learn_process._learned(tmp_path, told.append)
    assert last.stage is (Stage.LEARNED if better else Stage.NO_GAIN)
    assert last.figures == (Figures("name", 0.1, 0.04, 0.5, 0.7),)
    assert [state.share for state in told] == [0.0, 0.75]
    assert (tmp_path / FILE).exists() is better

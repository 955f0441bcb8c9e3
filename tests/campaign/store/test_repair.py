"""A damaged database is reported by a sentence, and its decisions are saved."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.backup_file import BACKUP
from digitize.campaign.store.repair import check, repair
from digitize.errors import BadStore
from tests.campaign.store.damaging import DAMAGES, database, fill, kept, read_again
from tests.campaign.store.deciding import in_step

CASES = 20  # of each kind of damage in the campaign


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "out"
    fill(folder)
    return folder


def copy(original: Path, folder: Path) -> Path:
    return Path(shutil.copytree(original, folder))


def test_nothing_is_done_to_a_sound_database(original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    before = kept(folder), sorted(folder.iterdir())
    assert check(folder) == ""
    assert repair(folder).problem == ""
    assert (kept(folder), sorted(folder.iterdir())) == before


@pytest.mark.parametrize("kind", DAMAGES)
def test_decisions_outlive_the_database(kind: str, original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    data = database(folder).read_bytes()
    seed = 0
    while not check(folder):  # a changed byte may lie where nothing is stored
        database(folder).write_bytes(data)
        DAMAGES[kind](database(folder), np.random.default_rng(seed))
        seed += 1
    damaged = database(folder).read_bytes() if database(folder).exists() else None
    done = repair(folder)
    assert done.made_again and done.decisions_lost == 0
    assert done.decisions == 31
    assert done.kept is None if damaged is None else done.kept and done.kept.read_bytes() == damaged
    with open_campaign(folder) as campaign:
        assert in_step(campaign)
    read_again(folder)
    assert kept(folder) == kept(original)
    assert check(folder) == ""


@pytest.mark.parametrize("kind", ["block of zeros", "header gone"])
def test_without_a_backup_the_database_is_read_as_far_as_possible(
    kind: str, original: Path, tmp_path: Path
) -> None:
    folder = copy(original, tmp_path / "out")
    (folder / BACKUP).unlink()
    data = database(folder).read_bytes()
    saved = []
    for seed in range(8):
        database(folder).write_bytes(data)
        DAMAGES[kind](database(folder), np.random.default_rng(seed))
        if check_or_damage(folder):
            done = repair(folder)
            saved.append(done.decisions)
            assert done.decisions_lost == 31 - done.decisions or not done.decisions
            with open_campaign(folder) as campaign:
                assert in_step(campaign)
        (folder / BACKUP).unlink(missing_ok=True)
    assert np.median(saved) >= 25


def check_or_damage(folder: Path) -> bool:
    try:
        return bool(check(folder))
    except BadStore:
        return True


def test_the_backup_alone_is_enough_and_scans_that_are_gone_are_named(original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    database(folder).unlink()
    scans = [original.parent / f"{number}.pdf" for number in range(3)]
    moved = scans[1].rename(tmp_path / "elsewhere.pdf")
    try:
        done = repair(folder)
    finally:
        moved.rename(scans[1])
    assert (done.scans, done.pages, done.missing) == (3, 6, (scans[1],))
    assert [path.name for path in folder.glob("pages.damaged-*")]  # the only trace of that scan
    read_again(folder)
    assert kept(folder) == kept(original)


def test_repairing_again_after_a_sudden_end_finishes_it(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(original, tmp_path / "out")
    DAMAGES["block of zeros"](database(folder), np.random.default_rng(1))
    damaged = database(folder).read_bytes()
    with monkeypatch.context() as sudden:
        sudden.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            repair(folder)
    assert database(folder).read_bytes() == damaged
    assert repair(folder).decisions == 31
    read_again(folder)
    assert kept(folder) == kept(original)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE row_states SET counted = 0, region = 'GE' WHERE row_id = 3",
        "UPDATE row_states SET status = 'sigoed'",
        "UPDATE page_states SET differing = 'x'",
    ],
)
def test_wrong_derived_data_are_computed_again(wrong: str, original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    with open_campaign(folder) as campaign, campaign.review._database.transaction() as connection:
        connection.execute(wrong)
    assert check(folder)
    assert not repair(folder).made_again
    assert kept(folder) == kept(original)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE rows SET status = 'blank' WHERE id = 3",
        "UPDATE rows SET name_text = 'Anna' WHERE id = 3",
        "UPDATE cells SET stroke_mm = stroke_mm + 1 WHERE row_id = 3",
        "UPDATE pages SET deadline = '2025-01-21' WHERE id = 2",
        "DELETE FROM rows WHERE id = 3",
    ],
)
def test_a_reading_that_became_another_valid_one_is_noticed(
    changed: str, original: Path, tmp_path: Path
) -> None:
    folder = copy(original, tmp_path / "out")
    with open_campaign(folder) as campaign:
        campaign.review._database.connection.execute(changed)
    assert check(folder) == "readings of 1 pages that are not as they were stored"
    done = repair(folder)
    assert done.made_again and done.decisions_lost == 0
    read_again(folder)
    assert kept(folder) == kept(original)


def test_an_erased_campaign_is_sound(original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    with open_campaign(folder) as campaign:
        campaign.erase(lambda: None)
    assert check(folder) == ""


def test_an_erased_campaign_is_not_made_again(original: Path, tmp_path: Path) -> None:
    folder = copy(original, tmp_path / "out")
    with open_campaign(folder) as campaign:
        campaign.erase(lambda: None)
        campaign.review._database.connection.execute("PRAGMA ignore_check_constraints = ON")
        campaign.review._database.connection.execute("UPDATE rows SET status = 'sigoed' WHERE id = 1")
    before = database(folder).read_bytes()
    with pytest.raises(BadStore, match="erased"):
        repair(folder)
    assert database(folder).read_bytes() == before


@pytest.mark.campaign
def test_campaign_of_damaged_databases(original: Path, tmp_path: Path) -> None:
    """Every kind of damage at many places: no decision is lost, and no error but a sentence."""
    tried = noticed = unnoticed_changes = 0
    before = kept(original)
    violations = []
    for kind, damage in DAMAGES.items():
        for seed in range(CASES if kind != "deleted" else 1):
            folder = copy(original, tmp_path / f"{kind}-{seed}")
            damage(database(folder), np.random.default_rng(seed))
            tried += 1
            try:
                if check_or_damage(folder):
                    noticed += 1
                else:
                    unnoticed_changes += kept(folder) != before
                repair(folder)
                read_again(folder)
                same = kept(folder) == before
            except Exception as error:
                violations.append((kind, seed, repr(error)))
            else:
                if not same:
                    violations.append((kind, seed, "other decisions or another count"))
            shutil.rmtree(folder)
    print(f"{tried} damaged databases, {noticed} noticed, {unnoticed_changes} changes not noticed")
    assert violations == []
    assert unnoticed_changes == 0

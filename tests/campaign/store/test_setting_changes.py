"""Every change of a setting is told: who, when, from what, to what; also after the database was lost."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from digitize.campaign.store import Campaign, open_campaign
from digitize.campaign.store.campaign_settings import Wanted
from digitize.campaign.store.database import DATABASE
from digitize.campaign.store.repair import repair
from tests.campaign.store.looking import add

WANTED = Wanted("For the river", 500, date(2026, 10, 31), ";")


def told(campaign: Campaign) -> list[tuple[str, ...]]:
    changes = campaign.settings.changes()
    return [(each.name, each.before, each.value, each.by, each.file) for each in changes]


def test_who_changed_which_setting_is_kept(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        campaign.settings.save(WANTED, "Ada")
        campaign.settings.save(WANTED, "Bob")  # nothing changed
        campaign.settings.save(replace(WANTED, goal=None), "Bob")
        campaign.settings.set_deadline(date(2026, 11, 1))
        campaign.review.set_second_look(0.05)
        add(campaign)
        [entry] = campaign.inputs.all()
        campaign.inputs.set_received(entry.id, date(2026, 10, 30), "Ada")
        campaign.inputs.set_received(entry.id, date(2026, 10, 30), "Bob")
        assert campaign.settings.wanted() == replace(WANTED, goal=None, deadline=date(2026, 11, 1))
        assert told(campaign) == [
            ("title", "", "For the river", "Ada", ""),
            ("goal", "", "500", "Ada", ""),
            ("deadline", "", "2026-10-31", "Ada", ""),
            ("delimiter", "", ";", "Ada", ""),
            ("goal", "500", "", "Bob", ""),
            ("deadline", "2026-10-31", "2026-11-01", "", ""),
            ("second-look", "0.0%", "5.0%", "", ""),
            ("received", entry.received.isoformat(), "2026-10-30", "Ada", Path(entry.path).name),
        ]


def test_they_are_restored_with_the_settings(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        campaign.settings.save(WANTED, "Ada")
        before = campaign.settings.changes()
    (tmp_path / DATABASE).unlink()
    repair(tmp_path)
    with open_campaign(tmp_path) as campaign:
        assert campaign.settings.changes() == before
        assert campaign.settings.wanted() == WANTED


def test_names_of_staff_and_files_are_erased(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        campaign.settings.save(Wanted("River"), "Ada")
        campaign.inputs.set_received(add(campaign), date(2026, 10, 30), "Ada")
        campaign.erase(lambda: None)
        assert {(each.by, each.file) for each in campaign.settings.changes()} == {("staff", "")}

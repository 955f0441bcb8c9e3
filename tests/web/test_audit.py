"""The page of an audit shows what was drawn without a verdict, and stores what people say once."""

import re
from pathlib import Path
from urllib.parse import urlencode

from digitize.audit import journal
from digitize.audit.units import Stratum, sizes
from digitize.campaign.store import open_campaign
from tests.report.campaigns import make
from tests.web.site import Answer, Client, running

FORM = "application/x-www-form-urlencoded"


def say(client: Client, **fields: str) -> Answer:
    body = urlencode({"csrf": client.csrf, **fields}).encode()
    return client.ask("POST", "/audit", body, Origin=client.site.url, Content_Type=FORM)


def unit_of(html: str) -> str:
    found = re.search(r'name="unit" value="([^"]+)"', html)
    assert found
    return found.group(1)


def test_people_go_through_the_sample_without_seeing_verdicts(tmp_path: Path) -> None:
    make(tmp_path, 3, pages=12)
    with running(tmp_path) as site:
        client = Client(site).enter("Ada")
        assert "No audit has been drawn yet" in client.get("/audit").text
        with open_campaign(tmp_path) as campaign:
            audit = journal.commit(campaign)
        journal.add_round(audit, "614235", 1, sizes(audit.units, 10))
        strata = {unit.name: unit.stratum for unit in audit.units}
        asked = []
        while 'name="unit"' in (html := client.get("/audit").text):
            name = unit_of(html)
            asked.append(name)
            for word in ("struck", "incomplete", "doubtful", "signed"):
                assert word not in re.sub(r"and is not struck out", "", html), word
            is_page = strata[name] is Stratum.PAGES
            assert ("How many signatures" in html) == is_page
            assert say(client, unit=name, counts="0" if is_page else "1", region="ZH").status == 303
        assert len(asked) == len(set(asked)) == len(journal.load(tmp_path).sample)
        assert "Everything that was drawn has been looked at" in client.get("/audit").text


def test_nothing_but_a_first_answer_to_a_drawn_unit_is_stored(tmp_path: Path) -> None:
    make(tmp_path, 3, pages=12)
    with open_campaign(tmp_path) as campaign:
        audit = journal.commit(campaign)
    journal.add_round(audit, "614235", 2, dict.fromkeys(Stratum, 1))
    drawn = journal.load(tmp_path).sample[0].name
    other = next(u.name for u in audit.units if u not in journal.load(tmp_path).sample)
    with running(tmp_path) as site:
        client = Client(site).enter("Ada")
        for fields in (
            {"unit": other, "counts": "1"},
            {"unit": "nonsense", "counts": "1"},
            {"unit": drawn, "counts": "many"},
            {"unit": drawn, "counts": "1", "region": "XX"},
            {"unit": drawn, "counts": "0", "region": "BE"},  # the second answer of the same person
        ):
            say(client, **fields)
        say(Client(site).enter("Bob"), unit=drawn, counts="", region="ZH")
    answers = journal.load(tmp_path).answers
    assert answers == {drawn: [journal.Answer("Ada", 1, ""), journal.Answer("Bob", None, "")]}

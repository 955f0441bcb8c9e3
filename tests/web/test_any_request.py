"""Arbitrary requests are saved or refused, and the tables keep adding up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digitize.campaign.decisions import Content
from digitize.campaign.store import open_campaign
from tests import decided
from tests.web.site import Client, Site, running

FIELDS = ("status", "name", "address", "canton", "person", "page")
VALUES = (
    *(
        "signed",
        "incomplete",
        "struck",
        "blank",
        "doubtful",
        "same",
        "different",
        "",
        "Eva",
        "Weg 1\n3000 Bern",
    ),
    *(
        "ZH / 8001 / Zürich",
        "XX / 1 / Nowhere",
        "abroad",
        "unknown",
        "ambiguous",
        "LI",
        "(ZH)",
        "(XX)",
        "ZH/ \ud800",
    ),
    *("=1+1", "Eva\x00", "\u202eavE", "ZH / \x1b[2J / \u202e", "9" * 400),
)
numbers = st.sampled_from((-1, 0, 1, 2, 3, 4, 5, 2**31, 2**63, -(2**64), 10**30))
page_keys = st.sampled_from(decided.PAGE_IDS).map(lambda page: f"{page}.-1.0")
row_keys = st.builds(
    lambda page, at: f"{page}.{at}.{at + 1}", st.sampled_from(decided.PAGE_IDS), st.integers(0, decided.ROWS)
)
odd_keys = st.lists(numbers.map(str), max_size=4).map(".".join) | st.sampled_from(
    ("1.0.\ud800", "١.٠.١", 7, None)
)
keys = row_keys | page_keys | odd_keys
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
values = st.sampled_from(VALUES) | st.text(max_size=8) | anything
wishes = st.fixed_dictionaries(
    {"key": keys, "field": st.sampled_from(FIELDS), "value": values},
    optional={"other": keys, "second": anything},
)
sound_pairs = st.one_of(
    st.fixed_dictionaries(
        {"key": kind, "other": kind, "field": st.just(field), "value": st.sampled_from(("same", "different"))}
    )
    for field, kind in (("person", row_keys), ("page", page_keys | row_keys))
)
bodies = st.fixed_dictionaries(
    {"decisions": st.lists(sound_pairs | wishes, min_size=1, max_size=4) | anything}
)
cantons = st.sampled_from(("ZH", "8400", "Buchs", "abroad", ""))
typed = st.fixed_dictionaries(
    {"number": st.sampled_from(("1", "2", "7", "x")), "status": st.sampled_from(("signed", "struck", "no"))},
    optional={"name": values, "canton": cantons, "again": anything},
)
settlements = st.one_of(
    st.fixed_dictionaries({"do": st.just("content"), "content": st.sampled_from((*Content, "x"))}),
    st.fixed_dictionaries({"do": st.just("trash")}, optional={"file": anything, "back": st.booleans()}),
    st.fixed_dictionaries(
        {"do": st.just("rows"), "rows": st.lists(typed, max_size=3)}, optional={"instead": st.booleans()}
    ),
    st.fixed_dictionaries(
        {"do": st.just("counts"), "counts": st.just([{"canton": "BE", "count": "2"}]) | anything}
    ),
    st.fixed_dictionaries({"do": st.just("read")}, optional={"turn": values, "corners": anything}),
    st.fixed_dictionaries({"do": st.just("comment"), "comment": values}),
)
requests = (
    st.tuples(st.sampled_from(decided.PAGE_IDS).map(lambda page: f"/pages/{page}/settle"), settlements)
    | st.tuples(st.just("/review/decisions"), bodies | anything)
    | st.tuples(
        st.just("/review/undo"), st.fixed_dictionaries({}, optional={"times": anything | st.integers(1, 3)})
    )
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    decided.make(folder)
    return folder


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(decided.copy(made, tmp_path_factory.mktemp("office") / "friday")) as site:
        yield site


@pytest.fixture(scope="module")
def people(office: Site) -> list[Client]:
    return [Client(office).enter(who) for who in ("ann", "bob")]


@given(st.lists(st.tuples(st.integers(0, 1), requests), min_size=1, max_size=6))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
def test_no_request_breaks_a_table(
    made: Path, office: Site, people: list[Client], sent: list[tuple[int, tuple[str, Any]]]
) -> None:
    decided.copy(made, office.folder)
    for who, (path, body) in sent:
        assert people[who].post(path, json.dumps(body).encode()).status in (200, 400, 409, 422), body
    decided.check_count(office.folder)
    for path in decided.WATCHED:
        assert people[0].get(path).status == 200, path


@pytest.mark.parametrize(
    "pair",
    [
        {"field": "page", "key": "1.-1.0", "other": "1.-1.0"},
        {"field": "page", "key": "1.-1.0", "other": "1.0.1"},
        {"field": "page", "key": "1.1.2", "other": "1.0.1"},
        {"field": "person", "key": "1.0.1", "other": "1.0.1"},
        {"field": "page", "key": f"{2**63}.-1.0", "other": "1.-1.0"},
        {"field": "status", "key": f"{2**63}.0.1"},
        {"field": "canton", "key": "1.0.1", "value": "ZH / \ud800"},
    ],
)
def test_an_impossible_decision_is_refused(
    pair: dict[str, str], made: Path, office: Site, people: list[Client]
) -> None:
    decided.copy(made, office.folder)
    body = json.dumps({"decisions": [{"value": "same"} | pair]}).encode()
    assert people[0].post("/review/decisions", body).status in (400, 409)
    assert people[0].post("/review/undo", b"{}").json["undone"] == 0
    decided.check_count(office.folder)


def test_deeply_nested_json_is_refused(people: list[Client]) -> None:
    assert people[0].post("/review/decisions", b"[" * 100_000).status == 400


def test_a_form_with_a_wrong_field_saves_none_and_says_which(
    made: Path, office: Site, people: list[Client]
) -> None:
    decided.copy(made, office.folder)
    form = f"csrf={people[0].csrf}&number=1&status=struck&canton=XX".encode()
    kind = "application/x-www-form-urlencoded"
    answer = people[0].post("/pages/1/rows/0", form, Content_Type=kind)
    assert answer.status == 422 and 'id="wrong-canton"' in answer.text and 'value="XX"' in answer.text
    with open_campaign(office.folder) as campaign:
        assert list(campaign.review.trail()) == []

"""Rows are found by what is written in them, however it is spelt, by file, and by what was decided."""

from dataclasses import replace

import pytest

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import REMOVED, Field
from digitize.campaign.store import Campaign, RowQuery, TypedRow, row_search
from digitize.records import PageId, Place, Reading, Row, Status
from tests.campaign.store.deciding import ZURICH, clear, save_states, store
from tests.campaign.store.looking import query

BERN = Place("BE", "3012", "Bern", "CH", 0.999)


def of(number: int, name: str, address: str = "Weg 1\n8001 Zürich", place: Place = ZURICH) -> Row:
    return replace(
        clear(number), name=Reading(name, 0.9, "x"), address=Reading(address, 0.9, "x"), place=place
    )


@pytest.fixture
def office(campaign: Campaign) -> Campaign:
    store(
        campaign,
        of(1, "Jürg Müller", "Seestrasse 12\n8001 Zürich"),
        of(2, "Beatrice Huber", "Postgasse 3\n3012 Bern", BERN),
        of(3, "Noël Käser", "Bahnhofstr. 7\n3012 Bern", BERN),
        path="/scans/Montag 07.pdf",
    )
    store(campaign, of(1, "Anna Meier"), replace(clear(2), status=Status.BLANK), path="/scans/b.pdf")
    return campaign


def names(campaign: Campaign, text: str = "", **filters: object) -> list[str]:
    found = campaign.search.rows(RowQuery(text, **filters), 0, 50)  # type: ignore[arg-type]
    assert len(found.rows) == found.total >= found.exact
    return [row.name.text for row in found.rows if row.name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("müller", "Jürg Müller"),
        ("MULLER", "Jürg Müller"),
        ("Mueller", "Jürg Müller"),
        ("Mülelr", "Jürg Müller"),  # letters exchanged
        ("Miller", "Jürg Müller"),
        ("huber bern", "Beatrice Huber"),
        ("hubre bren", "Beatrice Huber"),
        ("Beatrix Huber", "Beatrice Huber"),
        ("seestr. 12", "Jürg Müller"),
        ("Bahnhofstrasse", "Noël Käser"),
        ("bahnhofstra", "Noël Käser"),
        ("hofstr", "Noël Käser"),  # inside a word
        ("kaeser", "Noël Käser"),
        ("Maier", "Anna Meier"),
    ],
)
def test_a_row_is_found_however_its_words_are_spelt(text: str, name: str, office: Campaign) -> None:
    assert names(office, text) == [name]


def test_every_word_has_to_fit(office: Campaign) -> None:
    assert names(office, "3012") == ["Beatrice Huber", "Noël Käser"]
    assert names(office, "huber zürich") == []
    assert names(office, "xylophon") == names(office, "?!") == []
    assert len(names(office)) == 4  # no blank rows


def test_rows_with_the_very_word_come_first(office: Campaign) -> None:
    store(office, of(1, "Ada Meyer"), of(2, "Ada Meier"), path="/scans/c.pdf")
    found = office.search.rows(RowQuery("meier"), 0, 50)
    assert [each.name.text for each in found.rows if each.name] == ["Anna Meier", "Ada Meier", "Ada Meyer"]
    assert found.exact == 2


def test_a_file_is_found_by_its_name_not_by_its_folder(office: Campaign) -> None:
    assert names(office, "montag") == ["Jürg Müller", "Beatrice Huber", "Noël Käser"]
    assert names(office, "montag bern") == ["Beatrice Huber", "Noël Käser"]
    assert names(office, "scans") == []


def test_filters(office: Campaign) -> None:
    assert names(office, region="BE") == ["Beatrice Huber", "Noël Käser"]
    assert names(office, "kaser", region="ZH") == []
    assert names(office, status=Status.INCOMPLETE) == []
    save_states(office, {PageId("/scans/b.pdf", 1): PageState(late=True)})
    assert names(office, late=True) == ["Anna Meier"]
    assert len(names(office, late=False)) == 3


def test_who_decided_and_whether(office: Campaign) -> None:
    first, second = office.search.rows(RowQuery(region="BE"), 0, 9).rows
    office.review.decide(first.key, Field.STATUS, "struck", "Ada")
    office.review.decide(second.key, Field.STATUS, "struck", "Ad")
    assert names(office, by="Ada") == ["Beatrice Huber"]
    assert names(office, by="Ad") == ["Noël Käser"]
    assert names(office, decided=True) == ["Beatrice Huber", "Noël Käser"]
    assert names(office, "müller", decided=False) == ["Jürg Müller"]


def test_a_corrected_name_replaces_the_one_that_was_read(office: Campaign) -> None:
    shown = office.search.rows(RowQuery("muller"), 0, 9).rows[0]
    office.review.decide(shown.key, Field.NAME, "Jörg Fröhlicher", "Ada")
    assert names(office, "froehlicher") == ["Jörg Fröhlicher"]
    assert names(office, "muller") == []
    assert [word for (word,) in query(office, "SELECT word FROM words WHERE word LIKE 'mu%'")] == []
    office.review.undo("Ada")
    assert names(office, "muller") == ["Jürg Müller"]


def test_a_typed_row_is_found_until_it_is_removed(office: Campaign) -> None:
    page_id = office.search.rows(RowQuery("meier"), 0, 9).rows[0].key.page_id
    (made,) = office.review.add_rows(page_id, [TypedRow(9, Status.SIGNED, "Rosa Zgraggen")], "Ada")
    assert names(office, "zgragen") == ["Rosa Zgraggen"]
    office.review.decide(made, Field.ROW, REMOVED, "Ada")
    assert names(office, "zgragen") == []


def test_words_go_with_their_rows(office: Campaign) -> None:
    store(office, of(1, "Otto Neu"), path="/scans/Montag 07.pdf")  # read again
    assert names(office, "käser") == []
    known = office.inputs.at("/scans/b.pdf")
    assert known is not None
    office.inputs.remove(known.id)
    assert {word for (word,) in query(office, "SELECT word FROM words")} >= {"otto", "neu"}
    assert query(office, "SELECT 1 FROM words WHERE word IN ('anna', 'meier', 'kaser')") == []


def test_nothing_is_found_any_more_after_erasing(office: Campaign) -> None:
    office.erase(lambda: None)
    assert names(office, "müller") == []
    assert query(office, "SELECT * FROM words") == query(office, "SELECT * FROM row_words") == []
    database = (office.folder / "campaign.sqlite").read_bytes()
    assert b"muller" not in database


def test_a_campaign_that_keeps_counts_only_has_no_words(campaign: Campaign) -> None:
    bare = replace(clear(1), name=None, address=None, place=Place("ZH", "", "", "CH", 0.9))
    store(campaign, bare)
    assert query(campaign, "SELECT * FROM words") == []
    assert campaign.search.rows(RowQuery(region="ZH"), 0, 9).total == 1


@pytest.mark.parametrize("many", [0, 1, 2, 3])
def test_words_of_many_rows_are_found_as_those_of_few(
    many: int, office: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (
        "huber bern",
        "bern 3012",
        "gasse bern",
        "weg 8001",
        "montag bern",
        "montag hofstr bern",
        "x bern",
        "meier montag",
    )
    few = [names(office, text) for text in texts]
    monkeypatch.setattr(row_search, "MANY", many)
    assert [names(office, text) for text in texts] == few
    assert few[1] == few[4] == ["Beatrice Huber", "Noël Käser"] and few[-1] == []


def test_of_many_rows_the_first_are_found_and_it_is_told_that_there_are_more(
    office: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = office.search.rows(RowQuery("8001"), 0, 50)
    assert (everything.total, everything.more) == (2, False)
    monkeypatch.setattr(row_search, "MOST", 1)
    first = office.search.rows(RowQuery("8001"), 0, 50)
    assert first.rows == everything.rows[:1]
    assert (first.total, first.exact, first.more) == (1, 1, True)
    assert office.search.rows(RowQuery("8001"), 1, 50).rows == []
    similar = office.search.rows(RowQuery("mueller meier"), 0, 50)
    assert (similar.total, similar.more) == (0, False)


@pytest.mark.parametrize("common", [1, 2, 100])
@pytest.mark.parametrize("many", [1, 2, 100])
@pytest.mark.parametrize("text", ["8001", "weg 8001", "bern str", "muller 8001", "montag bern", "meier 3012"])
def test_the_same_rows_are_found_whatever_is_common(
    text: str, many: int, common: int, office: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = names(office, text)
    monkeypatch.setattr(row_search, "MANY", many)
    monkeypatch.setattr(row_search, "COMMON", max(many, common))
    assert names(office, text) == found


def test_a_part_of_a_word_that_every_row_has_is_found_in_few_steps(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps of SQLite's machine, not seconds: a row more may cost the same again and again."""
    streets = [f"{chr(97 + at // 20) * 3}{chr(97 + at % 20)}weg" for at in range(400)]
    for at in range(0, 400, 20):
        rows = [
            of(n, "Max Viel", f"{street} 1\n8001 Zürich") for n, street in enumerate(streets[at : at + 20], 1)
        ]
        store(campaign, *rows, path=f"/scans/{at}.pdf")
    monkeypatch.setattr(row_search, "MANY", 20)
    monkeypatch.setattr(row_search, "COMMON", 100)
    monkeypatch.setattr(row_search, "MOST", 50)
    steps = [0, 0]
    for at, text in enumerate(("8001", "weg")):

        def count(at: int = at) -> int:
            steps[at] += 1
            return 0

        campaign.search._database.connection.set_progress_handler(count, 100)
        assert campaign.search.rows(RowQuery(text), 0, 10).more
    campaign.search._database.connection.set_progress_handler(None, 0)
    assert steps[1] < 2.5 * steps[0]  # measured: 1.8, and 3.6 where each word is tried in each row

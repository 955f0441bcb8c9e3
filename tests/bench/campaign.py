"""Measure the store of a large synthetic campaign: `python -m tests.bench.campaign`.

Every page is stored as by a run, with rows of all kinds, and some of the questions are decided.  Takes a few
minutes for 100,000 rows.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, RowQuery, Shown, open_campaign
from digitize.records import (
    Candidate,
    Digitized,
    Flag,
    FlagCode,
    Ink,
    PageId,
    Place,
    Role,
    Row,
    RowKey,
    Status,
)
from tests.outcomes import row, sheet_page, signature

ROWS_PER_PAGE = 25
PAGES_PER_FILE = 10
PEOPLE = ("ann", "bob", "cleo")
TOWNS = (
    ("ZH", "8001", "Zürich"),
    ("BE", "3000", "Bern"),
    ("VD", "1000", "Lausanne"),
    ("TI", "6900", "Lugano"),
)
OPENING_LIMIT_S = 1.0
QUERY_LIMIT_S = 0.1


def make(folder: Path, pages: int, decided: int, seed: int = 1) -> None:
    """A campaign of so many pages, of which so many rows were decided."""
    dice = random.Random(seed)
    with open_campaign(folder, create=True) as campaign, _in_memory(campaign):
        for number in range(pages // PAGES_PER_FILE):
            path = f"/scans/{number:05d}.pdf"
            day = date(2025, 1, 1) + timedelta(days=number % 60)
            entry = campaign.inputs.add(path, str(number), 1, 1, day)
            campaign.inputs.set_pages(entry.id, PAGES_PER_FILE)
            for page in range(1, PAGES_PER_FILE + 1):
                rows = [_row(dice, index) for index in range(1, ROWS_PER_PAGE + 1)]
                result = Digitized(sheet_page(path, page, *rows), b"")
                campaign.pages.save(entry.id, result, "settings", "0.1.0")
        _relate(campaign, dice, pages)
        _decide(campaign, dice, decided)


@contextmanager
def _in_memory(campaign: Campaign) -> Iterator[None]:
    """Making waits for no disk."""
    campaign.pages._database.connection.execute("PRAGMA synchronous = OFF")
    yield
    campaign.pages._database.connection.execute("PRAGMA synchronous = NORMAL")


def _row(dice: random.Random, number: int) -> Row:
    region, postcode, town = dice.choice(TOWNS)
    place = Place(region, postcode, town, "CH", 0.999)
    cells = tuple(replace(signature(Ink.INKED), role=role) for role in (Role.NAME, Role.ADDRESS))
    made = row(number, Status.SIGNED, f"Name {dice.random()}", f"Weg 1\n{postcode} {town}", place)
    made = replace(made, cells=(*cells, signature(Ink.INKED)))
    fate = dice.random()
    if fate < 0.3:
        return replace(made, status=Status.BLANK, name=None, address=None, place=None)
    if fate < 0.33:
        unsure = signature(Ink.UNSURE, stroke_mm=dice.uniform(4, 12))
        return _asked(replace(made, status=Status.DOUBTFUL, cells=(*cells, unsure)), FlagCode.UNSURE_INK)
    if fate < 0.38:
        candidates = (Candidate(region, postcode, town, 0.6), Candidate("AG", "5000", "Aarau", dice.random()))
        unsure_place = replace(place, region="ambiguous", confidence=0.6, candidates=candidates)
        return _asked(replace(made, place=unsure_place), FlagCode.REGION_AMBIGUOUS)
    if fate < 0.45:
        return _asked(made, FlagCode.WEAK_NAME if fate < 0.41 else FlagCode.WEAK_ADDRESS)
    return made


def _asked(made: Row, code: FlagCode) -> Row:
    return replace(made, flags=(Flag(code),), review=True)


def _relate(campaign: Campaign, dice: random.Random, pages: int) -> None:
    """Some pages came late, some twice, and some people may have signed twice."""
    every = [PageId(f"/scans/{n // PAGES_PER_FILE:05d}.pdf", n % PAGES_PER_FILE + 1) for n in range(pages)]
    standings = {page: PageState(at // 2 + 1, late=at % 20 == 0) for at, page in enumerate(every)}
    for at in range(2, pages, 50):
        standings[every[at]] = replace(standings[every[at]], duplicate_of=every[at - 1])
        standings[every[at + 1]] = replace(standings[every[at + 1]], possible_duplicates=(every[at - 2],))
    campaign.review.save_page_states(standings, campaign.derived.take_snapshot())
    keys = [key for key, _ in campaign.review.signers()]
    pairs = [(*sorted(dice.sample(keys, 2)), dice.random()) for _ in range(pages // 10)]
    campaign.review.save_signer_pairs(pairs)


def _decide(campaign: Campaign, dice: random.Random, decided: int) -> None:
    campaign.review.set_second_look(0.05)
    for at in range(decided):
        who = PEOPLE[at % 3]
        kind = dice.choice((Kind.COUNT, Kind.REGION, Kind.NAME))
        for shown in campaign.review.next_questions(kind, who, 1):
            field, value = {
                Kind.COUNT: (Field.STATUS, dice.choice(("signed", "incomplete"))),
                Kind.REGION: (Field.PLACE, "ZH / 8001 / Zürich"),
                Kind.NAME: (Field.NAME, "Ada Muster"),
            }[kind]
            campaign.review.decide(shown.key, field, value, who, second=shown.second)
    for who in PEOPLE:
        for pair in campaign.review.next_pairs(Kind.PERSON, who, 5):
            campaign.review.decide(pair.keys[0], Field.PERSON, "same", who, other=pair.keys[1])


def questions(campaign: Campaign) -> dict[str, Callable[[], object]]:
    """Everything that a page of the site asks of the store, by name."""
    review = campaign.review
    key = review.next_questions(Kind.COUNT, "dora", 1)[0].key
    page_id = campaign.derived.take_snapshot().page_ids[PageId("/scans/00003.pdf", 3)]
    asked: dict[str, Callable[[], object]] = {"totals": review.totals}
    for kind in (Kind.COUNT, Kind.REGION, Kind.NAME, Kind.ADDRESS):
        asked[f"12 questions: {kind}"] = lambda kind=kind: review.next_questions(kind, "eva", 12)
    for kind in (Kind.PERSON, Kind.PAGE):
        asked[f"5 pairs: {kind}"] = lambda kind=kind: review.next_pairs(kind, "eva", 5)
    return asked | {
        "decide": lambda: review.decide(key, Field.STATUS, "signed", "dora"),
        "undo": lambda: review.undo("dora"),
        "decide a pair": lambda: review.decide(
            key, Field.PERSON, "same", "dora", other=RowKey(key.page_id, key.index + 1, key.number + 1)
        ),
        "decide two pages": lambda: review.decide(
            RowKey(5, -1, 0), Field.PAGE, "same", "dora", other=RowKey(7, -1, 0)
        ),
        "undo two pages": lambda: review.undo("dora"),
        "row": lambda: review.row(key),
        "rows of a page": lambda: review.rows(key.page_id),
        "history": lambda: review.history(key),
        "last 100 of the trail": lambda: campaign.listing.trail(None, "", 100),
        "orphaned": review.orphaned,
        "disagreements": review.disagreements,
        "release": lambda: review.release("eva"),
        "first pages": lambda: campaign.listing.lines(Shown.ALL, "", 0, 50),
        "last open pages": lambda: campaign.listing.lines(Shown.OPEN, "", 3000, 50),
        "page": lambda: campaign.pages.at(page_id),
        "search": lambda: campaign.search.rows(RowQuery("nmae zuerich"), 0, 30),
        "second looks": lambda: (campaign.second_looks.due("eva"), campaign.second_looks.agreement()),
        "newest files": lambda: campaign.files.lines(0, 8),
    }


def seconds(ask: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    ask()
    return time.perf_counter() - start_s


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as name:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name)
        if not (folder / "campaign.sqlite").exists():
            print(f"Making {pages * ROWS_PER_PAGE} rows ...", flush=True)
            print(f"made in {seconds(lambda: make(folder, pages, pages)):.0f} s")
        start_s = time.perf_counter()
        with open_campaign(folder) as campaign:
            opened_s = time.perf_counter() - start_s
            print(
                f"{'opened':<24}{opened_s * 1000:8.1f} ms{'' if opened_s < OPENING_LIMIT_S else '  TOO SLOW'}"
            )
            for asked, ask in questions(campaign).items():
                spent_s = seconds(ask)
                print(f"{asked:<24}{spent_s * 1000:8.1f} ms{'' if spent_s < QUERY_LIMIT_S else '  TOO SLOW'}")


if __name__ == "__main__":
    main()

"""Campaigns with decisions, late sheets, duplicates, failures and several petitions, made at random."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, open_campaign
from digitize.errors import BadDecision
from digitize.records import (
    Digitized,
    Failure,
    Flag,
    FlagCode,
    Ink,
    PageId,
    PageKind,
    Place,
    Row,
    RowKey,
    Status,
)
from tests.outcomes import row, sheet_page, signature

TITLES = (
    "Petition für mehr Bäume an der Strasse",
    "Pétition pour une gare accessible à tous",
    "Per un lago pulito",
)
PLACES = (
    Place("ZH", "8001", "Zürich", "CH", 0.999),
    Place("BE", "3000", "Bern", "CH", 0.999),
    Place("TI", "6900", "Lugano", "CH", 0.999),
    Place("AI", "9050", "Appenzell", "CH", 0.999),
    Place("LI", "9490", "Vaduz", "LI", 0.999),
    Place("abroad", "", "", "DE", 0.9),
    Place("ambiguous", "", "", "CH", 0.5),
    Place("unknown", "", "", "", 0.2),
)
FIRST_DAY, DEADLINE = date(2025, 1, 1), date(2025, 1, 6)
DAYS = 10
HOW = ("settings", "0.1.0")
MISSING = (
    FlagCode.MISSING_NAME,
    FlagCode.MISSING_ADDRESS,
    FlagCode.MISSING_SIGNATURE,
    FlagCode.DASH_SIGNATURE,
)


def some_row(dice: random.Random, number: int) -> Row:
    """Return a row of any status and region."""
    status = dice.choices(list(Status), (3, 9, 2, 1, 2))[0]
    place = dice.choice(PLACES)
    if status is Status.BLANK:
        return row(number, status)
    given, family = dice.choice(("Ada", "Eva", "Udo")), dice.choice(("Muster", "Rossi", "Favre"))
    name = f"{given} {family} {dice.randint(1, 99)}"
    made = row(
        number, status, name, f"Weg 1\n{place.postcode} {place.locality}", place, (signature(Ink.INKED),)
    )
    if status is Status.DOUBTFUL:
        unsure = (signature(Ink.UNSURE, stroke_mm=7.0),)
        return replace(made, cells=unsure, flags=(Flag(FlagCode.UNSURE_INK),), review=True)
    if status is Status.INCOMPLETE and dice.random() < 0.8:
        return replace(made, flags=tuple(Flag(code) for code in dice.sample(MISSING, dice.randint(1, 2))))
    return made


def fill(
    campaign: Campaign,
    pages: Sequence[tuple[str, int, date, str, Sequence[Row]]],
    form: str = "auto",
) -> None:
    """Store these pages: file, page, day of receipt, printed title, rows."""
    for path, number, day, title, rows in pages:
        known = campaign.inputs.at(path)
        entry = known or campaign.inputs.add(path, path, 1, 1, day)
        campaign.inputs.set_pages(entry.id, max(number, known.pages or 0) if known else number)
        page = replace(sheet_page(path, number, *rows, form=form), title=title)
        campaign.pages.save(entry.id, Digitized(page, b""), *HOW)


def make(folder: Path, seed: int, titles: Sequence[str] = TITLES, pages: int = 9) -> None:
    """Make a campaign of anything that can happen to a count."""
    dice = random.Random(seed)
    with open_campaign(folder, create=True) as campaign:
        made = []
        for at in range(pages):
            rows = [replace(some_row(dice, n), index=n - 1) for n in range(1, dice.randint(2, 9))]
            day = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
            title = dice.choice((*titles, ""))
            made.append((f"/scans/{at // 2}.pdf", at % 2 + 1, day, _misread(dice, title), rows))
        fill(campaign, made)
        again = made[0]
        fill(campaign, [("/scans/again.pdf", 1, again[2], again[3], again[4])])
        _fail(campaign, "/scans/broken.pdf", "unreadable")
        _fail(campaign, "/scans/blurred.pdf", "unusable")
        campaign.settings.set_deadline(DEADLINE)
        _decide(campaign, dice)


def _misread(dice: random.Random, title: str) -> str:
    """Return a title with one letter misread, sometimes."""
    if not title or dice.random() < 0.5:
        return title
    at = dice.randrange(len(title))
    return title[:at] + "x" + title[at + 1 :]


def _fail(campaign: Campaign, path: str, kind: str) -> None:
    entry = campaign.inputs.add(path, path, 1, 1, FIRST_DAY)
    campaign.inputs.set_pages(entry.id, 1)
    campaign.pages.save(
        entry.id, Digitized(Failure(PageId(path, 1), "load", kind, "It is damaged."), b""), *HOW
    )


def _decide(campaign: Campaign, dice: random.Random) -> None:
    snapshot = campaign.derived.take_snapshot()
    keys = [shown.key for page in snapshot.page_ids.values() for shown in campaign.review.rows(page)]
    if not keys:
        return
    for _ in range(12):
        who = dice.choice(("ann", "bob"))
        try:
            match dice.randrange(4):
                case 0:
                    value = dice.choice(("signed", "incomplete", "struck", "blank"))
                    campaign.review.decide(dice.choice(keys), Field.STATUS, value, who)
                case 1:
                    value = dice.choice(("VS / 1950 / Sion", "abroad", "unknown", "LI"))
                    campaign.review.decide(dice.choice(keys), Field.PLACE, value, who)
                case 2:
                    one, other = dice.sample(keys, 2) if len(keys) > 1 else (keys[0], keys[0])
                    campaign.review.decide(one, Field.PERSON, "same", who, other=other)
                case _:
                    one, other = (RowKey(dice.choice(keys).page_id, -1, 0) for _ in range(2))
                    value = dice.choice(("same", "different", "different"))
                    campaign.review.decide(one, Field.PAGE, value, who, other=other)
        except BadDecision:
            continue


def page_of_kind(path: str, number: int, kind: PageKind, title: str = "") -> Digitized:
    return Digitized(replace(sheet_page(path, number, kind=kind, form="auto"), title=title), b"")

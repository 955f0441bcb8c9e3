"""From the store to the tables of an office: what was recognised and what people decided, counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from digitize import tally
from digitize.campaign.collate import PageState, brief, collate_pages
from digitize.campaign.duplicates import find_signer_pairs, signer
from digitize.campaign.store import Campaign, Due, Moment
from digitize.errors import SumsDiffer
from digitize.form.definition import load_form, shipped_forms
from digitize.records import PageId, Role

PageStates = Mapping[PageId, PageState]

ATTEMPTS = 3  # while a run stores pages the tables may have to be begun again


@dataclass(frozen=True, slots=True)
class Books:
    """Where the pages belong as of one moment, and by the names that they had then."""

    standings: PageStates
    moment: Moment

    def at(self, now: Moment) -> PageStates:
        """The same by the names that the pages have now; without those that are gone."""
        if self.moment.ids == now.ids:
            return self.standings
        places = {page_id: page for page, page_id in now.ids.items()}
        names = {page: places[at] for page, at in self.moment.ids.items() if at in places}
        return {names[page]: _named(at, names) for page, at in self.standings.items() if page in names}


def finish(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """What belongs to the end of every run: who may have signed twice, and the tables."""
    return _write(campaign, search=True)


def write_tables(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """Build the tables from the store and write them into the campaign's folder.

    On the way the store learns where every page belongs, and who may have signed
    twice where a run had no time to look.  Raises BadStore, SumsDiffer.
    """
    return _write(campaign, search=Due.PERSONS in campaign.making.waiting())


def save_page_states(campaign: Campaign) -> Books:
    """Find where every page belongs, and tell the store; of erased pages it is what was told last."""
    campaign.review.ignore_invalid()
    if campaign.erased_at() is not None:
        books = kept_standings(campaign)
        campaign.making.made(books.moment.counts, Due.STANDINGS, Due.PERSONS)
        return books
    with campaign.snapshot():  # files are moved and pages stored meanwhile
        moment = campaign.making.moment()
        forms = {name: load_form(name) for name in shipped_forms()} | campaign.forms.all()
        briefs = [brief(page, forms) for page in campaign.pages.outcomes(moment.counted)]
        deadline, decided = campaign.forms.deadline(), campaign.review.decided_pages()
    standings = collate_pages(moment.files, briefs, deadline, decided)
    campaign.review.save_page_states(standings, moment)
    return Books(standings, moment)


def kept_standings(campaign: Campaign) -> Books:
    """Where the pages belong as it was told last."""
    with campaign.snapshot():
        return Books(campaign.review.standings(), campaign.making.moment())


def find_persons(campaign: Campaign, books: Books) -> int:
    """Look for people who signed twice, for somebody to decide; returns how many pairs there are."""
    with campaign.snapshot():
        signers = [signer(key, row) for key, row in campaign.review.signers()]
    pairs = find_signer_pairs([one for one in signers if one is not None])
    campaign.review.save_signer_pairs(((pair.a, pair.b, pair.likelihood) for pair in pairs), books.moment)
    return len(pairs)


def build_tables(campaign: Campaign, books: Books) -> tally.Tables:
    """The tables as things stand; raises BadStore, SumsDiffer."""
    with campaign.snapshot():  # somebody may decide, and another run store pages, while tables are built
        now = campaign.making.moment()
        rows = campaign.review.outcomes(now.counted, roles=(Role.SIGNATURE,))
        tables = tally.build(now.files, rows, books.at(now), campaign.review.notes())
        return replace(tables, invalid=len(campaign.review.invalid()))


def _write(campaign: Campaign, *, search: bool) -> tuple[tally.Tables, list[Path]]:
    search = search and campaign.erased_at() is None
    for attempt in range(1, ATTEMPTS + 1):
        books = save_page_states(campaign)
        if search:
            find_persons(campaign, books)  # behind: those of second scans are no second signatures
        with campaign.snapshot():
            counts = campaign.making.moment().counts
            current = counts[Due.STANDINGS] == books.moment.counts[Due.STANDINGS]
            try:
                tables = build_tables(campaign, books)
            except SumsDiffer:
                if current or attempt == ATTEMPTS:
                    raise
                continue  # pages came or went in between
        return tables, _put_in_place(
            campaign, tables, (counts if current else books.moment.counts)[Due.TABLES]
        )
    raise AssertionError("the last attempt returns or raises")


def _put_in_place(campaign: Campaign, tables: tally.Tables, count: int) -> list[Path]:
    """Write the tables, unless newer ones lie there already; returns where they lie."""
    drafts = tally.draft(tables, campaign.folder)
    with campaign.making.in_place(Due.TABLES, count) as newest:
        if newest:
            return tally.replace_tables(drafts, campaign.folder)
    for unfinished in drafts:
        unfinished.unlink(missing_ok=True)
    return [campaign.folder / name for name in tally.NAMES]


def _named(standing: PageState, names: Mapping[PageId, PageId]) -> PageState:
    first = standing.duplicate_of
    return replace(
        standing,
        duplicate_of=names.get(first) if first is not None else None,
        again=[names[page] for page in standing.again if page in names],
        likely=[names[page] for page in standing.likely if page in names],
    )

"""Compute page states, duplicate signers and tables from the store, and write the tables."""

import gc
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from digitize import tally
from digitize.campaign.collate import PageState, PageSummary, collate_pages, summarize
from digitize.campaign.duplicates import SignerTable, find_pairs_in, signer
from digitize.campaign.store import Campaign, Due, Outcome, SettledPage, Snapshot
from digitize.errors import SumsDiffer
from digitize.form.definition import Form, load_form, shipped_forms
from digitize.messages import Translate
from digitize.records import PageId, PageKind, Role, RowKey
from digitize.tally.read_back import digest, read_back

PageStates = Mapping[PageId, PageState]

MAX_ATTEMPTS = 3  # to build the tables while a run stores pages


@dataclass(frozen=True, slots=True)
class CollatedPages:
    """The page states of a snapshot, under the `PageId`s of that snapshot."""

    states: PageStates
    snapshot: Snapshot

    def states_in(self, later: Snapshot) -> PageStates:
        """Return the states under the `PageId`s of a later snapshot, without pages deleted since."""
        if self.snapshot.page_ids == later.page_ids:
            return self.states
        pages = {page_id: page for page, page_id in later.page_ids.items()}
        renamed = {page: pages[at] for page, at in self.snapshot.page_ids.items() if at in pages}
        return {
            renamed[page]: _rename(state, renamed) for page, state in self.states.items() if page in renamed
        }


def finish(campaign: Campaign) -> tuple[tally.Count, list[Path]]:
    """Finish a run: search for duplicate signers and write the tables.  Raises BadStore, SumsDiffer."""
    return _write(campaign, search=True)


def write_tables(campaign: Campaign) -> tuple[tally.Count, list[Path]]:
    """Write the tables to the folder of the campaign; return what they add up to, and their paths.

    Rows are read and written page by page, never all at once.  Page states are computed first, and
    duplicate signers are searched if that is due.  Raises BadStore, SumsDiffer.
    """
    return _write(campaign, search=Due.SIGNER_PAIRS in campaign.derived.due())


def current_tables(campaign: Campaign, told: Translate | None = None) -> tally.Tables:
    """Return the tables, writing them first only if anything changed since they were written.

    `told` translates the remarks of what is returned, not of what is written.  Raises BadStore, SumsDiffer.
    """
    _write_if_due(campaign)
    return build_tables(campaign, load_page_states(campaign), told)


def count_tables(
    campaign: Campaign, row_columns: Sequence[str], page_columns: Sequence[str]
) -> tally.CountTables:
    """Return at least these columns of the tables, for sums; they may be texts.

    The written tables are read, which takes a tenth of the time of building them and memory for these columns
    alone; they are built if somebody changed a file.  Raises BadStore, SumsDiffer.
    """
    _write_if_due(campaign)
    recorded, delimiter = campaign.derived.written_digest(), campaign.settings.wanted().delimiter
    if recorded and recorded == digest(campaign.folder, delimiter):
        found = read_back(campaign.folder, delimiter, row_columns, page_columns)
        if found is not None:
            return found
    return build_tables(campaign, load_page_states(campaign))


def _write_if_due(campaign: Campaign) -> None:
    if campaign.derived.due() or not all((campaign.folder / name).is_file() for name in tally.NAMES):
        write_tables(campaign)


def save_page_states(campaign: Campaign) -> CollatedPages:
    """Compute and store the page states; those of erased campaigns are only loaded."""
    campaign.review.ignore_invalid()
    if campaign.erased_at() is not None:
        collated = load_page_states(campaign)
        campaign.derived.mark_done(collated.snapshot.counters, Due.PAGE_STATES, Due.SIGNER_PAIRS)
        return collated
    with _without_collector(), campaign.snapshot():  # files may be moved and pages stored meanwhile
        snapshot = campaign.derived.take_snapshot()
        forms = {name: load_form(name) for name in shipped_forms()} | campaign.forms.all()
        settled = campaign.review.settled_pages()
        summaries = [
            _summary(page, forms, settled.get(page.id)) for page in campaign.pages.outcomes(snapshot.counted)
        ]
        deadline, decided = campaign.settings.wanted().deadline, campaign.review.decided_pages()
    typed = {page for page, said in settled.items() if said.said.counts and said.has_typed_rows}
    moved = [said.said.petition for said in settled.values() if said.said.petition]
    states = collate_pages(snapshot.files, summaries, deadline, decided, typed, moved)
    campaign.review.save_page_states(states, snapshot)
    return CollatedPages(states, snapshot)


def load_page_states(campaign: Campaign) -> CollatedPages:
    """Return the page states stored last."""
    with campaign.snapshot():
        return CollatedPages(campaign.review.page_states(), campaign.derived.take_snapshot())


def find_duplicate_signers(campaign: Campaign, collated: CollatedPages) -> int:
    """Search for people who signed twice and store the pairs as questions; return their number."""
    keys = _PackedKeys()
    with _without_collector():
        with campaign.snapshot():
            rows = (signer(keys.add(key), row) for key, row in campaign.review.signers())
            table = SignerTable(one for one in rows if one is not None)
        pairs = find_pairs_in(table)
    found = ((keys.at(pair.a), keys.at(pair.b), pair.likelihood) for pair in pairs)
    campaign.review.save_signer_pairs(found, collated.snapshot)
    return len(pairs)


def told_tables(campaign: Campaign, told: Translate) -> tally.Tables:
    """Return the tables with remarks in a language.  Raises BadStore, SumsDiffer."""
    return build_tables(campaign, save_page_states(campaign), told)


def build_tables(campaign: Campaign, collated: CollatedPages, told: Translate | None = None) -> tally.Tables:
    """Build the tables with all decisions so far; `told` translates their remarks.

    Raises BadStore, SumsDiffer.
    """
    with _lines(campaign, collated, told) as lines:
        tables = tally.tables_of(lines)
        return replace(tables, count=_with_invalid(campaign, tables.count))


def count_rows(campaign: Campaign, collated: CollatedPages) -> tally.Count:
    """Return what the tables add up to, without building them.  Raises BadStore, SumsDiffer."""
    with _lines(campaign, collated) as lines:
        for _ in lines.rows():
            pass
        return _with_invalid(campaign, lines.count())


def draft_tables(campaign: Campaign, collated: CollatedPages) -> tuple[tally.Count, list[Path]]:
    """Write drafts of the tables with all decisions so far; return what they add up to, and their paths.

    Raises BadStore, SumsDiffer.
    """
    with _lines(campaign, collated) as lines:
        count, drafts = tally.draft(lines, campaign.folder, campaign.settings.wanted().delimiter)
        return _with_invalid(campaign, count), drafts


@contextmanager
def _lines(
    campaign: Campaign, collated: CollatedPages, told: Translate | None = None
) -> Iterator[tally.TableLines]:
    # Decisions may be made and pages stored meanwhile.
    with _without_collector(), campaign.snapshot():
        now = campaign.derived.take_snapshot()
        key = tally.page_key(now.files)
        counted = {file.path for file in now.files if not file.same_as}
        pages = sorted((page for page in now.page_ids if page.file in counted), key=key)
        rows = campaign.review.outcomes((now.page_ids[page] for page in pages), roles=(Role.SIGNATURE,))
        notes, settled = campaign.review.notes(), campaign.review.settled_pages()
        yield tally.TableLines(now.files, rows, collated.states_in(now), notes, settled, told)


def _with_invalid(campaign: Campaign, count: tally.Count) -> tally.Count:
    return replace(count, invalid=len(campaign.review.invalid()))


class _PackedKeys:
    """The keys of a million rows in 24 bytes each."""

    def __init__(self) -> None:
        self._numbers = array("q")

    def add(self, key: RowKey) -> int:
        """Return the position of this key."""
        self._numbers.extend((key.page_id, key.index, key.number))
        return len(self._numbers) // 3 - 1

    def at(self, position: int) -> RowKey:
        return RowKey(*self._numbers[3 * position : 3 * position + 3])


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare Python the search for circles in a hundred thousand rows, which have none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _summary(page: Outcome, forms: Mapping[str, Form], settled: SettledPage | None) -> PageSummary:
    """Return the summary of a page; one whose recognised rows do not count is none of a sheet's pages."""
    if settled is not None and not settled.shows_recognised:
        return PageSummary(page.id, PageKind.NO_TABLE)
    return summarize(page, forms)


def _write(campaign: Campaign, *, search: bool) -> tuple[tally.Count, list[Path]]:
    search = search and campaign.erased_at() is None
    for attempt in range(1, MAX_ATTEMPTS + 1):
        collated = save_page_states(campaign)
        if search:  # after the page states: rows of second scans are not second signatures
            find_duplicate_signers(campaign, collated)
        with campaign.snapshot():
            counters = campaign.derived.take_snapshot().counters
            current = counters[Due.PAGE_STATES] == collated.snapshot.counters[Due.PAGE_STATES]
            try:
                count, drafts = draft_tables(campaign, collated)
            except SumsDiffer:
                if current or attempt == MAX_ATTEMPTS:
                    raise
                continue  # pages were stored or deleted meanwhile
            delimiter = campaign.settings.wanted().delimiter
        counter = (counters if current else collated.snapshot.counters)[Due.TABLES]
        return count, _replace_tables(campaign, drafts, delimiter, counter)
    raise AssertionError("the last attempt returns or raises")


def _replace_tables(campaign: Campaign, drafts: list[Path], delimiter: str, counter: int) -> list[Path]:
    """Replace the tables by drafts unless newer ones are in place already; return their paths."""
    with campaign.derived.replacing(Due.TABLES, counter) as newest:
        if newest:
            written = tally.replace_tables(drafts, campaign.folder)
    if newest:
        campaign.derived.record_digest(digest(campaign.folder, delimiter), counter)
        return written
    tally.discard(drafts)
    return [campaign.folder / name for name in tally.NAMES]


def _rename(state: PageState, renamed: Mapping[PageId, PageId]) -> PageState:
    first = state.duplicate_of
    return replace(
        state,
        duplicate_of=renamed.get(first) if first is not None else None,
        other_scans=[renamed[page] for page in state.other_scans if page in renamed],
        possible_duplicates=[renamed[page] for page in state.possible_duplicates if page in renamed],
    )

"""Collect the cells whose text people typed or confirmed, as the recogniser gets them."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from digitize.campaign.decisions import Decision, Field, effective_decisions
from digitize.campaign.store import Campaign, open_campaign
from digitize.debug_log import describe
from digitize.errors import DigitizeError
from digitize.form.definition import load_form
from digitize.images import Pixels
from digitize.learning.state import Progress
from digitize.page.pipeline import Settings, WrittenCell, written_cells
from digitize.records import Failure, PageHints, PageId, Role, RowKey

# Fields with a column of their own; names in two columns cannot be told apart in what was typed.
_ROLES = {Field.NAME: Role.NAME, Field.ADDRESS: Role.ADDRESS}

_log = logging.getLogger(__name__)

Texts = Mapping[tuple[int, int], Mapping[Role, str]]  # by index and number of the row


@dataclass(frozen=True)
class KnownCell:
    """A cell with its text, which has one line or more; `sheet` is the same for all cells of a file."""

    sheet: str
    role: Role
    text: str
    writing: Pixels
    whole: Pixels | None
    px_per_mm: float


@dataclass(frozen=True)
class DecidedPage:
    """A page with texts that people typed or confirmed, and what they said about how to read it."""

    id: PageId
    texts: Texts
    hints: str


def collect_cells(folder: Path, form: str | None, progress: Progress) -> list[KnownCell]:
    """Return the cells of a campaign whose text is known; `form` None is that of the campaign.

    `progress` is told after each page.  Raises BadStore, CampaignErased, BadForm.
    """
    with open_campaign(folder) as campaign:
        campaign.refuse_erased()
        settings = Settings(form or campaign.forms.for_new_scans())
        load_form(settings.form)
        pages = decided_pages(campaign)
    cells: list[KnownCell] = []
    for done, page in enumerate(pages, 1):
        cells += known_cells(page, settings)
        progress(done, len(pages))
    return cells


def decided_pages(campaign: Campaign) -> list[DecidedPage]:
    """Return the pages with names or addresses that people typed or confirmed, and whose scan is there."""
    by_row: dict[RowKey, list[Decision]] = defaultdict(list)
    for decision in campaign.review.trail():
        if decision.row is not None:
            by_row[decision.row].append(decision)
    texts: dict[int, dict[tuple[int, int], Mapping[Role, str]]] = defaultdict(dict)
    for key, decisions in by_row.items():
        effective = effective_decisions(decisions)
        decided = {
            role: effective[field].decision.value
            for field, role in _ROLES.items()
            if field in effective and effective[field].contested is None and effective[field].decision.value
        }
        if decided:
            texts[key.page_id][key.index, key.number] = decided
    hints = campaign.review.readings()
    found = []
    for page_id, of_page in texts.items():
        outcome = campaign.pages.at(page_id)
        if outcome is not None and not isinstance(outcome, Failure) and Path(outcome.id.file).is_file():
            found.append(DecidedPage(outcome.id, of_page, hints.get(outcome.id, "")))
    return found


def known_cells(page: DecidedPage, settings: Settings) -> Iterator[KnownCell]:
    """Yield the cells of a page whose text is known; none if the page can no longer be read."""
    if page.hints:
        settings = replace(settings, hints=PageHints.of_text(page.hints))
    try:
        cells = list(written_cells(page.id.file, page.id.page, settings))
    except DigitizeError as error:
        _log.info("%s", describe(error))
        return
    for cell in cells:
        text = page.texts.get((cell.row_index, cell.number), {}).get(cell.role)
        if text is not None:
            yield _known(page, cell, text)


def _known(page: DecidedPage, cell: WrittenCell, text: str) -> KnownCell:
    return KnownCell(page.id.file, cell.role, text, cell.writing, cell.whole, cell.px_per_mm)

"""From the store to the tables of an office: what was recognised and what people decided, counted."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from digitize import tally
from digitize.campaign.collate import PageState, brief, collate_pages
from digitize.campaign.duplicates import find_signer_pairs, signer
from digitize.campaign.store import Campaign
from digitize.form.definition import load_form, shipped_forms
from digitize.records import PageId, Role

PageStates = Mapping[PageId, PageState]


def finish(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """What belongs to the end of every run: who may have signed twice, and the tables."""
    standings = save_page_states(campaign)  # first: those of second scans are no second signatures
    find_persons(campaign)
    return _write(campaign, standings)


def write_tables(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """Build the tables from the store and write them into the campaign's folder.

    On the way the store learns where every page belongs.  Raises BadStore,
    SumsDiffer.
    """
    return _write(campaign, save_page_states(campaign))


def save_page_states(campaign: Campaign) -> PageStates:
    """Find where every page belongs, and tell the store; of erased pages it is what was told last."""
    campaign.review.ignore_invalid()
    if campaign.erased_at() is not None:
        return campaign.review.standings()
    files = campaign.inputs.files()
    counted = {file.path for file in files if not file.same_as}
    forms = {name: load_form(name) for name in shipped_forms()} | campaign.forms.all()
    briefs = [brief(page, forms) for page in campaign.pages.outcomes(counted)]
    standings = collate_pages(files, briefs, campaign.forms.deadline(), campaign.review.decided_pages())
    campaign.review.save_page_states(standings, files)
    return standings


def find_persons(campaign: Campaign) -> int:
    """Look for people who signed twice, for somebody to decide; returns how many pairs there are."""
    signers = (signer(key, row) for key, row in campaign.review.signers())
    pairs = find_signer_pairs([one for one in signers if one is not None])
    campaign.review.save_signer_pairs((pair.a, pair.b, pair.likelihood) for pair in pairs)
    return len(pairs)


def build_tables(campaign: Campaign, standings: PageStates) -> tally.Tables:
    """The tables as things stand; raises BadStore, SumsDiffer."""
    with campaign.snapshot():  # somebody may decide, and another run store pages, while tables are built
        files = campaign.inputs.files()
        counted = {file.path for file in files if not file.same_as}
        rows = campaign.review.outcomes(counted, roles=(Role.SIGNATURE,))
        tables = tally.build(files, rows, standings, campaign.review.notes())
        return replace(tables, invalid=len(campaign.review.invalid()))


def _write(campaign: Campaign, standings: PageStates) -> tuple[tally.Tables, list[Path]]:
    tables = build_tables(campaign, standings)
    return tables, tally.write(tables, campaign.folder)

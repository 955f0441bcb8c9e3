"""From the store to the tables of an office: what was recognised and what people decided, counted."""

from pathlib import Path

from digitize import tally
from digitize.form import load_form, shipped_forms
from digitize.persons import find_pairs, signer
from digitize.records import Role
from digitize.sheets import brief, keep_books
from digitize.store import Campaign


def finish(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """What belongs to the end of every run: the tables, and who may have signed twice."""
    written = write_tables(campaign)  # first: it learns which pages are second scans
    find_persons(campaign)
    return written


def find_persons(campaign: Campaign) -> int:
    """Look for people who signed twice, for somebody to decide; returns how many pairs there are."""
    signers = (signer(key, row) for key, row in campaign.review.signers())
    pairs = find_pairs([one for one in signers if one is not None])
    campaign.review.keep_person_pairs((pair.a, pair.b, pair.likelihood) for pair in pairs)
    return len(pairs)


def write_tables(campaign: Campaign) -> tuple[tally.Tables, list[Path]]:
    """Build the tables from the store and write them into the campaign's folder.

    On the way the store learns where every page belongs.  Raises BadStore,
    SumsDiffer.
    """
    files = campaign.inputs.files()
    counted = {file.path for file in files if not file.same_as}
    forms = {name: load_form(name) for name in shipped_forms()} | campaign.forms.all()
    briefs = [brief(page, forms) for page in campaign.pages.outcomes(counted)]
    standings = keep_books(files, briefs, campaign.forms.deadline(), campaign.review.decided_pages())
    campaign.review.keep_standings(standings, files)
    with campaign.snapshot():  # somebody may decide, and another run store pages, while tables are built
        files = campaign.inputs.files()
        counted = {file.path for file in files if not file.same_as}
        rows = campaign.review.outcomes(counted, roles=(Role.SIGNATURE,))
        tables = tally.build(files, rows, standings, campaign.review.notes())
    return tables, tally.write(tables, campaign.folder)

"""The tables of a campaign after a run, as frames."""

from digitize.campaign.store import Campaign
from digitize.tally import Tables
from digitize.tally.publish import build_tables, finish, save_page_states


def finished(campaign: Campaign) -> Tables:
    """Write the tables as a run does, and return them."""
    finish(campaign)
    return build_tables(campaign, save_page_states(campaign))

"""Find pages that were scanned twice, and people who signed twice.

Both are judged from stored results.  A pair of rows is only ever a question to a person; other
members of a household are not reported.
"""

from digitize.campaign.duplicates.signer import Signer, signer
from digitize.campaign.duplicates.signer_pairs import MIN_LIKELIHOOD, Pair, find_pairs_in, find_signer_pairs
from digitize.campaign.duplicates.signer_table import SignerTable

__all__ = ["MIN_LIKELIHOOD", "Pair", "Signer", "SignerTable", "find_pairs_in", "find_signer_pairs", "signer"]

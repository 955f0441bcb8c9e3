"""The same person twice: pairs of rows whose names and addresses are alike despite misreadings.

Judged from readings alone, so that a person decides: a pair is a question,
never a verdict.  The other members of a household are no pairs.
"""

from digitize.campaign.duplicates.signer import Signer, signer
from digitize.campaign.duplicates.signer_pairs import LEAST, Pair, find_signer_pairs

__all__ = ["LEAST", "Pair", "Signer", "find_signer_pairs", "signer"]

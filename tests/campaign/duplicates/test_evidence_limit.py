"""No pair that is likely enough is left out before it is weighed, whatever its texts have in common."""

from itertools import combinations, product

import numpy as np
import pytest

from digitize.campaign.duplicates import Signer, SignerTable
from digitize.campaign.duplicates.evidence import Frequencies, likelihood
from digitize.campaign.duplicates.evidence_limit import EvidenceLimit

NAMES = (
    *("regula hofer", "hofer regula", "regula hofen", "rcgula hofer", "reg ulahofer", "regulahofer"),
    *("regula h", "r hofer", "regula maria hofer", "regula hofer meier", "beat hofer", "hofer", "h regula"),
    *("anna maria von der weid", "maria weid", "hoferregula x"),
)
ADDRESSES = (
    *(("seestr", "12", "8800", "thalwil"), ("seestr", "17", "8800", "thalwil"), ("seestr", "12", "", "")),
    *(("socstnasse", "12", "8800", "thalwil"), ("s", "1", "8800", "thalwil"), ("", "", "", "thalwil")),
    *(("", "", "", ""), ("bergweg", "120a", "3000", "bern"), ("seestr", "", "", "thalwil")),
)


@pytest.fixture(scope="module")
def table() -> SignerTable[int]:
    both = enumerate(product(NAMES, ADDRESSES, (0.9, 0.4)))
    return SignerTable(
        Signer(at, tuple(name.split()), sure, street, number, postcode, town, sure)
        for at, (name, (street, number, postcode, town), sure) in both
        if (at % 3 or sure > 0.5) and not (at % 7 == 1 and sure > 0.5)
    )


@pytest.mark.parametrize("least", [0.1, 0.001, 1e-6])
def test_no_likely_pair_is_left_out(least: float, table: SignerTable[int]) -> None:
    frequencies = Frequencies(table)
    pairs = np.array(list(combinations(range(len(table)), 2)))
    likelihoods = [likelihood(table.signer(a), table.signer(b), frequencies) for a, b in pairs.tolist()]
    enough = {tuple(pair) for pair, one in zip(pairs.tolist(), likelihoods, strict=True) if one >= least}
    limit = EvidenceLimit(table, frequencies)
    kept = limit.likely((pairs[:, 0], pairs[:, 1]), least)
    weighed = limit.likelier(kept, least)
    found = set(zip(*(each.tolist() for each in weighed), strict=True))
    assert enough
    assert enough <= found
    assert len(found) < len(pairs) or least < 0.001

"""What is audited: rows and pages in strata, and samples that nobody can choose.

Units are ranked by a hash of the seed and their name, as ballots are in risk-limiting audits (R. Rivest,
Consistent Sampling with Replacement, 2018; here without replacement): the sample is the first of each
stratum, and a larger sample contains a smaller one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt


class Stratum(StrEnum):
    """A part of the count that is sampled separately."""

    COUNTED = "counted"
    NOT_COUNTED = "not-counted"  # incomplete, struck out, or still open
    BLANK = "blank"
    DECIDED_COUNTED = "decided-counted"  # a person decided so
    DECIDED_NOT_COUNTED = "decided-not-counted"
    PAGES = "pages"  # without rows: blank, without a table, failed


IN_TOTAL = (Stratum.COUNTED, Stratum.DECIDED_COUNTED)
MIN_PER_STRATUM = 20  # units; fewer tell nothing
USUAL_SIZE = 500
SEED_DIGITS = 6  # fewer could be tried out


@dataclass(frozen=True, slots=True)
class Unit:
    """A row, or a page without rows (`row` is -1).  `region` is that of a row in the total, otherwise ""."""

    page_id: int
    row: int
    number: int
    stratum: Stratum
    region: str = ""

    @property
    def name(self) -> str:
        return f"{self.page_id}:{self.row}:{self.number}"


def fingerprint(units: Iterable[Unit]) -> str:
    """Return a SHA-256 of everything that is audited, to be written down before the seed is known."""
    lines = sorted(f"{unit.name} {unit.stratum} {unit.region}" for unit in units)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sizes(units: Iterable[Unit], total: int) -> dict[Stratum, int]:
    """Return how many units of each stratum to draw, `total` together or as many as there are.

    They grow with the square root of the stratum: without errors, that makes the sum of the bounds smallest.
    """
    there = _by_stratum(units)
    counts = {stratum: len(found) for stratum, found in there.items() if found}
    roots = sum(sqrt(n) for n in counts.values())
    return {
        stratum: min(n, max(MIN_PER_STRATUM, round(total * sqrt(n) / roots))) for stratum, n in counts.items()
    }


def draw(units: Iterable[Unit], seed: str, wanted: Mapping[Stratum, int]) -> list[Unit]:
    """Return the sample, in the order in which it is shown: mixed, so that the order tells nothing."""
    chosen = [
        unit
        for stratum, found in _by_stratum(units).items()
        for unit in sorted(found, key=lambda unit: _rank(seed, unit))[: wanted.get(stratum, 0)]
    ]
    return sorted(chosen, key=lambda unit: _rank(f"{seed} order", unit))


def _rank(seed: str, unit: Unit) -> str:
    return hashlib.sha256(f"{seed},{unit.name}".encode()).hexdigest()


def _by_stratum(units: Iterable[Unit]) -> Mapping[Stratum, Sequence[Unit]]:
    found: dict[Stratum, list[Unit]] = {stratum: [] for stratum in Stratum}
    for unit in units:
        found[unit.stratum].append(unit)
    return found

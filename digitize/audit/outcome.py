"""What an audit tells: errors found, and how wrong the total and each canton can be."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from digitize.audit.bounds import joint_risk, upper_bound
from digitize.audit.units import IN_TOTAL, Stratum, Unit, sizes

CONFIDENCE = 0.95
# Each look at the result may lead to drawing more, so each spends a part of the risk: of 5 %, the first look
# 4 %, the second 0.8 %, and so on; together they stay below 5 %.
FIRST_LOOK = 0.8
LARGE_CANTON = 0.05  # share of the total from which on a canton has a bound of its own


@dataclass(frozen=True, slots=True)
class Truth:
    """What people said about a unit.

    `counts` is the number of signatures that count: of a row 0 or 1.  None: they could not tell, or did not
    agree; it is then taken as wrong.  `region` is empty if it was not asked or cannot be told.
    """

    counts: int | None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A number as counted, and between which numbers it lies with the confidence of the audit."""

    counted: int
    low: int
    high: int

    @property
    def error_share(self) -> float:
        """The larger of both distances as a share of the number counted."""
        return max(self.counted - self.low, self.high - self.counted) / max(1, self.counted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an audit of which every drawn unit was answered."""

    looked_at: int
    errors: int
    total: Bound
    cantons: Mapping[str, Bound]
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to look at: the `size` to draw with (see `sizes`), which gives so many `units` in all."""

    size: int
    units: int


def risk_of_round(number: int) -> float:
    """Return the risk that the bounds of the round `number` (from 1) may spend."""
    return (1 - CONFIDENCE) * FIRST_LOOK * (1 - FIRST_LOOK) ** (number - 1)


def evaluate(
    units: Sequence[Unit], truths: Mapping[str, Truth], most_per_page: int, round_number: int = 1
) -> Outcome:
    """Return what the audit tells.

    `units` is everything that could be drawn, `truths` the answers by name of the unit, `most_per_page` the
    most signatures that a page without rows can hold.  The true total lies between both bounds with a
    probability of at least 95 %, and so does that of each canton by itself.
    """
    risk = risk_of_round(round_number)
    errors = sum(_is_wrong(unit, truths[unit.name]) for unit in units if unit.name in truths)
    counted = Counter(unit.region for unit in units if unit.stratum in IN_TOTAL)
    total = counted.total()
    large = sorted(
        (region for region, n in counted.items() if region and n >= LARGE_CANTON * total),
        key=lambda region: -counted[region],
    )
    return Outcome(
        looked_at=len(truths),
        errors=errors,
        total=_bound(units, truths, risk, most_per_page, _in_total, _is_counted_truth),
        cantons={
            region: _bound(
                *(units, truths, risk, most_per_page),
                lambda unit, region=region: _in_total(unit) and unit.region == region,  # type: ignore[misc]
                lambda truth, region=region: _is_of(region, truth),  # type: ignore[misc]
            )
            for region in large
        },
    )


def _in_total(unit: Unit) -> bool:
    return unit.stratum in IN_TOTAL


def _is_counted_truth(truth: Truth) -> bool | None:
    """Return whether a unit belongs to the total, None if nobody can tell."""
    return None if truth.counts is None else truth.counts > 0


def _is_of(region: str, truth: Truth) -> bool | None:
    """Return whether a unit belongs to the total of a region, None if nobody can tell."""
    if not _is_counted_truth(truth):
        return _is_counted_truth(truth)
    return None if not truth.region else truth.region == region


def _is_wrong(unit: Unit, truth: Truth) -> bool:
    if truth.counts is None or bool(truth.counts) != _in_total(unit):
        return True
    return bool(_in_total(unit) and truth.region and truth.region != unit.region)


def _bound(
    units: Iterable[Unit],
    truths: Mapping[str, Truth],
    risk: float,
    most_per_page: int,
    reported: Callable[[Unit], bool],
    belongs: Callable[[Truth], bool | None],
) -> Bound:
    """Return the bounds of a number: the units for which it was `reported`, against those that `belong`.

    Within each stratum, units that were reported and those that were not are samples by themselves.
    """
    sizes: Counter[tuple[Stratum, bool]] = Counter()
    drawn: Counter[tuple[Stratum, bool]] = Counter()
    wrong: Counter[tuple[Stratum, bool]] = Counter()
    for unit in units:
        part = unit.stratum, reported(unit)
        sizes[part] += 1
        truth = truths.get(unit.name)
        if truth is not None:
            drawn[part] += 1
            wrong[part] += _differs(truth, reported=part[1], belongs=belongs)
    counted = sum(n for (_, told), n in sizes.items() if told)
    beyond = {True: 0, False: 0}
    for told in (True, False):
        parts = [part for part in sizes if part[1] is told]
        each = joint_risk(risk / 2, len(parts))  # half of the risk for either side
        for part in parts:
            most = upper_bound(sizes[part], drawn[part], wrong[part], each)
            beyond[told] += most * (most_per_page if part[0] is Stratum.PAGES else 1)
    return Bound(counted, counted - beyond[True], counted + beyond[False])


def _differs(truth: Truth, *, reported: bool, belongs: Callable[[Truth], bool | None]) -> bool:
    return belongs(truth) is not reported  # what nobody can tell is taken as wrong


def units_needed(
    units: Sequence[Unit],
    truths: Mapping[str, Truth],
    most_per_page: int,
    share: float,
    round_number: int = 2,
) -> "Plan | None":
    """Return what it takes for the total to be right within `share` (0..1).

    Supposes that further units are as often wrong as those so far.  None if not even all units suffice.
    """
    there = Counter(unit.stratum for unit in units)
    drawn = Counter(unit.stratum for unit in units if unit.name in truths)
    wrong = Counter(
        unit.stratum
        for unit in units
        if unit.name in truths
        and _differs(truths[unit.name], reported=_in_total(unit), belongs=_is_counted_truth)
    )
    total = sum(n for stratum, n in there.items() if stratum in IN_TOTAL)
    risk = risk_of_round(round_number)

    def is_enough(size: int) -> bool:
        wanted = sizes(units, size)
        beyond = {True: 0, False: 0}
        for stratum, n in there.items():
            told = stratum in IN_TOTAL
            sample = max(wanted[stratum], drawn[stratum])
            rate = wrong[stratum] / drawn[stratum] if drawn[stratum] else 0.0
            errors = max(wrong[stratum], -int(-rate * sample // 1))
            parts = sum(1 for other in there if (other in IN_TOTAL) is told)
            most = upper_bound(n, sample, min(errors, sample), joint_risk(risk / 2, parts))
            beyond[told] += most * (most_per_page if stratum is Stratum.PAGES else 1)
        return max(beyond.values()) <= share * max(1, total)

    low = high = len(truths)
    while not is_enough(high):
        if sum(sizes(units, high).values()) == len(units):
            return None
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return Plan(low, sum(max(n, drawn[stratum]) for stratum, n in sizes(units, low).items()))

"""The bounds are exact for small populations, and hold in at least 95 of 100 audits of known errors."""

import random
from collections import Counter
from dataclasses import dataclass
from math import comb

import pytest

from digitize.audit.bounds import at_most, joint_risk, upper_bound
from digitize.audit.outcome import Truth, evaluate, risk_of_round, units_needed
from digitize.audit.units import IN_TOTAL, Stratum, Unit, draw, sizes

AUDITS = 1000


@pytest.mark.parametrize(("population", "sample"), [(12, 5), (30, 30), (40, 1), (60, 17)])
def test_the_distribution_is_that_of_counting_all_samples(population: int, sample: int) -> None:
    for wrong in range(population + 1):
        for errors in range(sample + 1):
            counted = sum(
                comb(wrong, k) * comb(population - wrong, sample - k)
                for k in range(errors + 1)
                if k <= wrong and sample - k <= population - wrong
            )
            exact = counted / comb(population, sample)
            assert at_most(errors, population, wrong, sample) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("population", "sample", "errors"), [(50, 20, 0), (50, 20, 3), (200, 60, 1), (9, 9, 4)]
)
def test_the_bound_is_the_largest_number_that_is_not_ruled_out(
    population: int, sample: int, errors: int
) -> None:
    risk = 0.05
    possible = [
        wrong
        for wrong in range(errors, population - (sample - errors) + 1)
        if at_most(errors, population, wrong, sample) > risk
    ]
    assert upper_bound(population, sample, errors, risk) == max(possible)


def test_known_values_of_the_rule_of_three() -> None:
    assert upper_bound(1_000_000, 300, 0, 0.05) / 1e6 == pytest.approx(
        0.00994, abs=2e-5
    )  # binomial: 0.009936
    assert upper_bound(100, 100, 7, 0.05) == 7
    assert upper_bound(100, 0, 0, 0.05) == 100


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="more errors"):
        upper_bound(10, 5, 6, 0.05)


def test_the_risks_of_strata_and_of_rounds_add_up_to_five_percent() -> None:
    assert 1 - (1 - joint_risk(0.05, 3)) ** 3 == pytest.approx(0.05)
    assert sum(risk_of_round(number) for number in range(1, 60)) == pytest.approx(0.05)


@dataclass(frozen=True)
class Made:
    """A count whose errors are known."""

    units: list[Unit]
    truths: dict[str, Truth]

    @property
    def total(self) -> int:
        return sum(truth.counts or 0 for truth in self.truths.values())

    def total_of(self, region: str) -> int:
        return sum(truth.region == region for truth in self.truths.values())


def make(dice: random.Random, wrong: dict[Stratum, float], moved: float) -> Made:
    """Make a count of 1,500 units with these shares of errors, and of rows in the wrong canton."""
    there = {
        Stratum.COUNTED: 900,
        Stratum.NOT_COUNTED: 90,
        Stratum.BLANK: 450,
        Stratum.DECIDED_COUNTED: 35,
        Stratum.DECIDED_NOT_COUNTED: 15,
        Stratum.PAGES: 10,
    }
    units, truths = [], {}
    for stratum, n in there.items():
        for at in range(n):
            reported = dice.choice(("ZH", "ZH", "BE", "VD")) if stratum in IN_TOTAL else ""
            unit = Unit(len(units), -1 if stratum is Stratum.PAGES else 0, at, stratum, reported)
            is_wrong = dice.random() < wrong.get(stratum, 0.0)
            if (stratum in IN_TOTAL) is is_wrong:
                truth = Truth(0)
            elif stratum is Stratum.PAGES:
                truth = Truth(dice.randint(1, 3), "BE")
            else:
                other = dice.choice(("ZH", "BE", "VD"))
                truth = Truth(1, other if not reported or dice.random() < moved else reported)
            units.append(unit)
            truths[unit.name] = truth
    return Made(units, truths)


CASES = {
    "few errors": ({Stratum.COUNTED: 0.004, Stratum.BLANK: 0.004, Stratum.NOT_COUNTED: 0.02}, 0.01),
    "errors on one side": ({Stratum.COUNTED: 0.03, Stratum.DECIDED_COUNTED: 0.1}, 0.0),
    "lost signatures": ({Stratum.BLANK: 0.02, Stratum.NOT_COUNTED: 0.1, Stratum.PAGES: 0.2}, 0.0),
    "many errors": (dict.fromkeys(Stratum, 0.1), 0.1),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_bounds_hold_in_at_least_95_percent_of_audits(case: str) -> None:
    dice = random.Random(case)
    made = make(dice, *CASES[case])
    wanted = sizes(made.units, 250)
    held: Counter[str] = Counter()
    for _ in range(AUDITS):
        drawn = draw(made.units, str(dice.random()), wanted)
        outcome = evaluate(made.units, {unit.name: made.truths[unit.name] for unit in drawn}, 3)
        held["total"] += outcome.total.low <= made.total <= outcome.total.high
        for region, bound in outcome.cantons.items():
            held[region] += bound.low <= made.total_of(region) <= bound.high
    assert set(held) == {"total", "ZH", "BE", "VD"}
    assert min(held.values()) >= 0.95 * AUDITS, held


def test_a_full_audit_leaves_no_doubt() -> None:
    made = make(random.Random(1), dict.fromkeys((Stratum.COUNTED, Stratum.BLANK), 0.05), 0.1)
    outcome = evaluate(made.units, made.truths, 1)
    assert outcome.total.low <= made.total <= outcome.total.high
    counted = sum(unit.stratum in IN_TOTAL for unit in made.units)
    lost = sum(
        truth.counts == 0 for unit, truth in zip(made.units, made.truths.values(), strict=True) if unit.region
    )
    assert outcome.total.low == counted - lost


def test_what_nobody_can_tell_is_taken_as_wrong() -> None:
    made = make(random.Random(2), {}, 0.0)
    drawn = draw(made.units, "1", sizes(made.units, 250))
    truths = {unit.name: made.truths[unit.name] for unit in drawn}
    sure = evaluate(made.units, truths, 3)
    counted = next(unit for unit in drawn if unit.stratum is Stratum.COUNTED)
    blank = next(unit for unit in drawn if unit.stratum is Stratum.BLANK)
    unsure = evaluate(made.units, truths | {counted.name: Truth(None), blank.name: Truth(None)}, 3)
    assert sure.errors == 0
    assert unsure.errors == 2
    assert unsure.total.low < sure.total.low
    assert unsure.total.high > sure.total.high


def test_the_number_needed_reaches_the_bound_that_was_named() -> None:
    made = make(random.Random(3), {}, 0.0)
    drawn = draw(made.units, "1", sizes(made.units, 250))
    truths = {unit.name: made.truths[unit.name] for unit in drawn}
    needed = units_needed(made.units, truths, 3, 0.05)
    assert needed is not None
    assert len(truths) < needed.units <= len(made.units)
    more = draw(made.units, "1", sizes(made.units, needed.size))
    assert len(more) == needed.units
    reached = evaluate(made.units, {unit.name: made.truths[unit.name] for unit in more}, 3, round_number=2)
    assert reached.total.error_share <= 0.05
    assert units_needed(made.units, truths | {drawn[0].name: Truth(None)}, 3, 0.0) is None


def test_the_sample_follows_from_the_seed_and_grows_by_adding() -> None:
    made = make(random.Random(4), {}, 0.0)
    small, large = (draw(made.units, "314159", sizes(made.units, n)) for n in (200, 400))
    assert {unit.name for unit in small} < {unit.name for unit in large}
    assert small == draw(list(reversed(made.units)), "314159", sizes(made.units, 200))
    assert small != draw(made.units, "314160", sizes(made.units, 200))
    kinds = [unit.stratum for unit in small]
    assert kinds != sorted(kinds)

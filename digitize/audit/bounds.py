"""Exact confidence bounds on the number of errors in a finite population, from a simple random sample.

The bound inverts the hypergeometric distribution, as Clopper and Pearson (Biometrika 26, 1934) do with the
binomial one, for a sample without replacement (T. Wright, Exact Confidence Bounds when Sampling from Small
Finite Universes, Springer 1991).  Bounds of independent strata are joined after Sidak (JASA 62, 1967): if
each of k holds with the probability (1 - risk) ** (1/k), all hold together with 1 - risk.
"""

from functools import lru_cache
from math import exp, lgamma


def upper_bound(population: int, sample: int, errors: int, risk: float) -> int:
    """Return the largest number of errors in the population that the sample does not rule out.

    `errors` of the `sample` units drawn without replacement were wrong.  The true number exceeds the result
    with a probability of at most `risk`.
    """
    if not 0 <= errors <= sample <= population:
        raise ValueError("more errors than units, or more units than the population has")
    low, high = errors, population - (sample - errors)
    while low < high:  # the probability of so few errors falls as the number in the population grows
        middle = (low + high + 1) // 2
        if at_most(errors, population, middle, sample) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def at_most(errors: int, population: int, wrong: int, sample: int) -> float:
    """Return the probability that a sample has at most `errors` of the `wrong` units of a population."""
    least, most = max(0, sample - (population - wrong)), min(sample, wrong)
    if errors >= most:
        return 1.0
    total = _log_choose(population, sample)
    terms = (
        exp(_log_choose(wrong, k) + _log_choose(population - wrong, sample - k) - total)
        for k in range(least, errors + 1)
    )
    return min(1.0, sum(terms))


def joint_risk(risk: float, strata: int) -> float:
    """Return the risk allowed for each of so many independent strata, so that all bounds hold together."""
    return 1 - (1 - risk) ** (1 / strata) if strata else risk


@lru_cache(maxsize=1 << 16)
def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)

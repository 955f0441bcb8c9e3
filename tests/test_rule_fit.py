"""The curve of a rule is fitted to the last bit as numpy would, only faster."""

import numpy as np
import pytest

from digitize import rule_fit


@pytest.mark.parametrize("seed", range(20))
def test_fits_are_those_of_numpy(seed: int) -> None:
    dice = np.random.default_rng(seed)
    degree, count = (1, 3, 5)[seed % 3], int(dice.integers(3, 70))
    t = np.sort(dice.uniform(-1, 1, count))
    across, weights = dice.normal(500, 3, count), dice.uniform(0.5, 3.2, count)
    powers = rule_fit._powers(t, degree)
    fit = rule_fit._least_squares(powers * weights, across * weights)
    polynomial = np.polynomial.polynomial
    np.testing.assert_array_equal(fit, polynomial.polyfit(t, across, degree, w=weights))
    np.testing.assert_array_equal(
        rule_fit._least_squares(powers, across), polynomial.polyfit(t, across, degree)
    )
    np.testing.assert_array_equal(rule_fit._values(fit, t), polynomial.polyval(t, fit))
    assert rule_fit._median(across) == np.median(across)

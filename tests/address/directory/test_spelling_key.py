"""Spellings of one place share a key."""

import pytest

from digitize.address.directory import fold, key


@pytest.mark.parametrize(
    "one,other",
    [
        ("St. Gallen", "SANKT GALLEN"),
        ("Saint-Imier", "St-Imier"),
        ("Sta. Maria", "Santa Maria"),
        ("Zürich", "ZUERICH"),
        ("Zürich", "Zurich"),
        ("Äschi", "Aeschi"),
        ("Aeschi b. Spiez", "Aeschi bei Spiez"),
        ("Schafhausen i. Emmental", "Schafhausen im Emmental"),
        ("Grossaffoltern", "Großaffoltern"),
        ("L'Isle", "L’ISLE"),
        ("Neuchâtel", "NEUCHATEL"),
        ("La Punt Chamues-ch", "LaPunt-Chamues-Ch"),
        ("Sant'Antonino", "S.Antonino"),
    ],
)
def test_spellings_of_one_place_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize("one,other", [("Wil SG", "Wil ZH"), ("Buchs", "Bachs"), ("Lohn", "Lohnstorf")])
def test_different_places_keep_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_fold_keeps_words_separate() -> None:
    assert fold("Rue de l'Église, 17") == "rue de l eglise 17"

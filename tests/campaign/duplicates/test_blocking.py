"""Which rows are compared: few of those that share a common name, and still those by one person."""

import pytest

from digitize.campaign.duplicates import Signer, SignerTable, row_keys, signer
from digitize.campaign.duplicates.blocking import SETTINGS, candidates
from tests.campaign.duplicates.people import crowd, signed

NAME, STREET, POSTCODE = "Regula Hofer", "Seestrasse", "8800"


def row(key: int, name: str, street: str, number: int, postcode: str) -> Signer[int]:
    found = signer(key, signed(name, f"{street} {number}, {postcode} Thalwil", postcode, "Thalwil"))
    assert found is not None
    return found


def namesakes(count: int) -> list[Signer[int]]:
    """Return people of one name who live at different places."""
    return [
        row(at, NAME, f"{chr(97 + at % 26) * 5}weg", at % 199 + 20, f"{1000 + at}") for at in range(count)
    ]


def pairs(signers: list[Signer[int]]) -> set[tuple[int, int]]:
    found = candidates(SignerTable(signers))
    return {pair for pairs in found for pair in zip(*(each.tolist() for each in pairs), strict=True)}


@pytest.mark.parametrize("count", [300, 3000])
def test_namesakes_are_compared_where_they_share_a_part_of_the_address(count: int) -> None:
    compared = pairs(namesakes(count))
    assert len(compared) < count * count / 20
    assert (0, 26 * 199) not in compared and (0, 1) not in compared
    assert (0, 26) in compared  # the same street


@pytest.mark.parametrize(
    ("name", "street", "number", "postcode"),
    [
        (NAME, STREET, 12, POSTCODE),
        ("Regula Hofen", STREET, 17, "8801"),
        ("Rcgula Hofer", "Socstnasse", 12, POSTCODE),
        ("Regula Hofcr", "Socstnasse", 19, POSTCODE),
        ("HOFER REGULA", STREET, 17, "8860"),
    ],
)
def test_a_second_row_is_compared_among_many_namesakes(
    name: str, street: str, number: int, postcode: str
) -> None:
    others = namesakes(500)
    both = [row(500, NAME, STREET, 12, POSTCODE), row(501, name, street, number, postcode)]
    assert (500, 501) in pairs([*others, *both])


def test_a_rare_name_is_compared_with_any_other_address_among_many_alike() -> None:
    alike = [row(at, f"Regina{at} Hofstetter{at}", "Weg", at, f"{1000 + at}") for at in range(500)]
    both = [
        row(500, "Regulinda Hofsommer", "Gasse", 800, "3000"),
        row(501, "Regulinda Hofsommer", "Platz", 900, "4000"),
    ]
    assert (500, 501) in pairs([*alike, *both])


def test_everybody_at_one_address_is_compared_with_who_has_a_similar_name() -> None:
    home = [
        row(at, f"{chr(97 + at % 26) * 4} {chr(97 + at // 26) * 6}", STREET, 12, POSTCODE)
        for at in range(500)
    ]
    again = row(500, home[77].name.replace(" ", "x "), STREET, 12, POSTCODE)
    compared = pairs([*home, again])
    assert (77, 500) in compared
    assert len(compared) < SETTINGS.max_near_rows * 500


def test_nothing_is_compared_where_there_is_nothing() -> None:
    assert pairs([]) == set() == pairs(namesakes(1))


def test_no_row_is_compared_with_itself() -> None:
    """Two words of one name may begin alike, and so may two pairs of words in it."""
    many = [
        row(at, "Maria Huber Huberli", f"{chr(97 + at % 26) * 5}weg", at, f"{1000 + at}") for at in range(40)
    ]
    compared = pairs(many)
    assert compared
    assert all(first < second for first, second in compared)


def test_the_same_rows_are_compared_however_many_keys_are_numbered_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signers = crowd(2000, seed=3).signers
    at_once = pairs(signers)
    monkeypatch.setattr(row_keys, "KEYS_AT_A_TIME", 1000)
    assert pairs(signers) == at_once

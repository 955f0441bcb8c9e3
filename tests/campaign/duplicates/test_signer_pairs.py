"""People who signed twice are found despite misreadings; members of a household are not reported."""

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from digitize.campaign.duplicates import (
    MIN_LIKELIHOOD,
    Signer,
    SignerTable,
    blocking,
    find_signer_pairs,
    row_keys,
    signer,
    signer_pairs,
)
from digitize.campaign.duplicates.blocking import candidates
from digitize.records import Row
from tests.campaign.duplicates import reference
from tests.campaign.duplicates.people import Crowd, crowd, signed


@pytest.fixture(scope="module")
def many() -> Crowd:
    return crowd(5_000, seed=5)


def signers(*rows: Row) -> list[Signer]:
    return [one for key, row in enumerate(rows) if (one := signer(key, row))]


def likelihood(a: Row, b: Row, others: list[Signer]) -> float:
    """Return the likelihood of the pair among `others`, 0 if it is not found."""
    both = [one for key, row in (("a", a), ("b", b)) if (one := signer(key, row))]
    found = find_signer_pairs([*others, *both], least=0.0)
    return next((pair.likelihood for pair in found if (pair.a, pair.b) == ("a", "b")), 0.0)


HOME = ("Seestrasse 12, 8800 Thalwil", "8800", "Thalwil")


@pytest.mark.parametrize(
    "again",
    [
        signed("Regula Hofer", *HOME),
        signed("HOFER REGULA", *HOME),
        signed("Regula Hofen", *HOME, confidence=0.6),
        signed("Rcgula Hofer", *HOME, confidence=0.6),
        signed("RegulaHofer", *HOME, confidence=0.6),
        signed("Regula Maria Hofer", *HOME),
        signed("Regula Hofer-Meier", *HOME),
        signed("Regula Hofer", "Seestr. 12, 8800 Thalwil", "8800", "Thalwil"),
        signed("Regula Hofer", "Seestrasse 17, 8800 Thalwil", "8800", "Thalwil", confidence=0.5),
        signed("Regula Hofer", "Seestrasse 12", confidence=0.6),
        signed("Regula Hofer", "Socstnasse 12, 8800 Thalwil", "8800", "Thalwil", confidence=0.4),
    ],
    ids=lambda row: f"{row.name.text}, {row.address.text.split(',')[0]}",
)
def test_the_same_person_is_found(again: Row, many: Crowd) -> None:
    assert likelihood(signed("Regula Hofer", *HOME), again, many.signers) > MIN_LIKELIHOOD


@pytest.mark.parametrize(
    "other",
    [
        signed("Beat Hofer", *HOME),
        signed("Hofer Monika", *HOME),
        signed("Regula Hofer", "Dorfstrasse 3, 3000 Bern", "3000", "Bern"),
        signed("Regula Meier", *HOME),
        signed("Sabine Frei", *HOME),
        signed("Verena Hofen", *HOME, confidence=0.6),
    ],
    ids=lambda row: f"{row.name.text}, {row.address.text.split(',')[0]}",
)
def test_relatives_neighbours_and_namesakes_are_not_pairs(other: Row, many: Crowd) -> None:
    assert likelihood(signed("Regula Hofer", *HOME), other, many.signers) < MIN_LIKELIHOOD


def test_a_name_used_elsewhere_is_not_taken_for_a_misreading() -> None:
    streets = ["Seestrasse", "Dorfstrasse", "Bergstrasse", "Waldweg", "Kirchgasse"]
    elsewhere = (
        signed(f"{given} {family}", f"{street} {number}, 3000 Bern", "3000", "Bern")
        for number, (given, family, street) in enumerate(combined(streets), start=1)
    )
    others = signers(*elsewhere)
    daniel, daniela = signed("Daniel Hofer", *HOME), signed("Daniela Hofer", *HOME)
    assert likelihood(daniel, daniela, others) < MIN_LIKELIHOOD
    assert likelihood(daniel, signed("Daniek Hofer", *HOME), others) > MIN_LIKELIHOOD


def combined(streets: list[str]) -> Iterator[tuple[str, str, str]]:
    for given in ("Daniel", "Daniela", "Anna", "Peter", "Ursula"):
        for family in ("Meier", "Keller", "Weber", "Huber"):
            for street in streets:
                yield given, family, street


def test_most_people_who_signed_twice_are_found_and_few_others(many: Crowd) -> None:
    found = {(pair.a, pair.b) for pair in find_signer_pairs(many.signers)}
    assert len(many.again) > 100
    assert len(found & many.again) / len(many.again) > 0.88
    # The invented names are more alike than real ones.
    assert len(found - many.again) / len(many.signers) < 0.015


def test_the_likeliest_pair_comes_first_even_in_a_small_campaign() -> None:
    rows = (signed("Regula Hofer", *HOME), signed("Beat Hofer", *HOME), signed("Regula Hofer", *HOME))
    pairs = find_signer_pairs(signers(*rows), least=0.0)
    assert (pairs[0].a, pairs[0].b) == (0, 2)
    assert pairs[0].likelihood > MIN_LIKELIHOOD > pairs[1].likelihood
    assert find_signer_pairs([]) == []
    assert find_signer_pairs(signers(rows[0])) == []


def test_only_a_few_of_all_pairs_are_compared(many: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = 0
    compare = signer_pairs.process.cpdist

    def counted(ones: Sequence[str], others: Sequence[str], **how: Any) -> Any:
        nonlocal texts
        texts += len(ones)
        return compare(ones, others, **how)

    monkeypatch.setattr(signer_pairs.process, "cpdist", counted)
    find_signer_pairs(many.signers)
    rows = len(many.signers)
    compared = sum(len(first) for first, _ in candidates(SignerTable(many.signers)))
    assert rows < compared < 10 * rows  # measured: 6; comparing each with each would take 2500
    assert texts < compared


def test_pairs_are_the_same_however_many_are_compared_at_a_time(
    many: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = find_signer_pairs(many.signers)
    monkeypatch.setattr(signer_pairs, "BLOCK_PAIRS", 1000)
    monkeypatch.setattr(blocking, "PAIRS_AT_A_TIME", 1000)
    assert find_signer_pairs(many.signers) == at_once


@pytest.mark.parametrize("least", [0.0, 0.001, MIN_LIKELIHOOD])
def test_the_pairs_are_those_of_a_search_without_shortcuts(least: float, many: Crowd) -> None:
    some = [one for one in many.signers if one.key % 2]
    assert find_signer_pairs(some, least) == reference.find_pairs(some, least)
    namesakes = [replace(one, words=("regula", "hofer"), key=at) for at, one in enumerate(some[:400])]
    assert find_signer_pairs(namesakes, least) == reference.find_pairs(namesakes, least)


def test_a_limit_leaves_out_no_pair_that_is_likely_enough(many: Crowd) -> None:
    everything = find_signer_pairs(many.signers, least=0.0)
    for least in (0.0001, 0.01, 0.5, 0.95):
        enough = [pair for pair in everything if pair.likelihood >= least]
        assert find_signer_pairs(many.signers, least) == enough


def test_memory_grows_by_little_with_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in memory at a time is as much smaller here as the crowds are smaller than campaigns."""
    monkeypatch.setattr(row_keys, "KEYS_AT_A_TIME", 20_000)
    monkeypatch.setattr(blocking, "PAIRS_AT_A_TIME", 5000)
    monkeypatch.setattr(signer_pairs, "BLOCK_PAIRS", 2000)
    some, more = crowd(2000, seed=8).signers, crowd(12_000, seed=8).signers
    find_signer_pairs(some)  # loads what is loaded once
    peaks = []
    for signers in (some, more):
        tracemalloc.start()
        find_signer_pairs(signers)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 10_000 < 500  # bytes a row; 310 measured, 1000 with all keys at once

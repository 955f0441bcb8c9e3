"""The character models give probabilities that fit Swiss names and addresses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.ocr.language import CharacterModel, fold, key_of, load_language_model
from digitize.records import Role


def model(role: Role) -> CharacterModel:
    found = load_language_model().of(role)
    assert found is not None
    return found


def log_probability(role: Role, word: str) -> float:
    """Return the log-probability of a whole word and its end."""
    characters = model(role)
    return sum(
        float(characters.log_row(word[:index])[characters.symbols.index(character)])
        for index, character in enumerate(word + " ")
    )


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.sampled_from([Role.NAME, Role.ADDRESS]))
def test_probabilities_sum_to_one_after_any_text(before: str, role: Role) -> None:
    row = model(role).log_row(before)
    assert np.isfinite(row).all()
    assert np.exp(row.astype(np.float64)).sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("role", "likely", "unlikely"),
    [
        (Role.NAME, "müller", "mölier"),
        (Role.NAME, "schneider", "schncider"),
        (Role.NAME, "jean-pierre", "jcan-plerre"),
        (Role.NAME, "bernasconi", "bemasconi"),
        (Role.ADDRESS, "bahnhofstrasse", "bahnhofstrosse"),
        (Role.ADDRESS, "3011", "9997"),
        (Role.ADDRESS, "winterthur", "wintcrthur"),
        (Role.ADDRESS, "neuchâtel", "neuchatal"),
    ],
)
def test_right_spellings_are_far_more_likely(role: Role, likely: str, unlikely: str) -> None:
    assert log_probability(role, likely) > log_probability(role, unlikely) + 2


def test_words_are_independent() -> None:
    characters = model(Role.NAME)
    assert np.array_equal(characters.log_row("anna mar"), characters.log_row("otto mar"))


def test_only_names_and_addresses_have_a_model() -> None:
    language = load_language_model()
    assert language.of(Role.EMAIL) is None
    assert language.of(Role.FAMILY_NAME) is language.of(Role.NAME)
    assert language.of(Role.POSTCODE_TOWN) is language.of(Role.ADDRESS)


def test_models_are_loaded_once() -> None:
    assert load_language_model() is load_language_model()


def test_smoothing_agrees_with_witten_bell_by_hand() -> None:
    """For "ab" 3 times and "ac" once: (count + kinds * shorter context) / (sum + kinds)."""
    symbols = " abc"
    code = {symbol: index for index, symbol in enumerate(symbols, start=1)}
    grams = {(" ", "a"): 4.0, (" a", "b"): 3.0, (" a", "c"): 1.0, (" ab", " "): 3.0, (" ac", " "): 1.0}
    keys = {key_of(context, code) + code[after]: count for (context, after), count in grams.items()}
    order = sorted(keys)
    characters = CharacterModel(
        symbols, np.array(order, dtype=np.int64), np.array([keys[k] for k in order], dtype=np.float32)
    )
    unigram = {"a": (4 + 1) / 16, "b": (3 + 1) / 16, "c": (1 + 1) / 16}  # 12 seen, 4 kinds, uniform 1/4
    after_a = {c: (n + 2 * unigram[c]) / 6 for c, n in (("a", 0), ("b", 3), ("c", 1))}
    expected = {c: (n + 2 * after_a[c]) / 6 for c, n in (("a", 0), ("b", 3), ("c", 1))}
    row = np.exp(characters.log_row("a"))
    assert {c: float(row[symbols.index(c)]) for c in "abc"} == pytest.approx(expected, abs=1e-5)


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)

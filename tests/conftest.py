"""Synthetic pages that many tests look at; each is made once."""

import pytest

from samples.synthetic import ACAT, TIDY, Extras, Mode, Paper, SyntheticPage, make_page, random_fill


@pytest.fixture(scope="session")
def list_page() -> SyntheticPage:
    """The customer's list, rows 4 to 30, 20 of them filled, scanned straight in grey at 150 dpi."""
    return make_page(ACAT[1], random_fill(ACAT[1], 101, 0.75), Paper(dpi=150.0), 101)


@pytest.fixture(scope="session")
def tidy_page() -> SyntheticPage:
    """The same list filled without any oddity: every filled row counts."""
    return make_page(ACAT[1], random_fill(ACAT[1], 102, 0.5, TIDY), Paper(dpi=150.0), 102)


@pytest.fixture(scope="session")
def letter_page() -> SyntheticPage:
    """The customer's letter, rows 1 to 3, at 150 dpi."""
    return make_page(
        ACAT[0], random_fill(ACAT[0], 103, 1.0, TIDY), Paper(dpi=150.0), 103, Extras(date="Nov.")
    )


@pytest.fixture(scope="session")
def skewed_page() -> SyntheticPage:
    """A list on a grey scanner bed, turned 2.3 degrees clockwise, dusty, in colour at 200 dpi."""
    paper = Paper(mode=Mode.COLOUR, skew_deg=2.3, bed=0.8, dust=30, folds=1, holes=2)
    return make_page(ACAT[1], random_fill(ACAT[1], 104, 0.6), paper, 104)


@pytest.fixture(scope="session")
def lying_page() -> SyntheticPage:
    """A list that was scanned a quarter turn clockwise and a little skewed, at 150 dpi."""
    paper = Paper(dpi=150.0, skew_deg=-1.2, rotation_deg=90)
    return make_page(ACAT[1], random_fill(ACAT[1], 105, 0.6), paper, 105)


@pytest.fixture(scope="session")
def bitonal_page() -> SyntheticPage:
    """A list in black and white at 200 dpi."""
    paper = Paper(mode=Mode.BITONAL, skew_deg=0.9, dust=20)
    return make_page(ACAT[1], random_fill(ACAT[1], 106, 0.6), paper, 106)


@pytest.fixture(scope="session")
def empty_page() -> SyntheticPage:
    """A list nobody wrote on, at 150 dpi."""
    return make_page(ACAT[1], (), Paper(dpi=150.0), 107)

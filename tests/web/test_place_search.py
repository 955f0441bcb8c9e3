"""Searching for a town by whatever a person types."""

import pytest

from digitize.address.directory import load_directory
from digitize.web.place_search import suggestions


def first(text: str) -> str:
    found = suggestions(text)
    return str(found[0]["value"]) if found else ""


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wint", "ZH /  / Winterthur"),
        ("zur", "ZH /  / Zürich"),
        ("zuer", "ZH /  / Zürich"),
        ("st gall", "SG /  / St. Gallen"),
        ("7500", "GR / 7500 / St. Moritz"),
        ("8001 z", "ZH / 8001 / Zürich"),
        ("vaduz", "LI / 9490 / Vaduz"),
        ("be", "BE"),
        ("", ""),
        ("xyzzy", ""),
    ],
)
def test_the_intended_place_comes_first(typed: str, found: str) -> None:
    assert first(typed).rstrip(" /") == found


def test_every_canton_of_a_border_place_is_offered() -> None:
    border = next(each for each in load_directory().localities if len(each.cantons) > 1)
    offered = {each["region"] for each in suggestions(f"{border.postcode} {border.name}")}
    assert offered >= {canton for canton, _ in border.cantons}

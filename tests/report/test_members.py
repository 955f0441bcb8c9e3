"""Signers are found on a list despite misreadings, and strangers and relatives are not taken for them."""

import random
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from digitize.errors import BadTable
from digitize.records import Row, RowKey
from digitize.report.member_list import read_members
from digitize.report.members import SURE, Entry, Match, find_members
from samples.synthetic.signers import Person
from tests.campaign.duplicates import people
from tests.campaign.duplicates.people import signed

MEMBERS, STRANGERS = 700, 700
HOME = ("Seestrasse 12\n8800 Thalwil", "8800", "Thalwil")


def found(rows: list[Row], entries: list[Entry]) -> list[Match]:
    return find_members([(RowKey(at, 0, 1), row) for at, row in enumerate(rows)], entries)


def synthetic(seed: int) -> tuple[list[Row], list[Entry], dict[int, int]]:
    """Return rows, a list that has half of the signers and many others, and which entry each row is."""
    dice = random.Random(seed)
    everybody: list[Person] = []
    for sheet in range((MEMBERS + 2 * STRANGERS) // people.SHEET_ROWS + 1):
        make = np.random.default_rng((seed, sheet))
        neighbours = people.random_people(make, people.SHEET_ROWS, dice.choice(("de", "fr", "it")))
        everybody += [people._renamed(person, sheet) for person in neighbours]
    dice.shuffle(everybody)
    signers = everybody[: MEMBERS + STRANGERS]
    listed = signers[:MEMBERS] + everybody[MEMBERS + STRANGERS :]
    order = list(range(len(listed)))
    dice.shuffle(order)
    entries = []
    for line, at in enumerate(order):
        one = listed[at]
        name = f"{one.given} {one.family}"
        entries.append(Entry(line + 2, name, one.street, one.town.postcode, one.town.name))
    lines = {at: line for line, at in enumerate(order)}
    rows = [people._written(person, dice) for person in signers]
    return rows, entries, {row: lines[row] for row in range(MEMBERS)}


def test_most_members_are_found_and_almost_nobody_else() -> None:
    rows, entries, truth = synthetic(1)
    matches = found(rows, entries)
    right = [m for m in matches if truth.get(m.row.page_id) == m.entry.line - 2]
    sure = [m for m in matches if m.is_sure]
    sure_right = [m for m in right if m.is_sure]
    assert len(right) >= 0.85 * MEMBERS
    assert len(sure) - len(sure_right) <= 0.02 * len(sure)
    assert len(matches) - len(right) <= 0.05 * len(rows)


def test_a_relative_at_the_same_address_is_not_the_member() -> None:
    entries = [Entry(2, "Regula Hofer", "Seestrasse 12", "8800", "Thalwil")]
    crowd = [signed(f"Name{at} Other{at}", f"Weg {at}\n3000 Bern", "3000", "Bern") for at in range(300)]
    matches = found([signed("Beat Hofer", *HOME), *crowd], entries)
    assert all(match.probability < SURE for match in matches)
    matches = found([signed("Rcgula Hofer", *HOME, confidence=0.6), *crowd], entries)
    assert [match.row.page_id for match in matches] == [0]


def test_nobody_is_found_on_an_empty_list() -> None:
    assert found([signed("Regula Hofer", *HOME)], []) == []
    assert found([], [Entry(2, "Regula Hofer")]) == []


@pytest.mark.parametrize(
    ("headings", "line", "entry"),
    [
        (("Name", "Adresse", "PLZ", "Ort"), ("Eva Rot", "Weg 1", "8000", "Zürich"), ("Eva Rot", "Weg 1")),
        (
            ("Prénom", "Nom", "Rue", "No", "NPA", "Localité"),
            ("Eva", "Rot", "Weg", "1", "8000", "Zürich"),
            ("Eva Rot", "Weg 1"),
        ),
        (("Nom", "Rue", "NPA", "Lieu"), ("Eva Rot", "Weg 1", 8000, "Zürich"), ("Eva Rot", "Weg 1")),
        (
            ("x", "Cognome", "Nome completo", "NPA", "Luogo"),
            ("", "", "Eva Rot", "8000", "Zürich"),
            ("Eva Rot", ""),
        ),
    ],
)
def test_a_list_is_read_whatever_its_columns_are_called(
    headings: tuple[str, ...], line: tuple[object, ...], entry: tuple[str, str], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (headings, line, ()):
        book.active.append(cells)
    book.save(tmp_path / "list.xlsx")
    text = ";".join(headings) + "\n" + ";".join(map(str, line)) + "\n\n"
    (tmp_path / "list.csv").write_text(text, "utf-8-sig")
    for name in ("list.xlsx", "list.csv"):
        assert read_members(tmp_path / name) == [Entry(2, *entry, "8000", "Zürich")]


def test_a_list_without_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Ort;PLZ\nBern;3000\n")
    with pytest.raises(BadTable, match="no column with names"):
        read_members(tmp_path / "list.csv")

"""Names and addresses written in different ways become the same words."""

import pytest

from digitize.campaign.duplicates import signer
from digitize.records import Row, Status
from tests.campaign.duplicates.people import signed
from tests.outcomes import BOX


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anna Müller", ("anna", "muller")),
        ("MÜLLER, Anna", ("muller", "anna")),
        ("Rose-Marie Baumgartner", ("rose", "marie", "baumgartner")),
        ("Dr. Hans Meier", ("hans", "meier")),
        ("M. Rossi", ("m", "rossi")),  # an initial, not a title: only the family name would be left
    ],
)
def test_names_become_folded_words(name: str, words: tuple[str, ...]) -> None:
    one = signer(1, signed(name, ""))
    assert one is not None
    assert one.words == words


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Seestrasse 12a, 8800 Thalwil", ("seestr", "12a", "8800", "thalwil")),
        ("Seestr. 12A\n8800 Thalwil", ("seestr", "12a", "8800", "thalwil")),
        ("12a, Seestrasse", ("seestr", "12a", "8800", "thalwil")),
        ("Seestrasse, 12, 8800 Thalwil", ("seestr", "12", "8800", "thalwil")),
        ("Seestrasse 12a 8800 Thalwil", ("seestr", "12a", "8800", "thalwil")),
        ("Seestrasse 12a, 8,00 Thalwll", ("seestr", "12a", "8800", "thalwil")),
        ("Seestrasse Thalwil", ("seestr", "", "8800", "thalwil")),
        ("8800 Thalwil", ("", "", "8800", "thalwil")),
        ("Thalwil", ("", "", "8800", "thalwil")),
        ("Thalwilerstrasse 8, Thalwil", ("thalwilerstr", "8", "8800", "thalwil")),
    ],
)
def test_addresses_become_street_number_postcode_and_town(address: str, parts: tuple[str, ...]) -> None:
    one = signer(1, signed("Anna Müller", address, "8800", "Thalwil"))
    assert one is not None
    assert (one.street, one.number, one.postcode, one.town) == parts


def test_the_written_postcode_is_used_if_the_directory_has_none() -> None:
    one = signer(1, signed("Anna Müller", "Ch. des Vignes 3, 1234 Nowhere"))
    assert one is not None
    assert (one.street, one.number, one.postcode) == ("chemindesvignes", "3", "1234")


def test_a_row_without_a_legible_name_has_no_signer() -> None:
    assert signer(1, signed("", "Seestrasse 12, 8800 Thalwil")) is None
    assert signer(1, signed("A", "Seestrasse 12, 8800 Thalwil")) is None
    assert signer(1, Row(1, 0, BOX, (), Status.SIGNED)) is None

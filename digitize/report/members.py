"""Find the signers who are on a list (of members, say), despite misreadings.

The evidence is that by which people who signed twice are found (`digitize.campaign.duplicates`): Fellegi and
Sunter's record linkage, with what is known of handwriting: which letters look alike, how sure each reading
is, and that relatives share an address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digitize.campaign.duplicates import Signer, find_signer_pairs, signer
from digitize.geometry import Box
from digitize.records import Place, Reading, Row, RowKey, Status

# Of the signers, this share is expected to be on the list; one in a hundred, as among signers who sign twice,
# would be too few for members. Odds grow by the ratio of both.
EXPECTED_SHARE, SHARE_AMONG_SIGNERS = 0.2, 0.01
SURE, POSSIBLE = 0.95, 0.2  # least probabilities, 0..1
TYPED_CONFIDENCE = 0.98  # of a text that somebody typed
NOWHERE = Box(0, 0, 1, 1)

Key = tuple[str, int]  # "row" or "list", and the position there


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list; what is not known is empty.  `line` is its number in the file."""

    line: int
    name: str
    street: str = ""
    postcode: str = ""
    town: str = ""

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.town}".strip()) if part)


@dataclass(frozen=True, slots=True)
class Match:
    """A row and an entry that may be of one person, with the probability (0..1)."""

    row: RowKey
    entry: Entry
    probability: float

    @property
    def is_sure(self) -> bool:
        return self.probability >= SURE


def find_members(rows: Iterable[tuple[RowKey, Row]], entries: Sequence[Entry]) -> list[Match]:
    """Return for each row its likeliest entry, if that may be the same person; the likeliest first.

    An entry that is likely for several rows is given for each: one person may have signed twice.
    """
    keys: dict[Key, RowKey] = {}
    signers: list[Signer[Key]] = []
    for at, (row_key, row) in enumerate(rows):
        keys["row", at] = row_key
        signers += [one for one in [signer(("row", at), row)] if one is not None]
    signers += [one for at, e in enumerate(entries) if (one := signer(("list", at), _as_row(e))) is not None]
    best: dict[Key, tuple[float, int]] = {}
    for pair in find_signer_pairs(signers, _likelihood(POSSIBLE)):
        sides: Mapping[str, Key] = {pair.a[0]: pair.a, pair.b[0]: pair.b}
        if len(sides) < 2:
            continue
        found = (_among_members(pair.likelihood), -sides["list"][1])
        best[sides["row"]] = max(best.get(sides["row"], (0.0, 0)), found)
    matches = [
        Match(keys[key], entries[-place], probability)
        for key, (probability, place) in best.items()
        if probability >= POSSIBLE
    ]
    return sorted(matches, key=lambda match: (-match.probability, match.row.page_id, match.row.index))


_ODDS_RATIO = EXPECTED_SHARE / (1 - EXPECTED_SHARE) * (1 - SHARE_AMONG_SIGNERS) / SHARE_AMONG_SIGNERS


def _among_members(likelihood: float) -> float:
    """Return the probability for a list on which more of the signers are expected."""
    return likelihood * _ODDS_RATIO / (likelihood * _ODDS_RATIO + 1 - likelihood)


def _likelihood(among_members: float) -> float:
    """Return the likelihood from which on a probability for a list is reached; rounding costs no pair."""
    return 0.999 * among_members / (among_members + _ODDS_RATIO * (1 - among_members))


def _as_row(entry: Entry) -> Row:
    """Return an entry as if it had been read from a row."""
    return Row(
        *(1, 0, NOWHERE, (), Status.SIGNED),
        name=Reading(entry.name, TYPED_CONFIDENCE, "list"),
        address=Reading(entry.address, TYPED_CONFIDENCE, "list"),
        place=Place("unknown", entry.postcode, entry.town),
    )

"""What a person is shown to decide on: a row, or a pair of rows or pages; and the count so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from digitize.campaign.decisions import Decision, Kind, page_key
from digitize.geometry import Box
from digitize.records import Flag, Place, Reading, Row, RowFlag, RowKey, Status


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row with everything needed to decide on it.

    `kind` tells where it is asked, None if nothing is open; `asks` everything that is asked.
    `row` is the row as decided so far; for a second look, as it was recognised.  `second` must be
    passed on with the decision.  `file` is the label of the scan, `picture` the straightened page,
    in whose px the boxes are.  `notes` tell what the decisions leave open.
    """

    key: RowKey
    kind: Kind | None
    file: str
    page: int
    row: Row
    picture: Path | None
    px_per_mm: float
    second: bool = False
    decided: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    notes: tuple[RowFlag, ...] = ()
    counted: bool = True
    late: bool = False
    asks: frozenset[Kind] = frozenset()

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def status(self) -> Status:
        return self.row.status

    @property
    def name(self) -> Reading | None:
        return self.row.name

    @property
    def address(self) -> Reading | None:
        return self.row.address

    @property
    def place(self) -> Place | None:
        return self.row.place

    @property
    def flags(self) -> tuple[Flag, ...]:
        return self.row.flags

    @property
    def box(self) -> Box:
        return self.row.box


@dataclass(frozen=True, slots=True)
class OpenPage:
    """One page of a pair."""

    page_id: int
    file: str
    page: int
    picture: Path | None

    @property
    def key(self) -> RowKey:
        return page_key(self.page_id)


@dataclass(frozen=True, slots=True)
class OpenPair:
    """Two rows that may be by one person, or two pages that may be scans of one paper.

    `likelihood` (0..1) is the probability that they are.
    """

    kind: Kind
    first: OpenRow | OpenPage
    other: OpenRow | OpenPage
    likelihood: float

    @property
    def keys(self) -> tuple[RowKey, RowKey]:
        """The arguments `key` and `other` of `Review.decide`."""
        return self.first.key, self.other.key


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row that two people, not knowing of each other, decided differently."""

    shown: OpenRow
    first: Decision
    second: Decision


@dataclass(frozen=True, slots=True)
class Totals:
    """The current count.

    `regions` and `counted` are signed rows, by region and together, including late ones; `late`
    are those of them that arrived after the deadline, `days` those per day of receipt.
    `doubtful` rows wait for a person.  `open` are the open questions, `seconds` the second looks
    that are due, `decided` the rows people decided on.  `pages` are pages by kind, without those
    in the trash.  `unsettled` pages wait for a person to say what they are, `again` for the paper
    to be scanned again; `typed` are pages whose rows people typed in.  `petitions` are the counted
    rows by petition, the largest first, "" last: of sheets whose petition is not known.
    """

    regions: Mapping[str, int]
    counted: int
    late: int
    doubtful: int
    statuses: Mapping[Status, int]
    open: Mapping[Kind, int]
    seconds: int
    decided: int
    days: Sequence[tuple[date, int]]
    pages: Mapping[str, int]
    petitions: Mapping[str, int] = field(default_factory=dict)
    unsettled: int = 0
    again: int = 0
    typed: int = 0
    trashed: int = 0

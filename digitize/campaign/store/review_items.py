"""What a person is shown to decide on: a row, or a pair of rows or pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from digitize.campaign.decisions import Decision, Kind, page_key
from digitize.geometry import Box
from digitize.records import Flag, Place, Reading, Row, RowFlag, RowKey, Status


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row with all that is needed to decide on it.

    `kind` is the question that is asked.  `row` is the row as decided so far; of
    a second look as it was recognised.  `second` goes back with the decision.
    `file` is the label of the scan, `picture` its straightened page, in whose
    px the boxes are.  `decided_by` says who decided on the row, `notes` what
    that leaves to look at.
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
    """Two rows that may come from one person, or two pages that may be scans of one paper.

    `first` is the one that counts if they are the same.  `likeness` 0..1.
    """

    kind: Kind
    first: OpenRow | OpenPage
    other: OpenRow | OpenPage
    likeness: float

    @property
    def keys(self) -> tuple[RowKey, RowKey]:
        """What `decide` takes as `key` and `other`."""
        return self.first.key, self.other.key


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two people looked at a row without knowing of each other and came to different things."""

    shown: OpenRow
    first: Decision
    second: Decision


@dataclass(frozen=True, slots=True)
class Totals:
    """The count as it stands.

    `counted` are signed rows per region (late ones too), `late` those of them
    that came after the deadline, `doubtful` rows that wait for a person;
    `open` are open questions, `seconds` second looks that are due.  `days` are
    counted rows per day of receipt.  `pages` are pages by kind.
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

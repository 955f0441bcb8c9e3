"""Compare two counts of the same sheets row by row."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from digitize.address.directory import fold

RowName = tuple[str, int, int]  # file, page, printed number of the row


class Compared(StrEnum):
    """What is compared of a row."""

    COUNTS = "counts"  # yes, no, or open
    CANTON = "canton"
    POSTCODE = "postcode"
    NAME = "name"
    ADDRESS = "address"


TEXTS = (Compared.NAME, Compared.ADDRESS)  # compared without case, accents and punctuation
OPEN = "open"
ROW_MISSING = "-"


@dataclass(frozen=True, slots=True)
class RowValues:
    """A row of one count; `values` has what is known of it.  `content` names the scan on both sides."""

    file: str
    content: str
    page: int
    row: int
    values: Mapping[Compared, str]
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two counts differ; `first` and `second` are "-" where a count does not have the row."""

    file: str
    page: int
    row: int
    what: Compared
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often both agree on one thing: `same` of `both` rows of which both say something."""

    both: int
    same: int
    kappa: float | None = None  # Cohen 1960: beyond what chance would give; only of `COUNTS`

    @property
    def share(self) -> float | None:
        return self.same / self.both if self.both else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result; `only_first` and `only_second` are numbers of filled rows that the other count lacks."""

    agreements: Mapping[Compared, Agreement]
    differences: Sequence[Difference]
    in_both: int
    only_first: int
    only_second: int
    counted: tuple[int, int]


def compare(first: Iterable[RowValues], second: Iterable[RowValues]) -> Comparison:
    """Compare two counts.

    Rows are the same if they have the same scan, page and printed number; of several with the same number,
    the first is compared with the first.  Canton and texts are compared where both count the row.  Blank rows
    that only one side lists are no difference.
    """
    ones, others = _named(first), _named(second)
    differences: list[Difference] = []
    said: dict[Compared, Counter[tuple[str, str]]] = {what: Counter() for what in Compared}
    only = [0, 0]
    for name in sorted(ones.keys() | others.keys()):
        one, other = ones.get(name), others.get(name)
        shown = one or other
        assert shown is not None
        if one is None or other is None:
            if not shown.is_blank:
                only[one is None] += 1
                own = shown.values.get(Compared.COUNTS, "")
                sides = (own, ROW_MISSING) if one else (ROW_MISSING, own)
                differences.append(_difference(shown, Compared.COUNTS, *sides))
            continue
        for what in _comparable(one, other):
            pair = one.values[what], other.values[what]
            said[what][_key(what, pair[0]), _key(what, pair[1])] += 1
            if _key(what, pair[0]) != _key(what, pair[1]):
                differences.append(_difference(shown, what, *pair))
    return Comparison(
        agreements={what: _agreement(what, pairs) for what, pairs in said.items() if pairs},
        differences=differences,
        in_both=len(ones.keys() & others.keys()),
        only_first=only[0],
        only_second=only[1],
        counted=(_counted(ones.values()), _counted(others.values())),
    )


def _named(rows: Iterable[RowValues]) -> dict[tuple[str, int, int, int], RowValues]:
    times: Counter[tuple[str, int, int]] = Counter()
    found = {}
    for row in rows:
        name = (row.content, row.page, row.row)
        found[*name, times[name]] = row
        times[name] += 1
    return found


def _comparable(one: RowValues, other: RowValues) -> Iterable[Compared]:
    counts = [side.values.get(Compared.COUNTS, "yes") for side in (one, other)]
    for what in Compared:
        if (
            what in one.values
            and what in other.values
            and (what is Compared.COUNTS or counts == ["yes", "yes"])
        ):
            yield what


def _key(what: Compared, value: str) -> str:
    return " ".join(fold(value).split()) if what in TEXTS else value.strip().casefold()


def _difference(row: RowValues, what: Compared, first: str, second: str) -> Difference:
    return Difference(row.file, row.page, row.row, what, first, second)


def _counted(rows: Iterable[RowValues]) -> int:
    return sum(row.values.get(Compared.COUNTS) == "yes" for row in rows)


def _agreement(what: Compared, pairs: Counter[tuple[str, str]]) -> Agreement:
    both = pairs.total()
    same = sum(n for (one, other), n in pairs.items() if one == other)
    if what is not Compared.COUNTS:
        return Agreement(both, same)
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (one, other), n in pairs.items():
        firsts[one] += n
        seconds[other] += n
    chance = sum(firsts[value] * seconds[value] for value in firsts) / both**2
    return Agreement(both, same, None if chance == 1 else (same / both - chance) / (1 - chance))

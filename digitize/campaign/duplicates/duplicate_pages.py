"""Pages that were scanned twice, found among thousands without comparing each with each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from types import MappingProxyType

from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.campaign.duplicates.page_writing import CellKey, Likeness, Trace, Writing, compare
from digitize.records import NAME_ROLES, PageId, Status

# Of the nets in which similar cells are caught, as shares of the cell (a photo knows no mm):
# about 1.5 mm across and down, wide against the 0.1 mm between two scans.
MESH_SHARES = (1 / 30, 1 / 30, 1 / 6, 1 / 6)
NET_ROWS = 4  # filled rows that are looked up
CAUGHT_SHARE = 0.25  # of the cells looked up: where fewer are alike two pages need not be compared
NAME_LETTERS = 5  # at either end of a name: one misread letter leaves the other end as it was
NAME_PAGES = 20  # a name that begins or ends so on more pages, in the same row, tells nothing

Mesh = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class DuplicatePages:
    """Pages that are, or may be, scans of one paper.

    `same` leads from a page to the scan of the same paper that counts, `again`
    back to all of them.  `likely` leads both ways between pages that may be.
    `differing` are, of pages that count, the rows (by index) that count on one
    scan and do not on another.
    """

    same: Mapping[PageId, PageId]
    again: Mapping[PageId, Sequence[PageId]]
    likely: Mapping[PageId, Sequence[PageId]]
    differing: Mapping[PageId, frozenset[int]]


Decided = Mapping[frozenset[PageId], bool]  # of pairs that people looked at: whether they are one paper


def find_duplicate_pages(
    pages: Sequence[PageSummary], decided: Decided = MappingProxyType({})
) -> DuplicatePages:
    """Second scans among `pages`, which come in the order of the inputs.

    The scan with the most rows and signatures counts, of equal ones the first.
    One with a filled row that the other has not is only likely: nothing may be
    lost.  A page with nothing written on it is no double of another.  What people
    decided on a pair goes before what its ink tells.
    """
    group_of = {page.id: [page] for page in pages}
    position = {page.id: at for at, page in enumerate(pages)}
    pairs: list[tuple[PageSummary, PageSummary]] = []
    by_id = {page.id: page for page in pages}
    for pair, is_same in decided.items():
        if is_same and len(pair) == 2 and pair <= by_id.keys():  # not a page with itself
            _unite(group_of, *(by_id[page] for page in sorted(pair, key=position.__getitem__)))
    for one, other in _candidates(pages):
        if frozenset((one.id, other.id)) in decided:
            continue
        likeness, _ = compare(one.writing, other.writing)
        if likeness is Likeness.SAME:
            _unite(group_of, one, other)
        elif likeness is Likeness.LIKELY:
            pairs.append((one, other))
    same: dict[PageId, PageId] = {}
    again: dict[PageId, list[PageId]] = defaultdict(list)
    differing: dict[PageId, frozenset[int]] = {}
    for page in pages:
        counting = max(group_of[page.id], key=lambda scan: (*_worth(scan), -position[scan.id]))
        if page is counting:
            continue
        if not _holds(counting, page) and frozenset((counting.id, page.id)) not in decided:
            pairs.append((counting, page))
            continue
        same[page.id] = counting.id
        again[counting.id].append(page.id)
        differing[counting.id] = differing.get(counting.id, frozenset()) | _differing(counting, page)
    asked = _likely(pairs, same, pages, decided)
    return DuplicatePages(same, again, asked, differing)


def _likely(
    pairs: Sequence[tuple[PageSummary, PageSummary]],
    same: Mapping[PageId, PageId],
    pages: Sequence[PageSummary],
    decided: Decided,
) -> dict[PageId, list[PageId]]:
    """Pages that count both although they may be one paper, both ways, in the order of the inputs."""
    found: dict[PageId, set[PageId]] = defaultdict(set)
    for one, other in pairs:
        ends = (same.get(one.id, one.id), same.get(other.id, other.id))
        if ends[0] != ends[1] and frozenset(ends) not in decided:
            found[ends[0]].add(ends[1])
            found[ends[1]].add(ends[0])
    return {page: [at.id for at in pages if at.id in others] for page, others in found.items()}


def _unite(group_of: dict[PageId, list[PageSummary]], one: PageSummary, other: PageSummary) -> None:
    group, joining = group_of[one.id], group_of[other.id]
    if group is not joining:
        group += joining
        group_of |= {page.id: group for page in joining}


def _worth(page: PageSummary) -> tuple[int, int, int]:
    """The larger, the better this scan shows the paper."""
    found = list(page.statuses.values())
    return page.row_count, found.count(Status.SIGNED), -found.count(Status.DOUBTFUL)


def _holds(counting: PageSummary, page: PageSummary) -> bool:
    """Whether every filled row of a page is among the rows of the one that counts."""
    first, last = counting.first, counting.first + counting.row_count - 1
    return all(first <= page.first + index <= last for index in page.statuses)


def _differing(counting: PageSummary, page: PageSummary) -> frozenset[int]:
    """Rows (by index) of the page that counts which would count otherwise on the other scan."""
    shift = page.first - counting.first
    theirs = {index + shift: status for index, status in page.statuses.items()}
    found = set()
    for index in counting.statuses.keys() | theirs.keys():
        both = {at.get(index, Status.BLANK) for at in (counting.statuses, theirs)}
        if Status.SIGNED in both and len(both) == 2 and Status.DOUBTFUL not in both:
            found.add(index)
    return frozenset(found)


def _candidates(pages: Sequence[PageSummary]) -> Iterator[tuple[PageSummary, PageSummary]]:
    """Pairs worth comparing: some cells of their first rows are alike, or a name in them."""
    nets: dict[Mesh, list[int]] = defaultdict(list)
    looked_up: list[int] = []  # cells of each page
    for at, page in enumerate(pages):
        rows = set(sorted({number for number, _, _ in page.writing})[:NET_ROWS])
        meshes = list(_meshes(page.writing, rows))
        names = list(_names(page.writing, rows))
        looked_up.append(len({key for key, _ in meshes}))
        caught: dict[int, set[CellKey]] = defaultdict(set)
        for key, mesh in meshes:
            for earlier in nets[mesh]:
                caught[earlier].add(key)
        found = {earlier for name in names if len(nets[name]) <= NAME_PAGES for earlier in nets[name]}
        found |= {
            earlier
            for earlier, cells in caught.items()
            if len(cells) >= CAUGHT_SHARE * min(looked_up[earlier], looked_up[at])
        }
        yield from ((pages[earlier], page) for earlier in sorted(found))
        for net in (*(mesh for _, mesh in meshes), *names):
            nets[net].append(at)


def _meshes(writing: Writing, rows: set[int]) -> Iterator[tuple[CellKey, Mesh]]:
    """The meshes in which these rows are caught, in two nets: what one parts, the other holds."""
    for key, trace in writing.items():
        if key[0] in rows:
            for shift in (0.0, 0.5):
                yield key, _mesh(key, trace, shift)


def _mesh(key: CellKey, trace: Trace, shift: float) -> Mesh:
    at = (floor(edge / mesh + shift) for edge, mesh in zip(trace.edges, MESH_SHARES, strict=True))
    return (*key, shift, *at)


def _names(writing: Writing, rows: set[int]) -> Iterator[Mesh]:
    """How the names in these rows begin and end; what is shorter is initials or misread."""
    for key, trace in writing.items():
        if key[0] in rows and key[1] in NAME_ROLES and trace.text:
            letters = "".join(filter(str.isalnum, trace.text.casefold()))
            if len(letters) >= NAME_LETTERS:
                yield (*key, "begins", letters[:NAME_LETTERS])
                yield (*key, "ends", letters[-NAME_LETTERS:])

"""Find pages that were scanned twice, among thousands and without comparing each with each.

Pages are compared only if some of their cells fall into the same bucket: the ink of a cell
begins and ends at about the same places, or a name begins or ends with the same letters.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from types import MappingProxyType

import numpy as np

from digitize.campaign.duplicates.earlier_pages import Bucket, EarlierPages
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.campaign.duplicates.page_writing import CellKey, CellWriting, Likeness, Writing, compare
from digitize.records import NAME_ROLES, PageId, Status


@dataclass(frozen=True)
class LookUpSettings:
    """Which pages are worth comparing."""

    # Size of a bucket for left, right, top and bottom, as shares of the cell because the scale of a photo
    # is unknown: about 1.5 mm, much more than the 0.1 mm between two scans.
    bucket_shares: tuple[float, float, float, float] = (1 / 30, 1 / 30, 1 / 6, 1 / 6)
    max_rows: int = 4  # filled rows of a page that are looked up
    min_common_share: float = 0.25  # of the cells looked up: pages with fewer in common differ
    name_letters: int = 5  # at either end of a name: a misread letter leaves the other end intact
    max_name_pages: int = 20  # pages with the same end of a name in the same row: more are chance


SETTINGS = LookUpSettings()

Decided = Mapping[frozenset[PageId], bool]  # pairs decided by people: whether they are the same paper


@dataclass(frozen=True, slots=True)
class DuplicatePages:
    """Pages that are, or may be, scans of one paper.

    `counted_as` maps a page to the scan of the same paper that counts, `other_scans` maps back
    to all the others.  `possible` maps both ways between pages that may be one paper.
    `differing` maps a page that counts to the rows (by index) that count on one of its scans and
    not on another.
    """

    counted_as: Mapping[PageId, PageId]
    other_scans: Mapping[PageId, Sequence[PageId]]
    possible: Mapping[PageId, Sequence[PageId]]
    differing: Mapping[PageId, frozenset[int]]


def find_duplicate_pages(
    pages: Sequence[PageSummary], decided: Decided = MappingProxyType({})
) -> DuplicatePages:
    """Find second scans among `pages`, which are in the order of the inputs.

    The scan with the most rows and signatures counts, the first of equals.  A scan with a filled
    row that this one lacks is only a possible duplicate, so that no row is lost.  Pages without
    any writing are not duplicates of each other.  What people decided on a pair overrides what its
    ink says.
    """
    position = {page.id: at for at, page in enumerate(pages)}
    groups = {page.id: [page] for page in pages}
    _unite_decided(groups, position, decided)
    possible: list[tuple[PageSummary, PageSummary]] = []
    for one, other in _candidates(pages):
        if frozenset((one.id, other.id)) in decided:
            continue
        likeness, _ = compare(dict(one.writing), dict(other.writing))
        if likeness is Likeness.SAME:
            _unite(groups, one.id, other.id)
        elif likeness is Likeness.LIKELY:
            possible.append((one, other))

    counted_as: dict[PageId, PageId] = {}
    other_scans: dict[PageId, list[PageId]] = defaultdict(list)
    differing: dict[PageId, frozenset[int]] = {}
    for page in pages:
        counting = max(groups[page.id], key=lambda scan: (*_completeness(scan), -position[scan.id]))
        if page is counting:
            continue
        if not _includes_rows(counting, page) and frozenset((counting.id, page.id)) not in decided:
            possible.append((counting, page))
            continue
        counted_as[page.id] = counting.id
        other_scans[counting.id].append(page.id)
        differing[counting.id] = differing.get(counting.id, frozenset()) | _differing_rows(counting, page)
    both_ways = _possible_duplicates(possible, counted_as, position, decided)
    return DuplicatePages(counted_as, other_scans, both_ways, differing)


def _unite_decided(
    groups: dict[PageId, list[PageSummary]], position: Mapping[PageId, int], decided: Decided
) -> None:
    """Unite the pages that people decided to be one paper."""
    for pair, is_same in decided.items():
        if is_same and len(pair) == 2 and pair <= position.keys():  # not a page with itself
            one, other = sorted(pair, key=position.__getitem__)
            _unite(groups, one, other)


def _possible_duplicates(
    pairs: Sequence[tuple[PageSummary, PageSummary]],
    counted_as: Mapping[PageId, PageId],
    position: Mapping[PageId, int],
    decided: Decided,
) -> dict[PageId, list[PageId]]:
    """Return the counting pages of these pairs, mapped both ways, in the order of the inputs."""
    found: dict[PageId, set[PageId]] = defaultdict(set)
    for one, other in pairs:
        ends = (counted_as.get(one.id, one.id), counted_as.get(other.id, other.id))
        if ends[0] != ends[1] and frozenset(ends) not in decided:
            found[ends[0]].add(ends[1])
            found[ends[1]].add(ends[0])
    return {page: sorted(others, key=position.__getitem__) for page, others in found.items()}


def _unite(groups: dict[PageId, list[PageSummary]], one: PageId, other: PageId) -> None:
    group, joining = groups[one], groups[other]
    if group is not joining:
        group += joining
        groups |= {page.id: group for page in joining}


def _completeness(page: PageSummary) -> tuple[int, int, int]:
    """Return a sort key: the higher, the more complete the scan."""
    found = list(page.statuses.values())
    return page.row_count, found.count(Status.SIGNED), -found.count(Status.DOUBTFUL)


def _includes_rows(counting: PageSummary, page: PageSummary) -> bool:
    """Return whether the page that counts has every filled row of another page."""
    first, last = counting.first, counting.first + counting.row_count - 1
    return all(first <= page.first + index <= last for index in page.statuses)


def _differing_rows(counting: PageSummary, page: PageSummary) -> frozenset[int]:
    """Return the rows (by index) of the page that counts whose count differs on the other scan."""
    shift = page.first - counting.first
    others = {index + shift: status for index, status in page.statuses.items()}
    found = set()
    for index in counting.statuses.keys() | others.keys():
        both = {statuses.get(index, Status.BLANK) for statuses in (counting.statuses, others)}
        if Status.SIGNED in both and len(both) == 2 and Status.DOUBTFUL not in both:
            found.add(index)
    return frozenset(found)


def _candidates(pages: Sequence[PageSummary]) -> Iterator[tuple[PageSummary, PageSummary]]:
    """Yield the pairs worth comparing, each in the order of the inputs."""
    cells, names = EarlierPages(), EarlierPages()
    counts = []  # cells looked up of each page
    for page in pages:
        rows = set(sorted({number for number, _, _ in page.writing})[: SETTINGS.max_rows])
        looked_up = {key: page.writing[key] for key in page.writing if key[0] in rows}
        keys = {key: at for at, key in enumerate(looked_up)}
        cells.add((keys[key], bucket) for key, bucket in _cell_buckets(looked_up))
        names.add((0, name) for name in _name_buckets(looked_up))
        counts.append(len(keys))
    cells.sort()
    names.sort()
    cell_counts = np.array(counts)
    for at, page in enumerate(pages):
        earlier, common = cells.in_common(at)
        enough = common >= SETTINGS.min_common_share * np.minimum(cell_counts[earlier], cell_counts[at])
        named, _ = names.in_common(at, SETTINGS.max_name_pages)
        yield from ((pages[each], page) for each in sorted({*earlier[enough].tolist(), *named.tolist()}))


def _cell_buckets(writing: Writing) -> Iterator[tuple[CellKey, Bucket]]:
    """Yield the buckets of cells, in two grids.

    The grids are shifted by half a bucket, so that two similar cells on either side of a border
    of the first grid usually share a bucket of the second.
    """
    for key, cell in writing.items():
        for shift in (0.0, 0.5):
            yield key, _bucket(key, cell, shift)


def _bucket(key: CellKey, cell: CellWriting, shift: float) -> Bucket:
    pairs = zip(cell.edges, SETTINGS.bucket_shares, strict=True)
    return (*key, shift, *(floor(edge / size + shift) for edge, size in pairs))


def _name_buckets(writing: Writing) -> Iterator[Bucket]:
    """Yield both ends of names; shorter names are initials or misread."""
    letters_used = SETTINGS.name_letters
    for key, cell in writing.items():
        if key[1] in NAME_ROLES and cell.text:
            letters = "".join(filter(str.isalnum, cell.text.casefold()))
            if len(letters) >= letters_used:
                yield (*key, "begins", letters[:letters_used])
                yield (*key, "ends", letters[-letters_used:])

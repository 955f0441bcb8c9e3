"""Pages that were scanned twice, found among thousands without comparing each with each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from digitize.records import PageId
from digitize.sheets.briefs import Brief
from digitize.sheets.writing import CellKey, Likeness, Trace, Writing, compare

MESH_MM = 1.5  # of the nets in which similar cells are caught: wide against the 0.1 mm between two scans
NET_ROWS = 4  # filled rows that are looked up
CAUGHT_SHARE = 0.25  # of the cells looked up: where fewer are alike two pages need not be compared

Mesh = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Doubles:
    """`same` leads from a page to the earlier one it is a second scan of, `again` back to all of them.

    `likely` leads both ways between pages that may be scans of one paper.
    """

    same: Mapping[PageId, PageId]
    again: Mapping[PageId, Sequence[PageId]]
    likely: Mapping[PageId, Sequence[PageId]]


def find_doubles(pages: Sequence[Brief]) -> Doubles:
    """Second scans among `pages`, which come in the order of the inputs.

    A page with nothing written on it is no double of another.
    """
    nets: dict[Mesh, list[PageId]] = defaultdict(list)
    looked_up: dict[PageId, int] = {}  # cells
    writings = {page.id: page.writing for page in pages}
    same: dict[PageId, PageId] = {}
    again: dict[PageId, list[PageId]] = defaultdict(list)
    likely: dict[PageId, list[PageId]] = defaultdict(list)
    for page in pages:
        meshes = list(_meshes(page.writing))
        caught: dict[PageId, set[CellKey]] = defaultdict(set)
        for key, mesh in meshes:
            for earlier in nets[mesh]:
                caught[earlier].add(key)
        looked_up[page.id] = len({key for key, _ in meshes})
        found = [
            (*compare(writings[earlier], page.writing), earlier)
            for earlier, cells in caught.items()
            if len(cells) >= CAUGHT_SHARE * min(looked_up[earlier], looked_up[page.id])
        ]
        sure = [(share, other) for likeness, share, other in found if likeness is Likeness.SAME]
        if sure:
            first = max(sure, key=lambda pair: pair[0])[1]
            same[page.id] = first
            again[first].append(page.id)
            continue
        for likeness, _, other in found:
            if likeness is Likeness.LIKELY:
                likely[page.id].append(other)
                likely[other].append(page.id)
        for _, mesh in meshes:
            nets[mesh].append(page.id)
    return Doubles(same, again, likely)


def _meshes(writing: Writing) -> Iterator[tuple[CellKey, Mesh]]:
    """The meshes in which the first rows are caught, in two nets: what one parts, the other holds."""
    rows = sorted({number for number, _, _ in writing})[:NET_ROWS]
    for key, trace in writing.items():
        if key[0] in rows:
            for shift in (0.0, 0.5):
                yield key, _mesh(key, trace, shift)


def _mesh(key: CellKey, trace: Trace, shift: float) -> Mesh:
    sizes = (trace.width_mm, trace.width_mm, trace.height_mm, trace.height_mm)
    at = (floor(edge * size / MESH_MM + shift) for edge, size in zip(trace.edges, sizes, strict=True))
    return (*key, shift, *at)

"""A campaign as it was at one moment, for what is computed from all of it and kept afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from digitize.campaign.store.due_work import Counts
from digitize.records import PageId, ScanFile


@dataclass(frozen=True, slots=True)
class Moment:
    """The scans and pages of one moment.

    A scan that is moved afterwards has another path, and its pages other names,
    but `ids` stay: what is computed from this moment is kept by them.  `counts`
    tell how far the changes had come, `decision` is the last line of the trail.
    """

    files: tuple[ScanFile, ...]
    ids: Mapping[PageId, int]
    counts: Counts
    decision: int

    @property
    def counted(self) -> Collection[int]:
        """Ids of the scans that are not counted under another name."""
        return {file.id for file in self.files if not file.same_as}

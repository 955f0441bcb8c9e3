"""One page to digitize."""

from dataclasses import dataclass

from digitize.records import PageId


@dataclass(frozen=True, slots=True)
class Task:
    """One page to digitize; kept small because it is sent to a worker process.

    `sha256` is that of the file, by which another machine recognises it.
    """

    input_id: int
    id: PageId
    hints: str = ""  # of a person, see records.PageHints
    sha256: str = ""

"""The file of matches: what `digitize match` found, and what people said about it; lines are only ever added.

It lies beside the campaign and holds names and addresses of the list.  It never changes the count.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitize.errors import BadStore
from digitize.records import RowKey
from digitize.report.members import SURE, Match

FILE = "matches.jsonl"
_FOUND, _ANSWERED = "found", "answered"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row and a person of the list who may be the same, with the probability (0..1)."""

    row: RowKey
    name: str
    address: str
    probability: float

    @property
    def key(self) -> str:
        """The name of the pair: it stays the same if the list is matched again."""
        row = f"{self.row.page_id}-{self.row.index}-{self.row.number}"
        return f"{row}-{self.name}-{self.address}"

    @property
    def is_sure(self) -> bool:
        return self.probability >= SURE


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about a pair; None if nobody can tell."""

    same: bool | None
    by: str


@dataclass
class Matches:
    """The pairs found last, the likeliest first, and what people said about pairs."""

    candidates: Sequence[Candidate] = ()
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def doubtful(self) -> Sequence[Candidate]:
        """The pairs that a person should look at, answered or not."""
        return [one for one in self.candidates if not one.is_sure]

    @property
    def open(self) -> Sequence[Candidate]:
        """The pairs that nobody has looked at."""
        return [one for one in self.doubtful if one.key not in self.said]

    def find(self, key: str) -> Candidate | None:
        """Return the pair of this name."""
        return next((one for one in self.candidates if one.key == key), None)


def exists(folder: Path) -> bool:
    """Return whether the signers of a campaign were compared with a list."""
    return (folder / FILE).is_file()


def load(folder: Path) -> Matches:
    """Return the matches of a campaign, none if there was no list.  Raises BadStore."""
    if not exists(folder):
        return Matches()
    made = Matches()
    try:
        for line in (folder / FILE).read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["event"] == _FOUND:
                made.candidates = [_candidate(values) for values in event["matches"]]
            elif event["event"] == _ANSWERED:
                made.said[event["key"]] = Said(event["same"], event["by"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadStore(f"{FILE} in {folder} is damaged; delete it and run digitize match again.") from error
    return made


def save(folder: Path, matches: Iterable[Match]) -> Matches:
    """Add what was found; return it with what people said before."""
    found = [
        [m.row.page_id, m.row.index, m.row.number, m.entry.name, m.entry.address, round(m.probability, 4)]
        for m in matches
    ]
    _add(folder, {"event": _FOUND, "matches": found})
    return load(folder)


def say(folder: Path, candidate: Candidate, same: bool | None, by: str) -> None:
    """Add what a person says about a pair."""
    _add(folder, {"event": _ANSWERED, "key": candidate.key, "same": same, "by": by})


def _candidate(values: Sequence[Any]) -> Candidate:
    page_id, index, number, name, address, probability = values
    return Candidate(
        RowKey(int(page_id), int(index), int(number)), str(name), str(address), float(probability)
    )


def _add(folder: Path, event: Mapping[str, Any]) -> None:
    line = json.dumps({"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **event}, ensure_ascii=False)
    try:
        opened = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(opened, "a", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor, for its rights)
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BadStore(f"{folder / FILE} cannot be written ({error.strerror}).") from error

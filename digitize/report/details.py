"""What the user tells about the petition, and what the store knows about how it was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

from digitize import __version__
from digitize.audit.outcome import Outcome
from digitize.report.population import Population


@dataclass(frozen=True, slots=True)
class Details:
    """What stands on the report besides the figures; everything may be missing.

    `title` replaces the printed one.  `goal` is the number of signatures wanted.
    """

    title: str = ""
    organisation: str = ""
    goal: int | None = None
    population: Population | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """The result of an audit of this very count, and the seed of its sample."""

    outcome: Outcome
    seed: str


@dataclass(frozen=True, slots=True)
class Making:
    """How the number was made.

    `versions` are the versions of digitize that read pages, with the number of pages; `first` and `last` are
    the times at which the first and the last scan were added.  `made` is the time of the report.
    """

    program: str
    made: datetime
    versions: Mapping[str, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    deadline: date | None = None  # set for the whole campaign
    erased: datetime | None = None
    waiting: int = 0
    audit: Audited | None = None

    @classmethod
    def now(cls, **known: Any) -> Self:
        """Return the making of a report that is written now by this program."""
        return cls(__version__, datetime.now(UTC), **known)

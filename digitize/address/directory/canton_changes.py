"""Places that moved to another canton.

A signature counts in the canton where its place lay on the last day of the
petition, while the directory lists each place under its canton of today.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CantonChange:
    """A locality that belongs to the canton `after` since the day `since`, and to `before` until then."""

    locality: str
    postcodes: tuple[str, ...]
    since: date
    before: str
    after: str


# Source: the Swiss register of municipalities (Federal Statistical Office).
CANTON_CHANGES = (
    CantonChange("Moutier", ("2740",), date(2026, 1, 1), before="BE", after="JU"),
    CantonChange("Clavaleyres", ("1595",), date(2022, 1, 1), before="BE", after="FR"),
)


def canton_on(day: date, region: str, postcode: str, locality: str) -> str:
    """Return the region of a place on `day`.

    `region` may be the canton on any other day, so the function can be applied
    again when the last day changes.  `postcode` may be empty.  Regions and
    places that never changed are returned as they are.
    """
    for change in CANTON_CHANGES:
        same_place = change.locality == locality and postcode in ("", *change.postcodes)
        if same_place and region in (change.before, change.after):
            return change.before if day < change.since else change.after
    return region
